# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Descriptions, variables and mappings of integrations, and changing them while they run."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput, NotTaken
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_cycle
from ansible_collections.cyclr.ipaas.tests.support.api_objects import (
    CYCLE_ID,
    SOURCE_ID,
    STEP_ID,
    TEMPLATE_ID,
    cycle,
    cycles,
    mapped,
    named,
    prerequisites,
    step,
    steps,
    template,
    variable,
    variables,
)
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import Call, fails, four_ways, get, message, play, post, put, refuses

PATH = "/v1.0/cycles/" + CYCLE_ID
STEP = "/v1.0/steps/" + STEP_ID
OPTIONS = dict(account_id="c1", template_id=TEMPLATE_ID, name="Contacts", state="present")
RUNNING = cycle(Status="Active")

STATUS = named(8, "Status", Location="status", Values=["subscribed", "pending"])
TAG = named(9, "Tag", IsOptional=True)
KEY = named(10, "Api Key")
LIST = named(1, "List Id")
ADD = step(parameters=[LIST], fields=[STATUS, TAG, KEY])
RECEIVE = step("Receive sign-up", SOURCE_ID, Method=None)


def patch(*stored, answer=None, status=200):
    answer = list(stored) if answer is None else answer
    return Call("PATCH", PATH + "/variables", body=[dict(one) for one in stored], answer=answer, status=status, account="c1")


def written(name="Welcome Tag", value="new"):
    return variable(name, value)


def fields(*found):
    return get(STEP + "/fieldmappings", list(found), account="c1")


def parameters(*found):
    return get(STEP + "/parameters", list(found), account="c1")


def sources(*found):
    return get(STEP + "/fieldsformapping", list(found), account="c1")


def map_field(number, answer, status=200, **body):
    return put(STEP + "/fieldmappings/%d" % number, body, answer, status, account="c1")


def wants(*mappings):
    return dict(OPTIONS, mappings=list(mappings))


def field(name, **more):
    return dict(more, step="Add member", field=name)


# -- description and name ------------------------------------------------------------------------------------------


def test_a_description():
    options = dict(OPTIONS, description="New")
    calls = [cycles(cycle(Description="Old")), put(PATH, {"Description": "New"}, cycle(Description="New"), account="c1")]
    real, dummy = four_ways(cyclr_cycle, options, calls, [cycles(cycle(Description="New"))], record="cycle")
    assert real["diff"] == dict(before=dict(description="Old"), after=dict(description="New"))


def test_a_description_that_is_not_stored():
    calls = [cycles(cycle()), put(PATH, {"Description": "New"}, cycle(), account="c1")]
    assert "did not store: description" in fails(cyclr_cycle, dict(OPTIONS, description="New"), calls, kind=NotTaken).msg


def test_an_empty_description_is_no_difference():
    assert play(cyclr_cycle, dict(OPTIONS, description=""), [cycles(cycle())])["changed"] is False


def test_a_new_name_for_one_that_is_named_by_its_id():
    options = dict(account_id="c1", cycle_id=CYCLE_ID, name="Second", state="present")
    calls = [get(PATH, cycle(), account="c1"), put(PATH, {"Name": "Second"}, cycle(Name="Second"), account="c1")]
    four_ways(cyclr_cycle, options, calls, [get(PATH, cycle(Name="Second"), account="c1")], record="cycle")


# -- variables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Welcome Tag", "WelcomeTag"])
def test_a_variable_by_either_name(name):
    calls = [cycles(cycle()), variables(variable()), patch(written())]
    real, dummy = four_ways(
        cyclr_cycle, dict(OPTIONS, variables={name: "new"}), calls, [cycles(cycle()), variables(variable(value="new"))], record="cycle",
    )
    assert real["diff"] == dict(before=dict(variables={name: None}), after=dict(variables={name: "new"}))


@pytest.mark.parametrize("shown", [{"SystemName": None}, {"DisplayName": None}, {"SystemName": "Other"}])
def test_an_answer_may_name_a_variable_by_either_name(shown):
    calls = [cycles(cycle()), variables(variable()), patch(written(), answer=[dict(written(), **shown)])]
    assert play(cyclr_cycle, dict(OPTIONS, variables={"Welcome Tag": "new"}), calls)["changed"] is True


