# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: connector_removal
short_description: What removing connectors means for an account
version_added: 1.0.0
description:
  - Says what has to be done to remove or de-authenticate connectors, and which integrations use them.
  - The playbooks C(cyclr.ipaas.remove_connector) and C(cyclr.ipaas.prune_connectors) use it.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input, account_id
options:
  _input:
    description:
      - The installed connectors that are to be removed, as M(cyclr.ipaas.cyclr_connector_info) returns them with C(include_uses=true).
    type: list
    elements: dict
    required: true
  account_id:
    description:
      - The API ID of their account. An integration in another one is called that of a sub-account.
    type: str
    required: true
  state:
    description:
      - What is to be done with the connectors.
    type: str
    choices: [absent, deauthenticated]
    default: absent
  stop:
    description:
      - Whether running integrations may be stopped.
    type: bool
    default: false
  partner:
    description:
      - Whether the partner connector may be among the connectors.
    type: bool
    default: false
  partner_names:
    description:
      - Names of partner connectors in the catalogue. A connector that is marked counts without being named.
    type: list
    elements: str
    default: []
seealso:
  - plugin: cyclr.ipaas.unnamed_connectors
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Say what removing HubSpot means
  ansible.builtin.debug:
    msg: >-
      {{ found.account_connectors | selectattr('connector.name', 'eq', 'HubSpot')
         | cyclr.ipaas.connector_removal('customer-42') }}
"""

RETURN = r"""
_value:
  description: What has to be done.
  type: dict
  contains:
    names:
      description: The names of the installed connectors to remove or de-authenticate.
      type: list
      elements: str
    stop:
      description: The integrations to stop before, each with C(account_id), C(id) and C(name).
      type: list
      elements: dict
    changes:
      description: The same in words.
      type: list
      elements: str
    partners:
      description: The connectors among them that may not be removed, because they are the partner connector.
      type: list
      elements: str
    running:
      description: The integrations that would have to be stopped, but may not.
      type: list
      elements: str
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.connector_removal import removal
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def connector_removal(chosen, account_id, state="absent", stop=False, partner=False, partner_names=()):
    try:
        return wrap_var(removal(list(chosen), account_id, state, stop, partner, partner_names))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("connector_removal: these are not installed connectors with the integrations that use them: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(connector_removal=connector_removal)
