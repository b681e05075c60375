# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

from ansible.errors import AnsibleError
from ansible.module_utils.common.text.converters import to_text
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.redaction import Secrets, secret_values
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.oauth_link import service_origin, target_origin
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.suggestions import did_you_mean
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import connection, module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import AuthenticationFailed, CyclrError, InvalidInput, printable
from ansible_collections.cyclr.ipaas.plugins.modules import (
    cyclr_account,
    cyclr_connector_install,
    cyclr_cycle,
    cyclr_oauth_link,
    cyclr_oauth_wait,
    cyclr_partner_connector,
)
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import given
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.in_process import CLIENTS, WorkerAction, checked, plain, refusal, validated, with_reason
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.logins import CLAIMS, LOGINS, expiry_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.nulls import with_nulls
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_reads import OnboardingReads
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import published
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_steps import Step, StepFailed, check_found, is_new, onboard, plan_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_titles import LINKS

SPEC = module_spec(
    dict(
        account_id=dict(type="str"),
        name=dict(type="str"),
        description=dict(type="str"),
        timezone=dict(type="str"),
        settings=dict(type="dict"),
        partner=dict(type="dict"),
        connectors=dict(type="list", elements="dict"),
        oauth=dict(type="dict"),
        wait_for_oauth=dict(type="int", default=0),
        cycles=dict(type="list", elements="dict"),
        reveal_links=dict(type="bool", default=False),
        plan_only=dict(type="bool", default=False),
        predict_only=dict(type="bool", default=False),
        from_variables=dict(type="dict"),
    ),
)

MODULES = dict(
    cyclr_account=cyclr_account,
    cyclr_partner_connector=cyclr_partner_connector,
    cyclr_connector_install=cyclr_connector_install,
    cyclr_oauth_link=cyclr_oauth_link,
    cyclr_oauth_wait=cyclr_oauth_wait,
    cyclr_cycle=cyclr_cycle,
)