def test_only_variables_that_differ_are_sent():
    there = variables(variable(value="new"), variable("Other", "1"))
    play(cyclr_cycle, dict(OPTIONS, variables={"Welcome Tag": "new", "Other": 2}), [cycles(cycle()), there, patch(written("Other", "2"))])


def test_a_sensitive_variable_is_never_shown():
    options = dict(OPTIONS, sensitive_variables={"Welcome Tag": "the-secret-value"})
    calls = [cycles(cycle()), variables(variable(value="the-old-secret")), patch(written(value="the-secret-value"))]
    again = [cycles(cycle()), variables(variable(value="the-secret-value"))]
    real, dummy = four_ways(cyclr_cycle, options, calls, again, secrets=["the-secret-value", "the-old-secret"], record="cycle")
    assert real["diff"]["after"] == dict(variables={"Welcome Tag": "(hidden) changed"})


def test_a_secret_that_the_api_repeats_is_hidden():
    options = dict(OPTIONS, sensitive_variables={"Welcome Tag": "the-secret-value"})
    calls = [cycles(cycle()), variables(variable(value="the-old-secret")),
             patch(written(value="the-secret-value"), answer=message("the-secret-value is not the-old-secret"), status=400),
             variables(variable(value="the-old-secret"))]
    error = fails(cyclr_cycle, options, calls, kind=ApiError)
    assert "the-secret-value" not in error.msg and "the-old-secret" not in error.msg


def test_a_masked_secret_counts_as_stored():
    options = dict(OPTIONS, sensitive_variables={"Welcome Tag": "the-secret-value"})
    assert play(cyclr_cycle, options, [cycles(cycle()), variables(variable(value="*****"))])["changed"] is False


def test_a_variable_that_is_not_stored():
    there = variables(variable())
    calls = [cycles(cycle()), there, patch(written(), answer=[variable()]), there]
    assert "did not store: Welcome Tag" in fails(cyclr_cycle, dict(OPTIONS, variables={"Welcome Tag": "new"}), calls, kind=NotTaken).msg


@pytest.mark.parametrize("given, words", [
    ({"welcome tag": "new"}, "variable 'welcome tag' does not exist; allowed are: Welcome Tag; did you mean 'Welcome Tag'?"),
    ({"Welcome Tag": "blue"}, "variable 'Welcome Tag' cannot be 'blue'; allowed are: red, green"),
])
def test_variables_that_cannot_be(given, words):
    refuses(cyclr_cycle, dict(OPTIONS, variables=given), [cycles(cycle()), variables(variable(Values=["red", "green"]))], words)


# -- of one that is not installed yet ------------------------------------------------------------------------------

NEW = [cycles(), get("/v1.0/templates/" + TEMPLATE_ID, template())]
INSTALL = post("/v1.0/templates/%s/install" % TEMPLATE_ID, {}, cycle(), account="c1")
EXPORTED = [
    {"Name": "Receive sign-up", "Method": None, "ResponseFields": [{"Name": "Email", "Location": "email"}]},
    {"Name": "Add member", "Method": "Add List Member", "Parameters": [{"Name": "List Id"}],
     "Fields": [{"Name": "Status", "Values": ["subscribed", "pending"]}, {"Name": "Tag"}]},
]


def export(answer=None, status=200, account="c1", **more):
    answer = dict({"Name": "Contacts", "Variables": [variable(Values=["red", "green"])], "Steps": EXPORTED}, **more) if answer is None else answer
    return get("/v1.0/templates/%s/export" % TEMPLATE_ID, answer, status, account=account)


WRONG = [
    (dict(variables=dict(Tag="red")), "variables of template 'Contacts': variable 'Tag' does not exist; allowed are: Welcome Tag"),
    (dict(variables={"Welcome Tag": "blue"}), "variable 'Welcome Tag' cannot be 'blue'; allowed are: red, green"),
    (dict(sensitive_variables={"Welcome Tag": "blue"}), "variable 'Welcome Tag' cannot be the given value"),
    (dict(mappings=[dict(step="Add members", field="Tag", value="x")]), "mappings of template 'Contacts': step 'Add members' does not exist"),
    (dict(mappings=[dict(step="Add member", field="Tags", value="x")]), "step 'Add member' has no field 'Tags'; allowed are: 'Status', 'Tag'"),
    (dict(mappings=[dict(step="Add member", field="List Id", value="x")]), "it is a parameter"),
    (dict(mappings=[dict(step="Add member", field="Status", value="gone")]), "field 'Status' of step 'Add member' cannot be 'gone'"),
    (dict(mappings=[dict(step="Add member", field="Tag", value_from=dict(step="Nowhere", field="x"))]), "step 'Nowhere' does not exist"),
    (dict(mappings=[dict(step="Add member", field="Tag", value_from=dict(step="Receive sign-up", field="Mail"))]),
     "value_from: step 'Receive sign-up' does not have the field 'Mail'; allowed are: 'Email'"),
]


