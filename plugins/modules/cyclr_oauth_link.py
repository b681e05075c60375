#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_oauth_link
short_description: Issue the link with which a customer authenticates a connector
description:
  - Issues the link to send to a customer, who opens it in a browser and consents that Cyclr uses their account with the third party.
  - The link works once and for five minutes. Whoever has it can enter the whole account in that time, so treat it as a secret.
  - Nothing is issued for a connector that is authenticated already.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
attributes:
  check_mode:
    support: full
    details:
      - Nothing is issued. The returned link has no URL.
  diff_mode:
    support: none
    details:
      - A link is issued, nothing is changed that could be compared.
  idempotent:
    support: partial
    details:
      - While the connector is not authenticated, and with O(force=true), every run issues a new link and is changed.
options:
  account_id:
    description:
      - The API ID of the account.
    type: str
    required: true
  account_connector_id:
    description:
      - The id of the installed connector. Either this or O(name) is required.
    type: int
  name:
    description:
      - The name of the installed connector.
    type: str
  flow:
    description:
      - V(service_domain) is the form in use today, a link on the company's service domain.
      - V(api_domain) is the form of 2019, a link on the API's own host. Whether the API still answers it is not known.
    type: str
    choices: [service_domain, api_domain]
    default: service_domain
  service_domain:
    description:
      - The company's service domain, as the Console shows it under Settings, General Settings, Service Domain. A host, without a path.
      - Required with O(flow=service_domain). The API has no call to look it up.
      - If not set, the environment variable E(CYCLR_SERVICE_DOMAIN) is used.
    type: str
  username:
    description:
      - The user of the account to sign in as. A user who does not exist is created.
      - Used with O(flow=service_domain) only.
    type: str
  target_origin:
    description:
      - Where the browser goes after the consent, an absolute URL.
      - With O(callback_message) it is the origin of the window that opened the link, and gets the message.
    type: str
    required: true
  callback_message:
    description:
      - A text that is posted to the window that opened the link, instead of a redirect.
    type: str
  force:
    description:
      - Issue a link for a connector that is authenticated already.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Issue the link for a connector
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

- name: Issue a link that opens in a popup and reports back to the window that opened it
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
  description: The link, or V(null) where none is needed.
  type: dict
  returned: success
  contains:
    url:
      description: The link. It is a secret for five minutes. V(null) in check mode.
      type: str
      sample: https://acme-h.cyclr.com/connectorauth/updateaccountconnectoroauth?id=54321&token=...&targetOrigin=https%3A%2F%2Fapp.example.com
    expires_at:
      description: When it ends, in UTC as ISO 8601. V(null) in check mode.
      type: str
      sample: "2026-11-22T09:35:00.0000000Z"
    account_connector_id:
      description: The id of the installed connector that it is for.
      type: int
      sample: 54321
    name:
      description: The name of that connector.
      type: str
      sample: HubSpot
authenticated:
  description: Whether the connector was authenticated when it was looked at.
  type: bool
  returned: success
error:
  description: What the API answered. All values are V(null) where no answer is behind the failure.
  type: dict
  returned: failure
  sample:
    status: 401
    method: POST
    path: /v1.0/accounts/customer-42/signintoken
    message: Authorization has been denied for this request.
"""

from urllib.parse import urlsplit

from ansible.module_utils.basic import env_fallback
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id, parse_origin
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import installed_connector, installed_connectors, match, not_installed
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import OAUTH_TYPES, authentication_methods, connector_of, installed_record

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        account_connector_id=dict(type="int"),
        name=dict(type="str"),
        flow=dict(type="str", default="service_domain", choices=["service_domain", "api_domain"]),
        service_domain=dict(type="str", fallback=(env_fallback, ["CYCLR_SERVICE_DOMAIN"])),
        username=dict(type="str"),
        target_origin=dict(type="str", required=True),
        callback_message=dict(type="str"),
        force=dict(type="bool", default=False),
    ),
    mutually_exclusive=[("account_connector_id", "name")],
    required_one_of=[("account_connector_id", "name")],
)


def service_origin(value):
    """The service domain as an origin: a bare host means https."""
    if not value:
        raise InvalidInput("service_domain: required with flow=service_domain (or CYCLR_SERVICE_DOMAIN), for example acme-h.cyclr.com")
    return parse_origin(value if "://" in value else "https://" + value, "service_domain")


def check_target(params):
    """targetOrigin has to be an absolute URL; a message can only be posted to an origin."""
    value = params["target_origin"]
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(char.isspace() for char in value)
    except ValueError:
        usable = False
    if not usable:
        raise InvalidInput("target_origin: %r is not an absolute URL such as https://app.example.com" % value)
    if params["callback_message"] and (parts.path not in ("", "/") or parts.query or parts.fragment):
        raise InvalidInput("target_origin: with callback_message it is an origin such as https://app.example.com, without the path of %r" % value)


def find_installed(account_id, params, api, check_mode):
    """The installed connector, or None where an earlier task would have created it (check mode)."""
    if params["account_connector_id"] is not None:
        return installed_connector(api, account_id, params["account_connector_id"], may_be_missing=check_mode)
    installed = installed_connectors(api, account_id, may_be_missing=check_mode)
    found = match(installed or [], params["name"])
    if found is None and not check_mode:
        not_installed(api, account_id, params["name"], installed)
    return found


def check_oauth(installed):
    kinds = sorted({method["type"] or "unknown" for method in authentication_methods(connector_of(installed))})
    if kinds and not installed_record(installed)["requires_oauth"]:
        raise InvalidInput(
            "connector %r (id %d) does not authenticate with OAuth (%s) but with %s: set it with cyclr.ipaas.cyclr_connector_install"
            % (installed["Name"], installed["Id"], " or ".join(OAUTH_TYPES), " or ".join(kinds))
        )


def link(installed, params, url=None, expires_at=None):
    installed = installed or dict(Id=None, Name=params["name"])
    return dict(name=installed["Name"], account_connector_id=installed["Id"], url=url, expires_at=expires_at)


def issue(account_id, installed, params, api):
    """A token that got lost on its way is worth nothing to anybody, so asking again takes no look first."""
    today = params["flow"] == "service_domain"

    def fetch():
        return api.embedding.sign_in_token(account_id, params["username"]) if today else api.embedding.sign_in_token_2019(account_id)

    token, expires_at = send_once(fetch, lambda: None, api.client.patience())
    base = service_origin(params["service_domain"]) if today else None
    url = api.embedding.oauth_link(installed["Id"], token, params["target_origin"], params["callback_message"], base)
    return link(installed, params, url, expires_at)


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    check_target(params)
    if params["flow"] == "service_domain":
        service_origin(params["service_domain"])
    installed = find_installed(account_id, params, api, check_mode)
    authenticated = bool(installed and installed.get("Authenticated"))
    if installed is not None:
        check_oauth(installed)
    if authenticated and not params["force"]:
        return dict(changed=False, oauth_link=None, authenticated=True)
    issued = link(installed, params) if check_mode else issue(account_id, installed, params, api)
    return dict(changed=True, oauth_link=issued, authenticated=authenticated)


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
