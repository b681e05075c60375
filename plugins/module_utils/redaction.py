# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What must never be shown."""

from __future__ import annotations

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

# Shorter values are no secrets worth the damage that replacing them in every text would do.
_SHORTEST = 4


class Secrets:
    """The secret values one client has come to know, to be taken out of every text that leaves it."""

    def __init__(self, *values):
        self._values = set()
        self.add(*values)

    def add(self, *values):
        for value in values:
            if isinstance(value, str) and len(value) >= _SHORTEST:
                self._values.add(value)

    def hide(self, text):
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text
