# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installing, starting, stopping and removing integrations."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput, NotTaken
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.prerequisites import NotReady
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_cycle
from ansible_collections.cyclr.ipaas.tests.support.api_objects import (
    CYCLE_ID,
    STEP_ID,
    TEMPLATE_ID,
    connector,
    cycle,
    cycles,
    installed,
    listing,
    named,
    prerequisites,
    step,
    steps,
    template,
    templates,
    used,
)
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import delete, fails, four_ways, get, message, play, post, put, refuses, rejects

OPTIONS = dict(account_id="c1", template="Contacts")
PATH = "/v1.0/cycles/" + CYCLE_ID
OTHER_ID = "11111111-2222-3333-4444-555555555555"
RUNNING = cycle(Status="Active")
UNMET = {"ReasonCode": 20, "Reason": "Unauthenticated connector", "ObjectType": "AccountConnector", "ObjectId": 500}


def install(answer=None, status=200, **body):
    return post("/v1.0/templates/%s/install" % TEMPLATE_ID, body, cycle() if answer is None else answer, status, account="c1")


def activate(answer=b"", status=200, **body):
    return put(PATH + "/activate", dict({"RunOnce": False}, **body), answer, status, account="c1")


def deactivate(finish=True, answer=b"", status=200):
    query = dict(finishQueuedTransactions="true" if finish else "false")
    return put(PATH + "/deactivate", {}, answer, status, account="c1", query=query)


def one(answer=b"", status=200):
    return get(PATH, cycle() if answer == b"" and status == 200 else answer, status, account="c1")


def change(answer, status=200, **body):
    return put(PATH, body, answer, status, account="c1")


INSTALL = [cycles(), templates(), install()]
NEW = [*INSTALL, cycles(cycle())]
LOCKED = cycle(Connectors=[used(AccountConnectorId=500, Authenticated=False)])


# -- installing and starting ---------------------------------------------------------------------------------------


def test_install_and_start():
    real, check = four_ways(
        cyclr_cycle, OPTIONS, [*INSTALL, activate(), cycles(RUNNING)], [cycles(RUNNING), templates()], record="ready",
    )
    assert real["cycle"] == dict(
        id=CYCLE_ID, name="Contacts", description=None, template_id=TEMPLATE_ID, status="Active", running=True, tags=["starter"],
        connectors=[dict(account_connector_id=500, name="Mailchimp", version=None, authenticated=True)], error_count=0, warning_count=0,
        last_successful_run=None,
    )
    assert (real["prerequisites"], real["ready"]) == ([], True)
    assert real["diff"] == dict(before={}, after=dict(name="Contacts", template_id=TEMPLATE_ID, running=True))
    assert (check["cycle"]["id"], check["cycle"]["running"], check["cycle"]["connectors"][0]["name"]) == (None, None, "Mailchimp")


def test_a_second_run_by_template_id_and_name_takes_one_request():
    assert play(cyclr_cycle, dict(account_id="c1", template_id=TEMPLATE_ID, name="Contacts"), [cycles(RUNNING)])["changed"] is False


@pytest.mark.parametrize("start", ["2030-01-31T12:00:00+01:00", "2030-01-31T11:00:00Z", "2030-01-31T11:00:00.4224760Z", "2030-01-31T12:00:00.5+01:00"])
def test_the_schedule_is_sent_with_the_start(start):
    """The API itself writes seven digits after the second."""
    calls = [*INSTALL, activate(Interval=15, StartTime="2030-01-31T11:00:00Z"), cycles(RUNNING)]
    play(cyclr_cycle, dict(OPTIONS, interval=15, start_time=start), calls)


def test_present_does_not_start_and_does_not_stop():
    real, dummy = four_ways(cyclr_cycle, dict(OPTIONS, state="present"), NEW, [cycles(cycle()), templates()], record="ready")
    assert (real["cycle"]["running"], real["prerequisites"], real["ready"]) == (False, None, None)
    result = play(cyclr_cycle, dict(OPTIONS, state="present"), [cycles(RUNNING), templates()])
    assert (result["changed"], result["cycle"]["running"], result["ready"]) == (False, True, True)


def test_one_that_is_installed_is_started():
    real, dummy = four_ways(
        cyclr_cycle, OPTIONS, [cycles(cycle()), templates(), prerequisites(), activate()], [cycles(RUNNING), templates()], record="cycle",
    )
    assert real["diff"] == dict(before=dict(running=False), after=dict(running=True))


