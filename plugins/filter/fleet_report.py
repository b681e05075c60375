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
  accounts:
    description:
      - Records of accounts, as M(cyclr.ipaas.cyclr_account_info) returns them, for hosts without C(cyclr_account).
    type: list
    elements: dict
    default: []
  connectors:
    description:
      - The results of M(cyclr.ipaas.cyclr_connector_info) in a loop over names of hosts, or over items of P(cyclr.ipaas.fleet_hosts#filter), for
        hosts without C(cyclr_connectors).
      - If a result contains no connectors, the account is V(not_read), and C(msg) says why.
    type: list
    elements: dict
    default: []
  cycles:
    description:
      - The results of M(cyclr.ipaas.cyclr_cycle_info) in a loop, like O(connectors), for hosts without C(cyclr_cycles), or whose integrations do
        not all run.
      - C(prerequisites) say what keeps an integration from starting. Without them, only connectors that are not authenticated are reported.
      - C(incidents) are needed for O(errors_since).
    type: list
    elements: dict
    version_added: 1.0.0
    default: []
  errors_since:
    description:
      - The time since which errors were read, such as V(2030-01-31). If it is not set, the report contains no errors.
    type: str
    version_added: 1.0.0
  template:
    description:
      - The connectors that are installed in the account in which the company keeps its connectors, as M(cyclr.ipaas.cyclr_connector_info) returns
        them.
      - A connector in another version is reported.
    type: list
    elements: dict
    default: []
  expected:
    description:
      - The names of the connectors that each account should have.
      - Defaults to the connectors that are marked as partner connectors in O(template).
    type: list
    elements: str
  exclude:
    description:
      - API IDs of accounts to leave out.
    type: list
    elements: str
    default: []
  source_account_id:
    version_added: 1.0.0
    description:
      - The API ID of the account in which the company keeps its connectors, which is left out too.
    type: str
  now:
    description:
      - The time that ages are counted to, as seconds since 1970 or as an ISO 8601 date and time in UTC. Defaults to the current time.
    type: raw
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

from collections.abc import Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.fleet_hosts import Wanted, fleet_hosts, left_out
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.fleet_report import fleet_report, parse_moment
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_list
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def report(
    hosts, accounts=None, connectors=None, template=None, expected=None, exclude=None, now=None, source_account_id=None, cycles=None, errors_since=None
):
    moment = None if now is None else parse_moment(now)
    if now is not None and moment is None:
        raise AnsibleFilterError("fleet_report: now: %r is neither a number of seconds nor a date and time" % (now,))
    try:
        if expected in (None, ""):
            expected = [one["connector"]["name"] for one in template or [] if one["is_partner_connector"]]
        records = {account["id"]: account for account in accounts or []}
        connectors, cycles = _by_host(connectors), _by_host(cycles)
        wanted = Wanted.of(False, errors_since)
        found = fleet_hosts(hosts, left_out(exclude, source_account_id), wanted)
        fleet = [dict(_entry(one, records, connectors), **_cycles(one, cycles)) for one in found]
        return wrap_var(fleet_report(fleet, template or (), as_list(expected, "expected"), wanted.errors_since, moment))
    except CyclrError as exc:
        raise AnsibleFilterError("fleet_report: %s" % exc.msg) from exc
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise AnsibleFilterError("fleet_report: this is not a list of host variables with accounts and connectors: %s" % exc) from exc


def _by_host(results):
    """The results of a loop over names of hosts, or over items of the filter fleet_hosts."""
    items = [(result["item"], result) for result in results or []]
    return {item["host"] if isinstance(item, Mapping) else item: result for item, result in items}


def _entry(host, records, results):
    """What the variables of one host contain, or what was read for it."""
    read = {} if host["has_connectors"] else results.get(host["host"], {})
    return dict(
        id=host["account_id"],
        account=host["account"] or records.get(host["account_id"]),
        connectors=read.get("account_connectors") if host["connectors"] is None else host["connectors"],
        expected=host["expected"],
        error=host["error"] or read.get("msg"),
    )


def _cycles(host, results):
    """What was read for a host says more than its inventory. If reading failed, there is what the inventory says."""
    read = results.get(host["host"], {})
    return dict(cycles=read.get("cycles", host["cycles"]), cycles_error=host["cycles_error"] or (None if "cycles" in read else read.get("msg")))


class FilterModule:
    def filters(self):
        return dict(fleet_report=report)
