#!/usr/bin/python

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_report
short_description: Report on the connectors and integrations of all hosts of a play
version_added: 1.0.0
description:
  - Makes one report on all hosts of the play (C(ansible_play_hosts_all)), each of which is an account. It reads their variables and sends no request.
  - The same as the filter P(cyclr.ipaas.fleet_report#filter) of these hosts, which says what variables of a host are read. For thousands of
    accounts, the module needs much less memory with ansible-core 2.18 and older.
  - The role P(cyclr.ipaas.fleet_report#role) reads what the inventory does not contain, and writes the report as a page, as CSV and as JSON.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.fleet_report
  - cyclr.ipaas.attributes
  - cyclr.ipaas.attributes.info
attributes:
  action:
    description: Runs on the controller.
    support: full
  in_process:
    description: Runs inside the worker of the controller, whatever the connection is.
notes:
  - Use C(run_once), because the report is the same for every host.
  - It has no options for the connection, so it is not part of the action group C(group/cyclr.ipaas.cyclr).
seealso:
  - plugin: cyclr.ipaas.fleet_report
    plugin_type: filter
  - plugin: cyclr.ipaas.fleet_csv
    plugin_type: filter
  - plugin: cyclr.ipaas.accounts
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Report on the accounts of the inventory
  cyclr.ipaas.fleet_report:
    expected: [HubSpot, Mailchimp]
  register: report
  run_once: true

- name: Show the accounts that lack a connector
  ansible.builtin.debug:
    msg: "{{ report.accounts | selectattr('state', 'eq', 'missing') | map(attribute='id') }}"
  run_once: true
"""

RETURN = r"""
generated_at:
  description: The time of the report, in UTC.
  type: str
  returned: success
  sample: "2026-11-22T09:30:00Z"
totals:
  description: The number of accounts, connectors and integrations, in all and in each state.
  type: dict
  returned: success
shares:
  description: The states in which there are accounts, each with its share in percent.
  type: list
  elements: dict
  returned: success
connectors:
  description: The same for each connector, the most frequent first.
  type: list
  elements: dict
  returned: success
cycles:
  description: The same for each name of an integration, the most frequent first.
  type: list
  elements: dict
  returned: success
reasons:
  description: The five most frequent reasons why integrations cannot start.
  type: list
  elements: dict
  returned: success
errors_since:
  description: The time since which errors count, or V(null).
  type: str
  returned: success
waiting:
  description: How many accounts wait for an authorization, and for how long.
  type: dict
  returned: success
accounts:
  description: The accounts by name, with their state, their connectors and their integrations. The filter lists what each record contains.
  type: list
  elements: dict
  returned: success
"""
