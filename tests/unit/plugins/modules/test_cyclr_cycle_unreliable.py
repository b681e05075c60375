# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lost answers and runs at the same time: an integration is installed exactly once, and nothing is repeated blindly."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, CyclrError, LostAnswer, NotTaken, TransportError
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_cycle, cyclr_cycle_run
from ansible_collections.cyclr.ipaas.tests.support.api_objects import (
    CYCLE_ID,
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
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import Call, delete, fails, get, message, play, post, put

OPTIONS = dict(account_id="c1", template="Contacts", state="present")
PATH = "/v1.0/cycles/" + CYCLE_ID
OTHER_ID = "11111111-2222-3333-4444-555555555555"
LOST = requests.exceptions.ReadTimeout("read timed out")
RUNNING = cycle(Status="Active")
DOUBTS = [(LOST, 200), (b"", 500), (b"", 502), (b"", 503), (b"", 504), (b"", 200), (b"<html>", 200), ({"Id": CYCLE_ID}, 200), ([], 200)]


def install(answer=b"", status=200, **body):
    return post("/v1.0/templates/%s/install" % TEMPLATE_ID, body, answer, status, account="c1")


def activate(answer=b"", status=200, once=False):
    return put(PATH + "/activate", {"RunOnce": once}, answer, status, account="c1")


def one(answer):
    return get(PATH, answer, account="c1")


# -- installing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer, status", DOUBTS)
def test_an_install_in_doubt_is_looked_for_among_the_cycles(answer, status):
    before = cycle(Id=OTHER_ID, Name="Older")
    both = cycles(before, cycle())
    result = play(cyclr_cycle, OPTIONS, [cycles(before), templates(), install(answer, status), both, both])
    assert (result["changed"], result["cycle"]["id"]) == (True, CYCLE_ID)


@pytest.mark.parametrize("answer, status", DOUBTS[1:])
def test_an_install_of_which_nothing_came_is_sent_again(answer, status):
    calls = [cycles(), templates(), install(answer, status), cycles(), install(cycle()), cycles(cycle())]
    assert play(cyclr_cycle, OPTIONS, calls)["cycle"]["id"] == CYCLE_ID


@pytest.mark.parametrize("new", [cycle(TemplateId=OTHER_ID), cycle(Status="DeleteScheduled"), cycle(Name="Another one")])
def test_what_somebody_else_installed_is_not_taken_for_it(new):
    calls = [cycles(), templates(), install(b"", 503), cycles(new), install(cycle(Id=OTHER_ID)), cycles(new, cycle(Id=OTHER_ID))]
    assert play(cyclr_cycle, OPTIONS, calls)["cycle"]["id"] == OTHER_ID


def test_an_install_that_takes_longer_than_the_timeout_is_awaited_and_not_sent_again():
    calls = [cycles(), templates(), install(LOST), cycles(), cycles(), cycles(), cycles(cycle()), cycles(cycle())]
    assert play(cyclr_cycle, OPTIONS, calls)["cycle"]["id"] == CYCLE_ID


def test_an_install_that_may_still_be_under_way_is_an_error_that_says_so():
    error = fails(cyclr_cycle, dict(OPTIONS, retry_timeout=0), [cycles(), templates(), install(LOST)], kind=TransportError)
    assert "no answer within the timeout" in error.msg and "The API may still carry it out. Wait a while before you run this task again" in error.msg


def test_a_lost_install_by_an_api_that_ignores_the_name():
    renamed = cycle(Name="Second")
    calls = [cycles(), templates(), install(LOST, Name="Second"), cycles(cycle()), put(PATH, {"Name": "Second"}, renamed, account="c1"), cycles(renamed)]
    assert play(cyclr_cycle, dict(OPTIONS, name="Second"), calls)["cycle"]["name"] == "Second"


def test_in_the_end_a_lost_install_is_an_error():
    calls = [cycles(), templates()] + [install(b"", 503), cycles()] * 4
    assert "Installing template 'Contacts' into account 'c1' failed" in fails(cyclr_cycle, OPTIONS, calls, kind=LostAnswer).msg


def test_a_refused_install_is_an_error_in_the_words_of_the_api():
    calls = [cycles(), templates(), install(message("Connector 20 is a draft and cannot be installed."), 400), cycles()]
    assert "Connector 20 is a draft" in fails(cyclr_cycle, OPTIONS, calls, kind=ApiError).msg


TWINS = cycles(cycle(), cycle(Id=OTHER_ID))
TOLD = "Two runs installed integration 'Contacts' in account 'c1' at the same time: ids %s, %s" % (CYCLE_ID, OTHER_ID)


def test_two_runs_at_once_are_reported():
    error = fails(cyclr_cycle, OPTIONS, [cycles(), templates(), install(cycle()), TWINS], kind=CyclrError)
    assert TOLD in error.msg and "Remove all but one (cycle_id and state=absent), and run this task again" in error.msg


def test_two_runs_at_once_whose_answers_are_lost_are_reported_and_none_is_started():
    error = fails(cyclr_cycle, dict(OPTIONS, state="started"), [cycles(), templates(), install(LOST), TWINS], kind=CyclrError)
    assert TOLD in error.msg and "This run did not start any of them" in error.msg


def test_of_two_runs_at_once_each_stops_its_own_again():
    stop = put(PATH + "/deactivate", {}, account="c1", query=dict(finishQueuedTransactions="false"))
    both = cycles(RUNNING, cycle(Id=OTHER_ID))
    error = fails(cyclr_cycle, dict(OPTIONS, state="started"), [cycles(), templates(), install(cycle()), activate(), both, stop, one(cycle())], kind=CyclrError)
    assert TOLD in error.msg and "The one that this run installed, %s, does not run" % CYCLE_ID in error.msg


# -- what has the same outcome if it is done twice -----------------------------------------------------------------

START = [cycles(cycle()), templates(), prerequisites()]


@pytest.mark.parametrize("answer, status", [(LOST, 200), (b"", 500), (b"", 503)])
def test_a_start_in_doubt(answer, status):
    assert play(cyclr_cycle, dict(OPTIONS, state="started"), [*START, activate(answer, status), one(RUNNING)])["cycle"]["running"] is True
    assert play(cyclr_cycle, dict(OPTIONS, state="started"), [*START, activate(answer, status), one(cycle()), activate()])["cycle"]["running"] is True


@pytest.mark.parametrize("answer, status", [(LOST, 200), (b"", 500), (b"", 503)])
def test_a_start_of_a_new_one_in_doubt(answer, status):
    options, new = dict(OPTIONS, state="started"), [cycles(), templates(), install(cycle())]
    assert play(cyclr_cycle, options, [*new, activate(answer, status), one(RUNNING), cycles(RUNNING)])["cycle"]["running"] is True
    assert play(cyclr_cycle, options, [*new, activate(answer, status), one(cycle()), activate(), cycles(RUNNING)])["cycle"]["running"] is True


def test_somebody_else_started_it():
    assert play(cyclr_cycle, dict(OPTIONS, state="started"), [*START, activate(b"", 409), one(RUNNING)])["cycle"]["running"] is True


def test_a_stop_in_doubt():
    stop = put(PATH + "/deactivate", {}, LOST, account="c1", query=dict(finishQueuedTransactions="true"))
    assert play(cyclr_cycle, dict(OPTIONS, state="stopped"), [cycles(RUNNING), templates(), stop, one(cycle()), one(cycle())])["changed"] is True


def test_a_delete_in_doubt():
    calls = [cycles(cycle()), templates(), delete(PATH, LOST, body={}, account="c1"), get(PATH, cycle(Status="DeleteScheduled"), account="c1")]
    assert play(cyclr_cycle, dict(OPTIONS, state="absent"), calls)["changed"] is True


def test_a_variable_in_doubt():
    body = [variable(value="new")]
    patch = Call("PATCH", PATH + "/variables", body=body, answer=LOST, account="c1")
    calls = [cycles(cycle()), templates(), variables(variable()), patch, variables(variable(value="new"))]
    assert play(cyclr_cycle, dict(OPTIONS, variables={"Welcome Tag": "new"}), calls)["changed"] is True


@pytest.mark.parametrize("answer, status", [(LOST, 200), (b"", 502), ({}, 200)])
@pytest.mark.parametrize("shown", [None, "", "*****"])
def test_a_secret_variable_in_doubt_is_sent_again_unless_the_api_shows_it(answer, status, shown):
    """What is not shown may be the secret of before, or none."""
    options = dict(OPTIONS, sensitive_variables={"Welcome Tag": "the-secret"})

    def patch(answer, status=200):
        return Call("PATCH", PATH + "/variables", body=[variable(value="the-secret")], answer=answer, status=status, account="c1")

    start = [cycles(cycle()), templates(), variables(variable(value="old")), patch(answer, status)]
    play(cyclr_cycle, options, [*start, variables(variable(value=shown)), patch([variable(value=shown)])])
    play(cyclr_cycle, options, [*start, variables(variable(value="the-secret"))])


def test_a_secret_variable_that_the_answer_leaves_out_is_looked_for():
    options = dict(OPTIONS, sensitive_variables={"Welcome Tag": "the-secret"})
    patch = Call("PATCH", PATH + "/variables", body=[variable(value="the-secret")], answer=[], account="c1")
    start = [cycles(cycle()), templates(), variables(variable(value="old")), patch]
    assert play(cyclr_cycle, options, [*start, variables(variable(value="the-secret"))])["changed"] is True
    assert "did not store: Welcome Tag" in fails(cyclr_cycle, options, [*start, variables(variable(value="old"))], kind=NotTaken).msg


def test_a_secret_field_in_doubt_is_sent_again_if_it_is_not_mapped():
    key, mapping = named(10, "Api Key"), dict(MappingType="StaticValue", Value="the-secret")
    path = "/v1.0/steps/%s/fieldmappings" % STEP_ID
    options = dict(OPTIONS, mappings=[dict(step="Add member", field="Api Key", value="the-secret")])
    calls = [
        cycles(cycle()), templates(), steps(step(fields=[key])), get(path, [mapped(key)], account="c1"), put(path + "/10", mapping, b"", 502, account="c1"),
        get(path + "/10", mapped(key), account="c1"), put(path + "/10", mapping, mapped(key, **mapping), account="c1"),
    ]
    assert play(cyclr_cycle, options, calls)["changed"] is True


def test_a_description_in_doubt():
    calls = [cycles(cycle()), templates(), put(PATH, {"Description": "D"}, LOST, account="c1"), one(cycle(Description="D"))]
    assert play(cyclr_cycle, dict(OPTIONS, description="D"), calls)["cycle"]["description"] == "D"


# -- a run is never started twice ----------------------------------------------------------------------------------

RUN = dict(account_id="c1", template="Contacts")


@pytest.mark.parametrize("answer, status", [(LOST, 200), (b"", 500), (b"", 503)])
@pytest.mark.parametrize("after", [RUNNING, cycle(LastSuccessfulRunDate="2026-11-22T09:30:00"), cycle(ErrorCount=1)])
def test_a_run_in_doubt_is_recognized(answer, status, after):
    assert play(cyclr_cycle_run, RUN, [*START, activate(answer, status, once=True), one(after)])["changed"] is True


@pytest.mark.parametrize("answer, status", [(LOST, 200), (b"", 500), (b"", 503)])
def test_a_run_of_which_nothing_is_seen_is_not_started_again(answer, status):
    error = fails(cyclr_cycle_run, RUN, [*START, activate(answer, status, once=True), one(cycle())], kind=LostAnswer)
    assert "shows no sign of a run, but the run may have started and ended. It is not started again" in error.msg
