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
  - Lists the accounts whose variables were written, those that have some already, and those that failed, each with the reason.
  - The lines fit a terminal of 80 columns. They contain no values.
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
  check_mode:
    description:
      - Whether the run was in check mode. The summary then says what would be written.
    type: bool
    default: false
seealso:
  - plugin: cyclr.ipaas.adopted_variables
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.adoption_summary(check_mode=ansible_check_mode) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "kept     hooli, which have variables already"
    - "written  globex, initech"
    - "         in /home/ann/customers/host_vars"
    - "3 accounts: 2 written, 1 kept, 0 failed"
    - "2 things cannot be described. The files say what and why."
"""

import os

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.adopted import adoption_summary
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import plain, wrap_var


def summary(hosts, check_mode=False):
    try:
        return wrap_var(adoption_summary([run for run in map(_run, hosts) if run], check_mode))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("adoption_summary: this is not a list of host variables: %s" % exc) from exc


def _run(host):
    """What the playbook left in the variables of one host, or None for one that it passed over."""
    file, failure, left_out = (plain(host.get("adopt_accounts_" + name)) for name in ("file", "failure", "left_out"))
    if not file and not failure:
        return None
    return dict(
        name=plain(host["inventory_hostname"]),
        failure=failure,
        folder=os.path.dirname(file["path"]) if file else None,
        left_out=None if left_out is None else int(left_out),
    )


class FilterModule:
    def filters(self):
        return dict(adoption_summary=summary)
