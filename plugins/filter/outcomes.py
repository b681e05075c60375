# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: outcomes
short_description: What became of the accounts of hosts
version_added: 1.0.0
description:
  - Makes records for the filter P(cyclr.ipaas.summary#filter) from the variables of hosts, which contain the registered results of modules of this
    collection.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input, results
options:
  _input:
    description:
      - The variables of the hosts, as C(ansible_play_hosts_all | map('extract', hostvars)) returns them.
      - The account of a host is C(onboard_account_id), else C(cyclr_account_id), else the name of the host.
      - Or, without O(results), a dictionary with the results of the artifact that P(cyclr.ipaas.onboarding_artifact#filter) makes, by the account's ID.
    type: raw
    required: true
  results:
    description:
      - The names of variables with registered results, in the order of the tasks. Other variables are not read, apart from C(onboard_account_reveal_links).
      - A host counts as failed if one of these results failed, with the message of that result as the reason.
        A host without any of them, or with skipped ones only, was not tried.
    type: list
    elements: str
  failed:
    description:
      - The names of hosts that failed, also in tasks whose results are not registered.
    type: list
    elements: str
    default: []
seealso:
  - plugin: cyclr.ipaas.summary
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    var: cyclr_summary
  vars:
    cyclr_summary: >-
      {{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.outcomes(['installed', 'set_up'])
         | cyclr.ipaas.summary(check_mode=ansible_check_mode) }}
  run_once: true
"""

RETURN = r"""
_value:
  description: One record for each host, with the keys that P(cyclr.ipaas.summary#filter) describes.
  type: list
  elements: dict
"""

from dataclasses import asdict

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.outcomes import outcome_of_artifact, outcomes_of_hosts
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def outcomes(given, results=None, failed=()):
    try:
        if results is None:
            return wrap_var([asdict(outcome_of_artifact(account, result)) for account, result in given.items()])
        return wrap_var([asdict(one) for one in outcomes_of_hosts(given, results, failed=failed)])
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("outcomes: these are neither host variables nor artifacts: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(outcomes=outcomes)
