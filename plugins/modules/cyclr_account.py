#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_account
short_description: Create, change or delete an account in Cyclr
description:
  - Ensures that a customer has an account, with the settings that are given.
  - Settings that are not given stay as they are.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  account_id:
    description:
      - The account's API ID, as the Console shows it under Accounts, Account Management, Settings. It is free text.
    type: str
    required: true
  name:
    description:
      - The account's name.
      - A new account is called by its O(account_id) if this is not given; an existing one keeps its name.
    type: str
  description:
    description:
      - The account's description.
    type: str
  timezone:
    description:
      - The account's time zone, a name of the IANA database such as V(Europe/London).
    type: str
  parent_account_id:
    description:
      - The API ID of the account that a new account becomes a sub-account of. An existing account cannot be moved.
    type: str
  audit_info:
    description:
      - Free text for the company's own records.
    type: str
  task_audit_info:
    description:
      - Free text for the company's own records of task usage.
    type: str
  step_data_success_retention_hours:
    description:
      - How long the data of successful steps are kept, in hours.
      - The API keeps them for 744 hours (31 days) at the most; a larger number means 744.
    type: int
  step_data_errored_retention_hours:
    description:
      - How long the data of failed steps are kept, in hours, with the same limit.
    type: int
  transaction_error_webhook_enabled:
    description:
      - Whether O(transaction_error_webhook_url) is called when a transaction fails.
    type: bool
  transaction_error_webhook_url:
    description:
      - Where errors are sent. The API puts C(https://) before a URL without a scheme.
      - Required where O(transaction_error_webhook_enabled=true) and the account has none yet.
    type: str
  transaction_error_webhook_include_warnings:
    description:
      - Whether warnings are sent as well.
    type: bool
  state:
    description:
      - V(present) ensures that the account exists with the given settings.
      - V(absent) deletes it, with all that it holds.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: Ensure that a customer has an account
  cyclr.ipaas.cyclr_account:
    account_id: customer-42
    name: Globex Corporation
    timezone: Europe/London

- name: Keep step data for one week and report errors
  cyclr.ipaas.cyclr_account:
    account_id: customer-42
    step_data_success_retention_hours: 168
    step_data_errored_retention_hours: 168
    transaction_error_webhook_enabled: true
    transaction_error_webhook_url: https://hooks.example.com/cyclr

- name: Delete an account
  cyclr.ipaas.cyclr_account:
    account_id: customer-42
    state: absent

- name: Set the connection once for several tasks
  module_defaults:
    group/cyclr.ipaas.cyclr:
      api_url: https://api.eu.cyclr.com
      client_id: "{{ cyclr_client_id }}"
      client_secret: "{{ cyclr_client_secret }}"
  block:
    - name: Ensure that a sub-account exists
      cyclr.ipaas.cyclr_account:
        account_id: customer-42-subsidiary
        parent_account_id: customer-42
"""

RETURN = r"""
account:
  description:
    - The account as the API stores it. In check mode as it would be, with V(null) for what only the API can tell.
    - V(null) where there is none any more.
  type: dict
  returned: success
  sample:
    id: customer-42
    name: Globex Corporation
    description: null
    parent_account_id: null
    timezone: Europe/London
    audit_info: null
    task_audit_info: null
    created_date: "2026-11-22T09:30:00.0000000Z"
    next_bill_date_utc: null
    step_data_success_retention_hours: 168
    step_data_errored_retention_hours: 168
    transaction_error_webhook_enabled: true
    transaction_error_webhook_url: https://hooks.example.com/cyclr
    transaction_error_webhook_include_warnings: false
diff:
  description: The settings that change, before and after.
  type: dict
  returned: success
error:
  description: What the API answered. All values are V(null) where no answer is behind the failure.
  type: dict
  returned: failure
  sample:
    status: 400
    method: POST
    path: /v1.0/accounts
    message: ID already in use
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_settings import check_webhook, desired_settings, with_webhook_url
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.differences import check_taken, differences
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.accounts import account_record, predicted_account

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        name=dict(type="str"),
        description=dict(type="str"),
        timezone=dict(type="str"),
        parent_account_id=dict(type="str"),
        audit_info=dict(type="str"),
        task_audit_info=dict(type="str"),
        step_data_success_retention_hours=dict(type="int"),
        step_data_errored_retention_hours=dict(type="int"),
        transaction_error_webhook_enabled=dict(type="bool"),
        transaction_error_webhook_url=dict(type="str"),
        transaction_error_webhook_include_warnings=dict(type="bool"),
        state=dict(type="str", default="present", choices=["present", "absent"]),
    ),
)


def result(changed, account, before, after):
    return dict(changed=changed, account=account, diff=dict(before=before, after=after))


def read(api, account_id):
    raw = api.accounts.find(account_id)
    return None if raw is None else account_record(raw)


def ensure_absent(account_id, api, check_mode):
    current = read(api, account_id)
    if current is None:
        return result(False, None, {}, {})

    def delete():
        api.accounts.delete(account_id)
        return True

    if not check_mode:
        send_once(delete, lambda: read(api, account_id) is None or None, api.client.patience())
    return result(True, None, dict(id=account_id, name=current["name"]), {})


def create(account_id, desired, api, check_mode):
    values = dict(dict(name=account_id), **desired)
    parent = values.get("parent_account_id")
    if parent is not None and read(api, check_account_id(parent, "parent_account_id")) is None:
        raise InvalidInput("parent_account_id: there is no account %r" % parent)
    if check_mode:
        return result(True, predicted_account(dict(values, id=account_id)), {}, values)
    account = send_once(
        lambda: account_record(api.accounts.create(account_id, values)),
        lambda: read(api, account_id),
        api.client.patience(),
    )
    # Somebody else may have created it at the same time, with other settings.
    account = update(account_id, desired, account, api, check_mode)["account"]
    return result(True, account, {}, values)


def update(account_id, desired, current, api, check_mode):
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
        return result(False, current, {}, {})
    before = {name: current[name] for name in changes}
    if check_mode:
        return result(True, dict(current, **changes), before, changes)

    def find():
        account = read(api, account_id)
        return None if account is None or differences(changes, account) else account

    payload = with_webhook_url(changes, desired, current)
    account = send_once(lambda: account_record(api.accounts.update(account_id, payload)), find, api.client.patience())
    check_taken(changes, account, "account %r" % account_id)
    return result(True, account, before, changes)


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    if params["state"] == "absent":
        return ensure_absent(account_id, api, check_mode)
    desired = desired_settings(params)
    current = read(api, account_id)
    check_webhook(desired, current or {})
    if current is None:
        return create(account_id, desired, api, check_mode)
    return update(account_id, desired, current, api, check_mode)


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
