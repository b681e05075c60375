#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_oauth_link
short_description: Create an OAuth link for a customer
version_added: 0.1.0
description:
  - Creates the link that a customer opens in a browser to authorize a connector.
  - The link works once and for five minutes. Anybody who has it can enter the whole account in that time, so treat it as a secret.
  - Nothing is created for a connector that is already authenticated.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
attributes:
  check_mode:
    support: full
    details:
      - No link is created. The returned link does not have a URL.
  diff_mode:
    support: none
    details:
      - Creating a link does not change anything that could be compared.
  idempotent:
    support: partial
    details:
      - While the connector is not authenticated, and with O(force=true), every run creates a new link and is changed.
options:
  account_id:
    description:
      - The API ID of the account.
    type: str
    required: true
  account_connector_id:
    description:
      - The ID of the installed connector. Either this or O(name) is required.
    type: int
  name:
    description:
      - The name of the installed connector.
    type: str
  flow:
    description:
      - V(service_domain) creates the link that is in use today, on the company's service domain.
      - V(api_domain) creates the link of 2019, on the host of the API. It is not known whether the API still accepts it.
    type: str
    choices: [service_domain, api_domain]
    default: service_domain
  service_domain:
    description:
      - The company's service domain, as the Console shows it under Settings, General Settings, Service Domain. Give the host without a path.
      - Required with O(flow=service_domain). The API cannot look it up.
      - If not set, the environment variable E(CYCLR_SERVICE_DOMAIN) is used.
    type: str
  username:
    description:
      - The user of the account to sign in as. The user is created if it does not exist.
      - Used with O(flow=service_domain) only.
    type: str
  target_origin:
    description:
      - The absolute URL that the browser is sent to after the authorization.
      - With O(callback_message), the window at the origin of this URL (scheme, host and port) receives the message instead. A path is
        ignored then, because browsers compare origins only.
    type: str
    required: true
  callback_message:
    description:
      - A text that is posted to the window that opened the link, instead of a redirect.
    type: str
  force:
    description:
      - Whether to create a link even if the connector is already authenticated.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Create the link for a connector
  cyclr.ipaas.cyclr_oauth_link:
    account_id: customer-42
    name: HubSpot
    service_domain: acme-h.cyclr.com
    username: onboarding@example.com
    target_origin: https://app.example.com/integrations/done
  register: hubspot
  no_log: true

- name: Show it, for five minutes and one use
  ansible.builtin.debug:
    msg: "{{ hubspot.oauth_link.url }}"
  when: hubspot.oauth_link is not none

- name: Create a link that opens in a popup and reports back to the window that opened it
  cyclr.ipaas.cyclr_oauth_link:
    account_id: customer-42
    account_connector_id: 54321
    service_domain: acme-h.cyclr.com
    target_origin: https://app.example.com
    callback_message: hubspot-connected
  no_log: true
"""

RETURN = r"""
oauth_link:
  description: The link, or V(null) if none is needed.
  type: dict
  returned: success
  contains:
    url:
      description: The link. It is a secret for five minutes. V(null) in check mode.
      type: str
      sample: https://acme-h.cyclr.com/connectorauth/updateaccountconnectoroauth?id=54321&token=...&targetOrigin=https%3A%2F%2Fapp.example.com
    expires_at:
      description: When the link expires, in UTC as ISO 8601. V(null) in check mode.
      type: str
      sample: "2026-11-22T09:35:00.0000000Z"
    account_connector_id:
      description: The ID of the installed connector that the link is for.
      type: int
      sample: 54321
    name:
      description: The name of that connector. In check mode, V(null) if it cannot be looked up yet.
      type: str
      sample: HubSpot
authenticated:
  description: Whether the connector is authenticated already.
  type: bool
  returned: success
error:
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 401
    method: POST
    path: /v1.0/accounts/customer-42/signintoken
    message: Authorization has been denied for this request.
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import in_account, in_account_or_none, match, not_installed
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.oauth_link import check_link_options, create_link
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import AccountConnector
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import OAUTH_TYPES
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import link, module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        account_connector_id=dict(type="int"),
        name=dict(type="str"),
        **link(),
        force=dict(type="bool", default=False),
    ),
    mutually_exclusive=[("account_connector_id", "name")],
    required_one_of=[("account_connector_id", "name")],
)


def find_named(api, account_id, name, check_mode):
    installed = api.connectors.installed(account_id)
    found = match(installed, name)
    if found is None and not check_mode:
        raise not_installed(account_id, name, installed)
    return found


def find_by_id(api, account_id, account_connector_id):
    found = api.connectors.find_installed(account_id, account_connector_id)
    if found is None:
        raise not_installed(account_id, account_connector_id, api.connectors.installed(account_id))
    return found


def find(api, account_id, params, check_mode):
    """The installed connector. In check mode an earlier task may be what would have created the account, or installed the connector."""
    number, name = params["account_connector_id"], params["name"]
    read = in_account_or_none if check_mode else in_account
    if number is not None:
        found = read(api, account_id, lambda: find_by_id(api, account_id, number))
    else:
        found = read(api, account_id, lambda: find_named(api, account_id, name, check_mode))
    if found is not None:
        check_oauth(found)
    return found or AccountConnector(id=number, name=name)


def check_oauth(installed):
    kinds = sorted({method.type or "unknown" for method in installed.connector.methods})
    if kinds and not installed.requires_oauth:
        raise InvalidInput(
            "connector %r (id %d) does not authenticate with OAuth (%s) but with %s: set it with cyclr.ipaas.cyclr_connector_install"
            % (installed.name, installed.id, " or ".join(OAUTH_TYPES), " or ".join(kinds))
        )


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    check_link_options(params)
    installed = find(api, account_id, params, check_mode)
    if installed.authenticated and not params["force"]:
        return dict(changed=False, oauth_link=None, authenticated=True)
    url, expires_at = (None, None) if check_mode else create_link(api, account_id, installed, params)
    link = dict(name=installed.name, account_connector_id=installed.id, url=url, expires_at=expires_at)
    return dict(changed=True, oauth_link=link, authenticated=installed.authenticated)


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
