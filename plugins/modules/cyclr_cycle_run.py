#!/usr/bin/python

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_cycle_run
short_description: Run an integration of a Cyclr account once
version_added: 1.0.0
description:
  - Runs an installed integration (cycle) once and, if you ask for it, waits until the run has ended.
  - Cyclr stops the integration by itself after the run. An integration that begins with a webhook runs when the webhook is called for the
    first time.
  - An integration that runs on its schedule is not run once in between, because that would end its schedule. The module fails in that case.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
attributes:
  check_mode:
    support: full
    details:
      - Nothing is sent, and the integration is predicted if it is not installed yet.
  diff_mode:
    support: N/A
    details:
      - A run does not change the integration.
  idempotent:
    support: none
    details:
      - A run is an action. Each task runs the integration again.
options:
  account_id:
    description:
      - The API ID of the account.
    type: str
    required: true
  cycle_id:
    description:
      - The ID of the integration, as an alternative to its template and name.
    type: str
  template:
    description:
      - The name of the published template that the integration was installed from.
    type: str
  template_id:
    description:
      - The ID of this template, as an alternative to its name.
    type: str
  name:
    description:
      - The name of the integration within the account. Defaults to the name of the template.
    type: str
  start_time:
    description:
      - When to run, such as V(2030-01-31T12:00:00Z). Defaults to now.
    type: str
  wait_timeout:
    description:
      - How long to wait until the run has ended, in seconds. V(0) does not wait.
      - A timeout is not a failure. RV(finished) is V(false) in that case.
    type: int
    default: 0
seealso:
  - module: cyclr.ipaas.cyclr_cycle
"""

EXAMPLES = r"""
- name: Import the existing contacts once, and wait up to ten minutes
  cyclr.ipaas.cyclr_cycle_run:
    account_id: customer-42
    template: Import contacts
    wait_timeout: 600
  register: import
  failed_when: import is failed or not import.finished or import.incidents | length > 0
"""

RETURN = r"""
cycle:
  description:
    - The integration after the run, or as it was started if the module did not wait for the end. In check mode, the predicted integration.
  type: dict
  returned: success, and if the module fails because something keeps the integration from starting
  sample:
    id: 0b1e8f0c-6a55-4b52-8c8e-1de0a6d1f2a3
    name: Import contacts
    description: null
    template_id: 3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b
    status: Paused
    running: false
    tags: []
    connectors:
      - account_connector_id: 54321
        name: HubSpot
        version: null
        authenticated: true
    error_count: 0
    warning_count: 0
    last_successful_run: "2030-01-31T12:00:05.0000000Z"
finished:
  description: Whether the run has ended. V(false) if the module did not wait, or not long enough, and in check mode.
  type: bool
  returned: success
  sample: true
incidents:
  description:
    - Errors and warnings of the run, the newest first, at most 20. Empty if RV(finished) is not V(true).
    - Each has C(level), C(message), C(details), C(step), C(step_id), C(transaction_id) and C(created). C(details) is the first line.
  type: list
  elements: dict
  returned: success
  sample: []
prerequisites:
  description: What keeps the integration from starting, as in RV(cyclr.ipaas.cyclr_cycle#module:prerequisites).
  type: list
  elements: dict
  returned: failure
ready:
  description: V(false) if the module fails because of RV(prerequisites).
  type: bool
  returned: failure
error:
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 404
    method: PUT
    path: /v1.0/cycles/0b1e8f0c-6a55-4b52-8c8e-1de0a6d1f2a3/activate
    message: Cycle not found
"""

from dataclasses import replace

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_run import incidents_since, run_once, wait_for_end
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find_cycle import check_time, find_target, no_such_cycle
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import Cycle
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        cycle_id=dict(type="str"),
        template=dict(type="str"),
        template_id=dict(type="str"),
        name=dict(type="str"),
        start_time=dict(type="str"),
        wait_timeout=dict(type="int", default=0),
    ),
    mutually_exclusive=[("template", "template_id", "cycle_id"), ("name", "cycle_id")],
    required_one_of=[("template", "template_id", "cycle_id")],
)


def predicted(target):
    """In check mode an earlier task may be what would have installed or stopped it."""
    if target.cycle is not None:
        return replace(target.cycle, status=None, is_predicted=True)
    return Cycle(name=target.name, template_id=target.template.id, tags=target.template.tags, is_predicted=True)


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    start_time = check_time(params["start_time"], "start_time")
    if params["wait_timeout"] < 0:
        raise InvalidInput("wait_timeout: must not be negative")
    target = find_target(api, account_id, params, check_mode)
    if target.cycle is None and (not check_mode or params["cycle_id"] is not None):
        raise no_such_cycle(api, account_id, params, target)
    if check_mode:
        return dict(changed=True, cycle=predicted(target).record(), finished=False, incidents=[])
    before = target.cycle
    current = run_once(api, account_id, before, start_time)
    finished, incidents = False, []
    if params["wait_timeout"]:
        current = wait_for_end(api, account_id, current, params["wait_timeout"])
        finished = not current.running
        incidents = incidents_since(api, account_id, before, current) if finished else []
    return dict(changed=True, cycle=current.record(), finished=finished, incidents=[one.record() for one in incidents])


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
