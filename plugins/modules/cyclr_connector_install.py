#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_connector_install
short_description: Install, change or remove a connector in a Cyclr account
description:
  - Ensures that a connector of the catalogue is installed in an account, with its properties and its authentication.
  - What identifies an installed connector is its O(name) within the account. One connector can be installed several times under
    different names.
  - Properties and authentication are checked against what the connector declares before anything is written.
  - Connectors that authenticate with OAuth wait for somebody to consent after they were installed, see M(cyclr.ipaas.cyclr_oauth_link).
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.authentication
  - cyclr.ipaas.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - Secrets that the API does not show, or masks, are taken as being in place once the connector is authenticated. To replace
        such a secret run once with O(state=deauthenticated) and then with O(state=present).
      - A sensitive property that the API lists without a value is sent until the connector is authenticated. It counts as changed where the
        API shows the value afterwards, and in check mode.
options:
  account_id:
    description:
      - The API ID of the account.
    type: str
    required: true
  connector:
    description:
      - The name of the connector in the catalogue.
    type: str
  connector_version:
    description:
      - The version of the connector. Needed only where the catalogue has several versions of that name.
      - An empty string stands for the one without a version.
    type: str
  connector_id:
    description:
      - The id of the connector instead of its name. It is the id of one release and changes with every release, so prefer O(connector).
    type: int
  name:
    description:
      - The name of the instance within the account.
      - The connector's own name if this is not given.
    type: str
  description:
    description:
      - The description of the instance.
    type: str
  username:
    description:
      - The user name for a connector with Basic authentication. Requires O(password).
    type: str
  password:
    description:
      - The password that goes with O(username).
    type: str
  partner_connector:
    description:
      - Whether this is the company's own connector (Console, "Native"), which users of the account cannot see or edit.
      - Where the API does not take the mark the module fails and says that it has to be set in the Console.
    type: bool
  update_auth:
    description:
      - V(always) writes the authentication of an installed connector again when it differs.
      - V(on_create) writes it when the connector is installed and never again.
    type: str
    choices: [always, on_create]
    default: always
  state:
    description:
      - V(present) ensures that the connector is installed as described.
      - V(absent) removes it.
      - V(deauthenticated) keeps it and makes Cyclr forget its authentication, which stops the integrations that use it.
    type: str
    choices: [present, absent, deauthenticated]
    default: present
"""

EXAMPLES = r"""
- name: Install a connector that customers authenticate in the browser
  cyclr.ipaas.cyclr_connector_install:
    account_id: customer-42
    connector: HubSpot

- name: Install one version of a connector under a name of its own
  cyclr.ipaas.cyclr_connector_install:
    account_id: customer-42
    connector: Salesforce
    connector_version: v60.0
    name: Salesforce Sandbox

- name: Install a connector with an API key and properties
  cyclr.ipaas.cyclr_connector_install:
    account_id: customer-42
    connector: Mailchimp
    api_key: "{{ mailchimp_api_key }}"
    properties:
      DataCentre: us6

- name: Use the customer's own OAuth app
  cyclr.ipaas.cyclr_connector_install:
    account_id: customer-42
    connector: QuickBooks
    properties:
      ClientId: "{{ quickbooks_client_id }}"
    sensitive_properties:
      ClientSecret: "{{ quickbooks_client_secret }}"

- name: Revoke the authentication of a connector
  cyclr.ipaas.cyclr_connector_install:
    account_id: customer-42
    name: Mailchimp
    state: deauthenticated

- name: Remove a connector
  cyclr.ipaas.cyclr_connector_install:
    account_id: customer-42
    name: Mailchimp
    state: absent
"""

RETURN = r"""
account_connector:
  description:
    - The installed connector. In check mode as it would be, with V(null) for what only the API can tell.
    - V(null) where there is none any more.
    - Values of sensitive properties and C(auth_value) are V(null), see M(cyclr.ipaas.cyclr_connector_info) for them.
  type: dict
  returned: success
  sample:
    id: 54321
    name: Mailchimp
    description: null
    authenticated: true
    is_partner_connector: false
    requires_oauth: false
    auth_type: ApiKey
    connector:
      id: 20225
      name: Mailchimp
      version: null
    properties:
      - id: 41
        name: DataCentre
        value: us6
    auth_value: null
