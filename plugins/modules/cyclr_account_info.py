#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_account_info
short_description: Read accounts from Cyclr
version_added: 0.1.0
description:
  - Reads one account or all accounts.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
  - cyclr.ipaas.attributes.info
options:
  account_id:
    description:
      - The API ID of the account to read. If not set, all accounts are read.
    type: str
seealso:
  - module: cyclr.ipaas.cyclr_account
"""

EXAMPLES = r"""
- name: Read one account
  cyclr.ipaas.cyclr_account_info:
    account_id: customer-42
  register: result

- name: Fail if it does not exist
  ansible.builtin.assert:
    that: result.accounts | length == 1

- name: Read all accounts
  cyclr.ipaas.cyclr_account_info:
  register: result
"""

RETURN = r"""
accounts:
  description: The accounts. The list is empty if O(account_id) does not exist.
  type: list
  elements: dict
  returned: success
  sample:
    - id: customer-42
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
      transaction_error_webhook_enabled: false
      transaction_error_webhook_url: null
      transaction_error_webhook_include_warnings: false
error:
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 401
    method: GET
    path: /v1.0/accounts
    message: Authorization has been denied for this request.
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(dict(account_id=dict(type="str")))


def run(params, api, check_mode):
    if params["account_id"] is None:
        return dict(changed=False, accounts=list(api.accounts.all()))
    account = api.accounts.find(check_account_id(params["account_id"]))
    return dict(changed=False, accounts=[] if account is None else [account])


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
