# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: onboarding_artifact
short_description: The outcomes of onboardings by account
description:
  - Makes the artifact of the role P(cyclr.ipaas.onboard_account#role), without links unless they are asked for.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - The variables of the hosts on which the role ran, as C(ansible_play_batch | map('extract', hostvars)) gives them.
      - A host without the fact C(onboard_account_result), or on which the role failed, is left out.
    type: list
    elements: dict
    required: true
  reveal_links:
    description:
      - Whether to keep the links. Whoever has one can enter the customer's account once, within five minutes.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Hand the results on as an artifact
  ansible.builtin.set_stats:
    data:
      onboarded: "{{ ansible_play_batch | map('extract', hostvars) | cyclr.ipaas.onboarding_artifact }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The fact C(onboard_account_result) of each account, by the account's API ID.
  type: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import published
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def artifact(hosts, reveal_links=False):
    try:
        results = [host.get("onboard_account_result") or {} for host in hosts]
        return wrap_var({result["account"]["id"]: published(result, reveal_links) for result in results if "account" in result})
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("onboarding_artifact: this is not a list of host variables: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(onboarding_artifact=artifact)