class ActionModule(WorkerAction):
    """Runs one module after the other, each with its own validation."""

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        try:
            result.update(self._onboard(task_vars or {}))
        except CyclrError as exc:
            result.update(exc.as_result(), failed=True, changed=False, changes=[])
        except StepFailed as exc:
            result.update(failed=True, msg=str(exc), error=exc.error, changed=bool(exc.changes), changes=exc.changes)
        return self._told(result, task_vars)

    def _onboard(self, task_vars):
        check_variables(task_vars)
        args = self._given(SPEC)
        args = dict(self._from_variables(args.pop("from_variables", None) or {}, task_vars), **args)
        # A failure names it.
        self._task.args = dict(self._task.args, account_id=args.get("account_id"))
        params, self._secrets = checked(SPEC, args, self._task.action), Secrets()
        if params["account_id"] is None:
            # Not in the spec, because it may be in a variable.
            raise InvalidInput("missing required arguments: account_id")
        plan = plan_of(params)
        # As they were given: what the environment says, each module reads where it runs.
        self._reach = {name: args[name] for name in connection() if name in args}
        runs_here = self._runs_here(task_vars)
        # Each step runs twice, predicted and for real, with the options that are validated here.
        options = {step: self._checked(step) for step in plan.steps()}
        if plan.oauth is not None:
            self._check_oauth(plan.oauth, runs_here)
        for step in plan.cycles:
            # What the module itself checks. When it runs, other modules have sent requests.
            with refusals_of(step.title):
                cyclr_cycle.wanted_cycle(options[step])
        self._claim(params, task_vars)
        if runs_here:
            Connection.of(params)
            run = self._runner_in_worker(plan, options)
        else:
            run = self._runner_of_modules(task_vars)
        tell = self._show_link if params["reveal_links"] else lambda account_id, link: None
        check_mode = self._task.check_mode or params["plan_only"] or params["predict_only"]
        result = onboard(plan, run, tell, check_mode, self._comes_from_inventory(params["account_id"], task_vars))
        if params["plan_only"]:
            if not task_vars.get("ansible_check_mode"):
                check_found(plan, result)
            return dict(changed=False, plan=options_of(plan), msg=result["msg"], changes=result["changes"])
        if params["predict_only"]:
            # Not an outcome: nothing has changed, and no later job may read it as one.
            return dict(changed=False, msg=result["msg"], changes=result["changes"])
        if not self._task.diff:
            result.pop("diff")
        return dict(result, ansible_stats=artifact(params, result, task_vars))

    # -- before the first request -----------------------------------------------------------------------------------

    def _from_variables(self, names, task_vars):
        """The options that are in variables, as if the task had a template for each of them. Raises InvalidInput."""
        for option, name in names.items():
            if option not in SPEC["argument_spec"]:
                raise no_option("from_variables", option, SPEC, "cyclr_onboarding")
            if not isinstance(name, str):
                raise InvalidInput("from_variables: %s: must be the name of a variable" % option)
        written = {option: task_vars[name] for option, name in names.items() if name in task_vars}
        evaluated = {}
        for option, value in written.items():
            try:
                # As an item of a dictionary, which is left out if its value is omitted
                evaluated.update(self._templar.template({option: value}))
            except AnsibleError as exc:
                raise InvalidInput(printable("%s: %s" % (names[option], to_text(getattr(exc, "message", exc))))) from exc
        return given(SPEC, with_nulls(evaluated, written, self._templar))

    def _checked(self, step, spec=None):
        """The validated options of a step, whose secrets become known to all steps."""
        spec = spec or MODULES[step.module].SPEC
        known = spec["argument_spec"]
        for name in step.options:
            if name not in known and not any(name in rule.get("aliases", ()) for rule in known.values()):
                raise no_option(step.title, name, spec, step.module)
        with refusals_of(step.title):
            validation = validated(spec, dict(given(spec, step.options), **self._reach))
        values = list(secret_values(spec["argument_spec"], validation.validated_parameters))
        self._secrets.add(*values)
        CLIENTS.secrets.add(*values)
        if validation.error_messages:
            raise InvalidInput("%s: %s" % (step.title, refusal(spec, validation, "cyclr.ipaas." + step.module)))
        return validation.validated_parameters

    def _check_oauth(self, oauth, runs_here):
        """Which connectors need a link is known later. What they have in common is checked now."""
        of_no_connector = {name: rule for name, rule in cyclr_oauth_link.SPEC.items() if name != "required_one_of"}
        options = self._checked(Step(LINKS, "cyclr_oauth_link", dict(oauth, account_id="any")), of_no_connector)
        with refusals_of(LINKS):
            target_origin(options)
            # Elsewhere, the environment may have a service domain.
            if options["flow"] == "service_domain" and (runs_here or options["service_domain"]):
                service_origin(options["service_domain"])

    def _claim(self, params, task_vars):
        """Two hosts that mean the same account would overwrite each other's settings in every run."""
        host = task_vars.get("inventory_hostname", "")
        other = CLAIMS.other_host(self._task._uuid, SimpleNamespace(**params), params["account_id"], host)
        if other is not None:
            raise InvalidInput("account_id: the hosts %r and %r mean the same account %r" % (other, host, params["account_id"]))

    def _comes_from_inventory(self, account_id, task_vars):
        """Whether the inventory plugin has listed the account."""
        listed = self._templar.template(task_vars.get("cyclr_account"))
        return hasattr(listed, "get") and str(listed.get("id")) == account_id

    # -- running the steps -------------------------------------------------------------------------------------------

    def _runner_in_worker(self, plan, options):
        reads = OnboardingReads(plan.source_account_id)

        def run(step, check_mode):
            if step not in options:
                # Only the first steps show which connectors need a link or a wait. It can be the same in the prediction and for real.
                same = (params for other, params in options.items() if (other.module, other.options) == (step.module, step.options))
                options[step] = next(same, None) or self._checked(step)
            params = options[step]
            result = plain(self._outcome(MODULES[step.module], params, check_mode, reads))
            if check_mode and step.module == "cyclr_account" and is_new(result):
                reads.nothing_in(step.options["account_id"])
            return result

        return run

    def _runner_of_modules(self, task_vars):
        reach = dict(self._reach)
        token = self._token_there(task_vars)
        if token:
            reach["access_token"] = token
            self._secrets.add(token)
        missing = []

        def run(step, check_mode):
            options = dict(given(MODULES[step.module].SPEC, step.options), **reach)
            if check_mode and missing:
                # The API answers alike for an unknown account and a bad token: a login for each step would be in vain.
                options.update(client_id="", client_secret="")
            result = self._module_there(step.module, options, check_mode, task_vars)
            if check_mode and step.module == "cyclr_account" and is_new(result):
                missing.append(step.options["account_id"])
            return result

        return run

    def _module_there(self, module, options, check_mode, task_vars):
        """The result of a module that runs on the host. It knows its own secrets only."""
        mode, self._task.check_mode = self._task.check_mode, check_mode
        try:
            result = with_reason(lambda: self._execute_module("cyclr.ipaas." + module, options, task_vars=task_vars), "cyclr.ipaas." + module)
        finally:
            self._task.check_mode = mode
        result.pop("invocation", None)
        for texts in (result, result.get("error") or {}):
            texts.update((key, self._secrets.hide(texts[key])) for key in ("msg", "message") if isinstance(texts.get(key), str))
        return result

    def _token_there(self, task_vars):
        """One token for all modules that run in the same place with the same credentials; "" if the environment there has a token."""
        if self._reach.get("access_token"):
            return self._reach["access_token"]

        def fetch():
            result = self._module_there("cyclr_access_token", self._reach, False, task_vars)
            if result.get("failed"):
                raise AuthenticationFailed(result.get("msg") or "Logging in failed", **(result.get("error") or {}))
            return result.get("access_token") or "", expiry_of(result.get("expires_at"))

        client = self._client_there(self._reach)
        # The environment there may have a token. Only the module can see it.
        client.access_token = None
        return LOGINS.token(client, None, fetch)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _show_link(self, account_id, link):
        """On the screen and in no log file, because whoever has it can enter the account."""
        line = "account %s, open within five minutes, works once, %s: %s" % (account_id, link["name"], link["url"])
        self._display.display(printable(line), stderr=True, screen_only=True)


