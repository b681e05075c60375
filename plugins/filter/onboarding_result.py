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
      - If a step failed, the result says so, with what was done before it. C(check) is the result of a check before the first step, which can fail as
        well. C(account_id) is the
        ID of the account.
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
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_titles import ACCOUNT, CONNECTORS, CYCLES, LINKS, PARTNER, WAIT
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var

# A check leaves nothing behind.
_TITLES = dict(check=None, account=ACCOUNT, partner=PARTNER, connectors=CONNECTORS, links=LINKS, wait=WAIT, cycles=CYCLES)


def result(steps):
    try:
        results = {name: steps.get(name) or {} for name in _TITLES}
        failure = failure_of_tasks([(title, results[name]) for name, title in _TITLES.items()], steps.get("account_id"))
        if failure:
            return wrap_var(failure)
        of_steps = [results[name] for name in ("account", "partner", "connectors", "links", "wait", "cycles")]
        return wrap_var(result_of_tasks(*of_steps, bool(steps.get("check_mode"))))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("onboarding_result: these are not the results of tasks: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(onboarding_result=result)
