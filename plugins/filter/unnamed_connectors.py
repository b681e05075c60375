# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: unnamed_connectors
short_description: Installed connectors that the variables of an account do not name
version_added: 1.0.0
description:
  - Returns the connectors that an account contains although its variables do not name them, for example because they did so earlier.
  - The partner connector counts as named.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input, connectors
options:
  _input:
    description:
      - The installed connectors, as M(cyclr.ipaas.cyclr_connector_info) returns them.
    type: list
    elements: dict
    required: true
  connectors:
    description:
      - The value of C(onboard_account_connectors).
    type: list
    elements: dict
    required: true
  partner_names:
    description:
      - Names of partner connectors in the catalogue. A connector that is marked counts without being named.
    type: list
    elements: str
    default: []
seealso:
  - plugin: cyclr.ipaas.connector_removal
    plugin_type: filter
"""

EXAMPLES = r"""
- name: List the connectors that the variables do not name
  ansible.builtin.debug:
    msg: "{{ found.account_connectors | cyclr.ipaas.unnamed_connectors(onboard_account_connectors) | map(attribute='name') }}"
"""

RETURN = r"""
_value:
  description: Those of the installed connectors that are not named.
  type: list
  elements: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils import connector_removal
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def unnamed_connectors(installed, connectors, partner_names=()):
    try:
        return wrap_var(connector_removal.unnamed_connectors(installed, connectors, partner_names))
    except InvalidInput as exc:
        raise AnsibleFilterError(exc.msg) from exc
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("unnamed_connectors: these are not installed connectors: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(unnamed_connectors=unnamed_connectors)
