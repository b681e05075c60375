# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: plain
type: stdout
short_description: A plain line for each step that did something, and the summary last
version_added: 1.0.0
description:
  - Shows what changed, messages of C(debug) tasks, each failure once with its reason, and at the end the summary of the playbook. A playbook without a
    summary ends with one line about its hosts.
  - Hosts with the same outcome of a task share a line. The lines fit a terminal of 80 columns, contain no colours and nothing that a terminal acts on.
  - What a task hides with C(no_log) stays hidden.
author:
  - The cyclr.ipaas authors (@cyclr)
options:
  show:
    description:
      - V(all) shows changes, messages, differences with C(--diff), failures and the summary.
      - V(steps) leaves out messages, differences and the summary.
      - V(changes) also leaves out that the plan of an onboarding was checked.
      - V(failures) shows failures only.
    type: str
    choices: [all, steps, changes, failures]
    default: all
    env:
      - name: CYCLR_CALLBACK_SHOW
    ini:
      - section: callback_cyclr_plain
        key: show
  stats_file:
    description:
      - A file for the statistics that C(set_stats) has collected for the whole run, as JSON. Only its owner can read it, because it can contain links.
    type: path
    env:
      - name: CYCLR_CALLBACK_STATS_FILE
    ini:
      - section: callback_cyclr_plain
        key: stats_file
notes:
  - Choose it with E(ANSIBLE_STDOUT_CALLBACK=cyclr.ipaas.plain), or with C(stdout_callback) in C(ansible.cfg).
"""

EXAMPLES = r"""
# ANSIBLE_STDOUT_CALLBACK=cyclr.ipaas.plain ansible-playbook cyclr.ipaas.onboard_accounts -i customers
#
#   FAILED     customer-0007: Install further connectors: HubSpot: api_key: must
#              not be empty
#   changed    customer-0042, customer-0043 and 11 more: Bring the account from
#              nothing to ready
#
#   failed   customer-0007
#   changed  customer-0042, customer-0043, customer-0077 and 10 more
#            account created; HubSpot installed
#   next     correct what failed, then run this again
#   1000 accounts: 13 changed, 986 ok, 1 failed
"""

import json
import os

from ansible.plugins.callback import CallbackBase
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.plain_screen import Screen


class CallbackModule(CallbackBase):
    """Takes what Ansible reports to the screen, which decides what to show."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "cyclr.ipaas.plain"

    def set_options(self, task_keys=None, var_options=None, direct=None):
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        self._screen = Screen(self._display.display, self.get_option("show"), self._get_diff)

    # -- where something begins --------------------------------------------------------------------------------------

    def v2_playbook_on_play_start(self, play):
        self._screen.begin()

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._screen.begin()

    def v2_playbook_on_handler_task_start(self, task):
        self._screen.begin()

    def v2_playbook_on_cleanup_task_start(self, task):
        self._screen.begin()

    # -- what came of it ---------------------------------------------------------------------------------------------

    def v2_runner_on_ok(self, result):
        self._screen.ok(*_parts(result))

    def v2_runner_item_on_ok(self, result):
        self._screen.item_ok(*_parts(result))

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._screen.failed(*_parts(result), ignored=ignore_errors)

    def v2_runner_item_on_failed(self, result):
        self._screen.item_failed(*_parts(result))

    def v2_runner_on_unreachable(self, result):
        self._screen.failed(*_parts(result))

    def v2_on_file_diff(self, result):
        self._screen.diff(_outcome(result))

    def v2_playbook_on_no_hosts_matched(self):
        self._screen.tell("no hosts matched")

    # -- the end -----------------------------------------------------------------------------------------------------

    def v2_playbook_on_stats(self, stats):
        self._screen.end({host: stats.summarize(host) for host in sorted(stats.processed)})
        path = self.get_option("stats_file")
        if path:
            _write(path, stats.custom.get("_run", {}))


def _parts(result):
    """Name of the host, the task, what it returned."""
    host = getattr(result, "host", None) or result._host
    return host.get_name(), getattr(result, "task", None) or result._task, _outcome(result)


def _outcome(result):
    found = getattr(result, "result", None)
    return result._result if found is None else found


def _write(path, values):
    # Replaced, and never written through a link that somebody else has made
    temporary = "%s.%d" % (path, os.getpid())
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(values, out)
    os.replace(temporary, path)
