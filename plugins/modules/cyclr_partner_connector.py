#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_partner_connector
short_description: Bring the company's own connector into a customer's Cyclr account
description:
  - Ensures that the connector for the company's own product (the partner connector, in the Console "Native") is in a customer's account, with the
    authentication and the properties that it has in the account where the company keeps it.
  - The authentication goes from the one account to the other inside the module. It is never returned.
  - Where the connector is there as wanted nothing is sent.
  - Where it is there and differs it is changed. Where it is not there it is brought in by O(via), and installed by the module itself where
    LAUNCH or Marketplace left the account without it.
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
      - LAUNCH and Marketplace create an account for an unknown id, so nothing is sent and RV(deployment) has no URL.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - With O(force=true) every run calls LAUNCH or Marketplace and is changed.
options:
  source_account_id:
    description:
      - The API ID of the account in which the company keeps its connector, marked as partner connector.
      - The API has no call that tells which account this is.
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
      - The name of the account if LAUNCH or Marketplace has to create it. Its O(account_id) if this is not given.
    type: str
  account_description:
    description:
      - The description of the account if LAUNCH or Marketplace has to create it.
    type: str
  via:
    description:
      - V(launch) and V(marketplace) call LAUNCH or Marketplace, which create the account where it does not exist and answer with a URL for the
        customer.
      - V(install) installs the connector into an account that exists.
    type: str
    choices: [launch, marketplace, install]
    default: launch
  marketplace_id:
    description:
      - The number of the marketplace. Required with O(via=marketplace).
    type: int
  username:
    description:
      - Call LAUNCH or Marketplace for this user of the account, who is created where nobody has that name, instead of for the account.
      - Requires O(password).
    type: str
  password:
    description:
      - The password of O(username).
    type: str
  update_auth:
    description:
      - V(always) writes the authentication of a connector that is there again when it differs.
      - V(on_create) leaves it alone.
    type: str
    choices: [always, on_create]
    default: always
  start:
    description:
      - Whether integrations start after they were set up (LAUNCH only; the API's default is V(true)).
    type: bool
  run_once:
    description:
      - Whether integrations run once only (LAUNCH only).
    type: bool
  tags:
    description:
      - Offer the templates with at least one of these tags (LAUNCH only). Case matters.
    type: list
    elements: str
  inline_oauth:
    description:
      - Whether the consent takes place in the same window. The default is a setting in the Console.
    type: bool
  auto_install:
    description:
      - Whether a single template is installed without being chosen (LAUNCH only; the API's default is V(true)).
    type: bool
  single_install:
    description:
      - Whether only one template can be installed (LAUNCH only).
    type: bool
  complete_parameter:
    description:
      - A text that is handed back when the customer is done.
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
      - How the connector is spelled in the call. V(connector_authentications) is the form since 2023.
      - V(partner_connector) is the older field, which some instances may still need.
    type: str
    choices: [connector_authentications, partner_connector]
    default: connector_authentications
  force:
    description:
      - Call LAUNCH or Marketplace even where the connector is there already, for a new URL.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Bring the partner connector into a new customer's account
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

- name: Install it into an account that exists, with a key of the customer's own
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
  description: The company's connector as it is kept in the source account. Values of sensitive properties are V(null).
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
    - The connector in the customer's account, as M(cyclr.ipaas.cyclr_connector_install) returns it. In check mode as it would be.
  type: dict
  returned: success
  sample:
    id: 54321
    name: Acme Platform
    description: null
    authenticated: true
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
  description: What LAUNCH or Marketplace answered, or V(null) where none was called. RV(deployment.url) and RV(deployment.token) are secrets.
  type: dict
  returned: success
  contains:
    via:
      description: V(launch) or V(marketplace).
      type: str
      sample: launch
    account_id:
      description: The customer's account.
      type: str
      sample: customer-42
    url:
      description: Where the customer goes next. It works once and for five minutes. V(null) in check mode.
      type: str
    token:
      description: The token inside the URL. V(null) in check mode.
      type: str
    expires_at:
      description: When the URL ends, in UTC as ISO 8601. V(null) in check mode.
      type: str
diff:
  description: What changes in the account connector, before and after, with secrets hidden.
  type: dict
  returned: success
error:
  description: What the API answered. All values are V(null) where no answer is behind the failure.
  type: dict
  returned: failure
  sample:
    status: 401
    method: POST
    path: /v1.0/accounts/customer-42/launch
    message: Authorization has been denied for this request.
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import authentication, module_spec, properties
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_connector import creation_diff
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import installed_connectors
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.partner_connector import desired_partner_connector, find_source, find_target
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.launch import LAUNCH_OPTIONS, bring_in, deploy
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import connector_of, installed_record

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
    """Options that the way of deployment does not know would be ignored without a word."""
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
        raise InvalidInput("via=%s does not know: %s" % (via, ", ".join(sorted(refused))))


def described(source, sensitive):
    connector = connector_of(source)
    record = installed_record(source, also_sensitive=sensitive)
    return dict(
        name=record["connector"]["name"],
        version=record["connector"]["version"],
        connector_id=connector.get("Id"),
        properties=record["properties"],
    )


def warnings_for(record, account_id):
    if record["is_partner_connector"] or record["id"] is None:
        return []
    return [
        "The API did not mark %r in account %r as the partner connector (Native): users with access to the account can see and edit it. The mark "
        "has to be set in the Console" % (record["name"], account_id)
    ]


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    source_account_id = check_account_id(params["source_account_id"], "source_account_id")
    check_options(params)
    installed = installed_connectors(api, source_account_id, option="source_account_id")
    source = find_source(installed, source_account_id, params["connector"])
    by_call = params["via"] != "install"
    installed = installed_connectors(api, account_id, may_be_missing=by_call or check_mode)
    existing = find_target(installed or [], source)
    wanted = desired_partner_connector(params, source, existing)
    is_new = existing is None
    deployment = None
    if by_call and (existing is None or params["force"]):
        deployment, existing = deploy(api, account_id, params, source, wanted, existing, check_mode)
    changed, current, before, after = bring_in(api, account_id, wanted, existing, check_mode)
    record = wanted.record(current)
    return dict(
        changed=changed or deployment is not None,
        partner_connector=described(source, wanted.sensitive),
        account_connector=record,
        deployment=deployment,
        diff=dict(before={}, after=creation_diff(wanted)) if is_new else dict(before=before, after=after),
        warnings=warnings_for(record, account_id),
    )


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
