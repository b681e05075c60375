# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The life of a cycle, who may edit it, and both sides of what is not known (facts 22 to 24)."""

import pytest

RUNNING = '{"Message":"The cycle is running."}'


def status(api, cycle):
    answer = api.get(f"/cycles/{cycle}")
    return answer.json()["Status"] if answer.status_code == 200 else answer.status_code


def activate(api, cycle, **body):
    return api.put(f"/cycles/{cycle}/activate", body)


# Shown and changed


@pytest.mark.parametrize("how", ["hidden", "shown"])
def test_cycle_schedule(sandbox, vendor, ids, how):
    sandbox.options(CycleSchedule=how)
    activate(vendor, ids.idle, Interval=5, StartTime="2030-01-01T00:00:00Z")
    cycle = vendor.get(f"/cycles/{ids.idle}").json()
    if how == "hidden":
        assert not {"Interval", "StartTime", "RunOnce"} & set(cycle)
    else:
        assert (cycle["Interval"], cycle["StartTime"], cycle["RunOnce"]) == (5, "2030-01-01T00:00:00.0000000Z", False)


@pytest.mark.parametrize("switch, key, value", [("PutCycleName", "Name", "New"), ("PutCycleTags", "Tags", ["new"])])
@pytest.mark.parametrize("how", ["honour", "ignore"])
def test_what_a_put_takes(sandbox, vendor, ids, switch, key, value, how):
    sandbox.options(**{switch: how})
    answer = vendor.put(f"/cycles/{ids.idle}", {key: value})
    assert (answer.json()[key] == value) == (how == "honour")


@pytest.mark.parametrize("key", ["StepErrorAction", "CollectionSplitType"])
def test_an_unknown_enumeration_is_refused(vendor, ids, key):
    assert vendor.put(f"/cycles/{ids.idle}", {key: "Nonsense"}).status_code == 400
    assert vendor.post("/cycles", {"Name": "x", key: "Nonsense"}).status_code == 400


def test_other_accounts_do_not_see_a_cycle(vendor, ids):
    assert vendor.get(f"/cycles/{ids.idle}", account="initech").status_code == 404
    assert vendor.get(f"/steps/{ids.deal_step}/parameters", account="initech").status_code == 404


# Delete


@pytest.mark.parametrize("how", ["scheduled", "conflict", "ok"])
def test_delete_running_cycle(sandbox, vendor, ids, how):
    sandbox.options(DeleteRunningCycle=how, DeleteScheduledSeconds=60)
    answer = vendor.delete(f"/cycles/{ids.running}")
    assert answer.status_code == (409 if how == "conflict" else 200)
    assert status(vendor, ids.running) == {"scheduled": "DeleteScheduled", "conflict": "Active", "ok": 404}[how]
    sandbox.options(AdvanceSeconds=61)
    assert status(vendor, ids.running) == ("Active" if how == "conflict" else 404)


@pytest.mark.parametrize("how, expected", [("gone", 404), ("scheduled", "DeleteScheduled")])
def test_delete_paused_cycle(sandbox, vendor, ids, how, expected):
    sandbox.options(DeletePausedCycle=how)
    assert vendor.delete(f"/cycles/{ids.idle}").status_code == 200
    assert status(vendor, ids.idle) == expected


@pytest.mark.parametrize("how", ["shown", "not_found"])
def test_delete_scheduled_cycle(sandbox, vendor, ids, how):
    """By its id; the list shows it in any case."""
    sandbox.options(DeleteScheduledCycle=how, DeleteScheduledSeconds=60)
    vendor.delete(f"/cycles/{ids.running}")
    assert status(vendor, ids.running) == ("DeleteScheduled" if how == "shown" else 404)
    assert [one["Status"] for one in vendor.get("/cycles").json()] == ["Paused", "DeleteScheduled"]
    assert vendor.put(f"/cycles/{ids.running}").status_code == (409 if how == "shown" else 404)


@pytest.mark.parametrize("again", [404, 200])
def test_delete_scheduled_again(sandbox, vendor, ids, again):
    sandbox.options(DeleteScheduledAgain=again, DeleteScheduledSeconds=60)
    assert [vendor.delete(f"/cycles/{ids.running}").status_code for _time in range(2)] == [200, again]


def test_connectors_of_a_deleted_cycle_can_be_deleted_at_once(sandbox, vendor, ids):
    sandbox.options(DeleteScheduledSeconds=60)
    assert vendor.delete("/account/connectors/52").status_code == 409
    vendor.delete(f"/cycles/{ids.running}")
    assert vendor.delete("/account/connectors/52").status_code == 200


# Edits of a running cycle


