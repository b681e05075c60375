# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cyclr_onboarding does before and around its steps, without a playbook and without an API."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest
from ansible_collections.cyclr.ipaas.plugins.action import cyclr_onboarding
from ansible_collections.cyclr.ipaas.plugins.action.cyclr_onboarding import MODULES, ActionModule

ARGS = dict(
    account_id="customer",
    partner=dict(source_account_id="templates"),
    connectors=[dict(connector="HubSpot"), dict(connector="Mailchimp", api_key="key-us6")],
    client_id="acme",
    client_secret="s1",
)


def made(module, params):
    """The result of a module that had something to do."""
    name = params.get("connector") or "Acme Platform"
    record = dict(id=7, name=name, state="ready", authenticated=True)
    diff = dict(before={}, after=dict(name=name))
    return {
        "cyclr_account": dict(changed=True, account=dict(id="customer", name="customer"), diff=diff),
        "cyclr_partner_connector": dict(changed=True, partner_connector=dict(connector_id=1), account_connector=record, deployment=None, diff=diff),
        "cyclr_connector_install": dict(changed=True, account_connector=record, diff=diff),
    }[module]


@pytest.fixture
def onboarding(monkeypatch):
    """A run of the action in a worker. It counts which module's options are validated, and how often each module runs."""
    titles = {id(module.SPEC): name for name, module in MODULES.items()}
    validations, runs = Counter(), Counter()
    ordinary = cyclr_onboarding.validated

    def validated(spec, args):
        validations[titles.get(id(spec), "cyclr_onboarding")] += 1
        return ordinary(spec, args)

    def outcome(self, module, params, check_mode, cache=None):
        name = titles[id(module.SPEC)]
        runs[name] += 1
        return made(name, params)

    monkeypatch.setattr(cyclr_onboarding, "validated", validated)
    monkeypatch.setattr(ActionModule, "_outcome", outcome)

    def run(**more):
        keywords = dict(check_mode=False, diff=False, no_log=True, async_val=0, environment=[], collections=[])
        task = SimpleNamespace(args=dict(ARGS, **more), action="cyclr.ipaas.cyclr_onboarding", _uuid="task", get_ds=dict, **keywords)
        here = SimpleNamespace(transport="local", _shell=SimpleNamespace(tmpdir=None))
        play_context = SimpleNamespace(become=False, remote_addr=None)
        action = ActionModule(task, here, play_context, None, SimpleNamespace(template=lambda value: value), None)
        return action.run(task_vars=dict(inventory_hostname="customer"))

    return SimpleNamespace(run=run, validations=validations, runs=runs)


def test_the_options_of_each_step_are_validated_once(onboarding):
    result = onboarding.run()
    assert not result.get("failed"), result["msg"]
    steps = dict(cyclr_account=1, cyclr_partner_connector=1, cyclr_connector_install=2)
    # Predicted and for real
    assert onboarding.runs == {name: 2 * number for name, number in steps.items()}
    assert onboarding.validations == dict(steps, cyclr_onboarding=1)


def test_a_wrong_option_ends_it_before_any_step_runs(onboarding):
    result = onboarding.run(connectors=[dict(connector="HubSpot", auth_valeu="x")])
    assert result["failed"] and result["msg"].startswith("Install further connectors: HubSpot: auth_valeu: not an option of")
    assert not onboarding.runs