@pytest.mark.parametrize("options, words", WRONG)
def test_wrong_inputs_of_a_new_integration_are_found_before_it_is_installed(options, words):
    refuses(cyclr_cycle, dict(OPTIONS, name=None, **options), [*NEW, export()], words)


def test_wrong_inputs_are_found_for_an_account_that_does_not_exist_yet():
    """In check mode."""
    calls = [cycles(status=401), get("/v1.0/accounts/c1", status=404), NEW[1], export(account=None)]
    assert "variable 'Wrong' does not exist" in fails(cyclr_cycle, dict(OPTIONS, variables=dict(Wrong="1")), calls, check_mode=True, kind=InvalidInput).msg


def test_everything_that_is_wrong_is_named_at_once():
    options = dict(OPTIONS, variables=dict(Wrong="1"), mappings=[field("Nothing", value="x"), dict(step="None", field="x", value="x")])
    refuses(cyclr_cycle, options, [*NEW, export()], "variable 'Wrong' does not exist", "has no field 'Nothing'", "step 'None' does not exist")


def test_the_inputs_of_a_new_integration():
    """What an export shows need not be read again, and what a new integration maps makes no difference."""
    body = dict(MappingType="ValueList", Value="pending")
    calls = [
        *NEW, export(), INSTALL, steps(RECEIVE, ADD), patch(written(value="red")), map_field(8, mapped(STATUS, **body), **body), cycles(cycle()),
    ]
    options = dict(OPTIONS, name=None, variables={"Welcome Tag": "red"}, mappings=[field("Status", value="pending")])
    again = [cycles(cycle()), NEW[1], variables(written(value="red")), steps(RECEIVE, ADD), fields(mapped(STATUS, **body))]
    real, dummy = four_ways(cyclr_cycle, options, calls, again, record="ready")
    assert real["diff"]["after"]["variables"] == {"Welcome Tag": "red"}


@pytest.mark.parametrize("shown", [[{"Name": "Add member", "Fields": [{"Name": "Pin", "IsSensitive": True}]}], None])
def test_a_field_that_only_the_api_calls_a_secret_is_not_shown(shown):
    """Whether the export or the installed integration says so."""
    pin = named(11, "Pin", IsSensitive=True)
    body = dict(MappingType="StaticValue", Value="the-secret-value")
    calls = [cycles(), NEW[1], export(Steps=shown), INSTALL, steps(step(fields=[pin])), map_field(11, mapped(pin, **body), **body), cycles(cycle())]
    options = wants(field("Pin", value="the-secret-value"))
    result = play(cyclr_cycle, options, calls)
    assert result["diff"]["after"]["mappings"] == {"Add member: Pin": "(hidden)"}
    if shown:
        assert play(cyclr_cycle, options, calls[:3], check_mode=True)["diff"] == result["diff"]


UNKNOWN = [
    export({"Name": "Contacts"}), export(b"", 404), export(b"", 403), export(["x"]), export(Variables=None, Steps=None), export(Variables={}, Steps={}),
    export(Variables=[5], Steps=[5]), export(Variables=[{"Id": 1}], Steps=[{"Id": 1}]), export(Variables="x", Steps=[]),
]


@pytest.mark.parametrize("shown", UNKNOWN)
def test_an_export_that_says_nothing_leaves_mistakes_to_the_installed_integration(shown):
    options = dict(OPTIONS, name=None, state="started", variables=dict(Wrong="1"), mappings=[dict(step="Wrong", field="x", value="1")])
    error = fails(cyclr_cycle, options, [*NEW, shown, INSTALL, variables(variable())], kind=InvalidInput)
    assert "variable 'Wrong' does not exist" in error.msg
    assert "The integration is installed (id %s) and not started. The next run of this task continues with it" % CYCLE_ID in error.msg
    result = play(cyclr_cycle, options, [*NEW, shown], check_mode=True)
    assert [one.split(" cannot be checked")[0] for one in result["warnings"]] == ["variables", "mappings"]


