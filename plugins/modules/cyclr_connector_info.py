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
description:
  - Reads the catalogue of connectors that an account can use and the connectors that are installed in it.
  - What is given as a filter applies to both.
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
    type: str
    required: true
  gather:
    description:
      - V(catalogue) reads the connectors that can be installed, V(installed) those that are.
      - Reading the whole catalogue takes a while, since the API sends every connector's icon along.
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
      - Only connectors of exactly this name. For installed ones the name of the instance counts as well as the connector's.
    type: str
  version:
    description:
      - Only connectors of this version. An empty string stands for those without a version.
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
      - Whether a search of the catalogue includes the connectors that the company or the account made itself. Looking one up by O(name) or
        O(connector_id) always finds them.
    type: bool
    default: true
  partner_only:
    description:
      - Only installed connectors that are marked as the company's own (partner connector, "Native"). The catalogue does not know this mark.
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
seealso:
  - module: cyclr.ipaas.cyclr_connector_install
"""

EXAMPLES = r"""
- name: Which CRMs can the account use?
  cyclr.ipaas.cyclr_connector_info:
    account_id: customer-42
    gather: [catalogue]
    category: CRMs
  register: crms

- name: What does a connector need?
  cyclr.ipaas.cyclr_connector_info:
    account_id: customer-42
    gather: [catalogue]
    name: Mailchimp
  register: mailchimp

- name: Which connectors of the account still wait for consent?
  cyclr.ipaas.cyclr_connector_info:
    account_id: customer-42
    gather: [installed]
  register: state

- name: Show them
  ansible.builtin.debug:
    msg: "{{ state.account_connectors | rejectattr('authenticated') | map(attribute='name') }}"

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
      description: The id of this release. It changes with every release.
      type: int
      sample: 20225
    name:
      description: The name.
      type: str
      sample: Mailchimp
    version:
      description: The version, V(null) for most connectors.
      type: str
    description:
      description: What it is.
      type: str
    status:
      description: V(Approved), or a draft that cannot be installed.
      type: str
      sample: Approved
    categories:
      description: The categories.
      type: list
      elements: str
    authentication:
      description: The ways to authenticate, each with C(id), C(name), C(description), C(type), C(oauth2_type) and C(scheme).
      type: list
      elements: dict
    parameters:
      description: What can be set. C(target_name) is the name for the option C(properties), C(values) what is allowed where not empty.
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
      description: The id of the installed connector (not of the connector in the catalogue).
      type: int
      sample: 54321
    name:
      description: The name of the instance.
      type: str
      sample: Mailchimp
    description:
      description: Its description.
      type: str
    authenticated:
      description: Whether it has an authentication. Cyclr does not check at this time that it still works.
      type: bool
    is_partner_connector:
      description: Whether it is marked as the company's own.
      type: bool
    requires_oauth:
      description: Whether somebody has to consent in the browser. V(null) where the API does not tell how the connector authenticates.
      type: bool
    auth_type:
      description: The type of authentication, V(null) where the connector has several and the API does not tell which one is in use.
      type: str
      sample: ApiKey
    connector:
      description: C(id), C(name) and C(version) of the connector in the catalogue.
      type: dict
    properties:
      description: C(id), C(name) and C(value) of each property. The value of a sensitive one is V(null) without O(include_secrets=true).
      type: list
      elements: dict
    auth_value:
      description: The authentication as Cyclr stores it, V(null) without O(include_secrets=true).
      type: str
error:
  description: What the API answered. All values are V(null) where no answer is behind the failure.
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
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import installed_connectors
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import catalogue_record, connector_of, installed_record

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
    ),
)


def fits(record, params):
    """Whether a catalogue record passes the filters."""
    return (
        params["connector_id"] in (None, record["id"])
        and (params["name"] or record["name"] or "").lower() == (record["name"] or "").lower()
        and params["version"] in (None, record["version"] or "")
        and (params["query"] or "").lower() in (record["name"] or "").lower()
        and (not params["category"] or params["category"] in record["categories"])
    )


def catalogue(account_id, params, api):
    """Ask the API for as little as possible: one connector by id or name, else its search."""
    if params["connector_id"] is not None:
        found = [raw for raw in [api.connectors.by_id(account_id, params["connector_id"])] if raw is not None]
    elif params["name"]:
        found = api.connectors.by_name(account_id, params["name"])
    else:
        found = api.connectors.catalogue(account_id, params["query"], params["category"], params["include_custom"])
    records = [catalogue_record(raw, params["include_icons"]) for raw in found if isinstance(raw, dict)]
    return [record for record in records if fits(record, params)]


def installed(account_id, params, api):
    for raw in installed_connectors(api, account_id):
        record = catalogue_record(connector_of(raw))
        if params["name"] and raw["Name"] == params["name"]:
            record["name"] = params["name"]
        if fits(record, params) and (raw.get("IsPartnerIntegrationConnector") or not params["partner_only"]):
            yield installed_record(raw, params["include_secrets"])


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    gather = params["gather"]
    return dict(
        changed=False,
        connectors=catalogue(account_id, params, api) if "catalogue" in gather else [],
        account_connectors=list(installed(account_id, params, api)) if "installed" in gather else [],
    )


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
