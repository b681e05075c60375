# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: unnamed_summary
short_description: Connectors that variables do not name, with their accounts
version_added: 1.0.0
description:
  - One line for each connector, with the first accounts that contain it.
  - The playbook C(cyclr.ipaas.prune_connectors) uses it.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - The variables of the hosts. C(cyclr_unnamed) is the list of the names of connectors in the account.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: cyclr.ipaas.unnamed_connectors
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show them
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.unnamed_summary }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "Mailchimp: customer-0042, customer-0043 and 9 more"
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.connector_removal import unnamed_lines
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def unnamed_summary(hosts):
    try:
        return wrap_var(unnamed_lines(hosts))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("unnamed_summary: this is not a list of host variables: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(unnamed_summary=unnamed_summary)
