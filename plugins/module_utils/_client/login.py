# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The source of a client's access token."""

from __future__ import annotations

import threading
import time

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError


# A token that was fetched instead of another is not replaced again for so many seconds. A 401 is ambiguous: in check mode, each request about an account that
# does not exist yet has one, and each would cost a login.
SPARED_SECONDS = 60


class OwnLogin:
    """The token of one client. `fetch()` asks the API for a token and when it expires."""

    def __init__(self, clock=time.monotonic):
        self._token = None
        self._spared_until = clock()
        self._clock = clock

    def token(self, connection, refused, fetch):
        """A token other than the refused one (None at first), or the refused one if it is too new to be the reason."""
        if self._token is None:
            self._token = fetch()[0]
        elif self._token == refused and self._clock() >= self._spared_until:
            self._token = fetch()[0]
            # The option access_token may have ended long ago.
            if refused != connection.access_token:
                self._spared_until = self._clock() + SPARED_SECONDS
        return self._token


class SharedByThreads:
    """One token for the clients of several threads. After a failed login no thread tries again."""

    def __init__(self):
        self._login = OwnLogin()
        self._error = None
        self._lock = threading.Lock()

    def token(self, connection, refused, fetch):
        with self._lock:
            if self._error is not None:
                raise self._error
            try:
                return self._login.token(connection, refused, fetch)
            except CyclrError as exc:
                self._error = exc
                raise
