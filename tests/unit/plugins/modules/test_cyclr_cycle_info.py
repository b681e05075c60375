# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the integrations of an account."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput, TransportError
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_cycle_info
from ansible_collections.cyclr.ipaas.tests.support.api_objects import (
    CYCLE_ID,
    STEP_ID,
    TEMPLATE_ID,
    cycle,
    cycles,
    named,
    prerequisites,
    step,
    steps,
    variable,
    variables,
)
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import fails, get, page, play, refuses

OTHER_ID = "11111111-2222-3333-4444-555555555555"
INCIDENTS = "/v1.0/cycles/%s/incidents" % CYCLE_ID
FULL = "401 Unauthorized\r\nthe body\r\n\r\nHTTP Request:\r\nGET https://x"


def read(calls, check_mode=False, **options):
    result = play(cyclr_cycle_info, dict(options, account_id="c1"), calls, check_mode)
    assert result["changed"] is False
    return result["cycles"]


def incident(**fields):
    told = {"IncidentLevel": "Error", "ShortMessage": "Out of retries", "FullMessage": FULL, "StepId": STEP_ID, "StepName": "Add member"}
    return dict(told, **fields)


def incidents(*found, number=1, **query):
    return page(INCIDENTS, list(found), number, account="c1", query=dict(query, sortOrderAsc="false"))


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_record(check_mode):
    assert read([cycles(cycle(Status="Active", LastSuccessfulRunDate="2026-11-22T09:30:00"))], check_mode) == [dict(
        id=CYCLE_ID, name="Contacts", description=None, template_id=TEMPLATE_ID, status="Active", running=True, tags=["starter"],
        connectors=[dict(account_connector_id=500, name="Mailchimp", version=None, authenticated=True)],
        error_count=0, warning_count=0, last_successful_run="2026-11-22T09:30:00",
    )]


@pytest.mark.parametrize("status", ["Paused", "Stopped", "Stopping", "active", "", None])
def test_only_active_is_running(status):
    assert read([cycles(cycle(Status=status))])[0]["running"] is False


def test_never_run_is_null():
    assert read([cycles(cycle())])[0]["last_successful_run"] is None


def test_what_is_about_to_be_deleted_is_left_out():
    assert read([cycles(cycle(Status="DeleteScheduled"))]) == []
    assert read([get("/v1.0/cycles/" + CYCLE_ID, cycle(Status="DeleteScheduled"), account="c1")], cycle_id=CYCLE_ID) == []


@pytest.mark.parametrize("filters, found", [
    (dict(name="Contacts"), ["Contacts"]), (dict(name="contacts"), []), (dict(template_id=OTHER_ID.upper()), ["Orders"]), ({}, ["Contacts", "Orders"]),
    (dict(name="", tag=""), ["Contacts", "Orders"]),
])
def test_filters(filters, found):
    assert [one["name"] for one in read([cycles(cycle(), cycle(Id=OTHER_ID, Name="Orders", TemplateId=OTHER_ID))], **filters)] == found


def test_the_api_filters_by_tag():
    assert len(read([cycles(cycle(), cycle(Id=OTHER_ID, Tags=[]), query=dict(tag="starter"))], tag="starter")) == 1


def test_one_by_its_id():
    assert read([get("/v1.0/cycles/" + CYCLE_ID, cycle(), account="c1")], cycle_id=CYCLE_ID)[0]["id"] == CYCLE_ID
    assert read([get("/v1.0/cycles/" + CYCLE_ID, status=404, account="c1")], cycle_id=CYCLE_ID) == []


def test_prerequisites_are_told_by_the_names_of_steps_and_fields():
    unmet = [
        {"ReasonCode": 20, "Reason": "Unauthenticated connector", "ObjectType": "AccountConnector", "ObjectId": 500},
        {"ReasonCode": 30, "Reason": "Missing mapping", "ObjectType": "Action", "ObjectId": STEP_ID},
        {"ReasonCode": 99, "Reason": "Something new", "ObjectType": "Novelty", "ObjectId": "x"},
    ]
    of_step = [{"ReasonCode": 41, "Reason": "Missing field mapping", "ObjectType": "ConnectorFieldMapping", "ObjectId": 8}]
    calls = [
        cycles(cycle()), prerequisites(*unmet), steps(step(fields=[named(8, "Status", Values=["subscribed", "pending"])])),
        get("/v1.0/steps/%s/prerequisites" % STEP_ID, of_step, account="c1"),
    ]
    values = ["subscribed", "pending"]
    assert read(calls, gather=["prerequisites"])[0]["prerequisites"] == [
        dict(code=20, reason="Unauthenticated connector", object_type="AccountConnector", object_id=500, step=None, field=None, values=[]),
        dict(code=41, reason="Missing field mapping", object_type="ConnectorFieldMapping", object_id=8, step="Add member", field="Status", values=values),
        dict(code=99, reason="Something new", object_type="Novelty", object_id="x", step=None, field=None, values=[]),
    ]


