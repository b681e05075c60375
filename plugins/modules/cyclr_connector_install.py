#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_connector_install
short_description: Install, update or remove a connector in a Cyclr account
version_added: 0.1.0
description:
  - Installs a connector of the catalogue in an account, with its properties and its authentication.
  - An installed connector is identified by its O(name), which is unique within the account. One connector can be installed several times
    under different names.
  - Properties and authentication are checked against what the connector declares before anything is written.
  - A connector that authenticates with OAuth is installed first and authorized by the customer afterwards, see
    M(cyclr.ipaas.cyclr_oauth_link).
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
      - If the account does not exist yet, its catalogue cannot be read. The options are then taken as they are, and what only the API
        knows is V(null).
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - A secret that the API does not show, or masks, counts as stored once the connector is authenticated. To replace such a secret, run
        the task once with O(state=deauthenticated) and then with O(state=present).
      - A sensitive property that the API lists without a value is sent until the connector is authenticated. It counts as changed if the
        API shows the value afterwards, and in check mode.
options:
  account_id:
    description:
      - The API ID of the account.
    type: str
    required: true
  catalogue_account_id:
    version_added: 1.0.0
    description:
      - The API ID of an account in whose catalogue names are checked if O(account_id) does not exist yet. Used in check mode only.
      - A connector is not refused if neither it nor one of a similar name is in that catalogue, because O(account_id) may have its own
        connectors.
    type: str
  connector:
    description:
      - The name of the connector in the catalogue.
    type: str
  connector_version:
    description:
      - The version of the connector. Needed only if the catalogue has several versions of that name.
      - An empty string selects the connector without a version.
    type: str
  connector_id:
    description:
      - The ID of the connector, as an alternative to its name. The ID changes with every release of the connector, so prefer O(connector).
    type: int
  name:
    description:
      - The name of the installed connector within the account.
      - Defaults to the name of the connector in the catalogue.
    type: str
  description:
    description:
      - The description of the installed connector.
    type: str
  username:
    description:
      - The user name for a connector with Basic authentication. Requires O(password).
    type: str
  password:
    description:
      - The password for O(username).
    type: str
  partner_connector:
    description:
      - Whether this is the company's own connector ("Native" in the Console), which users of the account cannot see or edit.
      - Fails if the API does not accept the mark. Set it in the Console in that case.
    type: bool
  update_auth:
    description:
      - V(always) updates the authentication of an installed connector if it differs.
      - V(on_create) sets the authentication when the connector is installed and leaves it unchanged afterwards.
    type: str
    choices: [always, on_create]
    default: always
  state:
    description:
      - V(present) installs the connector, or updates it if it differs.
      - V(absent) removes it.
      - V(deauthenticated) keeps it and deletes its authentication, which stops the integrations that use it.
    type: str
    choices: [present, absent, deauthenticated]
    default: present
"""

EXAMPLES = r"""
- name: Install a connector that the customer authorizes in the browser
  cyclr.ipaas.cyclr_connector_install:
    account_id: customer-42
    connector: HubSpot

- name: Install one version of a connector under its own name
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
    - The installed connector, or V(null) if it was removed. In check mode, the predicted connector, with V(null) for what only the API
      knows.
    - C(state) is V(ready) if the connector is authenticated or needs no authentication, V(waits_for_oauth) if the customer still has to
      authorize it, and V(needs_key) if an API key, a password or the like is missing.
    - Values of sensitive properties and C(auth_value) are V(null). Use M(cyclr.ipaas.cyclr_connector_info) to read them.
  type: dict
  returned: success
  sample:
    id: 54321
    name: Mailchimp
    description: null
    authenticated: true
    state: ready
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
  description: The differences before and after. Secrets are hidden.
  type: dict
  returned: success
error:
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 400
    method: POST
    path: /v1.0/connectors/5122/install
    message: Connector 5122 is a draft and cannot be installed.
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_connector import (
    Mark,
    Wanted,
    ensure_deauthenticated,
    ensure_installed,
    ensure_removed,
)
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.authentication import desired_authentication
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import (
    catalogue_target,
    expected_target,
    installed_connectors,
    installed_connectors_or_none,
    installed_target,
    match,
    predicted_target,
)
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.properties import check_properties, desired_properties
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.suggestions import did_you_mean
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import AccountConnector
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import authentication, module_spec, properties
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(
    dict(
        authentication(),
        account_id=dict(type="str", required=True),
        catalogue_account_id=dict(type="str"),
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


def result(outcome, record):
    return dict(changed=outcome.changed, account_connector=record, diff=dict(before=outcome.before, after=outcome.after))


def absent(api, account_id, existing, check_mode):
    return result(ensure_removed(api, account_id, existing, check_mode), None)


def deauthenticated(api, account_id, params, installed, existing, check_mode):
    if installed is None:
        connector = predicted_target(params)
        existing = AccountConnector(name=params["name"] or connector.name, connector=connector, authenticated=True)
    if existing is None:
        wanted = params["name"] or params["connector"] or params["connector_id"]
        meant = did_you_mean(wanted, [one.name for one in installed])
        raise InvalidInput("name: account %r has no connector %r to de-authenticate%s" % (account_id, wanted, meant))
    outcome = ensure_deauthenticated(api, account_id, existing, check_mode)
    return result(outcome, outcome.current.record())


def present(api, account_id, params, installed, existing, check_mode):
    values = desired_properties(params["properties"], params["sensitive_properties"])
    if existing is not None:
        connector = existing.connector
    elif installed is None:
        connector = expected_target(api, params)
    else:
        connector = catalogue_target(api, account_id, params)
        existing = match(installed, params["name"] or connector.name)
    method, auth_value = desired_authentication(params, connector)
    wanted = Wanted(
        name=params["name"] or connector.name,
        connector=connector,
        method=method,
        auth_value=auth_value,
        properties=values,
        sensitive=frozenset(params["sensitive_properties"] or ()),
        description=params["description"],
        mark=Mark(params["partner_connector"]),
        update_auth=params["update_auth"],
    )
    check_properties(connector, values, existing.values if existing else {}, wanted.sensitive)
    outcome = ensure_installed(api, account_id, wanted, existing, check_mode)
    return result(outcome, wanted.record(outcome.current))


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    # In check mode an earlier task may be what would have created the account.
    read = installed_connectors_or_none if check_mode else installed_connectors
    installed = read(api, account_id)
    existing = installed_target(api, account_id, params, installed or [])
    if params["state"] == "absent":
        return absent(api, account_id, existing, check_mode)
    ensure = present if params["state"] == "present" else deauthenticated
    return ensure(api, account_id, params, installed, existing, check_mode)


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
