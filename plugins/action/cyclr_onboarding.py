# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import connection, module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.cache import ReadCache
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_steps import StepFailed, onboard, planned
from ansible_collections.cyclr.ipaas.plugins.modules import (
    cyclr_account,
    cyclr_connector_install,
    cyclr_oauth_link,
    cyclr_oauth_wait,
    cyclr_partner_connector,
)
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.in_process import WorkerAction, plain, refusal, validated

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        name=dict(type="str"),
        description=dict(type="str"),
        timezone=dict(type="str"),
        settings=dict(type="dict"),
        partner=dict(type="dict"),
        connectors=dict(type="list", elements="dict"),
        oauth=dict(type="dict"),
        wait_for_oauth=dict(type="int", default=0),
        reveal_links=dict(type="bool", default=False),
    ),
)

MODULES = dict(
    cyclr_account=cyclr_account,
    cyclr_partner_connector=cyclr_partner_connector,
    cyclr_connector_install=cyclr_connector_install,
    cyclr_oauth_link=cyclr_oauth_link,
    cyclr_oauth_wait=cyclr_oauth_wait,
)


class ActionModule(WorkerAction):
    """Runs one module after the other, each with its own validation and its own secrets taken out."""

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        args = plain(self._task.args)
        validation = validated(SPEC, args)
        if validation.error_messages:
            return dict(result, failed=True, msg=refusal(SPEC, validation, self._task.action))
        params = validation.validated_parameters
        # As they were given: what the environment says, each module reads where it runs.
        reach = {name: args[name] for name in connection() if name in args}
        for step, module, options in planned(params):
            spec = MODULES[module].SPEC
            checked = validated(spec, dict(options, **reach))
            if checked.error_messages:
                return dict(result, failed=True, msg="%s: %s" % (step, refusal(spec, checked, "cyclr.ipaas." + module)))

        cache = ReadCache()

        def in_worker(module, options):
            return self._run_here(MODULES[module], dict(options, **reach), cache)

        def as_module(module, options):
            return self._execute_module("cyclr.ipaas." + module, dict(options, **reach), task_vars=task_vars)

        try:
            call = in_worker if self._runs_here(task_vars) else as_module
            result.update(onboard(params, call, self._tell, self._task.check_mode))
        except StepFailed as exc:
            return dict(result, failed=True, msg=str(exc), error=exc.result.get("error"), changed=bool(exc.changes), changes=exc.changes)
        if not self._task.diff:
            result.pop("diff")
        return result
