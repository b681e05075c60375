#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_partner_connector
short_description: Add the partner connector to a customer's Cyclr account
version_added: 0.1.0
description:
  - The partner connector is the company's own connector ("Native" in the Console). This module ensures that it is in a customer's account, with
    the authentication and the properties that it has in the account where the company keeps it.
  - If the connector is installed and up to date, nothing is sent. If it differs, it is updated. If it is missing, it is added with the method
    O(via). If LAUNCH or Marketplace leave the account without it, the module installs it.
  - The authentication is copied from one account to the other inside the module. It is never returned.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.authentication
  - cyclr.ipaas.attributes
attributes:
  check_mode:
    support: full
    details:
      - LAUNCH and Marketplace create an account for an unknown ID, so nothing is sent and RV(deployment) does not have a URL.
      - If the account O(source_account_id) does not exist yet, the result is predicted from the options, with V(null) for what is unknown.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - With O(force=true), every run calls LAUNCH or Marketplace and is changed.
options:
  source_account_id:
    description:
      - The API ID of the account in which the company keeps its connector, marked as the partner connector.
      - The API cannot look up this account.
    type: str
    required: true
  connector:
    description:
      - The name of the partner connector. Required if several are marked in the account O(source_account_id).
    type: str
  account_id:
    description:
      - The API ID of the customer's account.
    type: str
    required: true
  account_name:
    description:
      - The name of the account if LAUNCH or Marketplace creates it. Defaults to O(account_id).
    type: str
  account_description:
    description:
      - The description of the account if LAUNCH or Marketplace creates it.
    type: str
  via:
    description:
      - V(launch) and V(marketplace) call LAUNCH or Marketplace, which create the account if it does not exist and return a URL for the customer.
      - V(install) installs the connector into an existing account.
    type: str
    choices: [launch, marketplace, install]
    default: launch
  marketplace_id:
    description:
      - The number of the marketplace. Required with O(via=marketplace).
    type: int
  username:
    description:
      - Calls LAUNCH or Marketplace for this user of the account instead of for the account. The user is created if it does not exist.
      - Requires O(password).
    type: str
  password:
    description:
      - The password of O(username).
    type: str
  update_auth:
    description:
      - V(always) updates the authentication of an installed connector if it differs.
      - V(on_create) leaves it unchanged.
    type: str
    choices: [always, on_create]
    default: always
  start:
    description:
      - Whether integrations are started after the set-up (LAUNCH only). The API defaults to V(true).
    type: bool
  run_once:
    description:
      - Whether integrations run only once (LAUNCH only).
    type: bool
  tags:
    description:
      - Offers the templates that have at least one of these tags (LAUNCH only). Tags are case-sensitive.
    type: list
    elements: str
  inline_oauth:
    description:
      - Whether the customer authorizes connectors in the same window. The default is a setting in the Console.
    type: bool
  auto_install:
    description:
      - Whether a single template is installed without being selected (LAUNCH only). The API defaults to V(true).
    type: bool
  single_install:
    description:
      - Whether only one template can be installed (LAUNCH only).
    type: bool
  complete_parameter:
    description:
      - A text that is returned to you when the customer has finished.
    type: str
  wizard:
    description:
      - Whether the steps are shown as a wizard (LAUNCH only).
    type: bool
  display_descriptions:
    description:
      - Whether descriptions are shown (LAUNCH only).
    type: bool
  payload:
    description:
      - The field in which the connector is sent. V(connector_authentications) is in use since 2023.
      - V(partner_connector) is the older field, which some instances may still need.
    type: str
    choices: [connector_authentications, partner_connector]
    default: connector_authentications
  force:
    description:
      - Whether to call LAUNCH or Marketplace even if the connector is already installed, to get a new URL.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Add the partner connector to a new customer's account
  cyclr.ipaas.cyclr_partner_connector:
    source_account_id: templates
    account_id: customer-42
    account_name: Globex Corporation
  register: partner
  no_log: true

- name: Offer a marketplace instead, and override a property for this customer
  cyclr.ipaas.cyclr_partner_connector:
    source_account_id: templates
    account_id: customer-42
    via: marketplace
    marketplace_id: 8
    properties:
      Subdomain: globex
  no_log: true

- name: Install it into an existing account, with the customer's own key
  cyclr.ipaas.cyclr_partner_connector:
    source_account_id: templates
    account_id: customer-42
    via: install
    api_key: "{{ customer_api_key }}"

- name: Fetch a new LAUNCH URL for a user of the account
  cyclr.ipaas.cyclr_partner_connector:
    source_account_id: templates
    account_id: customer-42
    username: onboarding@example.com
    password: "{{ customer_password }}"
    tags: [starter]
    force: true
  register: launch
  no_log: true
"""

RETURN = r"""
partner_connector:
  description: The partner connector as it is in the source account. Values of sensitive properties are V(null).
  type: dict
  returned: success
  sample:
    name: Acme Platform
    version: "1.4"
    connector_id: 20001
    properties:
      - id: 7
        name: Subdomain
        value: acme
account_connector:
  description:
    - The connector in the customer's account, as M(cyclr.ipaas.cyclr_connector_install) returns it. In check mode, the predicted connector.
  type: dict
  returned: success
  sample:
    id: 54321
    name: Acme Platform
    description: null
    authenticated: true
    state: ready
    is_partner_connector: true
    requires_oauth: false
    auth_type: ApiKey
    connector:
      id: 20001
      name: Acme Platform
      version: "1.4"
    properties:
      - id: 41
        name: Subdomain
        value: globex
    auth_value: null
