# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What the steps of an onboarding know of the API without asking again."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.cache import ReadCache
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import segment
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.wire import Answer


class OnboardingReads(ReadCache):
    """A cache that knows more about what an onboarding writes.

    Nothing is written to the account with the partner connector, nor to templates, so that what was read there stays true. And of an account that
    does not exist yet there is nothing to ask: the API answers alike for an unknown account and a bad token, so that each question would cost a login.
    """

    def __init__(self, source_account_id=None):
        super().__init__()
        self._source = source_account_id
        self._lasting = ReadCache()
        self._missing = None

    def nothing_in(self, account_id):
        """Until the first write, the account does not exist."""
        self._missing = account_id

    def get(self, key):
        connection, path, account, query = key
        if self._missing is not None and path.endswith("/accounts/" + segment(self._missing)):
            return Answer(404, {}, b"{}")
        if self._missing is not None and account == self._missing:
            # Not 404, which says of one object that the account does not have it.
            return Answer(403, {}, b"{}")
        return (self._lasting if self._lasts(path, account) else super()).get(key)

    def keep(self, key, answer):
        connection, path, account, query = key
        (self._lasting if self._lasts(path, account) else super()).keep(key, answer)

    def forget(self):
        super().forget()
        self._missing = None

    def _lasts(self, path, account):
        return account == self._source if account is not None else "/templates" in path
