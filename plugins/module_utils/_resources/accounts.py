# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Accounts: the customers of the company that embeds Cyclr."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import segment
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import LostAnswer, TransportError
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import flag, integer, pascal_case, text

# The API clamps longer retention to 31 days without a word (tested by the vendor).
LONGEST_RETENTION_HOURS = 744

# Fields of an account and how each is read.
_READERS = dict(
    id=text,
    name=text,
    description=text,
    parent_account_id=text,
    timezone=text,
    audit_info=text,
    task_audit_info=text,
    created_date=text,
    next_bill_date_utc=text,
    step_data_success_retention_hours=integer,
    step_data_errored_retention_hours=integer,
    transaction_error_webhook_enabled=flag,
    transaction_error_webhook_url=text,
    transaction_error_webhook_include_warnings=flag,
)


def account_record(raw):
    """The API's account fields in snake_case; what the API did not send is None."""
    return {name: read(raw, pascal_case(name)) for name, read in _READERS.items()}


def account_payload(values):
    """The request body for fields of a record."""
    return {pascal_case(name): value for name, value in values.items()}


def predicted_account(values):
    """The record an account will have once it is created with `values`, as far as that can be known beforehand."""
    return dict({name: None for name in _READERS}, **values)


class Accounts:
    def __init__(self, client):
        self._client = client

    def find(self, account_id):
        """The account's record, or None."""
        request = Request("GET", _path(account_id), "reading account %r" % account_id)
        raw = self._client.find(request)
        return None if raw is None else _account(raw, TransportError, request)

    def all(self):
        """The records of all accounts, page by page. Whether sub-accounts are among them is unknown."""
        return self._list(Request("GET", "/v1.0/accounts", "listing accounts"))

    def sub_accounts(self, account_id):
        return self._list(Request("GET", _path(account_id) + "/subaccounts", "listing the sub-accounts of %r" % account_id))

    def create(self, account_id, values):
        body = dict(account_payload(values), Id=account_id)
        return self._write(Request("POST", "/v1.0/accounts", "creating account %r" % account_id, body=body))

    def update(self, account_id, values):
        """Fields that are absent stay as they are."""
        return self._write(Request("PUT", _path(account_id), "updating account %r" % account_id, body=account_payload(values)))

    def delete(self, account_id):
        """An account that is gone already is as good as deleted."""
        self._client.delete(Request("DELETE", _path(account_id), "deleting account %r" % account_id))

    def _list(self, request):
        return (_account(raw, TransportError, request) for raw in self._client.pages(request))

    def _write(self, request):
        return _account(self._client.write(request), LostAnswer, request)


def _account(raw, otherwise, request):
    if not isinstance(raw, dict):
        raise request.unexpected(otherwise, "%s instead of an account" % type(raw).__name__)
    return account_record(raw)


def _path(account_id):
    return "/v1.0/accounts/" + segment(account_id)
