# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: connector_options
short_description: Options for the upgrade of a connector
version_added: 1.0.0
description:
  - Combines what the variable C(onboard_account_connectors) of an account says of a connector with further options for its upgrade.
  - The playbook C(cyclr.ipaas.upgrade_connector) uses it.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input, connector, instance, given
options:
  _input:
    description:
      - The variable C(onboard_account_connectors), a list of options of M(cyclr.ipaas.cyclr_connector_install).
    type: list
    elements: dict
    required: true
  connector:
    description:
      - The name of the connector in the catalogue.
    type: str
    required: true
  instance:
    description:
      - The name of the instance. Without it, an account that describes several instances of the connector contributes no options.
    type: str
  given:
    description:
      - Further options. They replace those of the account. An authentication in these options replaces that of the account as a whole.
    type: dict
    default: {}
seealso:
  - module: cyclr.ipaas.cyclr_connector_upgrade
"""

EXAMPLES = r"""
- name: Check that the variables of the account contain a key
  ansible.builtin.assert:
    that: "'api_key' in (onboard_account_connectors | cyclr.ipaas.connector_options('Zendesk'))"
    quiet: true
"""

RETURN = r"""
_value:
  description: Options of M(cyclr.ipaas.cyclr_connector_upgrade). They can contain secrets.
  type: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.connector_options import connector_options
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def options(connectors, connector, instance=None, given=None):
    try:
        return wrap_var(connector_options(connectors, connector, instance, given))
    except InvalidInput as exc:
        raise AnsibleFilterError(exc.msg) from exc


class FilterModule:
    def filters(self):
        return dict(connector_options=options)
