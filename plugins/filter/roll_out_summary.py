# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: roll_out_summary
short_description: What the roll-out of an integration did to many accounts
version_added: 1.0.0
description:
  - Lists what changed or failed. Accounts with the same changes, or the same failure, share an entry. The totals come last, with the reasons for
    which integrations do not run.
  - The playbook C(cyclr.ipaas.roll_out_integration) uses it.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.summary
positional: _input
options:
  _input:
    description:
      - The variables of the hosts, as C(ansible_play_hosts_all | map('extract', hostvars)) returns them. C(roll_out_result) is the registered result of
        M(cyclr.ipaas.cyclr_cycle).
    type: list
    elements: dict
    required: true
seealso:
  - plugin: cyclr.ipaas.onboarding_summary
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    var: cyclr_summary
  vars:
    cyclr_summary: "{{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.roll_out_summary(check_mode=ansible_check_mode) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "changed  customer-0042, customer-0043, customer-0077 and 9 more"
    - "         integration New Acme contacts to HubSpot installed and started"
    - "idle     customer-0042, customer-0077, customer-0117"
    - "         New Acme contacts to HubSpot does not run: HubSpot is not"
    - "         authenticated"
    - "1000 accounts: 12 changed, 988 ok, 0 failed, 3 integrations do not run"
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.outcomes import outcomes_of_hosts
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.summary import summary_lines
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var

_RESULTS = ["roll_out_installed", "roll_out_result"]


def summary(hosts, check_mode=False, failed=(), ended=None):
    try:
        return wrap_var(summary_lines(outcomes_of_hosts(hosts, _RESULTS, failed=failed), check_mode, ended=ended))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("roll_out_summary: this is not a list of host variables: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(roll_out_summary=summary)
