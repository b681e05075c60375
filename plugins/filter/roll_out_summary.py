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
positional: _input
options:
  _input:
    description:
      - The variables of the hosts, as C(ansible_play_batch | map('extract', hostvars)) returns them. C(roll_out_result) is the registered result of
        M(cyclr.ipaas.cyclr_cycle).
      - A host with the variable C(roll_out_failure) counts as failed, and that text is shown.
    type: list
    elements: dict
    required: true
  check_mode:
    description:
      - Whether the run was in check mode. The summary then says what would change.
    type: bool
    default: false
seealso:
  - plugin: cyclr.ipaas.onboarding_summary
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    msg: "{{ ansible_play_batch | map('extract', hostvars) | cyclr.ipaas.roll_out_summary(check_mode=ansible_check_mode) }}"
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
    - "1000 accounts: 12 changed, 988 ok, 0 failed"
    - "3 integrations do not run: HubSpot is not authenticated"
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_accounts import label_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_cycles import why_not
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import change_of, onboarding_summary
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def summary(hosts, check_mode=False):
    try:
        return wrap_var(onboarding_summary([_run(host) for host in hosts], check_mode))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("roll_out_summary: this is not a list of host variables: %s" % exc) from exc


def _run(host):
    """What the playbook left in the variables of one host."""
    result = host.get("roll_out_result") or {}
    cycle = result.get("cycle") and dict(result["cycle"], prerequisites=result.get("prerequisites"))
    return dict(
        id=label_of(host),
        failure=host.get("roll_out_failure"),
        changes=[change_of(result)] if result.get("changed") else [],
        idle=[why_not(cycle, ())] if cycle and cycle["prerequisites"] else [],
    )


class FilterModule:
    def filters(self):
        return dict(roll_out_summary=summary)
