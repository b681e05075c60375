# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""One request to the API, and the texts of its errors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """What to send. `doing` names the step in errors, e.g. "reading account 'x'"."""

    method: str
    path: str
    doing: str
    account: str | None = None
    query: dict | None = None
    body: object = None
    form: dict | None = None

    @property
    def failed(self):
        return self.doing[:1].upper() + self.doing[1:] + " failed"

    def error(self, kind, words, status=None, message=None):
        """An error of that kind: what was tried, the request, and what came of it."""
        return kind("%s: %s %s %s" % (self.failed, self.method, self.path, words), status, self.method, self.path, message)

    def unexpected(self, kind, what):
        """An error of that kind for an answer that is valid JSON and yet unusable."""
        return self.error(kind, "returned %s" % what)
