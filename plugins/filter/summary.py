# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: summary
short_description: How a run ended for many accounts
version_added: 1.0.0
description:
  - Lists what failed, what changed, who waits for an authorization or a key, and which integrations do not run. Accounts with the same outcome share an
    entry. The totals come last.
  - The lines fit a terminal of 80 columns, and are at most about 20, however many accounts there are. They name settings and connectors, and contain no
    values, links or secrets.
  - All playbooks of this collection end with such a summary.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input
options:
  _input:
    description:
      - One record for each account, as P(cyclr.ipaas.outcomes#filter) makes them. Every key but C(account) can be missing.
      - C(account) is the ID of the account. C(changes) lists what changed, and C(failure) is the reason if it failed.
      - C(kept) is why an account was left as it is, and C(left_out) has a line for each thing that the run left out in it.
      - C(waits_for) and C(needs_key) are names of connectors. C(not_running) has a sentence for each integration that does not run.
      - C(links) are names of connectors for which links were created, and C(links_shown) is whether the screen shows the links.
      - C(empty) is whether nothing is installed in the account, and C(tried) is V(false) if the run has not come to it.
    type: list
    elements: dict
    required: true
  check_mode:
    description:
      - Whether the run was in check mode. The summary then says what would change.
    type: bool
    default: false
  notes:
    description:
      - Further entries. Each is a list of a word of at most 8 letters and a text.
    type: list
    elements: list
    default: []
  next_step:
    description:
      - What to do next. Follows from the records if it is not set. An empty text leaves it out.
    type: str
  ended:
    description:
      - Why the run ended before it came to all accounts, such as C(after 3 failures because all accounts of the batch failed). It is shown with the
        number of accounts that were not tried, if there are any.
    type: str
seealso:
  - plugin: cyclr.ipaas.outcomes
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    var: cyclr_summary
  vars:
    cyclr_summary: "{{ ansible_play_hosts_all | map('extract', hostvars) | cyclr.ipaas.outcomes(['installed']) | cyclr.ipaas.summary }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "failed   customer-0007  HubSpot: api_key: must not be empty"
    - "changed  customer-0042, customer-0043, customer-0077 and 9 more"
    - "         account created; Acme Platform installed; HubSpot installed"
    - "waits    customer-0042, customer-0043, customer-0077 and 9 more"
    - "         for HubSpot"
    - "next     correct what failed, then run this again"
    - "1000 accounts: 12 changed, 987 ok, 1 failed, 12 wait for"
    - "authorization"
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.outcomes import outcome_of_record
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.summary import summary_lines
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var


def summary(records, check_mode=False, notes=(), next_step=None, ended=None):
    try:
        notes = [(str(word), str(text)) for word, text in notes]
        lines = summary_lines([outcome_of_record(record) for record in records], check_mode, notes, next_step, ended)
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise AnsibleFilterError("summary: this is not a list of outcomes: %s" % exc) from exc
    return wrap_var(lines)


class FilterModule:
    def filters(self):
        return dict(summary=summary)
