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
  - Lists what changed or failed. Accounts with the same changes, or the same failure, share an entry. The totals come last, after
    what waits for the customer and the integrations that do not run.
  - The lines fit a terminal of 80 columns. They name settings and connectors, and contain no values, links or secrets.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.summary
positional: _input
options:
  _input:
    description:
      - The variables of the hosts on which the role ran, as C(ansible_play_hosts_all | map('extract', hostvars)) returns them.
      - A host with the variable C(onboard_accounts_failure) counts as failed, and that text is shown.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: cyclr.ipaas.summary
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    var: cyclr_summary
  vars:
    cyclr_summary: "{{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.onboarding_summary(check_mode=ansible_check_mode) }}"
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
    - "waits    customer-0042, customer-0043, customer-0077 and 9 more"
    - "         for HubSpot"
    - "next     send the customers their links"
    - "         (cyclr.ipaas.hand_over_links), and run this again after the"
    - "         authorization"
    - "1000 accounts: 13 changed, 987 ok, 0 failed, 12 wait for"
    - "authorization"
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.outcomes import outcomes_of_hosts
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.summary import summary_lines
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var

_RESULTS = ["onboard_account_result"]
_FAILURE = "onboard_accounts_failure"


def summary(hosts, check_mode=False, failed=(), ended=None):
    try:
        return wrap_var(summary_lines(outcomes_of_hosts(hosts, _RESULTS, _FAILURE, failed), check_mode, ended=ended))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("onboarding_summary: this is not a list of host variables: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(onboarding_summary=summary)
