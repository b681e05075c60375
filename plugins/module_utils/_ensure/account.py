# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""An account with the settings that are wanted, or none."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_settings import check_webhook, desired_settings, with_webhook_url
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.differences import Outcome, check_taken, differences, unchanged
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.accounts import predicted_account
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput


def ensure_account(api, account_id, params, check_mode):
    """`current` is the account's record."""
    desired = desired_settings(params)
    current = api.accounts.find(account_id)
    check_webhook(desired, current or {})
    if current is None:
        return _create(api, account_id, desired, check_mode)
    return _update(api, account_id, desired, current, check_mode)


def ensure_no_account(api, account_id, check_mode):
    current = api.accounts.find(account_id)
    if current is None:
        return unchanged(None)

    def delete():
        api.accounts.delete(account_id)
        return True

    if not check_mode:
        send_once(delete, lambda: api.accounts.find(account_id) is None or None, api.client.patience())
    return Outcome(True, None, dict(id=account_id, name=current["name"]), {})


def _create(api, account_id, desired, check_mode):
    values = dict(dict(name=account_id), **desired)
    parent = values.get("parent_account_id")
    if parent == account_id:
        raise InvalidInput("parent_account_id: account %r cannot be its own parent" % parent)
    if parent is not None:
        parent_is_missing = api.accounts.find(check_account_id(parent, "parent_account_id")) is None
        # In check mode an earlier task may be what would have created it.
        if parent_is_missing and not check_mode:
            raise InvalidInput("parent_account_id: account %r does not exist" % parent)
    if check_mode:
        return Outcome(True, predicted_account(dict(values, id=account_id)), {}, values)
    account = send_once(lambda: api.accounts.create(account_id, values), lambda: api.accounts.find(account_id), api.client.patience())
    # Somebody else may have created it at the same time, with other settings.
    account = _update(api, account_id, desired, account, check_mode).current
    return Outcome(True, account, {}, values)


def _update(api, account_id, desired, current, check_mode):
    parent = desired.get("parent_account_id")
    if parent is not None and current["parent_account_id"] is None:
        # Whether the API returns the parent is unknown: what cannot be seen cannot be compared.
        desired = {name: value for name, value in desired.items() if name != "parent_account_id"}
    elif parent is not None and current["parent_account_id"] != parent:
        raise InvalidInput(
            "parent_account_id: account %r is under %r and cannot be moved under %r" % (account_id, current["parent_account_id"], parent)
        )
    changes = differences(desired, current)
    if not changes:
        return unchanged(current)
    before = {name: current[name] for name in changes}
    if check_mode:
        return Outcome(True, dict(current, **changes), before, changes)

    def find():
        account = api.accounts.find(account_id)
        return None if account is None or differences(changes, account) else account

    payload = with_webhook_url(changes, desired, current)
    account = send_once(lambda: api.accounts.update(account_id, payload), find, api.client.patience())
    check_taken(changes, account, "account %r" % account_id)
    return Outcome(True, account, before, changes)
