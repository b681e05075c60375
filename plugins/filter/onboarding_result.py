# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: onboarding_result
short_description: The result of an onboarding from the results of its tasks
version_added: 1.0.0
description:
  - Makes the result that M(cyclr.ipaas.cyclr_onboarding) returns from the registered results of one task for each step.
  - The role P(cyclr.ipaas.onboard_account#role) uses it.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - The registered results by step. C(account) of M(cyclr.ipaas.cyclr_account), C(partner) of M(cyclr.ipaas.cyclr_partner_connector), C(connectors)
        of a loop over M(cyclr.ipaas.cyclr_connector_install), C(links) of a loop over M(cyclr.ipaas.cyclr_oauth_link), C(wait) of
        M(cyclr.ipaas.cyclr_oauth_wait), and C(cycles) of a loop over M(cyclr.ipaas.cyclr_cycle). A step that was skipped can be missing.
      - C(check_mode) is whether the tasks ran in check mode. What is predicted of integrations then follows from the predicted connectors, too.
      - After a failure, C(failure) contains the name of the C(task), its C(result), and the C(labels) of the items of its loop.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Create the account
  cyclr.ipaas.cyclr_account:
    account_id: customer-42
  register: account

- name: Install connectors
  cyclr.ipaas.cyclr_connector_install:
    account_id: customer-42
    connector: "{{ item }}"
  loop: [HubSpot, Salesforce]
  register: connectors

- name: Say how the account stands
  ansible.builtin.debug:
    msg: "{{ ({'account': account, 'connectors': connectors} | cyclr.ipaas.onboarding_result).msg }}"
"""

RETURN = r"""
_value:
  description: What M(cyclr.ipaas.cyclr_onboarding) returns.
  type: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import failure_of_tasks, result_of_tasks
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_steps import ACCOUNT, CONNECTORS, CYCLES, PARTNER
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def result(steps):
    account, partner, connectors, links, wait, cycles = (
        steps.get(name) or {} for name in ("account", "partner", "connectors", "links", "wait", "cycles")
    )
    try:
        failure = steps.get("failure")
        if failure:
            done = {ACCOUNT: account, PARTNER: partner, CONNECTORS: connectors, CYCLES: cycles}
            return wrap_var(failure_of_tasks(failure["task"], failure["result"], failure.get("labels") or [], done))
        return wrap_var(result_of_tasks(account, partner, connectors, links, wait, cycles, bool(steps.get("check_mode"))))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("onboarding_result: these are not the results of tasks: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(onboarding_result=result)
