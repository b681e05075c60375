# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: predicted_changes
short_description: Whether a run would change more accounts than it may
version_added: 1.0.0
description:
  - Counts the accounts that a dry run would change, and compares them with the limit C(cyclr_max_changes).
  - An account that failed in the dry run counts as one that would change, because nobody knows what a run would do to it.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input, limit
options:
  _input:
    description:
      - The variables of the hosts, as C(ansible_play_hosts_all | map('extract', hostvars)) returns them.
    type: list
    elements: dict
    required: true
  limit:
    description:
      - A number of accounts, a percentage of them, which is rounded down, or null for no limit.
    type: raw
    required: true
  result:
    description:
      - The name of the variable with the result of the role onboard_account, of a module of this collection, or of a loop.
    type: str
    required: true
  failure:
    description:
      - The name of a variable with the reason for a failure. Without it, an account failed if its result says so.
    type: str
  failed:
    description:
      - The names of hosts that failed, whatever their results say.
    type: list
    elements: str
    default: []
  check_mode:
    description:
      - Whether the run itself is in check mode. The message is then about a run without it.
    type: bool
    default: false
  made:
    description:
      - Whether the changes were made in the meantime. The lines then say what has changed.
    type: bool
    default: false
  ended:
    description:
      - Why the run ended before it came to all accounts, as for P(cyclr.ipaas.summary#filter).
    type: str
seealso:
  - plugin: cyclr.ipaas.run_limits
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Count the accounts that would change
  ansible.builtin.set_fact:
    predicted: >-
      {{ ansible_play_hosts_all | map('extract', hostvars)
         | cyclr.ipaas.predicted_changes('10%', result='onboard_account_result', failure='onboard_accounts_dry_failure') }}
  run_once: true
"""

RETURN = r"""
_value:
  description: What was found.
  type: dict
  contains:
    count:
      description: How many accounts would change, without those that failed.
      type: int
    over:
      description: Whether more accounts would change than the limit allows.
      type: bool
    lines:
      description: What would change, at most a screen.
      type: list
      elements: str
    msg:
      description: How many accounts would change, how many may, and what to do.
      type: str
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils import run_limits
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def predicted_changes(hosts, limit, result, failure=None, failed=(), check_mode=False, made=False, ended=None):
    try:
        return wrap_var(run_limits.predicted_changes(list(hosts), limit, result, failure, frozenset(failed), check_mode, made, ended))
    except (AttributeError, KeyError, TypeError) as exc:
        raise AnsibleFilterError("predicted_changes: this is not a list of host variables: %s" % exc) from exc


class FilterModule:
    def filters(self):
        return dict(predicted_changes=predicted_changes)
