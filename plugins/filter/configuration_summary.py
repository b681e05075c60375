# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: configuration_summary
short_description: What the playbook configure_awx did
version_added: 1.0.0
description:
  - Lists what was created, changed or there already in AWX, and says what to do next.
  - The lines fit a terminal of 80 columns. They contain names and the reason of a failure, and no secrets.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - For each task, a list of the kind of its objects, their names, and its registered result, or V(null) if it did not run.
    type: list
    elements: list
    required: true
  check_mode:
    description:
      - Whether the run was in check mode. The summary then says what would change.
    type: bool
    default: false
  failure:
    description:
      - Why the run failed, if it did.
    type: str
  next_step:
    description:
      - What to do after a run that has created something.
    type: str
seealso:
  - plugin: cyclr.ipaas.summary
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    var: cyclr_summary
  vars:
    cyclr_summary: "{{ [['projects', ['Cyclr'], added_project]] | cyclr.ipaas.configuration_summary(check_mode=ansible_check_mode) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "created  job templates: Cyclr - report"
    - "changed  projects: Cyclr"
    - "ok       credential types: Cyclr API, Cyclr link hand-over"
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.configured_awx import configuration_lines
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def summary(applied, check_mode=False, failure=None, next_step=None):
    try:
        return wrap_var(configuration_lines(applied, check_mode, failure, next_step))
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise AnsibleFilterError("configuration_summary: this is not a list of kinds, names and results: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(configuration_summary=summary)