def test_under_its_own_name():
    calls = [cycles(cycle()), templates(), install(cycle(Id=OTHER_ID, Name="Second"), Name="Second"), cycles(cycle(), cycle(Id=OTHER_ID, Name="Second"))]
    result = play(cyclr_cycle, dict(OPTIONS, name="Second", state="present"), calls)
    assert (result["changed"], result["cycle"]["id"]) == (True, OTHER_ID)


def test_an_api_that_ignores_the_name_is_asked_to_change_it():
    renamed = cycle(Name="Second")
    calls = [cycles(), templates(), install(Name="Second"), change(renamed, Name="Second"), cycles(renamed)]
    assert play(cyclr_cycle, dict(OPTIONS, name="Second", state="present"), calls)["cycle"]["name"] == "Second"


def test_a_name_that_is_not_stored_leaves_nothing_behind():
    """The next run would not find it and would install another one."""
    calls = [cycles(), templates(), install(Name="Second"), change(cycle(), Name="Second"), delete(PATH, body={}, account="c1")]
    error = fails(cyclr_cycle, dict(OPTIONS, name="Second"), calls, kind=NotTaken)
    assert "did not store the name 'Second'. The integration was removed again" in error.msg


def test_what_is_about_to_be_deleted_does_not_count():
    gone = cycle(Id=OTHER_ID, Status="DeleteScheduled")
    calls = [cycles(gone), templates(), install(), cycles(gone, cycle())]
    assert play(cyclr_cycle, dict(OPTIONS, state="present"), calls)["changed"] is True


@pytest.mark.parametrize("status", ["Paused", "Stopped", "Stopping", "", None])
def test_everything_but_active_is_started(status):
    calls = [cycles(cycle(Status=status)), templates(), prerequisites(), activate()]
    assert play(cyclr_cycle, OPTIONS, calls)["cycle"]["running"] is True


def test_several_of_that_name_are_an_error_with_their_ids():
    both = [cycles(cycle(), cycle(Id=OTHER_ID)), templates()]
    refuses(cyclr_cycle, OPTIONS, both, "2 integrations of this template are named 'Contacts'", CYCLE_ID, OTHER_ID)


def test_the_same_name_of_another_template_is_another_integration():
    calls = [cycles(cycle(TemplateId=OTHER_ID)), templates(), install(), cycles(cycle())]
    assert play(cyclr_cycle, dict(OPTIONS, state="present"), calls)["changed"] is True


# -- finding the template ------------------------------------------------------------------------------------------


def test_an_unknown_template():
    refuses(cyclr_cycle, dict(OPTIONS, template="contact"), [cycles(), templates()], "template: 'contact' is not the name of", "did you mean 'Contacts'?")


def test_several_templates_of_that_name():
    two = templates(template(), template(Id=OTHER_ID, Tags=["b"]))
    refuses(cyclr_cycle, OPTIONS, [cycles(), two], "2 templates are named 'Contacts'", "template_id", TEMPLATE_ID + " (tags: starter)", OTHER_ID + " (tags: b)")


def test_an_unknown_template_id():
    options = dict(account_id="c1", template_id=TEMPLATE_ID)
    refuses(cyclr_cycle, options, [cycles(), get("/v1.0/templates/" + TEMPLATE_ID, status=404)], "template_id: template %s does not exist" % TEMPLATE_ID)


def test_an_unknown_cycle_id():
    options = dict(account_id="c1", cycle_id=CYCLE_ID)
    refuses(cyclr_cycle, options, [one(status=404)], "cycle_id: account 'c1' has no integration " + CYCLE_ID)
    assert play(cyclr_cycle, dict(options, state="absent"), [one(status=404)])["changed"] is False


@pytest.mark.parametrize("options", [{}, dict(template="a", template_id="b"), dict(template="a", cycle_id="b"), dict(template="a", interval=7)])
def test_options_that_the_spec_refuses(options):
    rejects(cyclr_cycle, dict(options, account_id="c1"))


@pytest.mark.parametrize("options, words", [
    (dict(template=" "), "template: must not be empty"), (dict(name=""), "name: must not be empty"),
    (dict(start_time="tomorrow"), "start_time: 'tomorrow' is not a time such as"), (dict(start_time="2030-01-31T12:00:00"), "has no time zone"),
    (dict(connectors=dict(Mailchimp=["a"])), "connectors: 'Mailchimp' must be the name of an installed connector"),
    (dict(variables=dict(A="1"), sensitive_variables=dict(A="2")), "given in both variables and sensitive_variables: A"),
    (dict(variables=dict(A=[1])), "variable 'A': must be one text, number or boolean"),
])
def test_bad_input_before_the_first_request(options, words):
    refuses(cyclr_cycle, dict(OPTIONS, **options), [], words)