def no_option(where, name, spec, module):
    meant = did_you_mean(name, set(spec["argument_spec"]) - set(connection()))
    return InvalidInput(printable("%s: %s: not an option of cyclr.ipaas.%s%s" % (where, name, module, meant)))


def options_of(plan):
    """The options of each step as plain values, with those that are null or omitted left out. They contain secrets."""

    def options(step):
        return None if step is None else given(MODULES[step.module].SPEC, step.options)

    def labelled(steps):
        return [dict(label=step.title.partition(": ")[2], options=options(step)) for step in steps]

    return dict(
        account=options(plan.account),
        partner=options(plan.partner),
        connectors=labelled(plan.connectors),
        oauth=plan.oauth and given(cyclr_oauth_link.SPEC, plan.oauth),
        wait_for_oauth=plan.wait_for_oauth,
        cycles=labelled(plan.cycles),
    )


@contextmanager
def refusals_of(title):
    """Says for which step something is refused."""
    try:
        yield
    except InvalidInput as exc:
        raise InvalidInput("%s: %s" % (title, exc.msg)) from exc


def check_variables(task_vars):
    """The role lists its variables. One that is misspelt would be ignored, and the account be ready without a connector."""
    known = task_vars.get("__onboard_account_variables")
    for name in sorted(task_vars) if known else ():
        if name.startswith("onboard_account_") and name not in (*known, "onboard_account_result"):
            raise InvalidInput(printable("%s: not a variable of the role cyclr.ipaas.onboard_account%s" % (name, did_you_mean(name, known))))


def artifact(params, result, task_vars):
    """Statistics of the whole run, as set_stats makes them. One key for each job, because the keys of several slices overwrite each other."""
    key = "cyclr_onboarding_%s" % (task_vars.get("awx_job_id") or "local")
    return dict(data={key: {params["account_id"]: published(result, params["reveal_links"])}}, per_host=False, aggregate=True)
