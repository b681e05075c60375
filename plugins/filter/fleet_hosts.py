# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_hosts
short_description: What is known about the accounts of many hosts
version_added: 1.0.0
description:
  - Returns the account of each host and whether the inventory contains its fields, connectors and integrations, so that a play can read the rest.
  - The role P(cyclr.ipaas.fleet_report#role) uses it. Fails if settings of that role which apply to all hosts differ between hosts.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - The variables of the hosts, as C(ansible_play_hosts_all | map('extract', hostvars)) returns them.
    type: list
    elements: dict
    required: true
  exclude:
    description:
      - API IDs of accounts to leave out.
    type: list
    elements: str
    default: []
  source_account_id:
    description:
      - The API ID of the account in which the company keeps its connectors, which is left out too.
    type: str
  cycles:
    description:
      - Whether to look for what keeps integrations from running. The inventory contains it for accounts whose integrations all run.
    type: bool
    default: false
  errors_since:
    description:
      - The time since which errors of integrations count, such as V(2030-01-31) or V(2030-01-31T12:00:00Z). It implies O(cycles). The inventory
        contains the errors of integrations that never had any.
    type: str
seealso:
  - plugin: cyclr.ipaas.fleet_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the accounts whose connectors are not in the inventory
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.fleet_hosts | rejectattr('has_connectors') | map(attribute='account_id') }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The hosts in their order.
  type: list
  elements: dict
  contains:
    host:
      description: The name of the host.
      type: str
    account_id:
      description: The API ID of its account, which is C(onboard_account_id), else C(cyclr_account_id), else the name of the host.
      type: str
    has_account:
      description: Whether the fields of the account are known.
      type: bool
    has_connectors:
      description: Whether the connectors of the account are known.
      type: bool
    has_cycles:
      description: Whether everything that O(cycles) and O(errors_since) ask for is known. Always V(true) if neither is set.
      type: bool
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.fleet_hosts import Wanted, fleet_hosts, left_out
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


_SHOWN = ("host", "account_id", "has_account", "has_connectors", "has_cycles")


def hosts_of(hosts, exclude=None, source_account_id=None, cycles=False, errors_since=None):
    try:
        found = fleet_hosts(hosts, left_out(exclude, source_account_id), Wanted.of(cycles, errors_since))
        return wrap_var([{name: one[name] for name in _SHOWN} for one in found])
    except CyclrError as exc:
        raise AnsibleFilterError("fleet_hosts: %s" % exc.msg) from exc
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("fleet_hosts: this is not a list of host variables: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(fleet_hosts=hosts_of)
