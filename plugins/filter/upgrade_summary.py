# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: upgrade_summary
short_description: What the upgrade of a connector did to many accounts
version_added: 1.0.0
description:
  - Lists what failed or changed, who has to authorize the new version or lacks a key for it, which integrations use the old version, from which
    accounts the old version can be removed, and which accounts were left out. The totals come last.
  - The playbook C(cyclr.ipaas.upgrade_connector) uses it.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.summary
positional: _input
options:
  _input:
    description:
      - The variables of the hosts, as C(ansible_play_hosts_all | map('extract', hostvars)) returns them. C(upgrade_result) is the registered result of
        M(cyclr.ipaas.cyclr_connector_upgrade).
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
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.upgrade_summary(check_mode=ansible_check_mode) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "changed  customer-0042, customer-0043, customer-0077 and 9 more"
    - "         Salesforce v60.0 installed"
    - "waits    customer-0042, customer-0043, customer-0077 and 9 more"
    - "         for Salesforce v60.0"
    - "in use   the old version by New leads (3 accounts)"
    - "next     send the customers their links (cyclr.ipaas.hand_over_links),"
    - "         reinstall what uses the old version, and run this again"
    - "1000 accounts: 12 changed, 988 ok, 0 failed, 12 wait for"
    - "authorization"
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.upgrade_results import upgrade_lines


def summary(hosts, check_mode=False, failed=(), ended=None):
    try:
        return wrap_var(upgrade_lines(list(hosts), check_mode, set(failed), ended))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("upgrade_summary: this is not a list of host variables: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(upgrade_summary=summary)
