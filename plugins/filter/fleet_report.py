# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_report
short_description: How the connectors of many accounts stand
description:
  - Makes one report from the variables of many hosts, each of which is an account.
  - The role P(cyclr.ipaas.fleet_report#role) writes it as a page, as CSV and as JSON.
  - The report holds names, versions, states and dates. Properties and secrets never get into it.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - The variables of the accounts' hosts, as C(ansible_play_hosts_all | map('extract', hostvars)) gives them.
      - C(cyclr_account_id) is the account's API ID. Without it the name of the host is.
      - C(cyclr_account) and C(cyclr_connectors) are what the inventory plugin P(cyclr.ipaas.accounts#inventory) sets.
      - C(fleet_report_expected) is used for this host in place of O(expected).
    type: list
    elements: dict
    required: true
  accounts:
    description:
      - Records of accounts, as M(cyclr.ipaas.cyclr_account_info) returns them, for hosts without C(cyclr_account).
    type: list
    elements: dict
    default: []
  connectors:
    description:
      - The results of M(cyclr.ipaas.cyclr_connector_info) in a loop over names of hosts, for hosts without C(cyclr_connectors).
      - An account whose result holds no connectors is V(not_read), and C(msg) says why.
    type: list
    elements: dict
    default: []
  template:
    description:
      - What is installed in the account in which the company keeps its connectors, as M(cyclr.ipaas.cyclr_connector_info) returns it.
      - A connector in another version than there is reported.
    type: list
    elements: dict
    default: []
  expected:
    description:
      - The names of the connectors that each account should have.
      - If this is not given, these are the connectors that are marked as partner connectors in O(template).
    type: list
    elements: str
  exclude:
    description:
      - API IDs of accounts that are left out.
    type: list
    elements: str
    default: []
  now:
    description:
      - The time that ages are counted to, as seconds since 1970 or as an ISO 8601 date and time in UTC. Default is the time of the call.
    type: raw
seealso:
  - plugin: cyclr.ipaas.fleet_csv
    plugin_type: filter
  - plugin: cyclr.ipaas.accounts
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: How many accounts wait for the consent of their customer?
  ansible.builtin.debug:
    msg: "{{ (ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.fleet_report).totals.accounts.waits_for_oauth }}"
  run_once: true

- name: Which accounts have no HubSpot?
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
      description: How many accounts (C(accounts)) and connectors (C(connectors)) there are in all (C(all)) and in each state.
      type: dict
    shares:
      description: The states of the accounts that occur, with C(count), and C(start) and C(width) in percent for a chart.
      type: list
      elements: dict
    connectors:
      description: For each connector C(name), C(count), C(template_version), C(totals) and C(shares), the most frequent first.
      type: list
      elements: dict
    waiting:
      description: The accounts that wait for consent. C(accounts) is their number, C(oldest_days) and C(ages) their ages since they were created, and
        C(oldest) holds C(id), C(name) and C(age_days) of the five oldest.
      type: dict
    accounts:
      description:
        - The accounts by name. C(id), C(name), C(parent), C(created), C(age_days), C(error), C(state) and C(connectors).
        - The state of an account is that of its worst connector, V(empty) without connectors, or V(not_read) where they could not be read.
        - A connector has C(connector), C(instance), C(version), C(template_version), C(version_differs) and C(state).
        - Its state is V(ready), V(version_differs), V(waits_for_oauth), V(needs_key) (a key or a password is missing) or V(missing).
      type: list
      elements: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.fleet_report import fleet_report, parse_moment
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def report(hosts, accounts=None, connectors=None, template=None, expected=None, exclude=None, now=None):
    moment = None if now is None else parse_moment(now)
    if now is not None and moment is None:
        raise AnsibleFilterError("fleet_report: now: %r is neither a number of seconds nor a date and time" % (now,))
    if isinstance(expected, str):
        raise AnsibleFilterError("fleet_report: expected: must be a list of names")
    try:
        records = {account["id"]: account for account in accounts or []}
        if expected is None:
            expected = [one["connector"]["name"] for one in template or [] if one["is_partner_connector"]]
        results = {result["item"]: result for result in connectors or []}
        fleet = [_entry(host, records, results) for host in hosts]
        return wrap_var(fleet_report([entry for entry in fleet if entry["id"] not in (exclude or ())], template or (), expected, moment))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("fleet_report: this is not a list of host variables with accounts and connectors: %s" % exc) from exc


def _entry(host, records, results):
    """What the variables of one host tell, or what was read for it."""
    account_id = host.get("cyclr_account_id") or host["inventory_hostname"]
    connectors = host.get("cyclr_connectors")
    read = results.get(host.get("inventory_hostname"), {}) if connectors is None else {}
    return dict(
        id=account_id,
        account=host.get("cyclr_account") or records.get(account_id),
        connectors=connectors if connectors is not None else read.get("account_connectors"),
        expected=host.get("fleet_report_expected"),
        error=read.get("msg"),
    )


class FilterModule:
    def filters(self):
        return dict(fleet_report=report)
