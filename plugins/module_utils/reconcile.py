# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Bringing what is to what is wanted, over an API whose writes are not idempotent and whose answers may get lost."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, LostAnswer, NotTaken

# How often a write is sent again after its answer was lost and nothing came of it.
_RESENDS = 3

# Statuses with which the API refuses what somebody (perhaps an earlier try of ours) has made already.
_CONFLICTS = (400, 409)


def _nothing(value):
    """A text that is empty and a switch that is off are the same as one that was never set. Zero hours are not."""
    return value is None or value is False or (isinstance(value, str) and not value)


def differences(wanted, current):
    """The wanted fields whose current value is another."""
    return {name: value for name, value in wanted.items() if value != current.get(name) and not (_nothing(value) and _nothing(current.get(name)))}


def check_taken(wanted, stored, what):
    """The API ignores values of a wrong type without a word: raise NotTaken where it did not store what was sent."""
    left = differences(wanted, stored)
    if left:
        told = ", ".join("%s (sent %r, stored %r)" % (name, left[name], stored.get(name)) for name in sorted(left))
        raise NotTaken("The API accepted the change of %s but did not take: %s" % (what, told))


def send_once(send, find, patience):
    """The outcome of a write, sent again only after a look has shown that nothing came of it.

    `send` raises LostAnswer where it may have been carried out. `find` reads by natural key: the outcome if it is there, else None.
    """
    for resends_left in range(_RESENDS, -1, -1):
        try:
            return send()
        except LostAnswer:
            # Give a write that is still under way the time to end.
            waited = patience.pause()
            found = find()
            if found is None and not (waited and resends_left):
                raise
        except ApiError as exc:
            # A conflict is also what the second of two runs at the same time gets to hear.
            found = find() if exc.status in _CONFLICTS else None
            if found is None:
                raise
        if found is not None:
            return found