deployment:
  description: The response of LAUNCH or Marketplace, or V(null) if neither was called. RV(deployment.url) and RV(deployment.token) are secrets.
  type: dict
  returned: success
  contains:
    via:
      description: V(launch) or V(marketplace).
      type: str
      sample: launch
    account_id:
      description: The API ID of the customer's account.
      type: str
      sample: customer-42
    url:
      description: The URL to send the customer to. It works once and for five minutes. V(null) in check mode.
      type: str
    token:
      description: The token in the URL. V(null) in check mode.
      type: str
    expires_at:
      description: When the URL expires, in UTC as ISO 8601. V(null) in check mode.
      type: str
diff:
  description: The differences of the account connector before and after. Secrets are hidden.
  type: dict
  returned: success
error:
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 401
    method: POST
    path: /v1.0/accounts/customer-42/launch
    message: Authorization has been denied for this request.
"""

import functools

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_connector import creation_diff
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.authentication import check_outer_blanks
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import installed_connectors, installed_connectors_or_none
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.launch import LAUNCH_OPTIONS, bring_in, deploy
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.partner_connector import (
    desired_partner_connector,
    find_source,
    find_target,
    predicted_source,
)
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import authentication, module_spec, properties
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(
    dict(
        authentication(),
        source_account_id=dict(type="str", required=True),
        connector=dict(type="str"),
        account_id=dict(type="str", required=True),
        account_name=dict(type="str"),
        account_description=dict(type="str"),
        via=dict(type="str", default="launch", choices=["launch", "marketplace", "install"]),
        marketplace_id=dict(type="int"),
        username=dict(type="str"),
        password=dict(type="str", no_log=True),
        update_auth=dict(type="str", default="always", choices=["always", "on_create"]),
        start=dict(type="bool"),
        run_once=dict(type="bool"),
        tags=dict(type="list", elements="str"),
        inline_oauth=dict(type="bool"),
        auto_install=dict(type="bool"),
        single_install=dict(type="bool"),
        complete_parameter=dict(type="str"),
        wizard=dict(type="bool"),
        display_descriptions=dict(type="bool"),
        payload=dict(type="str", default="connector_authentications", choices=["connector_authentications", "partner_connector"]),
        force=dict(type="bool", default=False),
        **properties()
    ),
    mutually_exclusive=[("authentication", "authentication_id"), ("auth_value", "api_key", "oauth_tokens")],
    required_together=[("username", "password")],
    required_if=[("via", "marketplace", ("marketplace_id",))],
)


def check_options(params):
    """Options that the way of deployment does not support would be ignored without an error."""
    via = params["via"]
    if params["account_id"] == params["source_account_id"]:
        raise InvalidInput("account_id: is the account that the partner connector is taken from")
    allowed = dict(launch=LAUNCH_OPTIONS, marketplace=("inline_oauth", "complete_parameter"), install=())[via]
    refused = [option for option in LAUNCH_OPTIONS if params[option] is not None and option not in allowed]
    if via == "install" and params["username"] is not None:
        refused.append("username")
    if via != "marketplace" and params["marketplace_id"] is not None:
        refused.append("marketplace_id")
    if refused:
        raise InvalidInput("%s: not supported with via=%s" % (", ".join(sorted(refused)), via))
    for option in ("username", "password"):
        check_outer_blanks(option, params[option])


def source_of(api, account_id, connector, check_mode):
    """The account connector to copy. In check mode an earlier task may be what would have created the account that has it."""
    read = installed_connectors_or_none if check_mode else functools.partial(installed_connectors, option="source_account_id")
    installed = read(api, account_id)
    return predicted_source(connector) if installed is None else find_source(installed, account_id, connector)


def described(source, sensitive):
    record = source.record(sensitive=sensitive)
    connector = record["connector"]
    return dict(name=connector["name"], version=connector["version"], connector_id=connector["id"], properties=record["properties"])


def warnings_for(record, account_id):
    if record["is_partner_connector"] or record["id"] is None:
        return []
    return [
        "The API did not mark %r in account %r as the partner connector (Native): users with access to the account can see and edit it. Set the "
        "mark in the Console" % (record["name"], account_id)
    ]


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    source_account_id = check_account_id(params["source_account_id"], "source_account_id")
    check_options(params)
    source = source_of(api, source_account_id, params["connector"], check_mode)
    by_call = params["via"] != "install"
    # LAUNCH and Marketplace create the account; in check mode an earlier task may be what would have created it.
    read = installed_connectors_or_none if by_call or check_mode else installed_connectors
    existing = find_target(read(api, account_id) or [], source)
    wanted = desired_partner_connector(params, source, existing)
    is_new = existing is None
    deployment = None
    if by_call and (is_new or params["force"]):
        answer = dict(url=None, token=None, expires_at=None)
        if not check_mode:
            answer, existing = deploy(api, account_id, params, source, wanted, existing)
        deployment = dict(answer, via=params["via"], account_id=account_id)
    outcome = bring_in(api, account_id, wanted, existing, check_mode)
    record = wanted.record(outcome.current)
    return dict(
        changed=outcome.changed or deployment is not None,
        partner_connector=described(source, wanted.sensitive),
        account_connector=record,
        deployment=deployment,
        diff=dict(before={}, after=creation_diff(wanted)) if is_new else dict(before=outcome.before, after=outcome.after),
        warnings=warnings_for(record, account_id),
    )


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