# -- prerequisites -------------------------------------------------------------------------------------------------


WAITING = [cycles(), templates(), install(LOCKED), cycles(LOCKED)]


def test_unmet_prerequisites_are_an_error_that_lists_them():
    of_step = [
        {"ReasonCode": 41, "Reason": "Missing field mapping", "ObjectType": "ConnectorFieldMapping", "ObjectId": 8},
        {"ReasonCode": 40, "Reason": "Missing parameter mapping", "ObjectType": "Parameter", "ObjectId": 1},
    ]
    unmet = prerequisites(UNMET, {"ReasonCode": 30, "Reason": "Missing mapping", "ObjectType": "Action", "ObjectId": STEP_ID})
    calls = [
        *WAITING, unmet, steps(step(fields=[named(8, "Status", Values=["subscribed", "pending"])], parameters=[named(1, "List Id")])),
        get("/v1.0/steps/%s/prerequisites" % STEP_ID, of_step, account="c1"),
    ]
    error = fails(cyclr_cycle, OPTIONS, calls, kind=NotReady)
    assert "Integration 'Contacts' (id %s) cannot start" % CYCLE_ID in error.msg
    assert "connector 'Mailchimp' (id 500): Unauthenticated connector" in error.msg
    assert "step 'Add member', field 'Status': Missing field mapping (allowed are: subscribed, pending)" in error.msg
    assert "step 'Add member', parameter 'List Id': Missing parameter mapping" in error.msg
    result = error.as_result()
    assert [one["field"] for one in result["prerequisites"]] == [None, "Status", "List Id"]
    assert (result["ready"], result["cycle"]["id"]) == (False, CYCLE_ID)


def test_without_require_ready_it_is_installed_and_waits():
    options = dict(OPTIONS, require_ready=False)
    result = play(cyclr_cycle, options, [*WAITING, prerequisites(UNMET)])
    assert (result["changed"], result["cycle"]["running"], result["ready"], len(result["prerequisites"])) == (True, False, False, 1)
    assert result["diff"]["after"]["running"] is False
    for check_mode in (False, True):
        again = play(cyclr_cycle, options, [cycles(cycle()), templates(), prerequisites(UNMET)], check_mode)
        assert (again["changed"], again["ready"]) == (False, False)
    later = play(cyclr_cycle, options, [cycles(cycle()), templates(), prerequisites(), activate()])
    assert (later["changed"], later["cycle"]["running"], later["ready"]) == (True, True, True)


def test_in_check_mode_an_earlier_task_may_be_what_meets_them():
    result = play(cyclr_cycle, OPTIONS, [cycles(cycle()), templates(), prerequisites(UNMET)], check_mode=True)
    assert (result["changed"], result["ready"]) == (False, False)


REFUSALS = [[activate(b"", 400), one()], [activate(message("No."), 409), one()], [activate()], [activate(b"", 422)]]


@pytest.mark.parametrize("refused", REFUSALS)
def test_a_new_one_that_cannot_start_is_explained_by_the_prerequisites(refused):
    """An API may accept a start that has no effect, too."""
    calls = [*INSTALL, *refused, cycles(cycle()), prerequisites(UNMET)]
    assert "Unauthenticated connector" in fails(cyclr_cycle, OPTIONS, calls, kind=NotReady).msg
    result = play(cyclr_cycle, dict(OPTIONS, require_ready=False), calls)
    assert (result["changed"], result["cycle"]["running"], result["ready"]) == (True, False, False)


def test_a_refused_start_of_a_new_one_without_an_explanation():
    error = fails(cyclr_cycle, OPTIONS, [*INSTALL, activate(message("No."), 403), cycles(cycle()), prerequisites()], kind=ApiError)
    assert "Starting integration 'Contacts'" in error.msg
    assert error.msg.endswith("The integration is installed (id %s). The next run of this task continues with it" % CYCLE_ID)


def test_a_connector_that_needs_nothing_may_count_as_not_authenticated():
    result = play(cyclr_cycle, OPTIONS, [*WAITING, prerequisites(), activate()])
    assert (result["cycle"]["running"], result["ready"]) == (True, True)


def test_one_that_the_list_does_not_show_yet():
    result = play(cyclr_cycle, OPTIONS, [*INSTALL, activate(), cycles(), prerequisites()])
    assert (result["cycle"]["running"], result["ready"]) == (True, True)


def test_a_refused_start_is_explained_by_the_prerequisites():
    calls = [cycles(cycle()), templates(), prerequisites(), activate(b"", 400), one(), prerequisites(UNMET)]
    assert "Unauthenticated connector" in fails(cyclr_cycle, OPTIONS, calls, kind=NotReady).msg


