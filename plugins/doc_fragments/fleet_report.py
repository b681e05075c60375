# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations


class ModuleDocFragment:
    # What a report is made of beside the variables of the hosts, for the module and the filter.
    DOCUMENTATION = r"""
options:
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
"""
