# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cyclr_onboarding does before and around its steps, without a playbook and without an API."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.cyclr.ipaas.plugins.action import cyclr_onboarding
from ansible_collections.cyclr.ipaas.plugins.action.cyclr_onboarding import MODULES, ActionModule
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils import in_process
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.nulls import KEEPS_NULL
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import trust_as_template

# What ansible-core before 2.19 gives each task. A newer one knows `omit` itself.
OMIT = "__omit_place_holder__" + 40 * "0"
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
    monkeypatch.setattr(in_process, "validated", validated)
    monkeypatch.setattr(ActionModule, "_outcome", outcome)

    def run(task_vars=None, templar=None, **more):
        keywords = dict(check_mode=False, diff=False, no_log=True, async_val=0, environment=[], collections=[])
        task = SimpleNamespace(args=dict(ARGS, **more), action="cyclr.ipaas.cyclr_onboarding", _uuid="task", get_ds=dict, **keywords)
        here = SimpleNamespace(transport="local", _shell=SimpleNamespace(tmpdir=None))
        play_context = SimpleNamespace(become=False, remote_addr=None)
        action = ActionModule(task, here, play_context, None, templar or SimpleNamespace(template=lambda value: value), None)
        return action.run(task_vars=dict(task_vars or {}, inventory_hostname="customer"))

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


def in_variables(names, written):
    """What the action reads from variables. `written` are their values as somebody wrote them."""
    task_vars = dict(trusted(written), **({} if KEEPS_NULL else dict(omit=OMIT)))
    action = ActionModule(None, None, None, None, Templar(DataLoader(), variables=task_vars), None)
    return action._from_variables(names, task_vars)


def trusted(value):
    if isinstance(value, dict):
        return {name: trusted(item) for name, item in value.items()}
    if isinstance(value, list):
        return [trusted(item) for item in value]
    return trust_as_template(value) if isinstance(value, str) else value


def test_options_are_read_from_variables():
    names = dict(name="my_name", timezone="my_zone", connectors="my_connectors", reveal_links="nobody_sets_this")
    written = dict(my_name="{{ other }}", other="Globex", my_zone=None, my_connectors=[dict(connector="{{ other }}", api_key=None)], unused="{{ nothing }}")
    assert in_variables(names, written) == dict(name="Globex", connectors=[dict(connector="Globex")])


def test_null_in_a_variable_is_not_given_and_empty_text_is():
    names = dict(name="my_name", description="my_description", timezone="my_zone")
    assert in_variables(names, dict(my_name="{{ null }}", null=None, my_description="", my_zone="{{ empty }}", empty="")) == dict(description="", timezone="")


def test_an_omitted_variable_is_not_given():
    written = dict(my_name="{{ nobody_sets_this | default(omit) }}", my_connectors=[dict(connector="HubSpot", name="{{ nobody_sets_this | default(omit) }}")])
    names = dict(name="my_name", connectors="my_connectors")
    assert in_variables(names, written) == dict(connectors=[dict(connector="HubSpot")])


def test_text_that_looks_like_json_stays_text():
    assert in_variables(dict(description="my_description"), dict(my_description='{"a": [1]}')) == dict(description='{"a": [1]}')


def test_a_variable_that_cannot_be_evaluated_is_named():
    with pytest.raises(InvalidInput, match="^my_name: .*'other' is undefined"):
        in_variables(dict(name="my_name"), dict(my_name="{{ other }}"))


@pytest.mark.parametrize(
    "names, wrong",
    [
        (dict(conectors="x"), "from_variables: conectors: not an option of cyclr.ipaas.cyclr_onboarding; did you mean 'connectors'"),
        (dict(name=["x"]), "from_variables: name: must be the name of a variable"),
        (dict(name=5), "from_variables: name: must be the name of a variable"),
    ],
)
def test_wrong_names_are_refused_although_the_variable_is_undefined(names, wrong):
    with pytest.raises(InvalidInput) as caught:
        in_variables(names, {})
    assert wrong in caught.value.msg


def test_an_option_of_the_task_takes_precedence_over_a_variable(onboarding):
    task_vars = dict(my_id="customer", my_partner=dict(source_account_id="wrong", unknown="x"))
    result = onboarding.run(task_vars=task_vars, account_id=None, from_variables=dict(account_id="my_id", partner="my_partner"))
    assert not result.get("failed"), result["msg"]


def test_an_account_is_required(onboarding):
    result = onboarding.run(account_id=None, from_variables=dict(account_id="nobody_sets_this"))
    assert result["failed"] and result["msg"] == "missing required arguments: account_id"
    assert not onboarding.runs
