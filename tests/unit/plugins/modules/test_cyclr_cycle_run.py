# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running an integration once."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.prerequisites import NotReady
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_cycle_run
from ansible_collections.cyclr.ipaas.tests.support.api_objects import CYCLE_ID, TEMPLATE_ID, cycle, cycles, prerequisites, templates
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import fails, get, page, play, put, refuses, rejects, shape

OPTIONS = dict(account_id="c1", template="Contacts")
PATH = "/v1.0/cycles/" + CYCLE_ID
RUNNING = cycle(Status="Active")
UNMET = {"ReasonCode": 20, "Reason": "Unauthenticated connector", "ObjectType": "AccountConnector", "ObjectId": 500}
FOUND = [cycles(cycle()), templates()]


def activate(**body):
    return put(PATH + "/activate", dict({"RunOnce": True}, **body), account="c1")


def one(answer):
    return get(PATH, answer, account="c1")


def test_a_run_is_started_and_always_a_change():
    for dummy in range(2):
        result = play(cyclr_cycle_run, OPTIONS, [*FOUND, prerequisites(), activate()])
        assert (result["changed"], result["cycle"]["running"], result["finished"], result["incidents"]) == (True, True, False, [])


@pytest.mark.parametrize("options", [dict(cycle_id=CYCLE_ID), dict(template_id=TEMPLATE_ID, name="Contacts")])
def test_by_id(options):
    found = one(cycle()) if "cycle_id" in options else cycles(cycle())
    play(cyclr_cycle_run, dict(options, account_id="c1"), [found, prerequisites(), activate()])


def test_at_a_time():
    play(cyclr_cycle_run, dict(OPTIONS, start_time="2030-01-31T12:00:00Z"), [*FOUND, prerequisites(), activate(StartTime="2030-01-31T12:00:00Z")])


def test_wait_until_the_run_has_ended():
    ended = cycle(LastSuccessfulRunDate="2026-11-22T09:30:00")
    result = play(cyclr_cycle_run, dict(OPTIONS, wait_timeout=60), [*FOUND, prerequisites(), activate(), one(RUNNING), one(RUNNING), one(ended)])
    assert (result["finished"], result["cycle"]["running"], result["cycle"]["last_successful_run"]) == (True, False, "2026-11-22T09:30:00")


def test_the_incidents_of_the_run_and_no_older_ones():
    told = [{"IncidentLevel": "Error", "ShortMessage": text} for text in ("new", "newer", "old")]
    calls = [
        cycles(cycle(ErrorCount=1)), templates(), prerequisites(), activate(), one(cycle(ErrorCount=2, WarningCount=1)),
        page(PATH + "/incidents", told, account="c1", query=dict(sortOrderAsc="false")),
    ]
    assert [one["message"] for one in play(cyclr_cycle_run, dict(OPTIONS, wait_timeout=60), calls)["incidents"]] == ["new", "newer"]


def test_a_timeout_is_not_a_failure():
    result = play(cyclr_cycle_run, dict(OPTIONS, wait_timeout=1), [*FOUND, prerequisites(), activate(), one(RUNNING)])
    assert (result["finished"], result["incidents"]) == (False, [])


def test_one_that_was_removed_while_it_ran():
    calls = [*FOUND, prerequisites(), activate(), get(PATH, status=404, account="c1")]
    assert "was removed while it was running" in fails(cyclr_cycle_run, dict(OPTIONS, wait_timeout=9), calls, kind=CyclrError).msg


def test_what_runs_on_its_schedule_is_left_alone():
    error = fails(cyclr_cycle_run, OPTIONS, [cycles(RUNNING), templates()], kind=InvalidInput)
    assert "is running. To run it once would end its schedule" in error.msg


def test_unmet_prerequisites():
    error = fails(cyclr_cycle_run, OPTIONS, [*FOUND, prerequisites(UNMET)], kind=NotReady)
    assert "connector 'Mailchimp' (id 500): Unauthenticated connector" in error.msg
    assert error.as_result()["ready"] is False


def test_one_that_is_not_installed():
    error = fails(cyclr_cycle_run, dict(OPTIONS, name="Contact"), [cycles(cycle()), templates()], kind=InvalidInput)
    assert "account 'c1' has no integration 'Contact' of this template; did you mean 'Contacts'?" in error.msg
    refuses(cyclr_cycle_run, dict(account_id="c1", cycle_id=CYCLE_ID), [get(PATH, status=404, account="c1")], "cycle_id: account 'c1' has no integration")


@pytest.mark.parametrize("calls", [
    FOUND, [cycles(RUNNING), templates()], [cycles(), templates()], [cycles(status=401), get("/v1.0/accounts/c1", status=404), templates()],
])
def test_check_mode_sends_nothing_and_predicts(calls):
    result = play(cyclr_cycle_run, OPTIONS, calls, check_mode=True)
    assert (result["changed"], result["finished"]) == (True, False)
    real = play(cyclr_cycle_run, OPTIONS, [*FOUND, prerequisites(), activate()])
    assert set(shape(result)["cycle"]) == set(shape(real)["cycle"])


@pytest.mark.parametrize("options", [{}, dict(template="a", template_id="b"), dict(cycle_id="a", name="b")])
def test_options_that_the_spec_refuses(options):
    rejects(cyclr_cycle_run, dict(options, account_id="c1"))


@pytest.mark.parametrize("options, words", [
    (dict(wait_timeout=-1), "wait_timeout: must not be negative"), (dict(start_time="now"), "start_time: 'now' is not a time"),
])
def test_bad_input(options, words):
    refuses(cyclr_cycle_run, dict(OPTIONS, **options), [], words)