def test_an_export_that_names_steps_only():
    named_only = export(Steps=[{"Name": "Add member", "Fields": [{"Id": 1}]}])
    refuses(cyclr_cycle, wants(dict(step="Add members", field="Tag", value="x")), [cycles(), NEW[1], named_only], "did you mean 'Add member'?")
    result = play(cyclr_cycle, dict(wants(field("Anything", value="x"))), [cycles(), NEW[1], named_only], check_mode=True)
    assert "warnings" not in result


def test_steps_as_an_api_shows_them_otherwise():
    shown = export(Steps=[step(parameters=[LIST], fields=[{"Field": TAG}], outputs=[named(3, "Id")])])
    refuses(cyclr_cycle, wants(field("Nothing", value="x"), dict(step="Add member", parameter="Nothing", value="x")), [cycles(), NEW[1], shown],
            "allowed are: 'Tag'", "allowed are: 'List Id'")


# -- secrets that the API does not show ----------------------------------------------------------------------------

SECRET = dict(OPTIONS, sensitive_variables={"Welcome Tag": "the-secret-value"})


@pytest.mark.parametrize("hidden", [None, "", "*****"])
def test_a_hidden_variable_of_a_running_integration_counts_as_set(hidden):
    for check_mode in (False, True):
        assert play(cyclr_cycle, SECRET, [cycles(RUNNING), variables(variable(value=hidden))], check_mode)["changed"] is False


@pytest.mark.parametrize("hidden", [None, ""])
def test_a_hidden_variable_of_a_stopped_integration_is_sent_again_without_a_change(hidden):
    there = variables(variable(value=hidden))
    result = play(cyclr_cycle, SECRET, [cycles(cycle()), there, patch(written(value="the-secret-value"), answer=[variable(value=hidden)])])
    assert (result["changed"], result["diff"]) == (False, dict(before={}, after={}))
    assert play(cyclr_cycle, SECRET, [cycles(cycle()), there, patch(written(value="the-secret-value"))])["changed"] is True
    assert play(cyclr_cycle, SECRET, [cycles(cycle()), there], check_mode=True)["changed"] is True


@pytest.mark.parametrize("hidden", [None, "*****"])
def test_a_hidden_variable_of_a_new_integration_is_set(hidden):
    calls = [
        cycles(), NEW[1], export({}), INSTALL, variables(variable(value=hidden)), patch(written(value="the-secret-value"), answer=[variable(value=hidden)]),
        cycles(cycle()),
    ]
    assert play(cyclr_cycle, SECRET, calls)["changed"] is True


def test_a_value_that_is_not_called_sensitive_and_not_shown():
    there = variables(variable(value="*****"))
    calls = [cycles(cycle()), there, patch(written(), answer=[variable(value="*****")]), there]
    error = fails(cyclr_cycle, dict(OPTIONS, variables={"Welcome Tag": "new"}), calls, kind=NotTaken)
    assert "or does not show it. Use sensitive_variables for a value that the API does not show" in error.msg


def test_an_empty_variable_is_like_none():
    assert play(cyclr_cycle, dict(OPTIONS, variables={"Welcome Tag": ""}), [cycles(cycle()), variables(variable())])["changed"] is False


@pytest.mark.parametrize("status", ["Active", "Paused"])
@pytest.mark.parametrize("hidden", [None, "*****"])
def test_a_hidden_field(hidden, status):
    body = dict(MappingType="StaticValue", Value="the-secret-value")
    there = mapped(KEY, MappingType="StaticValue", Value=hidden)
    calls = [cycles(cycle(Status=status)), steps(ADD), fields(there)]
    if hidden is None and status == "Paused":
        calls.append(map_field(10, there, **body))
    assert play(cyclr_cycle, wants(field("Api Key", value="the-secret-value")), calls)["changed"] is False


