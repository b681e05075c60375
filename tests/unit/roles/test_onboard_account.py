# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's lists are those of its documentation and of the modules that it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.plugins.action.cyclr_onboarding import MODULES, SPEC, check_variables
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput

OURS = "cyclr.ipaas."
ROLE = Path(__file__).resolve().parents[3] / "roles" / "onboard_account"


def read(name):
    return yaml.safe_load((ROLE / name).read_text(encoding="utf-8"))


def variables():
    return read("vars/main.yml")["__onboard_account_variables"]


def test_every_variable_is_documented():
    documented = read("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert list(documented) == variables()
    assert set(read("defaults/main.yml")) <= set(documented)


def test_the_documentation_repeats_no_options_of_modules():
    options = read("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert not any("options" in option or "no_log" in option for option in options.values())
    for name, module in (("settings", "account"), ("partner", "partner_connector"), ("connectors", "connector_install"), ("oauth", "oauth_link")):
        assert "cyclr.ipaas.cyclr_" + module in str(options["onboard_account_" + name]["description"])


def steps():
    """Name of the module -> the role's task for it."""
    block = read("tasks/main.yml")[0]
    found = {action[len(OURS):]: task for task in block["block"] for action in task if action.startswith(OURS)}
    del found["cyclr_onboarding"]
    return found


# Module -> the part of the plan that contains its options. What a wait looks at follows from the steps before it.
PLANNED = dict(
    cyclr_account="account",
    cyclr_partner_connector="partner",
    cyclr_connector_install="connectors[__onboard_account_number].options",
    cyclr_oauth_link="oauth",
    cyclr_cycle="cycles[__onboard_account_number].options",
)


def test_every_module_of_an_onboarding_has_a_visible_task():
    assert set(steps()) == set(MODULES) == {*PLANNED, "cyclr_oauth_wait"}


@pytest.mark.parametrize("module", sorted(PLANNED))
def test_a_step_gets_all_its_options_from_the_plan_in_one_template(module):
    task = steps()[module]
    assert task["module_defaults"] == {OURS + module: "{{ __onboard_account_check.plan.%s }}" % PLANNED[module]}
    # Each option in a template of its own would cost more than the step.
    assert set(task[OURS + module]) <= {"account_id", "source_account_id", "account_connector_id", "name"}
    assert set(task[OURS + module]) <= set(MODULES[module].SPEC["argument_spec"])


@pytest.mark.parametrize("entry_point", ["main", "fleet"])
def test_every_option_of_the_onboarding_is_spelled(entry_point):
    """As names of variables, because Ansible would compile a template for each of them again for each host."""
    first = read("tasks/%s.yml" % entry_point)[0]
    given = first.get("block", [first])[0][OURS + "cyclr_onboarding"]
    modes = {"plan_only", "predict_only"}
    assert set(given) <= {"from_variables"} | modes
    spelled = {option: name for option, name in given["from_variables"].items() if option not in modes}
    assert set(spelled) == set(SPEC["argument_spec"]) - set(connection()) - modes - {"from_variables"}
    assert set(spelled.values()) == set(variables()) - {"onboard_account_no_log"}


@pytest.mark.parametrize("name, meant", [("connector", "connectors"), ("partners", "partner"), ("time_zone", "timezone"), ("xyzzy", None)])
def test_an_unknown_variable_is_refused(name, meant):
    task_vars = {"__onboard_account_variables": variables(), "onboard_account_id": "x", "onboard_account_" + name: "y", "onboard_account_result": {}}
    with pytest.raises(InvalidInput, match="^onboard_account_%s: not a variable of the role" % name) as caught:
        check_variables(task_vars)
    assert meant is None or "'onboard_account_%s'" % meant in str(caught.value)


def test_variables_of_others_are_not_looked_at_outside_of_the_role():
    check_variables({"onboard_account_of_mine": 1})
    check_variables(dict({name: 1 for name in variables()}, __onboard_account_variables=variables(), offboard_account_id=1))