@pytest.mark.parametrize("how", ["message", "empty"])
def test_conflict_body(sandbox, vendor, ids, how):
    sandbox.options(ConflictBody=how)
    answer = vendor.put(f"/cycles/{ids.running}", {"Description": "x"})
    assert (answer.status_code, answer.text) == (409, RUNNING if how == "message" else "")


@pytest.mark.parametrize("how, expected", [("conflict", 409), ("ok", 200)])
def test_mapping_while_running(sandbox, vendor, ids, how, expected):
    sandbox.options(MappingWhileRunning=how)
    for rest in (f"parameters/{ids.parameter}", f"fieldmappings/{ids.stage}"):
        assert vendor.put(f"/steps/{ids.running_step}/{rest}", {"MappingType": "StaticValue", "Value": "1"}).status_code == expected


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_edges_of_a_running_cycle(vendor, ids, method):
    (edge,) = vendor.get(f"/cycles/{ids.running}/edges").json()
    rest = "" if method == "POST" else f"/{edge['Id']}"
    assert vendor.send(method, f"/cycles/{ids.running}/edges{rest}", json=edge).status_code == 409


# Stop


@pytest.mark.parametrize("name", ["Active", "Stopping"])
def test_status_while_finishing(sandbox, vendor, ids, name):
    sandbox.options(StatusWhileFinishing=name, QueueSeconds=60)
    vendor.put(f"/cycles/{ids.running}/deactivate?finishQueuedTransactions=true")
    assert status(vendor, ids.running) == name
    assert vendor.put(f"/cycles/{ids.running}", {"Description": "x"}).status_code == 409
    sandbox.options(AdvanceSeconds=61)
    assert status(vendor, ids.running) == "Paused"
    assert vendor.put(f"/cycles/{ids.running}", {"Description": "x"}).status_code == 200


@pytest.mark.parametrize("default, expected", [(False, "Paused"), (True, "Active")])
def test_finish_queued_default(sandbox, vendor, ids, default, expected):
    sandbox.options(FinishQueuedDefault=default, QueueSeconds=60)
    vendor.put(f"/cycles/{ids.running}/deactivate")
    assert status(vendor, ids.running) == expected


def test_nothing_in_the_queue(vendor, ids):
    vendor.put(f"/cycles/{ids.running}/deactivate?finishQueuedTransactions=true")
    assert status(vendor, ids.running) == "Paused"


def test_what_is_in_progress_is_finished(sandbox, vendor, ids):
    sandbox.options(RunSeconds=60)
    activate(vendor, ids.idle)
    vendor.put(f"/cycles/{ids.idle}/deactivate?finishQueuedTransactions=true")
    assert status(vendor, ids.idle) == "Active"
    sandbox.options(AdvanceSeconds=61)
    assert status(vendor, ids.idle) == "Paused"


def test_a_stopped_cycle_can_be_started_again(vendor, ids):
    vendor.put(f"/cycles/{ids.running}/deactivate")
    assert activate(vendor, ids.running).status_code == 200
    assert status(vendor, ids.running) == "Active"


# Start


@pytest.mark.parametrize("how", [400, 409, "ok"])
def test_activate_unmet(sandbox, vendor, ids, how):
    sandbox.options(ActivateUnmet=how)
    vendor.put("/account/connectors/52/deauthenticate")
    answer = activate(vendor, ids.idle)
    assert answer.status_code == (200 if how == "ok" else how)
    assert status(vendor, ids.idle) == "Paused"


@pytest.mark.parametrize("how", ["message", "empty"])
def test_activate_unmet_body(sandbox, vendor, ids, how):
    sandbox.options(ActivateUnmetBody=how)
    vendor.put("/account/connectors/52/deauthenticate")
    assert ("Message" in activate(vendor, ids.idle).text) == (how == "message")


@pytest.mark.parametrize("how, expected", [("error", 400), ("accept", 200)])
def test_activate_interval(sandbox, vendor, ids, how, expected):
    sandbox.options(ActivateInterval=how)
    assert activate(vendor, ids.idle, Interval=7).status_code == expected


@pytest.mark.parametrize("interval", [1, 5, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080, "60"])
def test_the_intervals_of_the_list(vendor, ids, interval):
    """A number sent as text is coerced."""
    assert activate(vendor, ids.idle, Interval=interval).status_code == 200


def test_an_interval_that_does_not_matter(vendor, ids):
    """With `RunOnce`, as the vendor's walk-through sends it."""
    assert activate(vendor, ids.idle, Interval=0, RunOnce=True).status_code == 200


def test_the_interval_of_the_template(sandbox, vendor, ids):
    activate(vendor, ids.idle, RunOnce=False)
    assert next(one for one in sandbox.state()["Cycles"] if one["Id"] == ids.idle)["Interval"] == 120