diff:
  description: What changes, before and after, with secrets hidden.
  type: dict
  returned: success
error:
  description: What the API answered. All values are V(null) where no answer is behind the failure.
  type: dict
  returned: failure
  sample:
    status: 400
    method: POST
    path: /v1.0/connectors/5122/install
    message: Connector 5122 is a draft and cannot be installed.
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import authentication, module_spec, properties
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.authentication import desired_authentication
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.properties import check_properties, desired_properties
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_connector import Wanted, ensure_deauthenticated, ensure_installed, ensure_removed
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import catalogue_target, installed_connectors, installed_target, match, unknown_target
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import connector_of, installed_record, properties_of

SPEC = module_spec(
    dict(
        authentication(),
        account_id=dict(type="str", required=True),
        connector=dict(type="str"),
        connector_version=dict(type="str"),
        connector_id=dict(type="int"),
        name=dict(type="str"),
        description=dict(type="str"),
        username=dict(type="str"),
        password=dict(type="str", no_log=True),
        partner_connector=dict(type="bool"),
        update_auth=dict(type="str", default="always", choices=["always", "on_create"]),
        state=dict(type="str", default="present", choices=["present", "absent", "deauthenticated"]),
        **properties()
    ),
    mutually_exclusive=[
        ("connector", "connector_id"),
        ("connector_version", "connector_id"),
        ("authentication", "authentication_id"),
        ("auth_value", "api_key", "username", "oauth_tokens"),
    ],
    required_together=[("username", "password")],
    required_one_of=[("connector", "connector_id", "name")],
    required_if=[("state", "present", ("connector", "connector_id"), True)],
    required_by=dict(connector_version="connector"),
)


def result(changed, record, before, after):
    return dict(changed=changed, account_connector=record, diff=dict(before=before, after=after))


def ensure_absent(account_id, existing, api, check_mode):
    if existing is None:
        return result(False, None, {}, {})
    ensure_removed(api, account_id, existing, check_mode)
    return result(True, None, dict(id=existing["Id"], name=existing["Name"]), {})


def ensure_deauthenticated_state(account_id, existing, api, check_mode):
    changed, current = ensure_deauthenticated(api, account_id, existing, check_mode)
    diff = (dict(authenticated=True), dict(authenticated=False)) if changed else ({}, {})
    return result(changed, installed_record(current), *diff)


def ensure_present(account_id, existing, installed, params, api, check_mode):
    properties_wanted = desired_properties(params["properties"], params["sensitive_properties"])
    if existing is not None:
        connector = connector_of(existing)
    elif installed is None:
        connector = unknown_target(params)
    else:
        connector = catalogue_target(api, account_id, params)
        existing = match(installed, params["name"] or connector["Name"])
    method, auth_value = desired_authentication(params, connector)
    wanted = Wanted(
        name=params["name"] or connector["Name"],
        connector=connector,
        method=method,
        auth_value=auth_value,
        properties=properties_wanted,
        sensitive=frozenset(params["sensitive_properties"] or ()),
        description=params["description"],
        is_partner_connector=params["partner_connector"],
        update_auth=params["update_auth"],
    )
    check_properties(connector, properties_wanted, properties_of(existing or {}), wanted.sensitive)
    changed, current, before, after = ensure_installed(api, account_id, wanted, existing, check_mode)
    return result(changed, wanted.record(current), before, after)


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    # In check mode an earlier task may be what would have created the account.
    installed = installed_connectors(api, account_id, may_be_missing=check_mode)
    existing = installed_target(api, account_id, params, installed or [])
    if params["state"] == "present":
        return ensure_present(account_id, existing, installed, params, api, check_mode)
    if params["state"] == "absent":
        return ensure_absent(account_id, existing, api, check_mode)
    if existing is None:
        wanted = params["name"] or params["connector"] or params["connector_id"]
        raise InvalidInput("name: account %r has no connector %r to de-authenticate" % (account_id, wanted))
    return ensure_deauthenticated_state(account_id, existing, api, check_mode)


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
