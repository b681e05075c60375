#!/usr/bin/python

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_oauth_wait
short_description: Wait until a customer has authorized connectors
version_added: 1.0.0
description:
  - Polls an account until its OAuth connectors are authenticated or O(wait_timeout) expires.
  - A timeout is not a failure. RV(waiting_for) lists the connectors that are not authenticated.
  - If the module runs inside the worker (see the variable C(cyclr_in_process)), it shows which connectors it waits for, and how much time is left.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
attributes:
  check_mode:
    support: full
    details:
      - Looks once and does not wait.
  diff_mode:
    support: N/A
    details:
      - This module does not change anything.
  idempotent:
    support: full
options:
  account_id:
    description:
      - The API ID of the account.
    type: str
    required: true
  names:
    description:
      - The names of the installed connectors to wait for.
      - If neither this nor O(account_connector_ids) is set, the module waits for all connectors that authenticate with OAuth.
    type: list
    elements: str
  account_connector_ids:
    description:
      - The IDs of the installed connectors to wait for, as an alternative to O(names).
    type: list
    elements: int
  wait_timeout:
    description:
      - How long to wait, in seconds. An OAuth link is valid for 300 seconds.
    type: int
    default: 300
  poll_interval:
    description:
      - Seconds between two polls. Each poll is one request.
    type: int
    default: 5
    aliases: [interval]
notes:
  - Re-authorization cannot be waited for, because the connector remains authenticated in the meantime.
seealso:
  - module: cyclr.ipaas.cyclr_oauth_link
"""

EXAMPLES = r"""
- name: Wait until the customer has authorized all connectors
  cyclr.ipaas.cyclr_oauth_wait:
    account_id: customer-42
  register: authorization
  failed_when: authorization is failed or authorization.waiting_for | length > 0

- name: Wait up to ten minutes for one connector, and continue in any case
  cyclr.ipaas.cyclr_oauth_wait:
    account_id: customer-42
    names: [HubSpot]
    wait_timeout: 600
"""

RETURN = r"""
authenticated:
  description: The IDs of the connectors that are authenticated.
  type: list
  elements: int
  returned: success
  sample: [54321]
waiting_for:
  description: The names of the connectors that are not.
  type: list
  elements: str
  returned: success
  sample: []
error:
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 401
    method: GET
    path: /v1.0/account/connectors
    message: Authorization has been denied for this request.
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import installed_connectors, installed_connectors_or_none, match, not_installed
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import AccountConnector
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

# Seconds between two messages about a wait in which nothing happens
_TOLD_EVERY = 15

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        names=dict(type="list", elements="str"),
        account_connector_ids=dict(type="list", elements="int"),
        wait_timeout=dict(type="int", default=300),
        poll_interval=dict(type="int", default=5, aliases=["interval"]),
    ),
    mutually_exclusive=[("names", "account_connector_ids")],
)


def check_times(params):
    if params["wait_timeout"] < 0:
        raise InvalidInput("wait_timeout: must not be negative")
    if params["poll_interval"] < 1:
        raise InvalidInput("poll_interval: must be at least 1 second")


def find(api, account_id, params, check_mode):
    """The connectors to wait for. In check mode an earlier task may be what would have created the account, or installed them."""
    read = installed_connectors_or_none if check_mode else installed_connectors
    installed = read(api, account_id)
    account_is_missing, installed = installed is None, installed or []
    if params["names"] is not None:
        found = {name: match(installed, name) for name in params["names"]}
        predicted = {name: AccountConnector(name=name) for name in found} if check_mode else {}
    elif params["account_connector_ids"] is not None:
        by_id = {one.id: one for one in installed}
        found = {number: by_id.get(number) for number in params["account_connector_ids"]}
        predicted = {number: AccountConnector(id=number, name=str(number)) for number in found} if account_is_missing else {}
    else:
        return [one for one in installed if one.requires_oauth]
    for key, one in found.items():
        if one is None and key not in predicted:
            raise not_installed(account_id, key, installed)
    return [one or predicted[key] for key, one in found.items()]


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    check_times(params)
    patience = api.client.patience(0 if check_mode else params["wait_timeout"])
    told = None
    while True:
        api.client.forget()
        wanted = find(api, account_id, params, check_mode)
        waiting_for = [one.name for one in wanted if not one.authenticated]
        if waiting_for and (told is None or told[0] != waiting_for or told[1] - patience.left() >= _TOLD_EVERY):
            told = waiting_for, patience.left()
            api.tell("account %s waits for %s to be authorized, %d seconds left" % (account_id, ", ".join(waiting_for), round(told[1])))
        if not waiting_for or not patience.pause(params["poll_interval"]):
            break
    return dict(changed=False, authenticated=[one.id for one in wanted if one.authenticated], waiting_for=waiting_for)


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
