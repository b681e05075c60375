#!/usr/bin/python

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_cycle_info
short_description: Read the integrations of a Cyclr account
version_added: 1.0.0
description:
  - Reads the integrations (cycles) that are installed in an account, whether they run, and if you ask for it, what keeps them from
    starting, what can be set in them and what went wrong.
  - Integrations that are about to be deleted are left out.
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
      - In check mode, the list is empty if the account does not exist yet.
    type: str
    required: true
  cycle_id:
    description:
      - Only the integration with this ID.
    type: str
  template_id:
    description:
      - Only integrations that were installed from the template with this ID.
    type: str
  name:
    description:
      - Only integrations of exactly this name.
    type: str
  tag:
    description:
      - Only integrations with this tag.
    type: str
  gather:
    description:
      - What else to read about each integration.
      - V(prerequisites) is what keeps it from starting, V(steps) and V(variables) are what can be set with M(cyclr.ipaas.cyclr_cycle),
        V(incidents) are errors and warnings of its runs, V(upgradeable) is whether its template has a newer release.
      - Each of the first four takes at least one request for each integration, V(upgradeable) takes one request for all of them.
    type: list
    elements: str
    choices: [prerequisites, steps, variables, incidents, upgradeable]
    default: []
  since:
    description:
      - Only incidents since this time, such as V(2030-01-31) or V(2030-01-31T12:00:00Z).
    type: str
  max_incidents:
    description:
      - At most this number of incidents for each integration, the newest first.
    type: int
    default: 20
  include_details:
    description:
      - Whether to return the whole text of an incident instead of its first line. It can contain requests, responses and data of the customer.
    type: bool
    default: false
seealso:
  - module: cyclr.ipaas.cyclr_cycle
"""

EXAMPLES = r"""
- name: Read the integrations of an account
  cyclr.ipaas.cyclr_cycle_info:
    account_id: customer-42
  register: state

- name: Show those that do not run
  ansible.builtin.debug:
    msg: "{{ state.cycles | rejectattr('running') | map(attribute='name') }}"

- name: Read what an integration needs before it can start
  cyclr.ipaas.cyclr_cycle_info:
    account_id: customer-42
    name: Acme sign-ups to Mailchimp
    gather: [prerequisites, steps, variables]

- name: Read what went wrong since the beginning of the month
  cyclr.ipaas.cyclr_cycle_info:
    account_id: customer-42
    gather: [incidents]
    since: "2030-01-01"