def test_a_refused_start_without_an_explanation():
    calls = [cycles(cycle()), templates(), prerequisites(), activate(message("No."), 403), prerequisites()]
    assert "Starting integration 'Contacts'" in fails(cyclr_cycle, OPTIONS, calls, kind=ApiError).msg


# -- connectors ----------------------------------------------------------------------------------------------------

MINE = installed(connector(), Id=501, Name="Mine")
CHOSEN = dict(OPTIONS, connectors=dict(mailchimp="Mine"), state="present")


def test_the_chosen_account_connector_is_the_one_that_is_used():
    bound = cycle(Connectors=[used(AccountConnectorId=501, Authenticated=True)])
    calls = [cycles(), templates(), listing(MINE), install(bound), cycles(bound)]
    four_ways(cyclr_cycle, CHOSEN, calls, [cycles(bound), templates(), listing(MINE)], record="ready")


def test_another_account_connector_was_chosen_by_the_api():
    both = listing(installed(), MINE)
    error = fails(cyclr_cycle, dict(CHOSEN, state="started"), [cycles(), templates(), both, install()], kind=NotTaken)
    assert "uses account connector 500 for connector 'mailchimp' instead of 'Mine' (id 501)" in error.msg
    assert "Choose the account connector in the Console" in error.msg and "is installed (id %s) and not started" % CYCLE_ID in error.msg
    again = [cycles(cycle()), templates(), both]
    for check_mode in (False, True):
        assert "instead of 'Mine'" in fails(cyclr_cycle, CHOSEN, again, check_mode, kind=NotTaken).msg


@pytest.mark.parametrize("connectors, words", [
    (dict(HubSpot="Mine"), "template 'Contacts' does not use connector 'HubSpot'; it uses: 'Mailchimp'"),
    (dict(Mailchimp="Shop"), "'Shop' is an instance of connector Shopify (id 21), not of 'Mailchimp'"),
])
def test_connectors_that_cannot_be(connectors, words):
    there = [listing(MINE, installed(connector(Id=21, Name="Shopify"), Id=502, Name="Shop"))] if "Mailchimp" in connectors else []
    refuses(cyclr_cycle, dict(OPTIONS, connectors=connectors), [cycles(), templates(), *there], words)


def test_an_account_connector_that_is_not_installed():
    options = dict(OPTIONS, connectors=dict(Mailchimp="mine"))
    calls = [cycles(), templates(), listing(MINE)]
    error = fails(cyclr_cycle, options, calls, kind=InvalidInput)
    assert "account 'c1' has no connector 'mine'" in error.msg and "did you mean 'Mine'?" in error.msg
    # An earlier task may be what would have installed it.
    assert play(cyclr_cycle, options, calls, check_mode=True)["changed"] is True


# -- stopping and removing -----------------------------------------------------------------------------------------


def test_stop():
    options = dict(OPTIONS, state="stopped")
    real, dummy = four_ways(cyclr_cycle, options, [cycles(RUNNING), templates(), deactivate(), one()], [cycles(cycle()), templates()], record="cycle")
    assert real["diff"] == dict(before=dict(running=True), after=dict(running=False))
    assert real["prerequisites"] is None


def test_stop_waits_for_what_is_queued():
    calls = [cycles(RUNNING), templates(), deactivate(), one(RUNNING), one(RUNNING), one()]
    assert play(cyclr_cycle, dict(OPTIONS, state="stopped"), calls)["cycle"]["running"] is False


def test_stop_at_once():
    calls = [cycles(RUNNING), templates(), deactivate(finish=False), one()]
    play(cyclr_cycle, dict(OPTIONS, state="stopped", finish_queued=False), calls)


def test_a_queue_that_takes_too_long():
    error = fails(cyclr_cycle, dict(OPTIONS, state="stopped", retry_timeout=0), [cycles(RUNNING), templates(), deactivate(), one(RUNNING)], kind=NotTaken)
    assert "still running" in error.msg and "finish_queued=false" in error.msg


@pytest.mark.parametrize("state", ["stopped", "absent"])
@pytest.mark.parametrize("check_mode", [False, True])
def test_what_is_missing_is_neither_stopped_nor_removed(state, check_mode):
    result = play(cyclr_cycle, dict(OPTIONS, state=state), [cycles(), templates()], check_mode)
    assert (result["changed"], result["cycle"], result["ready"]) == (False, None, None)


