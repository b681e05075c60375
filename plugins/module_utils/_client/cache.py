# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Answers to reads, kept until the next write."""

from __future__ import annotations


class ReadCache:
    """For modules that run one after the other and read the same things. Shared by whoever is given it."""

    def __init__(self):
        self._answers = {}

    def get(self, key):
        return self._answers.get(key)

    def keep(self, key, answer):
        self._answers[key] = answer

    def forget(self):
        """Have the next reads sent again."""
        self._answers.clear()


class NoCache:
    """Every read is sent."""

    def get(self, key):
        return None

    def keep(self, key, answer):
        pass

    def forget(self):
        pass