def test_steps_and_the_names_to_set_them_by():
    of = step(parameters=[named(1, "List Id")], fields=[named(8, "Status", Location="status", Values=["subscribed"])], outputs=[named(9, "Id")])
    found = read([cycles(cycle()), steps(of, step("Wait", OTHER_ID, Method=None, AccountConnector=None))], gather=["steps"])[0]["steps"]
    assert [one["name"] for one in found] == ["Add member", "Wait"]
    assert found[0]["fields"] == [dict(id=8, name="Status", location="status", description=None, is_optional=False, values=["subscribed"])]
    assert found[0]["outputs"] == [dict(id=9, name="Id", location=None)]
    assert (found[1]["method"], found[1]["fields"]) == (None, [])


def test_the_value_of_a_variable_that_sounds_like_a_secret_is_not_shown():
    found = read([cycles(cycle()), variables(variable(value="new"), variable("Api Key", "the-secret"))], gather=["variables"])
    assert [one["value"] for one in found[0]["variables"]] == ["new", None]


def test_incidents_with_their_first_line_and_in_full_on_request():
    told = read([cycles(cycle()), incidents(incident())], gather=["incidents"])[0]["incidents"]
    assert told == [dict(
        level="Error", message="Out of retries", details="401 Unauthorized", step="Add member", step_id=STEP_ID, transaction_id=None, created=None,
    )]
    assert read([cycles(cycle()), incidents(incident())], gather=["incidents"], include_details=True)[0]["incidents"][0]["details"] == FULL


def test_at_most_that_many_incidents():
    many = [incident(TransactionId=str(number)) for number in range(100)]
    assert len(read([cycles(cycle()), incidents(*many)], gather=["incidents"])[0]["incidents"]) == 20
    assert len(read([cycles(cycle()), incidents(*many)], gather=["incidents"], max_incidents=5)[0]["incidents"]) == 5


@pytest.mark.parametrize("since, sent", [("2030-01-31", "2030-01-31"), ("2030-01-31T12:00:00+01:00", "2030-01-31T11:00:00Z")])
def test_incidents_since(since, sent):
    assert read([cycles(cycle()), incidents(after=sent)], gather=["incidents"], since=since)[0]["incidents"] == []


@pytest.mark.parametrize("found, wanted", [([cycle()], True), ([], False)])
def test_upgradeable_takes_one_request_for_all(found, wanted):
    calls = [cycles(cycle()), get("/v1.0/cycles/upgradeable", found, account="c1")]
    assert read(calls, gather=["upgradeable"])[0]["upgradeable"] is wanted


@pytest.mark.parametrize("options, words", [
    (dict(since="yesterday"), "since: 'yesterday' is not a time"), (dict(since="2030-01-31T12:00:00"), "since: '2030-01-31T12:00:00' has no time zone"),
    (dict(max_incidents=-1), "max_incidents: must not be negative"), (dict(cycle_id="Contacts"), "cycle_id: 'Contacts' is not an ID"),
    (dict(template_id="Contacts"), "template_id: 'Contacts' is not an ID"),
])
def test_bad_input(options, words):
    refuses(cyclr_cycle_info, dict(options, account_id="c1"), [], words)


def test_an_account_that_does_not_exist():
    calls = [cycles(status=401), get("/v1.0/accounts/c1", status=404)]
    assert "account_id: account 'c1' does not exist" in fails(cyclr_cycle_info, dict(account_id="c1"), calls, kind=InvalidInput).msg
    assert read(calls, check_mode=True, gather=["prerequisites", "upgradeable"]) == []


@pytest.mark.parametrize("raw", [{"Name": "Contacts"}, {"Id": CYCLE_ID}, 5, None])
def test_a_cycle_that_cannot_be_addressed(raw):
    assert "a cycle that has no Id or no Name" in fails(cyclr_cycle_info, dict(account_id="c1"), [cycles(raw)], kind=TransportError).msg


def test_a_list_that_is_not_one():
    error = fails(cyclr_cycle_info, dict(account_id="c1", gather=["steps"]), [cycles(cycle()), get("/v1.0/cycles/%s/steps" % CYCLE_ID, {}, account="c1")])
    assert "returned dict instead of a list" in error.msg
