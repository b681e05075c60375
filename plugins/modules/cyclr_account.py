#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_account
short_description: Create, update or delete an account in Cyclr
version_added: 0.1.0
description:
  - Creates, updates or deletes a Cyclr account.
  - Settings that you do not specify are left unchanged.
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
      - The API ID of the account, as the Console shows it under Accounts, Account Management, Settings. It is free text.
    type: str
    required: true
  name:
    description:
      - The name of the account.
      - Defaults to O(account_id) when the account is created. An existing account keeps its name.
    type: str
  description:
    description:
      - The description of the account.
    type: str
  timezone:
    description:
      - The time zone of the account, an IANA name such as V(Europe/London).
    type: str
  parent_account_id:
    description:
      - The API ID of the parent, if the new account is a sub-account. An existing account cannot be moved.
    type: str
  audit_info:
    description:
      - Free text for your own records.
    type: str
  task_audit_info:
    description:
      - Free text for your own records of task usage.
    type: str
  step_data_success_retention_hours:
    description:
      - How long the data of successful steps is kept, in hours.
      - The API keeps it for at most 744 hours (31 days). A larger number is stored as 744.
    type: int
  step_data_errored_retention_hours:
    description:
      - How long the data of failed steps is kept, in hours. The API keeps it for at most 744 hours, too.
    type: int
  transaction_error_webhook_enabled:
    description:
      - Whether O(transaction_error_webhook_url) is called when a transaction fails.
    type: bool
  transaction_error_webhook_url:
    description:
      - The URL that errors are sent to. The API adds C(https://) to a URL without a scheme.
      - Required if O(transaction_error_webhook_enabled=true) and the account does not have a URL yet.
    type: str
  transaction_error_webhook_include_warnings:
    description:
      - Whether warnings are sent as well.
    type: bool
  state:
    description:
      - V(present) creates the account, or updates it if it differs.
      - V(absent) deletes it with everything in it.
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
    - The account as the API stores it, or V(null) if it was deleted.
    - In check mode, the predicted account, with V(null) for what only the API knows.
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
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 400
    method: POST
    path: /v1.0/accounts
    message: ID already in use
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account import ensure_account, ensure_no_account
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

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


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    if params["state"] == "absent":
        outcome = ensure_no_account(api, account_id, check_mode)
    else:
        outcome = ensure_account(api, account_id, params, check_mode)
    return dict(changed=outcome.changed, account=outcome.current, diff=dict(before=outcome.before, after=outcome.after))


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
