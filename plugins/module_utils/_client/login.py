# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The source of a client's access token."""

from __future__ import annotations

import threading

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError


class OwnLogin:
    """The token of one client. `fetch()` asks the API for a token and when it expires."""

    def __init__(self):
        self._token = None

    def token(self, connection, refused, fetch):
        """A token other than the refused one (None at first)."""
        if self._token is None or self._token == refused:
            self._token = fetch()[0]
        return self._token


class SharedByThreads:
    """One token for the clients of several threads. After a failed login no thread tries again."""

    def __init__(self):
        self._token = None
        self._error = None
        self._lock = threading.Lock()

    def token(self, connection, refused, fetch):
        with self._lock:
            if self._error is not None:
                raise self._error
            if self._token is None or self._token == refused:
                try:
                    self._token = fetch()[0]
                except CyclrError as exc:
                    self._error = exc
                    raise
            return self._token
