# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: as_text
short_description: A variable as text
version_added: 1.0.0
description:
  - Converts the value of a variable that is a text for the API, such as an account ID, in the same way as the modules of this collection convert their options.
  - A whole number becomes its digits. Null and C(omit) become an empty text.
  - A number with a decimal point, a boolean, a date with a time, a list and a dictionary are refused, because YAML may have changed what was written.
    V(1.10) without quotes is the number 1.1, for example.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input, name
options:
  _input:
    description:
      - The value.
    type: raw
    required: true
  name:
    description:
      - The name of the variable, for the error message.
    type: str
    required: true
seealso:
  - plugin: cyclr.ipaas.as_list
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the account of the host
  cyclr.ipaas.cyclr_account_info:
    account_id: "{{ cyclr_account_id | cyclr.ipaas.as_text('cyclr_account_id') }}"
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_text
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def text(value, name):
    try:
        return wrap_var(as_text(value, name) or "")
    except InvalidInput as exc:
        raise AnsibleFilterError(exc.msg) from exc


class FilterModule:
    def filters(self):
        return dict(as_text=text)
