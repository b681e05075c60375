# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: adopted_variables
short_description: Variables that describe an existing account
version_added: 1.0.0
description:
  - Turns what the modules read about an account into variables of the role P(cyclr.ipaas.onboard_account#role), so that onboarding the account with
    them changes nothing.
  - The variables contain no secrets. Keys, tokens, properties that the catalogue or their name marks as secret and URLs of webhooks are left out, and
    so is everything that the role cannot describe, such as two connectors of the same name.
  - The playbook C(cyclr.ipaas.adopt_accounts) uses it.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - The account, as M(cyclr.ipaas.cyclr_account_info) returns it.
    type: dict
    required: true
  connectors:
    description:
      - The connectors that are installed in it, as M(cyclr.ipaas.cyclr_connector_info) returns them.
    type: list
    elements: dict
    default: []
  catalogue:
    description:
      - The same connectors of the catalogue. Properties that are not described there are left out.
    type: list
    elements: dict
    default: []
  cycles:
    description:
      - The integrations of the account, as M(cyclr.ipaas.cyclr_cycle_info) returns them with V(variables) in O(cyclr.ipaas.cyclr_cycle_info#module:gather).
    type: list
    elements: dict
    default: []
  templates:
    description:
      - The published templates, as M(cyclr.ipaas.cyclr_template_info) returns them. The name of a template is written if it is unique, and its ID
        otherwise.
    type: list
    elements: dict
    default: []
  source_account_id:
    description:
      - The API ID of the account from which the partner connector is taken. Without it, a connector that is marked as the company's own is described
        like any other.
    type: str
  secrets:
    description:
      - Names of properties and variables that are secret although neither the catalogue nor their names say so.
    type: list
    elements: str
    default: []
seealso:
  - plugin: cyclr.ipaas.onboard_account
    plugin_type: role
"""

EXAMPLES = r"""
- name: Show the variables that describe an account
  ansible.builtin.debug:
    msg: "{{ (found.accounts[0] | cyclr.ipaas.adopted_variables(connectors=installed.account_connectors)).variables }}"
"""

RETURN = r"""
_value:
  description: The variables.
  type: dict
  contains:
    variables:
      description: The variables of the role.
      type: dict
    left_out:
      description: A line for each thing that the variables do not describe, with the reason.
      type: list
      elements: str
    text:
      description: A file of variables in YAML. Texts that look like templates are marked as C(!unsafe).
      type: str
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.adopted import adopted_file, adopted_variables
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_list, as_text
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import plain, wrap_var


def adopted(account, connectors=(), catalogue=(), cycles=(), templates=(), source_account_id=None, secrets=None):
    try:
        source = as_text(source_account_id, "source_account_id")
        records = [plain(one) for one in (account, connectors, catalogue, cycles, templates)]
        variables, left_out = adopted_variables(*records, source_account_id=source, secrets=as_list(secrets, "secrets"))
    except CyclrError as exc:
        raise AnsibleFilterError("adopted_variables: %s" % exc.msg) from exc
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("adopted_variables: these are not records of the modules: %s" % exc) from exc
    return wrap_var(dict(variables=variables, left_out=left_out, text=adopted_file(variables, left_out)))


class FilterModule:
    def filters(self):
        return dict(adopted_variables=adopted)
