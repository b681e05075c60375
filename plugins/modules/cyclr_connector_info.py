#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_connector_info
short_description: Read connectors from Cyclr
version_added: 0.1.0
description:
  - Reads the catalogue of connectors that an account can use, and the connectors that are installed in it.
  - Filters apply to both lists.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
  - cyclr.ipaas.attributes.info
options:
  account_id:
    description:
      - The API ID of the account.
      - In check mode, both lists are empty if the account does not exist yet.
    type: str
    required: true
  gather:
    description:
      - V(catalogue) reads the connectors that can be installed, V(installed) reads those that are installed.
      - Reading the whole catalogue takes a while, because the API sends every connector's icon.
    type: list
    elements: str
    choices: [catalogue, installed]
    default: [catalogue, installed]
  connector_id:
    description:
      - Only this release of a connector.
    type: int
  name:
    description:
      - Only connectors of exactly this name. An installed connector matches by its own name and by that of its connector.
    type: str
  version:
    description:
      - Only connectors of this version. An empty string selects those without a version.
    type: str
  query:
    description:
      - Only connectors whose name contains this text.
    type: str
  category:
    description:
      - Only connectors of this category.
    type: str
  include_custom:
    description:
      - Whether a search of the catalogue includes the custom connectors of the company or the account. Looking one up by O(name) or
        O(connector_id) always finds them.
    type: bool
    default: true
  partner_only:
    description:
      - Only installed connectors that are marked as the partner connector, the company's own connector ("Native" in the Console). The
        catalogue does not have this mark.
    type: bool
    default: false
  include_icons:
    description:
      - Whether to return the connectors' icons, as data URIs of 1 to 90 kB each.
    type: bool
    default: false
  include_secrets:
    description:
      - Whether to return the authentication and the values of sensitive properties of installed connectors in the clear.
      - Use it with C(no_log=true).
    type: bool
    default: false
  include_uses:
    description:
      - Whether to return RV(account_connectors[].used_by), the integrations that use each installed connector. This takes further requests.
      - A sub-account can see the connectors of its parent account, which belong to the parent. With this option, they are left out.
    type: bool
    default: false
    version_added: 1.0.0
seealso:
  - module: cyclr.ipaas.cyclr_connector_install
"""

EXAMPLES = r"""
- name: List the CRMs that the account can use
  cyclr.ipaas.cyclr_connector_info:
    account_id: customer-42
    gather: [catalogue]
    category: CRMs
  register: crms

- name: Read what a connector needs
  cyclr.ipaas.cyclr_connector_info:
    account_id: customer-42
    gather: [catalogue]
    name: Mailchimp
  register: mailchimp

- name: Read the connectors of the account
  cyclr.ipaas.cyclr_connector_info:
    account_id: customer-42
    gather: [installed]
  register: state

- name: Show those that the customer still has to authorize
  ansible.builtin.debug:
    msg: "{{ state.account_connectors | selectattr('state', 'eq', 'waits_for_oauth') | map(attribute='name') }}"

- name: Find the partner connector and its authentication
  cyclr.ipaas.cyclr_connector_info:
    account_id: templates
    gather: [installed]
    partner_only: true
    include_secrets: true
  register: source
  no_log: true
