# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: adoption_summary
short_description: What the playbook adopt_accounts did
version_added: 1.0.0
description:
  - Lists the accounts whose variables were written, those that were kept and those that failed, each with the reason, and what the files do not
    describe. The totals come last.
  - The lines fit a terminal of 80 columns, and are at most 20, however many accounts there are. They contain no values.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.summary
positional: _input
options:
  _input:
    description:
      - The variables of the hosts, as C(ansible_play_hosts_all | map('extract', hostvars)) returns them.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: cyclr.ipaas.adopted_variables
    plugin_type: filter
  - plugin: cyclr.ipaas.summary
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    var: cyclr_summary
  vars:
    cyclr_summary: "{{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.adoption_summary(check_mode=ansible_check_mode) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "changed  globex, initech"
    - "         variables written to /home/ann/customers/host_vars"
    - "kept     hooli  its variables exist already"
    - "left out globex, initech  connector Mailchimp: authentication: it is secret"
    - "next     read in the files what is left out, then run"
    - "         cyclr.ipaas.onboard_accounts with --check --diff, which"
    - "         should change nothing"
    - "3 accounts: 2 changed, 0 ok, 0 failed, 1 kept, 2 things left out"
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.adopted import adoption_lines
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def summary(hosts, check_mode=False, failed=(), ended=None):
    try:
        return wrap_var(adoption_lines(list(hosts), check_mode, failed, ended))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("adoption_summary: this is not a list of host variables: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(adoption_summary=summary)