def test_absent_stops_before_it_deletes():
    calls = [cycles(RUNNING), templates(), deactivate(), one(), delete(PATH, body={}, account="c1")]
    real, dummy = four_ways(cyclr_cycle, dict(OPTIONS, state="absent"), calls, [cycles(), templates()], record="cycle")
    assert real["diff"] == dict(before=dict(id=CYCLE_ID, name="Contacts", running=True), after={})


def test_absent_without_a_stop_if_it_does_not_run():
    calls = [one(), delete(PATH, status=404, body={}, account="c1")]
    assert play(cyclr_cycle, dict(account_id="c1", cycle_id=CYCLE_ID, state="absent"), calls)["changed"] is True


def test_what_was_stopped_for_a_change_that_failed_is_said():
    put_fails = put(PATH, {"Description": "D"}, message("No."), 403, account="c1")
    calls = [cycles(RUNNING), templates(), deactivate(), one(), put_fails]
    error = fails(cyclr_cycle, dict(OPTIONS, description="D", stop_to_edit=True, state="present"), calls, kind=ApiError)
    assert "was stopped for the change and does not run now. Run this task again with state=started" in error.msg


# -- what is queued may block a change even though the integration does not run any more ---------------------------

STOPPED = [cycles(RUNNING), templates(), deactivate(), one(cycle(Status="Stopping"))]
EDIT = dict(OPTIONS, description="D", state="stopped")
BUSY = change(message("The cycle is running."), 409, Description="D")


def test_a_change_that_meets_a_conflict_waits():
    calls = [*STOPPED, BUSY, one(), BUSY, one(), change(cycle(Description="D"), Description="D")]
    assert play(cyclr_cycle, EDIT, calls)["cycle"]["description"] == "D"


def test_a_removal_that_meets_a_conflict_waits():
    busy = delete(PATH, message("The cycle is running."), 409, body={}, account="c1")
    calls = [*STOPPED, busy, one(), delete(PATH, body={}, account="c1")]
    assert play(cyclr_cycle, dict(OPTIONS, state="absent"), calls)["cycle"] is None


def test_a_conflict_that_does_not_end_is_an_error():
    error = fails(cyclr_cycle, dict(EDIT, retry_timeout=0), [*STOPPED, BUSY, one()], kind=ApiError)
    assert (error.status, error.message) == (409, "The cycle is running.")


def test_update_schedule_always_restarts_what_runs():
    options = dict(OPTIONS, update_schedule="always", interval=60)
    result = play(cyclr_cycle, options, [cycles(RUNNING), templates(), deactivate(), one(), prerequisites(), activate(Interval=60)])
    assert (result["changed"], result["diff"]["after"]) == (True, dict(restarted=True))
    assert play(cyclr_cycle, options, [cycles(RUNNING), templates(), prerequisites()], check_mode=True)["diff"] == result["diff"]


# -- an account that does not exist --------------------------------------------------------------------------------

NO_ACCOUNT = [cycles(status=401), get("/v1.0/accounts/c1", status=404)]


def test_an_account_that_does_not_exist():
    assert "account_id: account 'c1' does not exist" in fails(cyclr_cycle, OPTIONS, NO_ACCOUNT, kind=InvalidInput).msg


@pytest.mark.parametrize("state, changed", [("started", True), ("present", True), ("stopped", False), ("absent", False)])
def test_check_mode_predicts_for_an_account_that_does_not_exist_yet(state, changed):
    result = play(cyclr_cycle, dict(OPTIONS, state=state, connectors=dict(Mailchimp="Mine")), [*NO_ACCOUNT, templates()], check_mode=True)
    assert result["changed"] is changed
    assert (result["cycle"] or {}).get("template_id") == (TEMPLATE_ID if changed else None)


def test_check_mode_for_an_account_that_does_not_exist_still_sees_a_connector_that_the_template_does_not_use():
    options = dict(OPTIONS, connectors=dict(HubSpot="Mine"))
    assert "does not use connector 'HubSpot'" in fails(cyclr_cycle, options, [*NO_ACCOUNT, templates()], check_mode=True, kind=InvalidInput).msg


def test_check_mode_on_an_empty_system():
    result = play(cyclr_cycle, OPTIONS, [*NO_ACCOUNT, get("/v1.0/templates", [], query=dict(page=1, pageSize=100))], check_mode=True)
    assert (result["changed"], result["cycle"]["name"], result["cycle"]["template_id"]) == (True, "Contacts", None)


def test_check_mode_still_sees_a_misspelt_template():
    assert "did you mean" in fails(cyclr_cycle, dict(OPTIONS, template="Contact"), [*NO_ACCOUNT, templates()], check_mode=True, kind=InvalidInput).msg
