# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_report
short_description: The states of the connectors and integrations of many accounts
version_added: 0.1.0
description:
  - Makes one report from the variables of many hosts, each of which is an account.
  - The role P(cyclr.ipaas.fleet_report#role) writes it as a page, as CSV and as JSON.
  - The report contains names, versions, states and dates, and the first line of the newest error of an integration. Properties and secrets never
    get into it.
  - Control characters in texts of the API, and marks that change the direction of writing, are replaced by blanks.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.fleet_report
positional: _input
options:
  _input:
    description:
      - The variables of the accounts' hosts, as C(ansible_play_hosts_all | map('extract', hostvars)) returns them. Write this into the expression.
      - With ansible-core 2.18 and older, a variable that contains it takes memory and time that grow with the square of the number of hosts.
      - The API ID of the account is C(onboard_account_id), else C(cyclr_account_id), else the name of the host.
      - C(cyclr_account), C(cyclr_connectors) and C(cyclr_cycles) are what the inventory plugin P(cyclr.ipaas.accounts#inventory) sets.
      - C(fleet_report_expected) replaces O(expected) for this host.
    type: list
    elements: dict
    required: true
notes:
  - A list of names may be a text with commas between them. A number in place of an ID is its text.
seealso:
  - plugin: cyclr.ipaas.fleet_csv
    plugin_type: filter
  - plugin: cyclr.ipaas.fleet_hosts
    plugin_type: filter
  - plugin: cyclr.ipaas.accounts
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Show how many accounts wait for the authorization of their customer
  ansible.builtin.debug:
    msg: "{{ (ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.fleet_report).totals.accounts.waits_for_oauth }}"
  run_once: true

- name: Show the accounts that have no HubSpot
  ansible.builtin.debug:
    msg: "{{ report.accounts | selectattr('state', 'eq', 'missing') | map(attribute='id') }}"
  vars:
    report: "{{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.fleet_report(expected=['HubSpot']) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The report.
  type: dict
  contains:
    generated_at:
      description: The time of the report, in UTC.
      type: str
      sample: "2026-11-22T09:30:00Z"
    totals:
      description:
        - The number of accounts (C(accounts)), connectors (C(connectors)) and integrations (C(cycles)), in all (C(all)) and in each state.
        - C(cycles) is V(null) if nothing is known about integrations. Its C(errors) is the number of errors, or V(null) without O(errors_since), and
          its C(not_read) is the number of accounts whose integrations could not be read.
      type: dict
    shares:
      description: The states in which there are accounts, with C(count), and C(start) and C(width) in percent for a chart.
      type: list
      elements: dict
    connectors:
      description: For each connector C(name), C(count), C(template_version), C(totals) and C(shares), the most frequent first.
      type: list
      elements: dict
    cycles:
      description: For each name of an integration C(name), C(count), C(totals) and C(shares), the most frequent first.
      type: list
      elements: dict
      version_added: 1.0.0
    reasons:
      description: The five most frequent reasons why integrations cannot start, each with C(reason) and C(count).
      type: list
      elements: dict
      version_added: 1.0.0
    errors_since:
      description: The time since which errors count, or V(null).
      type: str
      version_added: 1.0.0
    waiting:
      description: The accounts that wait for an authorization. C(accounts) is their number, C(oldest_days) and C(ages) are their ages since they were
        created, and C(oldest) contains C(id), C(name) and C(age_days) of the five oldest.
      type: dict
    accounts:
      description:
        - The accounts by name, with C(id), C(name), C(parent), C(created), C(age_days), C(error), C(state), C(connectors),
          C(cycles) and C(cycles_error).
        - The state of an account is that of its worst connector, V(empty) if it has no connectors, or V(not_read) if they could not be read.
        - A connector has C(connector), C(instance), C(version), C(template_version), C(version_differs) and C(state).
        - Its state is V(ready), V(version_differs), V(waits_for_oauth), V(needs_key) (a key or a password is missing) or V(missing).
        - C(cycles) are the integrations, or V(null) if they are not known. C(cycles_error) says why they could not be read. An integration has
          C(id), C(name), C(state), C(reason), C(errors), C(newest_error) and C(newest_error_at).
        - The state of an integration is V(running), V(not_running), or V(cannot_start), which has a C(reason). C(errors) is the number of errors, or
          V(null) if they were not read, and C(newest_error) is the first line of the newest one.
      type: list
      elements: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.fleet_report import report_on
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def report(
    hosts, accounts=None, connectors=None, template=None, expected=None, exclude=None, now=None, source_account_id=None, cycles=None, errors_since=None
):
    try:
        return wrap_var(report_on(hosts, accounts, connectors, template, expected, exclude, now, source_account_id, cycles, errors_since))
    except InvalidInput as exc:
        raise AnsibleFilterError("fleet_report: %s" % exc.msg) from exc


class FilterModule:
    def filters(self):
        return dict(fleet_report=report)
