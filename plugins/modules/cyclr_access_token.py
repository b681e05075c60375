#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_access_token
short_description: Fetch an access token for the Cyclr API
version_added: 0.1.0
description:
  - Fetches an access token with the client credentials, so that several tasks of a play share one login.
  - The token is a secret. Register the result with C(no_log=true) and pass the token to the other modules as O(access_token).
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
  - cyclr.ipaas.attributes.info
options:
  account_id:
    description:
      - Restricts the token to the account with this API ID.
      - Such a token cannot be used to manage accounts, for LAUNCH and Marketplace, or for any other account.
    type: str
"""

EXAMPLES = r"""
- name: Log in
  cyclr.ipaas.cyclr_access_token:
  register: cyclr_login
  no_log: true

- name: Use the token for the following tasks
  module_defaults:
    group/cyclr.ipaas.cyclr:
      access_token: "{{ cyclr_login.access_token }}"
  block:
    - name: Ensure that the account exists
      cyclr.ipaas.cyclr_account:
        account_id: customer-42

- name: Fetch a token for one account only
  cyclr.ipaas.cyclr_access_token:
    account_id: customer-42
  register: cyclr_login
  no_log: true
"""

RETURN = r"""
access_token:
  description:
    - The token. It is a secret.
    - V(null) if O(access_token) is given without client credentials, because that one is the token to use.
    - V(null) in check mode if the account O(account_id) does not exist yet.
  type: str
  returned: success
  sample: 335a66b5d4c14f0d8e2b7a9c6d1e0f3a5b8c7d6e9f0a4b1c8d2e3f4a5b6c7d8e
expires_at:
  description: When the token expires, in UTC as ISO 8601, or V(null) if the API does not say. Tokens are valid for 14 days.
  type: str
  returned: success
  sample: "2026-12-06T09:30:00Z"
account_id:
  description: The account that the token is restricted to, or V(null).
  type: str
  returned: success
  sample: null
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
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import AuthenticationFailed
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(dict(account_id=dict(type="str")))


def run(params, api, check_mode):
    account_id = params["account_id"]
    scope = None if account_id is None else "account:" + check_account_id(account_id)
    if params["access_token"] and not (params["client_id"] and params["client_secret"]) and scope is None:
        return dict(changed=False, access_token=None, expires_at=None, account_id=None)
    try:
        token, expires_at = api.client.new_token(scope)
    except AuthenticationFailed:
        if check_mode and scope and api.accounts.find(account_id) is None:
            # An earlier task may be what would have created the account.
            return dict(changed=False, access_token=None, expires_at=None, account_id=account_id)
        raise
    expiry = expires_at and expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return dict(changed=False, access_token=token, expires_at=expiry, account_id=account_id)


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
