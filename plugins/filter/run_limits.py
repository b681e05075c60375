# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: run_limits
short_description: The limits of a run over many accounts
version_added: 1.0.0
description:
  - Reads C(cyclr_batch), C(cyclr_max_changes), C(cyclr_max_fail_percentage) and C(cyclr_max_failures) from the variables of the hosts, and checks them.
  - Null and an empty text count as not set. Numbers and lists can be given as text, as on the command line.
  - A value that is wrong, or not the same for all hosts, is reported.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input, hostvars, seen
options:
  _input:
    description:
      - The names of the hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description:
      - The variables of all hosts, as in C(hostvars).
    type: dict
    required: true
  seen:
    description:
      - The limits as the task sees them. C(hostvars) does not contain the variables of a play, such as C(vars) of C(import_playbook).
      - A limit that no host has comes from the play. It takes precedence and applies to all hosts.
    type: dict
    default: {}
seealso:
  - plugin: cyclr.ipaas.predicted_changes
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check the limits
  ansible.builtin.set_fact:
    limits: "{{ ansible_play_hosts_all | cyclr.ipaas.run_limits(hostvars) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The limits. Those that are not set are null.
  type: dict
  contains:
    wrong:
      description: What is wrong, or null. If something is wrong, the rest is missing.
      type: str
    batch:
      description: The sizes of the batches, in numbers and percentages.
      type: list
      elements: raw
    max_changes:
      description: How many accounts may change, as a number or a percentage.
      type: raw
    max_fail_percentage:
      description: The percentage of a batch that may fail.
      type: float
    max_failures:
      description: After how many failed accounts the run ends.
      type: int
    first_batch:
      description: How many accounts the first batch has.
      type: int
"""

from ansible_collections.cyclr.ipaas.plugins.plugin_utils.run_limits import limits_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def limits(hosts, hostvars, seen=()):
    return wrap_var(limits_of([hostvars[host] for host in hosts], seen))


class FilterModule:
    def filters(self):
        return dict(run_limits=limits)
