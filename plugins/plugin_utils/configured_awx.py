# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What was created, changed or there already in AWX."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import some_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.summary import FAILED, summary_lines

# The letters of a line and of three lines, whose ends stay empty, and the number of entries up to which an entry may have so many
_LINE, _LINES, _MANY = 60, 160, 10


def configuration_lines(applied, check_mode=False, failure=None, next_step=None):
    """`applied` is a list of `(kind, names, result)`, the last with one item for each name if the task had a loop, and None if it was not reached.

    `next_step` is what to do after a run that has created something.
    """
    found = {"created": {}, "changed": {}, "ok": {}}
    for kind, names, result in applied:
        for name, one in zip(names, _results(result)):
            if not one.get("failed") and not one.get("skipped"):
                found[_word(one)].setdefault(kind, []).append(str(name))
    entries = [(word[:-1] if check_mode and word != "ok" else word, kind, names) for word, kinds in found.items() for kind, names in kinds.items()]
    notes = [(FAILED, failure)] if failure else []
    notes += [(word, _listed(kind, names, _LINE if len(entries) > _MANY or word == "ok" else _LINES)) for word, kind, names in entries]
    return summary_lines([], notes=notes, next_step=_next_step(found, check_mode, failure, next_step))


def _results(result):
    return (result.get("results") or [result]) if result else []


def _word(result):
    """awx.awx returns the name of what it has created, and in check mode the ID of what exists only."""
    if not result.get("changed"):
        return "ok"
    return "created" if "name" in result or "id" not in result else "changed"


def _listed(kind, names, room):
    """As many names as fit."""
    for most in range(len(names), 0, -1):
        text = "%s: %s" % (kind, some_of(names, most))
        if len(text) <= room:
            break
    return text


def _next_step(found, check_mode, failure, next_step):
    if failure:
        return "correct what failed, then run this again"
    if check_mode:
        return "run this without --check to make the changes" if found["created"] or found["changed"] else ""
    return next_step if found["created"] else ""
