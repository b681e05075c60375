# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_csv
short_description: A fleet report as CSV
version_added: 0.1.0
description:
  - Turns the report of P(cyclr.ipaas.fleet_report#filter) into CSV with one line for each connector of each account, and one for an account
    without connectors.
  - The integrations of an account follow its connectors, one line for each, in which the columns of connectors are empty.
  - Every field is quoted. An apostrophe precedes everything that a spreadsheet would take for a formula, at the beginning of a field and after a
    comma, a semicolon or a vertical bar in it, because some locales split fields there.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - The report.
    type: dict
    required: true
seealso:
  - plugin: cyclr.ipaas.fleet_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the report as CSV
  ansible.builtin.copy:
    content: "{{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.fleet_report | cyclr.ipaas.fleet_csv }}"
    dest: fleet.csv
    mode: "0640"
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
_value:
  description: The CSV text, with a line of headings.
  type: str
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.fleet_report import fleet_csv
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def as_csv(report):
    try:
        return wrap_var(fleet_csv(report))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("fleet_csv: this is not a report of cyclr.ipaas.fleet_report: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(fleet_csv=as_csv)
