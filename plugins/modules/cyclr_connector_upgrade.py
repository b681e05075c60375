#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_connector_upgrade
short_description: Replace an installed connector by another version of it
version_added: 1.0.0
description:
  - Changes the version of a connector in an account. The API cannot do that to an installed connector, so the module installs the new version
    beside the old one, and removes the old one later.
  - Installs the new version with the settings of the old one. The old one is renamed, for example to C(Salesforce (replaced by v60.0)), and the new
    one gets its name. Integrations go on with the old one under its new name.
  - Copies properties, and an API key or a user name with password, as far as the API shows them. OAuth tokens cannot be copied. The customer has to
    authorize the new version, see M(cyclr.ipaas.cyclr_oauth_hand_over).
  - With O(remove_replaced=true), removes the old one as soon as the new one is ready and no integration of the account or of a sub-account uses the old
    one, whether it runs or not.
  - Does not move integrations to the new version, because the API does not document a way to do that. The result lists those that still use the old one.
    Reinstall them, see M(cyclr.ipaas.cyclr_cycle), and run the task again.
  - Does nothing in an account that does not have the connector. Run it as often as you like, also after a failure. It continues with what is missing.
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
      - An account that does not exist yet does not have the connector.
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - A secret that the API does not show, or masks, counts as stored once the connector is authenticated.
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
    required: true
  connector_version:
    description:
      - The version that the account should have.
      - An empty string selects the connector without a version.
    type: str
    required: true
  from_versions:
    description:
      - Replaces only instances in one of these versions. An empty string stands for an instance without a version.
      - By default, instances in all other versions are replaced, except newer ones. Versions are compared only if they are numbered in the same
        way, such as V(v58.0) and V(v60.0).
      - Name a newer version here to go back to O(connector_version).
    type: list
    elements: str
  instance:
    description:
      - The name of the instance to replace. Needed only if the account has several instances of the connector to upgrade.
    type: str
  name:
    description:
      - The name of the new instance. Defaults to the name of the instance that it replaces, which is renamed.
      - Whether the API can rename an instance is not documented. If it cannot, the module fails before anything else is changed. Set this
        option to another name in that case. Nothing is renamed then, and O(cyclr.ipaas.cyclr_connector_install#module:name) of later tasks has to be
        the same name.
    type: str
  description:
    description:
      - The description of the new instance. By default, a new instance gets that of the old one.
    type: str
  username:
    description:
      - The user name for a connector with Basic authentication. Requires O(password).
    type: str
  password:
    description:
      - The password for O(username).
    type: str
  update_auth:
    description:
      - V(always) updates the authentication of the new instance if it differs from the one that is specified.
      - V(on_create) sets the authentication when the new instance is installed and leaves it unchanged afterwards.
    type: str
    choices: [always, on_create]
    default: always
  remove_replaced:
    description:
      - Whether to remove the old instance if the new one is ready and no integration uses the old one.
    type: bool
    default: false
seealso:
  - module: cyclr.ipaas.cyclr_connector_install
  - module: cyclr.ipaas.cyclr_oauth_hand_over
"""

EXAMPLES = r"""
- name: Install the new version, which the customer has to authorize
  cyclr.ipaas.cyclr_connector_upgrade:
    account_id: customer-42
    connector: Salesforce
    connector_version: v60.0

- name: Remove the old version after the authorization
  cyclr.ipaas.cyclr_connector_upgrade:
    account_id: customer-42
    connector: Salesforce
    connector_version: v60.0
    remove_replaced: true

- name: Upgrade a connector and replace its key
  cyclr.ipaas.cyclr_connector_upgrade:
    account_id: customer-42
    connector: Zendesk
    connector_version: v3
    api_key: "{{ zendesk_api_key }}"
    properties:
      Plan: growth

- name: Return to the previous version
  cyclr.ipaas.cyclr_connector_upgrade:
    account_id: customer-42
    connector: Salesforce
    connector_version: v58.0
    from_versions: [v60.0]
"""

RETURN = r"""
state:
  description:
    - V(not_installed) if the account does not have the connector, V(left_out) if it has it in a newer version, or in one that is not in O(from_versions), and
      V(up_to_date) if nothing is left to do.
    - V(waits_for_oauth) if the customer has to authorize the new version, and V(needs_key) if it lacks an API key, a password or the like.
    - V(in_use) if integrations use the old version.
    - V(removable) if the old version can be removed with O(remove_replaced=true).
  type: str
  returned: success
  sample: in_use
account_connector:
  description:
    - The instance in the new version, with the same keys as in RV(cyclr.ipaas.cyclr_connector_install#module:account_connector). V(null) if the account
      does not have it.
    - In check mode, the predicted instance, with V(null) for what only the API knows.
  type: dict
  returned: success
  sample:
    id: 54322
    name: Salesforce
    description: null
    authenticated: true
    state: ready
    is_partner_connector: false
    requires_oauth: true
    auth_type: OAuth2
    connector:
      id: 20004
      name: Salesforce
      version: v60.0
    properties: []
    auth_value: null
replaced:
  description: The instances in other versions that the new one replaces.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The ID.
      type: int
      sample: 54321
    name:
      description: The name that it has now.
      type: str
      sample: Salesforce (replaced by v60.0)
    version:
      description: The version. V(null) if it does not have one.
      type: str
      sample: v58.0
    removed:
      description: Whether it was removed.
      type: bool
    used_by:
      description: The integrations that use it, each with the C(account_id) of the account or sub-account that it is in, C(id), C(name) and C(running).
      type: list
      elements: dict
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
    path: /v1.0/connectors/20004/install
    message: Connector 20004 is a draft and cannot be installed.
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.connector_upgrade import Upgrade, nothing_to_replace
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.connector_uses import without_those_of_the_parent
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.connector_versions import instances
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import installed_connectors, installed_connectors_or_none
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import authentication, module_spec, properties
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(
    dict(
        authentication(),
        account_id=dict(type="str", required=True),
        connector=dict(type="str", required=True),
        connector_version=dict(type="str", required=True),
        from_versions=dict(type="list", elements="str"),
        instance=dict(type="str"),
        name=dict(type="str"),
        description=dict(type="str"),
        username=dict(type="str"),
        password=dict(type="str", no_log=True),
        update_auth=dict(type="str", default="always", choices=["always", "on_create"]),
        remove_replaced=dict(type="bool", default=False),
        **properties()
    ),
    mutually_exclusive=[("authentication", "authentication_id"), ("auth_value", "api_key", "username", "oauth_tokens")],
    required_together=[("username", "password")],
)


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    if not params["connector"]:
        raise InvalidInput("connector: must not be empty")
    # In check mode an earlier task may be what would have created the account.
    installed = (installed_connectors_or_none if check_mode else installed_connectors)(api, account_id) or []
    if instances(account_id, installed, params) is not None:
        installed = without_those_of_the_parent(api, account_id, installed)
    found = instances(account_id, installed, params)
    if found is None:
        return nothing_to_replace(installed, params)
    return Upgrade(api, account_id, params, found, check_mode).result()


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
