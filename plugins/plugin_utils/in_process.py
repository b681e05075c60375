# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Running a module inside the worker, with the same result as in a separate process.

A module in a separate process starts a new Python and imports everything again, which costs many times as much as its request. Here its
`run()` is called in the worker that the controller has forked for the task. Each module has an action plugin with the same name, so that
documentation, checks and linters see one plugin for one module. They all share this class.

The strategy loads an action plugin before it forks the workers: what is imported here is paid for once per run.
"""

from __future__ import annotations

import json
import os
from datetime import date
from types import SimpleNamespace

from ansible import constants as C
from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import connection, module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput, printable
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import Clients, outcome, refusal as without_secrets, shown
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.redaction import secret_values
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import REQUESTS_IMPORT_ERROR
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import given
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.logins import LOGINS
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.nulls import as_written, with_nulls
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.of_role import is_of_role, role_hides, with_story
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.preload import load_plugins, load_tls_context


def _enabled():
    return boolean(os.environ.get("CYCLR_IN_PROCESS", "1"), strict=False)


# What a task of the role shows of its failure
_OF_A_FAILURE = ("failed", "changed", "msg", "error", "changes", "warnings", "attempts")

# For as long as the worker lives. The tokens are those of all workers.
CLIENTS = Clients(LOGINS)

if _enabled():
    load_tls_context()
    load_plugins()


class WorkerAction(ActionBase):
    """Runs modules of this collection where it runs itself."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def _runs_here(self, task_vars):
        """Whether this process is the one in which the module would run, with the same rights and the same environment."""
        wanted = self._templar.template((task_vars or {}).get("cyclr_in_process", True))
        return (
            _enabled()
            and boolean(wanted, strict=False)
            and not REQUESTS_IMPORT_ERROR
            and self._connection.transport == "local"
            and not self._play_context.become
            and not self._task.async_val
            and not any(self._task.environment or [])
        )

    def _client_there(self, args):
        """The options of the connection for a module that runs on the host. A login is good for one place only."""
        remote = self._connection.transport != "local"
        become = [self._play_context.become_method, self._play_context.become_user] if self._play_context.become else None
        place = [self._connection.transport, self._play_context.remote_addr if remote else None, become, plain(self._task.environment)]
        who = validated(module_spec({}), {name: args[name] for name in connection() if name in args}).validated_parameters
        return SimpleNamespace(**dict(who, client_id=json.dumps([who["client_id"], place])))

    def _given(self, spec):
        """The arguments of the task as plain values. Raises InvalidInput."""
        return given(spec, with_nulls(self._task.args, as_written(self._task), self._templar))

    def _told(self, result, task_vars):
        """The result as a task shows it.

        Tasks of the role onboard_account, and tasks with the variable __cyclr_hides, hide what they return, but not why they failed: a message contains
        no secret.
        """
        task_vars = task_vars or {}
        of_role, is_plan = is_of_role(self._task), "plan" in result
        hides = is_plan or role_hides(task_vars, self._templar) if of_role else self._templar.template(task_vars.get("__cyclr_hides", False))
        if not hides and not of_role:
            return result
        failed = result.get("failed")
        if failed and of_role:
            result = with_story(result, self._task, task_vars)
        if failed or hides:
            # Callbacks get the options of the task with its result.
            self._task.args = {}
        if failed:
            return {key: result[key] for key in _OF_A_FAILURE if key in result} if hides else result
        # In check mode nothing but the plan is secret, so that --check --diff can show what would change.
        if not hides or not is_plan and self._task.check_mode and self._task.diff:
            return result
        if "oauth_link" in result:
            # Core collects the results of a loop in one more result, which is hidden as well.
            self._task.no_log = True
        return dict(result, _ansible_no_log=True)

    def _run_here(self, module, args):
        """What run_module() does around a module: validate, run, add the invocation, take the secrets out."""
        validation = validated(module.SPEC, args)
        params = validation.validated_parameters
        if validation.error_messages:
            result = dict(failed=True, msg=refusal(module.SPEC, validation, self._task.action))
        else:
            CLIENTS.secrets.add(*secret_values(module.SPEC["argument_spec"], params))
            result = self._outcome(module, params, self._task.check_mode)
        result = shown(result, module.SPEC["argument_spec"], params)
        if not getattr(C, "INJECT_INVOCATION", True):
            # An option since core 2.21, before that always
            del result["invocation"]
        return plain(result)

    def _outcome(self, module, params, check_mode, cache=None):
        """The result of a module with validated options."""
        return outcome(module.run, params, check_mode, CLIENTS, self._tell, cache)

    def _tell(self, line):
        """Show what goes on in a task that takes its time. On stderr, because stdout may be one JSON document."""
        self._display.display(printable(line), stderr=True)