@pytest.mark.parametrize("how, expected", [("ok", 200), ("conflict", 409)])
def test_activate_active(sandbox, vendor, ids, how, expected):
    sandbox.options(ActivateActive=how, CycleSchedule="shown")
    assert activate(vendor, ids.running, Interval=5).status_code == expected
    assert vendor.get(f"/cycles/{ids.running}").json()["Interval"] == (5 if how == "ok" else 120)


@pytest.mark.parametrize("how", ["empty", "cycle"])
def test_lifecycle_body(sandbox, vendor, ids, how):
    sandbox.options(LifecycleBody=how)
    for answer in (activate(vendor, ids.idle), vendor.put(f"/cycles/{ids.idle}/deactivate")):
        assert answer.status_code == 200
        assert answer.text == "" if how == "empty" else answer.json()["Id"] == ids.idle


def test_the_verb_is_put(vendor, ids):
    assert vendor.post(f"/cycles/{ids.idle}/activate").status_code == 405


# Prerequisites


def codes(api, path):
    return [(one["ReasonCode"], one["ObjectType"], one["ObjectId"]) for one in api.get(path).json()]


def test_prerequisites_in_two_stages(vendor, ids):
    """The cycle names the step, the step names the input."""
    path, step = f"/cycles/{ids.idle}/prerequisites", f"/steps/{ids.deal_step}"
    vendor.put("/account/connectors/52/deauthenticate")
    vendor.put(f"{step}/parameters/{ids.parameter}", {"MappingType": None})
    vendor.put(f"{step}/fieldmappings/{ids.field}", {"MappingType": "Ignore"})
    assert codes(vendor, path) == [(20, "AccountConnector", 52), (30, "Action", ids.deal_step)]
    assert codes(vendor, f"{step}/prerequisites") == [
        (40, "Parameter", ids.parameter),
        (41, "ConnectorFieldMapping", ids.field),
    ]
    vendor.put(f"{step}/parameters/{ids.parameter}", {"MappingType": "StaticValue", "Value": "1"})
    vendor.put(f"{step}/fieldmappings/{ids.field}", {"MappingType": "StaticValue", "Value": ""})
    assert codes(vendor, f"{step}/prerequisites") == [(41, "ConnectorFieldMapping", ids.field)]


def test_a_variable_has_a_code_that_no_list_names(vendor, ids):
    vendor.put(f"/cycles/{ids.idle}/variables/Region", {"Value": ""})
    assert codes(vendor, f"/cycles/{ids.idle}/prerequisites") == [(80, "CycleVariable", "Region")]


def test_a_tool_that_is_not_set_up(sandbox, vendor):
    guid = "cccccccc-0000-4000-8000-00000000000f"
    steps = [{"Name": "If", "ActionType": "Decision", "Lacks": [50, 51]}, {"Name": "Wait", "ActionType": "Delay", "Lacks": [60]}]
    sandbox.reset({"Accounts": [{"Id": "globex"}], "Cycles": [{"Id": guid, "AccountId": "globex", "Steps": steps}]})
    vendor.token = None
    decision, delay = (one["Id"] for one in vendor.get(f"/cycles/{guid}/steps").json())
    assert codes(vendor, f"/cycles/{guid}/prerequisites") == [(31, "Decision", decision), (32, "Delay", delay)]
    assert [one[0] for one in codes(vendor, f"/steps/{decision}/prerequisites")] == [50, 51]


def test_a_cycle_built_by_hand(vendor):
    """Two steps, then the edge that connects them."""
    cycle = vendor.post("/cycles", {"Name": "By hand"}).json()["Id"]
    path = f"/cycles/{cycle}"
    first, second = (vendor.post(f"{path}/steps", {"Name": name, "ActionType": 1}).json()["Id"] for name in "ab")
    assert [one[0] for one in codes(vendor, f"{path}/prerequisites")] == [11]
    edge = vendor.post(f"{path}/edges", {"HeadStepId": second, "TailStepId": first, "EdgeType": "Forward"})
    assert edge.status_code == 200
    assert codes(vendor, f"{path}/prerequisites") == []
    assert activate(vendor, cycle).status_code == 200
    vendor.put(f"{path}/deactivate")
    assert vendor.delete(f"{path}/edges/{edge.json()['Id']}").status_code == 200
    assert [one[0] for one in codes(vendor, f"{path}/prerequisites")] == [11]
    assert vendor.delete(f"{path}/steps/{second}").status_code == 200
    assert [one[0] for one in codes(vendor, f"{path}/prerequisites")] == [10]
