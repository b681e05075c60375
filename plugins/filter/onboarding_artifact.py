# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: onboarding_artifact
short_description: The artifact of onboardings
version_added: 1.0.0
description:
  - Makes the artifact of the role P(cyclr.ipaas.onboard_account#role), without links unless they are asked for.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - The fact C(onboard_account_result), or a list of the variables of hosts that have it.
      - A host without this fact, or on which the role failed, is left out.
    type: raw
    required: true
  reveal_links:
    description:
      - Whether to keep the links. Whoever has one can enter the customer's account once, within five minutes.
    type: bool
    default: false
  job:
    description:
      - The ID of the job, which becomes a part of the key. Several slices with the same key would overwrite each other's results.
    type: str
"""

EXAMPLES = r"""
- name: Hand the result on as an artifact
  ansible.builtin.set_stats:
    data: "{{ onboard_account_result | cyclr.ipaas.onboarding_artifact(job=awx_job_id | default('local')) }}"
    per_host: false
    aggregate: true
"""

RETURN = r"""
_value:
  description:
    - The results by the account's API ID. With O(job) in a dictionary with the key C(cyclr_onboarding_JOB).
  type: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import published
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def artifact(given, reveal_links=False, job=None):
    try:
        results = [given] if hasattr(given, "items") else [host.get("onboard_account_result") or {} for host in given]
        by_account = {result["account"]["id"]: published(result, reveal_links) for result in results if "account" in result}
        return wrap_var(by_account if job is None else {"cyclr_onboarding_%s" % job: by_account})
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("onboarding_artifact: this is neither a result nor a list of host variables: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(onboarding_artifact=artifact)