# -- mappings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Status", "status"])
def test_a_field_by_its_name_or_location(name):
    pending = mapped(STATUS, MappingType="ValueList", Value="pending")
    calls = [
        cycles(cycle()), steps(RECEIVE, ADD), fields(mapped(STATUS)), map_field(8, pending, MappingType="ValueList", Value="pending"),
    ]
    again = [cycles(cycle()), steps(RECEIVE, ADD), fields(pending)]
    real, dummy = four_ways(cyclr_cycle, wants(field(name, value="pending")), calls, again, record="cycle")
    label = "Add member: " + name
    assert real["diff"] == dict(before=dict(mappings={label: None}), after=dict(mappings={label: "pending"}))


def test_a_parameter():
    there = mapped(LIST, "Parameter", MappingType="StaticValue", Value="42")
    body = {"MappingType": "StaticValue", "Value": "42"}
    calls = [cycles(cycle()), steps(ADD), parameters(mapped(LIST, "Parameter")), put(STEP + "/parameters/1", body, there, account="c1")]
    four_ways(cyclr_cycle, wants(dict(step="Add member", parameter="List Id", value=42)), calls, [cycles(cycle()), steps(ADD), parameters(there)],
              record="cycle")


@pytest.mark.parametrize("outputs, found", [
    ((), [named(77, "Email")]),
    ([named(77, "Email")], [named(77, "Email"), named(78, "Email")]),
    ((), [named(78, "Email", Step={"Id": STEP_ID}), named(77, "Email", Step={"Id": SOURCE_ID})]),
])
def test_a_field_of_an_earlier_step(outputs, found):
    source = step("Receive sign-up", SOURCE_ID, outputs=outputs)
    body = dict(MappingType="PreviousStep", SourceStepId=SOURCE_ID, SourceFieldId=77)
    calls = [cycles(cycle()), steps(source, ADD), fields(mapped(TAG)), sources(*found), map_field(9, mapped(TAG, **body), **body)]
    again = [cycles(cycle()), steps(source, ADD), fields(mapped(TAG, **body)), sources(*found)]
    four_ways(cyclr_cycle, wants(field("Tag", value_from=dict(step="Receive sign-up", field="Email"))), calls, again, record="cycle")


@pytest.mark.parametrize("kind, about, unmapped", [("field", TAG, "Ignore"), ("parameter", LIST, None)])
def test_ignore(kind, about, unmapped):
    key = kind.capitalize()
    there = mapped(about, key, MappingType="StaticValue", Value="x")
    read = dict(field=fields, parameter=parameters)[kind]
    path = "%s/%s/%d" % (STEP, "fieldmappings" if kind == "field" else "parameters", about["Id"])
    calls = [cycles(cycle()), steps(ADD), read(there), put(path, {"MappingType": unmapped}, mapped(about, key), account="c1")]
    options = wants({"step": "Add member", kind: about["Name"], "ignore": True})
    four_ways(cyclr_cycle, options, calls, [cycles(cycle()), steps(ADD), read(mapped(about, key))], record="cycle")


def test_what_is_mapped_in_an_unknown_way_is_replaced():
    there = mapped(TAG, MappingType="Variable", Value="WelcomeTag")
    body = dict(MappingType="StaticValue", Value="x")
    calls = [cycles(cycle()), steps(ADD), fields(there), map_field(9, mapped(TAG, **body), **body)]
    assert play(cyclr_cycle, wants(field("Tag", value="x")), calls)["diff"]["before"]["mappings"]["Add member: Tag"] == "(mapped in another way)"


def test_a_field_that_sounds_like_a_secret_is_never_shown():
    body = dict(MappingType="StaticValue", Value="the-secret-value")
    there = mapped(KEY, MappingType="StaticValue", Value="the-old-secret")
    calls = [cycles(cycle()), steps(ADD), fields(there), map_field(10, mapped(KEY, **body), **body)]
    options = wants(field("Api Key", value="the-secret-value"))
    again = [cycles(cycle()), steps(ADD), fields(mapped(KEY, **body))]
    real, dummy = four_ways(cyclr_cycle, options, calls, again, secrets=["the-secret-value", "the-old-secret"], record="cycle")
    assert real["diff"]["after"]["mappings"] == {"Add member: Api Key": "(hidden) changed"}


def test_a_mapping_that_is_not_stored():
    body = dict(MappingType="StaticValue", Value="x")
    calls = [cycles(cycle()), steps(ADD), fields(mapped(TAG)), map_field(9, mapped(TAG), **body), get(STEP + "/fieldmappings/9", mapped(TAG), account="c1")]
    assert "did not store: Add member: Tag" in fails(cyclr_cycle, wants(field("Tag", value="x")), calls, kind=NotTaken).msg


