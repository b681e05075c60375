#!/usr/bin/python

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_cycle
short_description: Install, set up, start, stop or remove an integration in a Cyclr account
version_added: 1.0.0
description:
  - Installs a template as an integration (a cycle) in an account, sets its variables and mappings, and starts it.
  - An integration is identified by its template and its O(name). Installing a template never makes a second integration of the same name.
  - If something keeps an integration from starting, the module returns what it is. See O(require_ready).
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
attributes:
  check_mode:
    support: full
    details:
      - An integration that is not installed yet is predicted. Whether it can start is not known, so C(running) is V(null) and
        RV(prerequisites) is empty.
      - O(variables) and O(mappings) of an integration that is not installed yet are compared with the export of its template. If the API does
        not show there what the template has, the module warns that they could not be checked.
      - Unmet prerequisites are returned and are not an error, because an earlier task may be what would have met them.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - With O(update_schedule=always), a running integration is restarted in each run.
options:
  account_id:
    description:
      - The API ID of the account.
    type: str
    required: true
  template:
    description:
      - The name of a published template.
    type: str
  template_id:
    description:
      - The ID of a template, as an alternative to its name.
    type: str
  cycle_id:
    description:
      - The ID of an integration that is already installed, as an alternative to its template and name.
    type: str
  name:
    description:
      - The name of the integration within the account. Defaults to the name of the template.
      - With O(cycle_id), the integration is renamed if its name differs.
    type: str
  description:
    description:
      - The description of the integration.
    type: str
  connectors:
    description:
      - Which installed connectors the integration uses. The keys are names of connectors in the catalogue, the values are names of installed
        connectors.
      - Cyclr chooses the installed connectors when a template is installed, and the API does not offer a way to influence or change that.
        Install the connectors first, and exactly one of each kind. The module fails if Cyclr has chosen another one, and does not start the
        integration in that case.
    type: dict
  variables:
    description:
      - Variables of the integration, by name. Values are sent as text, V(true) and V(false) in lower case.
      - Variables that you do not specify are left unchanged.
    type: dict
  sensitive_variables:
    description:
      - Further variables, with values that must not be shown.
    type: dict
  mappings:
    description:
      - What the parameters and fields of the steps get. Those that you do not specify are left unchanged.
      - Prefer O(variables), whose names are the same for all steps and all releases of the connectors.
    type: list
    elements: dict
    suboptions:
      step:
        description:
          - The name of the step.
        type: str
        required: true
      field:
        description:
          - The name or location of a field of its request body. Either this or O(mappings[].parameter) is required.
        type: str
      parameter:
        description:
          - The name of a parameter, which is a header or a part of the path or the query.
        type: str
      value:
        description:
          - The value. Exactly one of this, O(mappings[].value_from) and O(mappings[].ignore) is required.
          - It is treated like a secret and not shown with the options of the task. Differences show it, unless the name of the parameter or field
            sounds like a secret.
        type: raw
      value_from:
        description:
          - Takes the value from an earlier step.
        type: dict
        suboptions:
          step:
            description:
              - The name of the earlier step.
            type: str
            required: true
          field:
            description:
              - The name or location of a field that the earlier step receives.
            type: str
            required: true
      ignore:
        description:
          - V(true) removes the mapping, so that nothing is sent.
        type: bool
  interval:
    description:
      - Minutes between two runs. Defaults to the setting of the template.
      - Ignored by Cyclr if the integration begins with a webhook.
      - Applied when the integration is started, because the API does not show the interval of a running integration.
    type: int
    choices: [1, 5, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080]
  start_time:
    description:
      - When the integration runs for the first time, such as V(2030-01-31T12:00:00Z). Defaults to the time at which it is started.
      - Applied when the integration is started, like O(interval).
    type: str
  update_schedule:
    description:
      - V(on_start) applies O(interval) and O(start_time) when the integration is started, and leaves a running integration alone.
      - V(always) stops a running integration and starts it again in each run, and always reports a change.
    type: str
    choices: [on_start, always]
    default: on_start
  finish_queued:
    description:
      - Whether an integration that is stopped finishes its queued transactions first. The module waits for that for up to O(retry_timeout).
      - With V(false), it is stopped at once, and what is in progress is lost. What waits is kept for 24 hours.
    type: bool
    default: true
  stop_to_edit:
    description:
      - A running integration cannot be changed. V(true) stops it, changes it and starts it again. With V(false), the module fails before it
        changes anything.
    type: bool
    default: false
  require_ready:
    description:
      - Whether to fail if something keeps the integration from starting, such as a connector that the customer has not authorized.
      - With V(false), the integration is installed and set up, but not started. RV(prerequisites) lists what is missing. Run the task again
        later to start it.
    type: bool
    default: true
  state:
    description:
      - V(started) installs the integration if it is missing, sets it up and starts it.
      - V(present) installs it if it is missing and sets it up. It does not start it, and does not stop a running integration.
      - V(stopped) stops it and sets it up. It does not install a missing integration.
      - V(absent) stops and removes it. The installed connectors are left unchanged.
    type: str
    choices: [started, present, stopped, absent]
    default: started
