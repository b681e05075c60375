#!/usr/bin/python

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_onboarding
short_description: Bring an account from nothing to ready in one task
version_added: 1.0.0
description:
  - Runs M(cyclr.ipaas.cyclr_account), M(cyclr.ipaas.cyclr_partner_connector), M(cyclr.ipaas.cyclr_connector_install) for each connector,
    M(cyclr.ipaas.cyclr_oauth_link) for each connector that waits for OAuth, M(cyclr.ipaas.cyclr_oauth_wait), and M(cyclr.ipaas.cyclr_cycle)
    for each integration, one after the other.
  - Equivalent to one task for each module, but much faster, because all steps share one worker and cache what they read until the next write.
  - Checks the options of all steps before the first request, and predicts all steps before the first write. A wrong name of a connector or
    template or a wrong O(oauth) is therefore found before anything is changed. If nothing has to be changed, the prediction is the result.
  - Stops at the first step that fails. Run it again to continue.
  - The role P(cyclr.ipaas.onboard_account#role) runs it for each account.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
attributes:
  action:
    description: Runs on the controller. It runs the modules on the host of the task.
    support: full
  async:
    description: Supports being used with C(async).
    support: none
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - Every run creates links while a connector waits for OAuth. They do not count as a change.
options:
  account_id:
    description:
      - The API ID of the account.
      - If two hosts of one task mean the same account, the second one fails.
      - If the host has the variable C(cyclr_account) of the inventory plugin P(cyclr.ipaas.accounts#inventory) for this account, and the account
        does not exist any more, the task fails. It does not create an account again that was deleted after the inventory was read.
      - Required, here or in O(from_variables).
    type: str
  name:
    description:
      - The name of the account, for M(cyclr.ipaas.cyclr_account) and M(cyclr.ipaas.cyclr_partner_connector).
    type: str
  description:
    description:
      - The description of the account.
    type: str
  timezone:
    description:
      - The time zone of the account, an IANA name such as V(Europe/London).
    type: str
  settings:
    description:
      - Further options of M(cyclr.ipaas.cyclr_account).
      - No step takes C(account_id) or options of the connection. Set the connection on the task, in C(module_defaults) or in the environment.
      - C(state=absent) is refused.
    type: dict
  partner:
    description:
      - Options of M(cyclr.ipaas.cyclr_partner_connector). If not set, the step is skipped.
    type: dict
  connectors:
    description:
      - Options of M(cyclr.ipaas.cyclr_connector_install), once for each connector.
      - Two items that mean the same instance are refused.
    type: list
    elements: dict
  oauth:
    description:
      - Options of M(cyclr.ipaas.cyclr_oauth_link), without those that choose the connector. If not set, no links are created.
    type: dict
  wait_for_oauth:
    description:
      - How many seconds to wait until the customer has authorized the connectors. A timeout is not a failure.
    type: int
    default: 0
  cycles:
    description:
      - Options of M(cyclr.ipaas.cyclr_cycle), once for each integration. They are set up last, after the wait for OAuth.
      - C(require_ready) is V(false) here. An integration whose connectors are not authenticated yet is installed and not started, which is not a
        failure. RV(cycles) says what is missing, and a later run starts it.
      - Two items that mean the same integration are refused.
      - The API does not show the variables and steps of a template. A mistake in C(variables) or C(mappings) of a new integration is therefore found
        after the integration was installed, but before it is started.
    type: list
    elements: dict
  reveal_links:
    description:
      - Whether to show the links on the screen as soon as they are created, and to include them in the artifact. Whoever has one can enter the
        customer's account once, within five minutes.
    type: bool
    default: false
  plan_only:
    description:
      - Whether to check and predict all steps, change nothing, and return the options of each step as RV(plan), which contains secrets.
      - Fails if the account with the partner connector does not exist yet, unless the whole run is in check mode. It creates no artifact.
    type: bool
    default: false
  predict_only:
    description:
      - Whether to check and predict all steps, change nothing, and return what would change as RV(changes). The result is not C(changed), and it creates
        no artifact.
    version_added: 1.0.0
    type: bool
    default: false
  from_variables:
    description:
      - Option names and, for each of them, the name of a variable that contains its value. An option whose variable is undefined is not set, and an
        option of the task itself takes precedence.
      - Equivalent to a template with C(default(omit)) for each option, but much cheaper for many accounts, because Ansible compiles each template of a
        task again for each host.
    version_added: 1.0.0
    type: dict
notes:
  - The options contain secrets, and so does the result. Use it with C(no_log=true).
  - C(module_defaults) apply to it by its own name and by the group C(cyclr.ipaas.cyclr), not by the names of the modules that it runs.
  - The result is also in the custom statistics of the run (the artifacts of an AWX job), as C(cyclr_onboarding_JOB) with the ID of the AWX job or
    V(local). For each account id it contains what later jobs need, see P(cyclr.ipaas.onboarding_artifact#filter). Links are in it only with
    O(reveal_links).
  - All workers of a run share one login for each API and client.
seealso:
  - module: cyclr.ipaas.cyclr_account
  - module: cyclr.ipaas.cyclr_partner_connector
  - module: cyclr.ipaas.cyclr_connector_install
  - module: cyclr.ipaas.cyclr_oauth_link
  - module: cyclr.ipaas.cyclr_oauth_wait
  - module: cyclr.ipaas.cyclr_cycle
"""

EXAMPLES = r"""
- name: Onboard a customer
  cyclr.ipaas.cyclr_onboarding:
    account_id: customer-42
    name: Globex Corporation
    partner:
      source_account_id: templates
    connectors:
      - connector: HubSpot
      - connector: Mailchimp
        api_key: "{{ customer_mailchimp_key }}"
    oauth:
      service_domain: acme-h.cyclr.com
      target_origin: https://app.example.com/done
    cycles:
      - template: New Acme contacts to HubSpot
  register: onboarding
  no_log: true

- name: Show what the customer still has to authorize
  ansible.builtin.debug:
    msg: "{{ onboarding.oauth_links | map(attribute='name') | list }}"

- name: Show which integrations do not run, and what is missing
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.prerequisites | map(attribute='reason') | join(', ') }}"
  loop: "{{ onboarding.cycles | selectattr('prerequisites') }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
account:
  description: The account, as M(cyclr.ipaas.cyclr_account) returns it.
  type: dict
  returned: success
partner_connector:
  description: The company's connector, as M(cyclr.ipaas.cyclr_partner_connector) returns it, or V(null).
  type: dict
  returned: success
deployment:
  description: What LAUNCH or Marketplace returned, or V(null). Its C(url) and C(token) are secrets.
  type: dict
  returned: success
account_connectors:
  description: The connectors that were installed or updated, as M(cyclr.ipaas.cyclr_connector_install) returns them.
  type: list
  elements: dict
  returned: success
oauth_links:
  description: The links that were created, as M(cyclr.ipaas.cyclr_oauth_link) returns them. They are secrets.
  type: list
  elements: dict
  returned: success
cycles:
  description:
    - The integrations, as M(cyclr.ipaas.cyclr_cycle) returns them, each with its C(prerequisites), which say why it does not run.
    - Those that were removed, and those that were to be stopped and are not installed, are not in it.
  type: list
  elements: dict
  returned: success
ready:
  description:
    - Whether every connector that needs authentication is authenticated, and every integration that should run does.
    - V(false) in check mode if it cannot be predicted whether a new integration can start.
  type: bool
  returned: success
changes:
  description: What was changed, in words. They contain names, never a value. After a failure, the changes of the steps before it.
  type: list
  elements: str
  returned: always
  sample: [account created, Acme Platform installed, "Mailchimp: properties", integration New Acme contacts to HubSpot installed and started]
msg:
  description:
    - How the account stands. V(ready), V(nothing installed), or which connectors wait for OAuth or need a key, and which integrations do not run
      and why.
    - After a failure, which step failed and why, and which steps were finished before.
  type: str
  returned: always
  sample: "waits for OAuth: HubSpot"
plan:
  description: The options of each step, with those left out that are null or omitted. They contain secrets.
  type: dict
  returned: success, with O(plan_only=true)
diff:
  description: The difference for each step that changes anything, with secrets hidden.
  type: list
  elements: dict
  returned: success, with C(--diff)
error:
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 401
    method: POST
    path: /v1.0/accounts
    message: Authorization has been denied for this request.
"""