@pytest.mark.parametrize("mapping, words", [
    (dict(step="Add members", field="Tag", value="x"),
     "step 'Add members' does not exist; there are: 'Receive sign-up', 'Add member'; did you mean 'Add member'?"),
    (field("Tags", value="x"), "step 'Add member' has no field 'Tags'; allowed are: 'Status', 'Tag', 'Api Key'; did you mean 'Tag'"),
    (field("List Id", value="x"), "it is a parameter"),
    (field("Status", value="gone"), "field 'Status' of step 'Add member' cannot be 'gone'; allowed are: subscribed, pending"),
    (field("Tag", value_from=dict(step="Nowhere", field="x")), "step 'Nowhere' does not exist"),
    (field("Tag", value_from=dict(step="Receive sign-up", field="Mail")),
     "does not have the field 'Mail' that step 'Add member' could use; allowed are: 'Email'"),
])
def test_mappings_that_cannot_be(mapping, words):
    calls = [cycles(cycle()), steps(RECEIVE, ADD)]
    if mapping["step"] == "Add member":
        calls.append(fields(mapped(STATUS), mapped(TAG), mapped(KEY)))
    if "value_from" in mapping:
        calls.append(sources(named(77, "Email")))
    refuses(cyclr_cycle, wants(mapping), calls, words)


def test_two_steps_of_that_name():
    calls = [cycles(cycle()), steps(ADD, step(number=SOURCE_ID))]
    refuses(cyclr_cycle, wants(field("Tag", value="x")), calls, "2 steps are named 'Add member' (ids %s, %s). Rename all but one" % (ADD["Id"], SOURCE_ID))


@pytest.mark.parametrize("mapping, words", [
    (dict(step="A", value="x"), "mappings (item 1): give either field or parameter"),
    (dict(step="A", field="F", parameter="P", value="x"), "mappings (item 1): give either field or parameter"),
    (dict(step="A", field="F"), "mappings (item 1): give exactly one of value, value_from and ignore=true"),
    (dict(step="A", field="F", value="x", ignore=True), "give exactly one of"),
    (dict(step="A", field="F", value=["x"]), "mappings (item 1): value: must be one text, number or boolean"),
])
def test_mappings_that_say_too_little_or_too_much(mapping, words):
    refuses(cyclr_cycle, wants(mapping), [], words)


def test_a_mapping_twice():
    refuses(cyclr_cycle, wants(field("F", value="x"), field("F", ignore=True)), [], "mappings: given more than once: Add member: F")


# -- while it runs -------------------------------------------------------------------------------------------------


def test_what_runs_is_not_changed_unless_it_may_be_stopped():
    options = dict(OPTIONS, description="New", variables={"Welcome Tag": "new"})
    refuses(cyclr_cycle, options, [cycles(RUNNING), variables(variable())],
            "is running and cannot be changed while it runs. These differ: description, Welcome Tag",
            "Set stop_to_edit=true")


@pytest.mark.parametrize("state", ["present", "started"])
def test_stop_edit_start(state):
    options = dict(OPTIONS, description="New", stop_to_edit=True, state=state)
    query = dict(finishQueuedTransactions="true")
    calls = [
        cycles(RUNNING), put(PATH + "/deactivate", {}, account="c1", query=query), get(PATH, cycle(), account="c1"),
        put(PATH, {"Description": "New"}, cycle(Description="New"), account="c1"), prerequisites(), put(PATH + "/activate", {"RunOnce": False}, account="c1"),
    ]
    real, dummy = four_ways(cyclr_cycle, options, calls, [cycles(cycle(Status="Active", Description="New"))], record="cycle")
    assert real["cycle"]["running"] is True


def test_what_is_to_be_stopped_is_stopped_before_it_is_changed():
    options = dict(OPTIONS, description="New", state="stopped")
    query = dict(finishQueuedTransactions="true")
    calls = [
        cycles(RUNNING), put(PATH + "/deactivate", {}, account="c1", query=query), get(PATH, cycle(), account="c1"),
        put(PATH, {"Description": "New"}, cycle(Description="New"), account="c1"),
    ]
    four_ways(cyclr_cycle, options, calls, [cycles(cycle(Description="New"))], record="cycle")