"""

RETURN = r"""
cycles:
  description: The integrations that pass all filters.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The ID.
      type: str
      sample: 0b1e8f0c-6a55-4b52-8c8e-1de0a6d1f2a3
    name:
      description: The name.
      type: str
      sample: New Acme contacts to HubSpot
    description:
      description: The description.
      type: str
    template_id:
      description: The ID of the template. V(null) for an integration that was not installed from a template.
      type: str
    status:
      description: The status as the API reports it, such as V(Active) or V(Paused).
      type: str
      sample: Active
    running:
      description: Whether the integration runs, which is the case if its status is V(Active).
      type: bool
      sample: true
    tags:
      description: The tags, which come from the template.
      type: list
      elements: str
    connectors:
      description:
        - The connectors that it uses, each with C(account_connector_id), the C(name) and C(version) of the connector in the catalogue, and
          C(authenticated).
      type: list
      elements: dict
    error_count:
      description: The number of errors of its runs.
      type: int
    warning_count:
      description: The number of warnings of its runs.
      type: int
    last_successful_run:
      description: When it ran successfully for the last time. V(null) if it never did.
      type: str
    prerequisites:
      description:
        - What keeps it from starting, each with C(code), C(reason), C(object_type), C(object_id), C(step), C(field) and C(values).
        - C(step) and C(field) are names, or V(null) if the API does not name any. C(values) are the allowed values. If it is empty, any value is allowed.
        - If the list is empty, the integration can start.
      type: list
      elements: dict
      returned: with V(prerequisites) in O(gather)
    steps:
      description:
        - Its steps, each with C(id), C(name), C(description), C(type), C(account_connector), C(method), C(parameters), C(fields) and C(outputs).
        - C(name) of a step, and C(name) in C(parameters), C(fields) and C(outputs), are the names to use in
          O(cyclr.ipaas.cyclr_cycle#module:mappings). C(values) are the allowed values. If it is empty, any value is allowed.
      type: list
      elements: dict
      returned: with V(steps) in O(gather)
    variables:
      description:
        - Its variables, each with C(name), C(system_name), C(value) and C(values), the allowed values. The value of a variable whose name sounds
          like a secret is V(null).
      type: list
      elements: dict
      returned: with V(variables) in O(gather)
    incidents:
      description:
        - Errors and warnings, the newest first, each with C(level), C(message), C(details), C(step), C(step_id), C(transaction_id) and C(created).
          C(created) is V(null) if the API does not report it.
      type: list
      elements: dict
      returned: with V(incidents) in O(gather)
    upgradeable:
      description: Whether its template has a newer release.
      type: bool
      returned: with V(upgradeable) in O(gather)
error:
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 401
    method: GET
    path: /v1.0/cycles
    message: Authorization has been denied for this request.
"""

import itertools

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import in_account, in_account_or_none
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find_cycle import check_id, check_since, is_of
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.prerequisites import unmet_prerequisites
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        cycle_id=dict(type="str"),
        template_id=dict(type="str"),
        name=dict(type="str"),
        tag=dict(type="str"),
        gather=dict(type="list", elements="str", choices=["prerequisites", "steps", "variables", "incidents", "upgradeable"], default=[]),
        since=dict(type="str"),
        max_incidents=dict(type="int", default=20),
        include_details=dict(type="bool", default=False),
    ),
)


def find(api, account_id, params, template_id):
    if params["cycle_id"] is not None:
        found = api.cycles.find(account_id, check_id(params["cycle_id"], "cycle_id"))
        found = [] if found is None else [found]
    else:
        found = api.cycles.all(account_id, params["tag"])
    return [
        one
        for one in found
        if not one.gone
        and (template_id is None or is_of(one, template_id))
        and (not params["name"] or params["name"] == one.name)
        and (not params["tag"] or params["tag"] in one.tags)
    ]


def gathered(api, account_id, cycle, params, since):
    """What was asked for beside the record."""
    more = {}
    if "prerequisites" in params["gather"]:
        more["prerequisites"] = [one.record() for one in unmet_prerequisites(api, account_id, cycle)]
    if "steps" in params["gather"]:
        more["steps"] = [one.record() for one in api.cycles.steps(account_id, cycle)]
    if "variables" in params["gather"]:
        more["variables"] = [one.record() for one in api.cycles.variables(account_id, cycle)]
    if "incidents" in params["gather"]:
        newest = itertools.islice(api.cycles.incidents(account_id, cycle, since), params["max_incidents"])
        more["incidents"] = [one.record(params["include_details"]) for one in newest]
    return more


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    template_id = None if params["template_id"] is None else check_id(params["template_id"], "template_id")
    since = check_since(params["since"], "since")
    if params["max_incidents"] < 0:
        raise InvalidInput("max_incidents: must not be negative")
    # In check mode an earlier task may be what would have created the account.
    read = in_account_or_none if check_mode else in_account
    found = read(api, account_id, lambda: find(api, account_id, params, template_id)) or []
    records = [dict(one.record(), **gathered(api, account_id, one, params, since)) for one in found]
    if "upgradeable" in params["gather"] and found:
        upgradeable = api.cycles.upgradeable_ids(account_id)
        records = [dict(one, upgradeable=one["id"] in upgradeable) for one in records]
    return dict(changed=False, cycles=records)


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