notes:
  - O(variables) and O(mappings) of a new integration are compared with the export of its template before it is installed. What an export
    contains is not documented. If it does not show the variables or steps, a mistake is found after the installation. Nothing is set and the
    integration is not started in that case. Correct the mistake and run the task again. The task continues with the same integration.
  - A field that exists in one account only is not part of a template. Install the integration with O(state=present) first, and map the field
    in a second task.
  - If the API does not show the value of a secret, it cannot be compared. A running integration is taken to have it. In an integration that
    does not run, the secret is set in each run of the module, which is not reported as a change. To set another secret in a running
    integration, stop it first with O(state=stopped).
  - Two runs that install the same integration at the same time cannot see each other in advance. They are detected afterwards. Each run that
    sees the other integration stops its own and fails with both IDs.
  - Installing and starting an integration takes five requests. O(description) and O(connectors) take one more each, O(variables) two.
    O(mappings) take two, and one for each mapping. The export is one of these two, and is read only once. If nothing has to be changed, the
    module needs two requests, one more each for O(connectors) and O(variables), and for O(mappings) one more and one for each step.
seealso:
  - module: cyclr.ipaas.cyclr_cycle_info
  - module: cyclr.ipaas.cyclr_cycle_run
  - module: cyclr.ipaas.cyclr_template_info
"""

EXAMPLES = r"""
- name: Install an integration and start it
  cyclr.ipaas.cyclr_cycle:
    account_id: customer-42
    template: New Acme contacts to HubSpot
    interval: 60

- name: Install an integration that may have to wait until the customer has authorized a connector
  cyclr.ipaas.cyclr_cycle:
    account_id: customer-42
    template: New Acme contacts to HubSpot
    require_ready: false
  register: contacts

- name: Show what is missing
  ansible.builtin.debug:
    msg: "{{ contacts.prerequisites | map(attribute='reason') }}"

- name: Set up an integration by the names of its variables, steps and fields
  cyclr.ipaas.cyclr_cycle:
    account_id: customer-42
    template: Acme sign-ups to Mailchimp
    variables:
      Welcome Tag: new
    sensitive_variables:
      Signing Key: "{{ signing_key }}"
    mappings:
      - step: Add member
        parameter: List Id
        value: "{{ list_id }}"
      - step: Add member
        field: Status
        value: "{{ member_status }}"
      - step: Add member
        field: Email Address
        value_from:
          step: Receive sign-up
          field: Email
    stop_to_edit: true

- name: Make sure that an integration uses the installed connector of a certain name
  cyclr.ipaas.cyclr_cycle:
    account_id: customer-42
    template: New Acme contacts to HubSpot
    connectors:
      HubSpot: HubSpot of the sales team

- name: Install an integration without starting it
  cyclr.ipaas.cyclr_cycle:
    account_id: customer-42
    template: New Acme contacts to HubSpot
    name: Contacts of the second shop
    state: present

- name: Stop an integration at once
  cyclr.ipaas.cyclr_cycle:
    account_id: customer-42
    template: New Acme contacts to HubSpot
    finish_queued: false
    state: stopped

- name: Remove an integration
  cyclr.ipaas.cyclr_cycle:
    account_id: customer-42
    template: New Acme contacts to HubSpot
    state: absent
"""

RETURN = r"""
cycle:
  description:
    - The integration, or V(null) if it was removed or is not installed. In check mode, the predicted integration, with V(null) for what only
      the API knows.
    - C(running) is whether it runs, which is the case if its C(status) is V(Active).
  type: dict
  returned: success, and if the module fails because of RV(prerequisites)
  sample:
    id: 0b1e8f0c-6a55-4b52-8c8e-1de0a6d1f2a3
    name: New Acme contacts to HubSpot
    description: null
    template_id: 3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b
    status: Active
    running: true
    tags: [contacts, starter]
    connectors:
      - account_connector_id: 54321
        name: HubSpot
        version: null
        authenticated: true
    error_count: 0
    warning_count: 0
    last_successful_run: null
