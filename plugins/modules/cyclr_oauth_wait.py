#!/usr/bin/python

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_oauth_wait
short_description: Wait until a customer has consented
description:
  - Looks at the connectors of an account again and again until those that somebody has to consent to are authenticated, or the time is over.
  - Inside the worker (see the variable C(cyclr_in_process)) it shows meanwhile who is waited for, and for how long still.
  - That the time is over is no failure, RV(waiting_for) tells who was waited for in vain.
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
      - Nothing is changed.
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
      - The names of the installed connectors to wait for. If not set, all that authenticate with OAuth.
    type: list
    elements: str
  wait_timeout:
    description:
      - How long to wait, in seconds. A link lives for 300 seconds.
    type: int
    default: 300
  interval:
    description:
      - How long to wait between two looks, in seconds. Each look is one request.
    type: int
    default: 5
notes:
  - A connector that is authenticated already stays so while somebody consents anew, which therefore nobody can wait for.
seealso:
  - module: cyclr.ipaas.cyclr_oauth_link
"""

EXAMPLES = r"""
- name: Wait until the customer has consented to everything
  cyclr.ipaas.cyclr_oauth_wait:
    account_id: customer-42
  register: consent
  failed_when: consent is failed or consent.waiting_for | length > 0

- name: Wait ten minutes for one connector and go on in any case
  cyclr.ipaas.cyclr_oauth_wait:
    account_id: customer-42
    names: [HubSpot]
    wait_timeout: 600
"""

RETURN = r"""
authenticated:
  description: The ids of those connectors that are authenticated.
  type: list
  elements: int
  returned: success
  sample: [54321]
waiting_for:
  description: The names of those that are not.
  type: list
  elements: str
  returned: success
  sample: []
error:
  description: What the API answered. All values are V(null) where no answer is behind the failure.
  type: dict
  returned: failure
  sample:
    status: 401
    method: GET
    path: /v1.0/account/connectors
    message: Authorization has been denied for this request.
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import installed_connectors, match, not_installed
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import installed_record

# Seconds between two words about a wait in which nothing happens
_TOLD_EVERY = 15

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        names=dict(type="list", elements="str"),
        wait_timeout=dict(type="int", default=300),
        interval=dict(type="int", default=5),
    ),
)


def check_times(params):
    if params["wait_timeout"] < 0:
        raise InvalidInput("wait_timeout: must not be negative")
    if params["interval"] < 1:
        raise InvalidInput("interval: must be at least 1 second")


def find(account_id, names, api, check_mode):
    """The connectors to wait for. Those that an earlier task would have installed are missing (check mode)."""
    installed = installed_connectors(api, account_id, may_be_missing=check_mode) or []
    if names is None:
        return [raw for raw in installed if installed_record(raw)["requires_oauth"]]
    found = {name: match(installed, name) for name in names}
    for name, raw in found.items():
        if raw is None and not check_mode:
            not_installed(api, account_id, name, installed)
    return [raw or dict(Id=None, Name=name) for name, raw in found.items()]


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    check_times(params)
    patience = api.client.patience(0 if check_mode else params["wait_timeout"])
    told = None
    while True:
        api.client.forget()
        wanted = find(account_id, params["names"], api, check_mode)
        waiting_for = [raw["Name"] for raw in wanted if not raw.get("Authenticated")]
        if waiting_for and (told is None or told[0] != waiting_for or told[1] - patience.left() >= _TOLD_EVERY):
            told = waiting_for, patience.left()
            api.tell("account %s waits for consent to %s, %d seconds left" % (account_id, ", ".join(waiting_for), round(told[1])))
        if not waiting_for or not patience.pause(params["interval"]):
            break
    return dict(changed=False, authenticated=[raw["Id"] for raw in wanted if raw.get("Authenticated")], waiting_for=waiting_for)


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