class InProcessAction(WorkerAction):
    """Base of the action plugins of the modules. `module` is the Python module with SPEC and run()."""

    _supports_async = True

    module = None

    def run(self, tmp=None, task_vars=None):
        try:
            args = self._given(self.module.SPEC)
        except InvalidInput as exc:
            return self._told(dict(exc.as_result(), failed=True), task_vars)
        if not self._runs_here(task_vars):
            token = self._known_token(args)
            self._task.args = dict(args, access_token=token) if token else args
            result = with_reason(lambda: self._run_as_module(task_vars), self._task.action)
            if token and "invocation" in result:
                # What the user gave
                result["invocation"]["module_args"]["access_token"] = None
            return self._told(result, task_vars)
        result = super().run(tmp, task_vars)
        self._display.vvv("running %s inside the worker" % self._task.action, host=self._play_context.remote_addr)
        result.update(self._run_here(self.module, args))
        return self._told(result, task_vars)

    def _known_token(self, args):
        """A module in a separate process logs in by itself, unless an onboarding has logged in for the same place before."""
        client = self._client_there(args)
        return None if client.access_token else LOGINS.known(client)

    def _run_as_module(self, task_vars):
        ordinary = self._shared_loader_obj.action_loader.get(
            "ansible.legacy.normal",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        try:
            return ordinary.run(task_vars=task_vars)
        finally:
            # It has made the folder that contains the module with its options, and only it removes that after a failure or a timeout.
            ordinary.cleanup()


def with_reason(run_module, action):
    """The result of a module that Ansible runs on a host. If Ansible cannot run it, a failure that says why, also with no_log."""
    try:
        result = run_module()
    except AnsibleConnectionFailure as exc:
        msg = "%s could not connect to the host: %s. It needs no connection to it: set connection: local on the play" % (action, to_text(exc))
        return dict(failed=True, msg=printable(msg))
    if result.get("failed") and not result.get("error") and (result.get("module_stderr") or result.get("module_stdout")):
        lines = (result.get("module_stderr") or result["module_stdout"]).split("\n")
        reason = [line.strip() for line in lines if line.strip()][-1:] or [result.get("msg") or "no output"]
        msg = "%s could not be started on the host: %s. If become is set, the task does not need it: set become: false" % (action, reason[0])
        result = dict(result, msg=printable(msg))
    return result


def validated(spec, args):
    """The outcome of ansible-core's own validation."""
    return ArgumentSpecValidator(**{name: rule for name, rule in spec.items() if name != "supports_check_mode"}).validate(args)


def checked(spec, args, name):
    """The validated options. Raises InvalidInput."""
    validation = validated(spec, args)
    if validation.error_messages:
        raise InvalidInput(refusal(spec, validation, name))
    return validation.validated_parameters


def refusal(spec, validation, name):
    """Why the arguments are refused, as AnsibleModule says it, without the secrets among them."""
    msg = validation.errors.msg
    if isinstance(validation.errors[0], UnsupportedError):
        msg = "Unsupported parameters for (%s) module: %s" % (name, msg)
    return without_secrets(msg, spec["argument_spec"], validation.validated_parameters, validation._no_log_values)


def plain(value):
    """The same as it is after the way to a module and back: what JSON can say, without tags, vaults and lazy values."""
    return json.loads(json.dumps(value, default=_jsonable))


def _jsonable(value):
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "items"):
        return dict(value.items())
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return to_text(value)
