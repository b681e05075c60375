# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Bringing what is to what is wanted, over an API whose writes are not idempotent and whose answers may get lost."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import NotTaken


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
