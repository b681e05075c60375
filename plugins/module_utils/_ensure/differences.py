# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Wanted against actual: what differs, and what came of it."""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import NotTaken


class Outcome(NamedTuple):
    """What every `ensure_*` returns. `before` and `after` are the difference, without secrets."""

    changed: bool
    current: object
    before: dict
    after: dict


def unchanged(current):
    return Outcome(False, current, {}, {})


def _nothing(value):
    """None, "" and False all count as unset. 0 is a value."""
    return value is None or value is False or (isinstance(value, str) and not value)


def differences(wanted, current):
    """The wanted fields whose current value is another."""
    return {name: value for name, value in wanted.items() if value != current.get(name) and not (_nothing(value) and _nothing(current.get(name)))}


def check_taken(wanted, stored, what):
    """The API ignores values of a wrong type without an error: raise NotTaken if it did not store what was sent."""
    left = differences(wanted, stored)
    if left:
        told = ", ".join("%s (sent %r, stored %r)" % (name, left[name], stored.get(name)) for name in sorted(left))
        raise NotTaken("The API accepted the update of %s but did not store: %s" % (what, told))
