# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.fleet_report import report_on
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import given
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.in_process import WorkerAction, checked

SPEC = dict(
    argument_spec=dict(
        accounts=dict(type="list", elements="dict", default=[]),
        connectors=dict(type="list", elements="dict", default=[]),
        cycles=dict(type="list", elements="dict", default=[]),
        errors_since=dict(type="str"),
        template=dict(type="list", elements="dict", default=[]),
        expected=dict(type="list", elements="str"),
        exclude=dict(type="list", elements="str", default=[]),
        source_account_id=dict(type="str"),
        now=dict(type="raw"),
    ),
)
RECORDS = ("accounts", "connectors", "cycles", "template")


class ActionModule(WorkerAction):
    """Before ansible-core 2.19, the value of a template is turned into text and parsed, which takes 70 kB for each account. A result is not."""

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        hosts, args = task_vars["hostvars"], dict(self._task.args)
        # Callbacks get the options of the task, and records contain the values of properties.
        self._task.args = {}
        # As modules returned them: what is null in a record is not left out.
        records = {name: args.pop(name) or [] for name in RECORDS if name in args}
        try:
            options = checked(SPEC, given(SPEC, args), self._task.action)
            report = report_on([hosts[name] for name in task_vars["ansible_play_hosts_all"]], **dict(options, **records))
        except InvalidInput as exc:
            return dict(result, failed=True, msg=exc.msg)
        return dict(result, changed=False, **report)
