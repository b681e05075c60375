# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: printable
short_description: Text without power over a terminal
version_added: 1.0.0
description:
  - Replaces control characters, escape sequences, line separators and characters that reverse the direction of writing by a blank, at every depth.
  - Names in an account are chosen by people. Use this filter for everything from the API that is shown on a screen.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - A text, or a list or dictionary with texts. Other values are returned unchanged.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Show the names of the installed connectors
  ansible.builtin.debug:
    msg: "{{ installed.account_connectors | map(attribute='name') | cyclr.ipaas.printable }}"
"""

RETURN = r"""
_value:
  description: The same, with each text on one line.
  type: raw
"""

from collections.abc import Iterator, Mapping, Set

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import printable
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def shown(value):
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {shown(key): shown(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, Set, Iterator)):
        return [shown(item) for item in value]
    return value


class FilterModule:
    def filters(self):
        return dict(printable=lambda value: wrap_var(shown(value)))