"""

RETURN = r"""
connectors:
  description: Connectors of the catalogue.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The ID of this release. It changes with every release.
      type: int
      sample: 20225
    name:
      description: The name.
      type: str
      sample: Mailchimp
    version:
      description: The version. V(null) for most connectors.
      type: str
    description:
      description: What the connector is for.
      type: str
    status:
      description: V(Approved), or V(Draft) for a connector that cannot be installed.
      type: str
      sample: Approved
    categories:
      description: The categories.
      type: list
      elements: str
    is_system_connector:
      version_added: 1.0.0
      description: Whether it is a utility that never needs authentication. V(null) if the API does not say.
      type: bool
      sample: false
    authentication:
      description: The ways to authenticate, each with C(id), C(name), C(description), C(type), C(oauth2_type) and C(scheme).
      type: list
      elements: dict
    parameters:
      description:
        - What can be set. C(target_name) is the name to use in O(cyclr.ipaas.cyclr_connector_install#module:properties).
        - C(values) are the allowed values. If it is empty, any value is allowed.
      type: list
      elements: dict
    icon:
      description: A data URI.
      type: str
      returned: with O(include_icons=true)
account_connectors:
  description: Installed connectors.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The ID of the installed connector (not that of the connector in the catalogue).
      type: int
      sample: 54321
    name:
      description: The name of the installed connector.
      type: str
      sample: Mailchimp
    description:
      description: Its description.
      type: str
    authenticated:
      description: Whether an authentication is stored. Cyclr does not check whether it still works.
      type: bool
    state:
      version_added: 1.0.0
      description:
        - V(ready) if the connector is authenticated or needs no authentication.
        - V(waits_for_oauth) if the customer still has to authorize it in the browser, see M(cyclr.ipaas.cyclr_oauth_link).
        - V(needs_key) if an API key, a password or the like is missing.
      type: str
      sample: ready
    is_partner_connector:
      description: Whether it is marked as the partner connector.
      type: bool
    requires_oauth:
      description: Whether the customer has to authorize it in the browser. V(null) if the API does not say how the connector authenticates.
      type: bool
    auth_type:
      description: The type of authentication. V(null) if the connector has several and the API does not say which one is in use.
      type: str
      sample: ApiKey
    connector:
      description: C(id), C(name) and C(version) of the connector in the catalogue.
      type: dict
    properties:
      description: C(id), C(name) and C(value) of each property. The value of a sensitive property is V(null) without O(include_secrets=true).
      type: list
      elements: dict
    used_by:
      version_added: 1.0.0
      description:
        - The integrations that use it, each with the C(account_id) of the account or sub-account that it is in, C(id), C(name) and C(running), which is
          V(null) if the API does not say. Integrations of sub-accounts can use the connectors of their parent account.
      type: list
      elements: dict
      returned: with O(include_uses=true)
    auth_value:
      description: The authentication as Cyclr stores it. V(null) without O(include_secrets=true).
      type: str
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

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.connector_uses import uses, without_those_of_the_parent
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import in_account, in_account_or_none
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        gather=dict(type="list", elements="str", choices=["catalogue", "installed"], default=["catalogue", "installed"]),
        connector_id=dict(type="int"),
        name=dict(type="str"),
        version=dict(type="str"),
        query=dict(type="str"),
        category=dict(type="str"),
        include_custom=dict(type="bool", default=True),
        partner_only=dict(type="bool", default=False),
        include_icons=dict(type="bool", default=False),
        include_secrets=dict(type="bool", default=False, no_log=False),
        include_uses=dict(type="bool", default=False),
    ),
)


def fits(connector, params, name):
    """Whether a connector of that name passes the filters."""
    name = (name or "").lower()
    return (
        params["connector_id"] in (None, connector.id)
        and (params["name"] or name).lower() == name
        and params["version"] in (None, connector.version or "")
        and (params["query"] or "").lower() in name
        and (not params["category"] or params["category"] in connector.categories)
    )


def catalogue(api, account_id, params):
    """Ask the API for as little as possible: one connector by id or name, else its search."""
    if params["connector_id"] is not None:
        found = [connector for connector in [api.connectors.by_id(account_id, params["connector_id"])] if connector is not None]
    elif params["name"]:
        found = api.connectors.by_name(account_id, params["name"])
    else:
        found = api.connectors.catalogue(account_id, params["query"], params["category"], params["include_custom"])
    return [connector.record(params["include_icons"]) for connector in found if fits(connector, params, connector.name)]


def installed(api, account_id, params):
    found = [
        one
        for one in api.connectors.installed(account_id)
        if fits(one.connector, params, one.name if one.name == params["name"] else one.connector.name)
        and (one.is_partner_connector or not params["partner_only"])
    ]
    if not params["include_uses"]:
        return [one.record(params["include_secrets"]) for one in found]
    own = without_those_of_the_parent(api, account_id, found)
    return [dict(one.record(params["include_secrets"]), used_by=used_by) for one, used_by in uses(api, account_id, own)]


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    # In check mode an earlier task may be what would have created the account.
    read = in_account_or_none if check_mode else in_account
    connectors, account_connectors = [], []
    if "catalogue" in params["gather"]:
        connectors = read(api, account_id, lambda: catalogue(api, account_id, params))
    if "installed" in params["gather"] and connectors is not None:
        account_connectors = read(api, account_id, lambda: installed(api, account_id, params))
    return dict(changed=False, connectors=connectors or [], account_connectors=account_connectors or [])


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
