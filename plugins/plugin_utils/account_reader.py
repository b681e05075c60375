# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""All accounts at once, with their sub-accounts, connectors and integrations, read by a few threads that share one login."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.client import Client
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.login import SharedByThreads
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, CyclrError, InvalidInput, TransportError
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import in_account_or_none, installed_connectors_or_none
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import READY, WAITS_FOR_OAUTH
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.api import Api


def read_fleet(connection, threads, sub_accounts=False, connectors=False, cycles=False, include=(), exclude=()):
    """A list of `{account, connectors, cycles}` in the order of the API; `connectors` and `cycles` are None if they were not asked for.

    Anything that cannot be read is an error: no account is left out, except one that was deleted in the meantime.
    """
    if threads < 1:
        raise InvalidInput("threads: must be 1 or more, not %d" % threads)
    with _Readers(connection, threads) as readers:
        accounts = _accounts(readers, sub_accounts)
        fleet = [dict(account=account, connectors=None, cycles=None) for account in accounts if _is_wanted(account["id"], include, exclude)]
        for key, read, is_wanted in (("connectors", _connectors, connectors), ("cycles", _cycles, cycles)):
            if is_wanted:
                for entry, found in zip(fleet, readers.map(read, [entry["account"]["id"] for entry in fleet])):
                    entry[key] = found
                fleet = [entry for entry in fleet if entry[key] is not None]
        return fleet


def needs_oauth(connectors):
    """Whether a customer still has to authorize a connector in a browser."""
    return any(one["state"] == WAITS_FOR_OAUTH for one in connectors)


def is_ready(connectors):
    """Whether every connector that needs authentication is authenticated."""
    return all(one["state"] == READY for one in connectors)


def all_run(cycles):
    """Whether there are integrations, and each of them runs."""
    return bool(cycles) and all(one["running"] for one in cycles)


def some_do_not_run(cycles):
    return any(not one["running"] for one in cycles)


def _is_wanted(account_id, include, exclude):
    if include and not any(fnmatchcase(account_id, pattern) for pattern in include):
        return False
    return not any(fnmatchcase(account_id, pattern) for pattern in exclude or ())


def _accounts(readers, sub_accounts):
    found = {}
    for account in _records(readers.api().accounts.all()):
        found[account["id"]] = account
    asked = list(found) if sub_accounts else []
    while asked:
        appeared = []
        for parent_id, children in zip(asked, readers.map(_sub_accounts, asked)):
            for child in children:
                if child["id"] not in found:
                    found[child["id"]] = child
                    appeared.append(child["id"])
                # The API may leave the parent out of an account.
                found[child["id"]]["parent_account_id"] = found[child["id"]]["parent_account_id"] or parent_id
        asked = appeared
    return list(found.values())


def _records(records):
    for record in records:
        if not record.get("id"):
            raise TransportError("The API listed an account without an Id")
        yield record


def _sub_accounts(api, account_id):
    try:
        return list(_records(api.accounts.sub_accounts(account_id)))
    except ApiError as exc:
        if exc.status != 404 or api.accounts.find(account_id) is not None:
            raise
        return []


def _connectors(api, account_id):
    installed = installed_connectors_or_none(api, account_id)
    return None if installed is None else [connector_entry(one) for one in installed]


def _cycles(api, account_id):
    found = in_account_or_none(api, account_id, lambda: api.cycles.all(account_id))
    return None if found is None else [one.record() for one in found if not one.gone]


def connector_entry(installed):
    """The record of an installed connector without the values of properties, which do not belong into variables of hosts and into caches."""
    record = installed.record()
    record["properties"] = [dict(stored, value=None) for stored in record["properties"]]
    return record


class _Readers:
    """A pool of threads, each with its own client. The first failure ends all of them."""

    def __init__(self, connection, threads):
        self._connection = connection
        self._login = SharedByThreads()
        self._pool = ThreadPoolExecutor(max_workers=threads)
        self._local = threading.local()
        self._clients = []
        self._over = threading.Event()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self._over.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for client in self._clients:
            client.close()

    def api(self):
        """The API for the calling thread."""
        if not hasattr(self._local, "api"):
            client = Client(self._connection, read_only=True, login=self._login, sleep=self._sleep)
            self._clients.append(client)
            self._local.api = Api(client)
        return self._local.api

    def map(self, read, account_ids):
        """`read(api, account_id)` for all accounts, in their order."""
        return self._pool.map(lambda account_id: read(self.api(), account_id), account_ids)

    def _sleep(self, seconds):
        if self._over.wait(seconds):
            raise CyclrError("Given up, because another request failed")
