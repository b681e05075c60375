# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: as_list
short_description: A variable as a list
version_added: 1.0.0
description:
  - Converts the value of a variable that is a list, in the same way as the modules of this collection convert their options.
  - Names in one text are separated by commas, which is how a list is given on the command line. JSON text of a list is accepted, too.
  - Null, C(omit) and an empty text become an empty list.
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
  elements:
    description:
      - What the items are.
    type: str
    choices: [str, dict]
    default: str
seealso:
  - plugin: cyclr.ipaas.as_text
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Wait for the connectors that are named on the command line (-e connectors=HubSpot,Xero)
  cyclr.ipaas.cyclr_oauth_wait:
    account_id: customer-42
    names: "{{ connectors | cyclr.ipaas.as_list('connectors') }}"
"""

RETURN = r"""
_value:
  description: The list.
  type: list
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_list, as_list_of_dicts
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var

CONVERT = dict(str=as_list, dict=as_list_of_dicts)


def listed(value, name, elements="str"):
    if elements not in CONVERT:
        raise AnsibleFilterError("as_list: elements must be one of: %s" % ", ".join(CONVERT))
    try:
        return wrap_var(CONVERT[elements](value, name))
    except InvalidInput as exc:
        raise AnsibleFilterError(exc.msg) from exc


class FilterModule:
    def filters(self):
        return dict(as_list=listed)
