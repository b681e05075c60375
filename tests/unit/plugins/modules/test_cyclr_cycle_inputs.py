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
    templates,
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


def patch(*body, answer=None, status=200):
    answer = [dict(one) for one in body] if answer is None else answer
    return Call("PATCH", PATH + "/variables", body=list(body), answer=answer, status=status, account="c1")


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


def test_a_wrong_variable_of_a_new_integration():
    """What a template has cannot be read before it is installed."""
    install = post("/v1.0/templates/%s/install" % TEMPLATE_ID, {}, cycle(), account="c1")
    calls = [cycles(), get("/v1.0/templates/" + TEMPLATE_ID, templates().answer[0]), install, cycles(cycle()), variables(variable())]
    error = fails(cyclr_cycle, dict(OPTIONS, state="started", variables=dict(Wrong="1")), calls, kind=InvalidInput)
    assert "variable 'Wrong' does not exist" in error.msg and "is installed (id %s) and not started" % CYCLE_ID in error.msg


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
    refuses(cyclr_cycle, wants(field("Tag", value="x")), calls, "2 steps are named 'Add member'")


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
