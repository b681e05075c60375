# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: shared_accounts
short_description: Accounts that several hosts stand for
version_added: 1.0.0
description:
  - The account of a host is C(onboard_account_id), else C(cyclr_account_id), else its name.
  - Two hosts for one account are a mistake, because each of them would be brought to its own state.
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
      - The names of hosts, each with C(onboard_account_id) and C(cyclr_account_id) as a task sees them.
      - C(hostvars) does not contain the variables of a play, such as C(vars) of C(import_playbook). If they set the account of one of several hosts, the
        filter fails, because the accounts of the other hosts are unknown.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Refuse two hosts for one account
  ansible.builtin.assert:
    that: shared | length == 0
    fail_msg: "Several hosts have the same account: {{ shared | join('; ') }}"
  vars:
    shared: "{{ ansible_play_hosts_all | cyclr.ipaas.shared_accounts(hostvars) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: A text for each such account, with its hosts.
  type: list
  elements: str
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput, printable
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_accounts import VARIABLES, account_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var

_OF_PLAY = "onboard_account_id and cyclr_account_id: with several hosts, set them in the inventory, not in the variables of a play (vars of import_playbook)"


def shared(hosts, hostvars, seen=()):
    found = {}
    for host in hosts:
        try:
            account = account_of(hostvars[host], host)
        except InvalidInput as exc:
            raise AnsibleFilterError(exc.msg) from exc
        if host in seen and len(hosts) > 1 and any(seen[host].get(name) != hostvars[host].get(name) for name in VARIABLES):
            raise AnsibleFilterError(_OF_PLAY)
        found.setdefault(account, []).append(host)
    return wrap_var([printable("%s (%s)" % (account, ", ".join(names))) for account, names in found.items() if len(names) > 1])


class FilterModule:
    def filters(self):
        return dict(shared_accounts=shared)