prerequisites:
  description:
    - What keeps the integration from starting, each with C(code), C(reason), C(object_type), C(object_id), C(step), C(field) and C(values).
      C(step) and C(field) are names, or V(null) if the API does not name any. C(values) are the allowed values. If it is empty, any value is allowed.
    - Empty if the integration runs, and in check mode if it is not installed yet. V(null) if the module had no
      reason to read them, because the integration neither runs nor should.
  type: list
  elements: dict
  returned: success, and if the module fails because of them
  sample: []
ready:
  description: Whether nothing keeps the integration from starting. V(null) if RV(prerequisites) is V(null).
  type: bool
  returned: success, and if the module fails because of RV(prerequisites)
  sample: true
diff:
  description: The differences before and after. Secrets are hidden.
  type: dict
  returned: success
error:
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 404
    method: POST
    path: /v1.0/templates/3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b/install
    message: Template not found
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle import CycleOutcome, Wanted, ensure_cycle, ensure_removed
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_inputs import desired_mappings, desired_variables
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find_cycle import check_time, find_target, no_such_cycle
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import INTERVALS
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        template=dict(type="str"),
        template_id=dict(type="str"),
        cycle_id=dict(type="str"),
        name=dict(type="str"),
        description=dict(type="str"),
        connectors=dict(type="dict"),
        variables=dict(type="dict"),
        sensitive_variables=dict(type="dict", no_log=True),
        mappings=dict(
            type="list",
            elements="dict",
            options=dict(
                step=dict(type="str", required=True),
                field=dict(type="str"),
                parameter=dict(type="str"),
                # Fields of third parties can be API keys.
                value=dict(type="raw", no_log=True),
                value_from=dict(type="dict", options=dict(step=dict(type="str", required=True), field=dict(type="str", required=True))),
                ignore=dict(type="bool"),
            ),
        ),
        interval=dict(type="int", choices=list(INTERVALS)),
        start_time=dict(type="str"),
        update_schedule=dict(type="str", default="on_start", choices=["on_start", "always"]),
        finish_queued=dict(type="bool", default=True),
        stop_to_edit=dict(type="bool", default=False),
        require_ready=dict(type="bool", default=True),
        state=dict(type="str", default="started", choices=["started", "present", "stopped", "absent"]),
    ),
    mutually_exclusive=[("template", "template_id", "cycle_id")],
    required_one_of=[("template", "template_id", "cycle_id")],
)


def desired_connectors(connectors):
    for name, instance in (connectors or {}).items():
        if not isinstance(instance, str) or not instance:
            raise InvalidInput("connectors: %r must be the name of an installed connector" % name)
    return connectors or {}


def wanted_cycle(params):
    """Everything that can be checked before anything is sent."""
    return Wanted(
        state=params["state"],
        new_name=params["name"] if params["cycle_id"] is not None else None,
        description=params["description"],
        connectors=desired_connectors(params["connectors"]),
        variables=desired_variables(params["variables"], params["sensitive_variables"]),
        sensitive=frozenset(params["sensitive_variables"] or ()),
        mappings=desired_mappings(params["mappings"]),
        interval=params["interval"],
        start_time=check_time(params["start_time"], "start_time"),
        restart=params["update_schedule"] == "always",
        finish_queued=params["finish_queued"],
        stop_to_edit=params["stop_to_edit"],
        require_ready=params["require_ready"],
    )


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    wanted = wanted_cycle(params)
    target = find_target(api, account_id, params, check_mode)
    if wanted.state == "absent":
        done = CycleOutcome(ensure_removed(api, account_id, target.cycle, wanted.finish_queued, check_mode), None)
    elif target.cycle is None and params["cycle_id"] is not None:
        raise no_such_cycle(api, account_id, params, target)
    else:
        done = ensure_cycle(api, account_id, target, wanted, check_mode)
    changed, cycle, before, after = done.outcome
    return dict(
        dict(warnings=list(done.unknown)) if done.unknown else {},
        changed=changed,
        cycle=None if cycle is None else cycle.record(),
        prerequisites=None if done.prerequisites is None else [one.record() for one in done.prerequisites],
        ready=done.ready,
        diff=dict(before=before, after=after),
    )


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
