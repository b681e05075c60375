# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: onboarding_summary
short_description: What the role onboard_account did to many accounts
version_added: 0.1.0
description:
  - Lists what changed or failed. Accounts with the same changes, or the same failure, share an entry. The totals come last, with the integrations
    that do not run and the reason.
  - The lines fit a terminal of 80 columns. They name settings and connectors, and contain no values, links or secrets.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - The variables of the hosts on which the role ran, as C(ansible_play_batch | map('extract', hostvars)) returns them.
      - A host with the variable C(onboard_accounts_failure) counts as failed, and that text is shown.
    type: list
    elements: dict
    required: true
  check_mode:
    description:
      - Whether the run was in check mode. The summary then says what would change.
    type: bool
    default: false
seealso:
  - plugin: cyclr.ipaas.fleet_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    msg: "{{ ansible_play_batch | map('extract', hostvars) | cyclr.ipaas.onboarding_summary(check_mode=ansible_check_mode) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "changed  customer-0042, customer-0043, customer-0077 and 9 more"
    - "         account created; Acme Platform installed; HubSpot installed"
    - "changed  customer-0117  Mailchimp: properties"
    - "1000 accounts: 13 changed, 987 ok, 0 failed"
    - "12 wait for the customer to authorize a connector"
    - "9 integrations do not run: HubSpot has to be authorized"
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_accounts import label_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_cycles import why_not
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import onboarding_summary
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def summary(hosts, check_mode=False):
    try:
        return wrap_var(onboarding_summary([_run(host) for host in hosts], check_mode))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("onboarding_summary: this is not a list of host variables: %s" % exc) from exc


def _run(host):
    """What the role left in the variables of one host."""
    result = host.get("onboard_account_result") or {}
    return dict(
        id=label_of(host),
        failure=host.get("onboard_accounts_failure") or (result.get("msg") if result.get("failed") else None),
        changes=result.get("changes"),
        waiting=any(one["state"] == "waits_for_oauth" for one in result.get("account_connectors") or []),
        empty="account_connectors" in result and not result["account_connectors"] and not result.get("cycles"),
        idle=[why_not(one, result["account_connectors"]) for one in result.get("cycles") or [] if one["prerequisites"]],
    )


class FilterModule:
    def filters(self):
        return dict(onboarding_summary=summary)
