# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What the vendor's own tests ask of cycles: themselves, their life, variables and incidents (facts 22 to 25, 28, 31 [QA])."""

import pytest

VARIABLE = {"DisplayName": "JOTest", "Value": "v", "MappingType": "StaticValue"}
BODY = {
    "Name": "JO-Test",
    "Description": "d",
    "Shareable": True,
    "StepErrorAction": "Retry",
    "LogStepDataRequests": False,
    "CollectionSplitType": "None",
    "Tags": ["x", "y"],
}
FIELDS = {
    "Id", "CreatedOnUtc", "Name", "Description", "TemplateId", "Tags", "Status", "Connectors", "TasksUsed", "ErrorCount", "WarningCount",
    "InProgressTransactionCount", "LastSuccessfulRunDate", "StepErrorAction", "LogStepDataRequests", "CollectionSplitType", "Shareable",
    "ContinueOnStepError", "StepDataSuccessRetentionHours", "StepDataErroredRetentionHours",
}  # fmt: skip


def names(answer):
    assert answer.status_code == 200
    return [one["Name"] for one in answer.json()]


# Cycles, positive


def test_list_cycles(vendor):
    found = vendor.get("/cycles").json()
    assert [one["Name"] for one in found] == ["Idle", "Running"]
    assert all(set(one) == FIELDS for one in found)


def test_cycles_in_pages(vendor):
    assert names(vendor.get("/cycles?page=2&pageSize=1")) == ["Running"]
    assert names(vendor.get("/cycles?page=3&pageSize=1")) == []


def test_cycles_in_order(vendor):
    assert names(vendor.get("/cycles?orderBy=Name&sortOrderAsc=false")) == ["Running", "Idle"]


def test_cycles_by_tag(vendor):
    assert names(vendor.get("/cycles?tag=live")) == ["Running"]
    assert names(vendor.get("/cycles?tag=shared")) == ["Idle"]


def test_cycles_by_connector_name(vendor):
    assert names(vendor.get("/cycles?connectorName=Pipedrive")) == ["Idle", "Running"]
    assert names(vendor.get("/cycles?connectorName=HubSpot")) == []


def test_cycles_by_connector_version(vendor):
    assert names(vendor.get("/cycles?connectorName=Pipedrive&connectorVersion=2.0")) == ["Idle", "Running"]
    assert names(vendor.get("/cycles?connectorName=Pipedrive&connectorVersion=1.0")) == []


@pytest.mark.parametrize("wanted", ["false", "true"])
def test_cycles_with_icons(vendor, wanted):
    found = vendor.get(f"/cycles?includeIcons={wanted}").json()[0]["Connectors"]
    assert all((one["Icon"] is not None) == (wanted == "true") for one in found)


def test_one_cycle(vendor, ids):
    answer = vendor.get(f"/cycles/{ids.idle}")
    assert (answer.status_code, answer.json()["Id"], answer.json()["Status"]) == (200, ids.idle, "Paused")
    assert answer.json()["LastSuccessfulRunDate"] == "0001-01-01T00:00:00"


def test_create_a_cycle(vendor):
    """The only 201."""
    answer = vendor.post("/cycles", BODY)
    assert answer.status_code == 201
    assert {key: answer.json()[key] for key in BODY} == BODY
    assert (answer.json()["TemplateId"], answer.json()["Status"]) == (None, "Paused")


def test_update_a_cycle(vendor, ids):
    answer = vendor.put(f"/cycles/{ids.idle}", {"Description": "changed", "StepErrorAction": "Retry", "CollectionSplitType": "None"})
    assert (answer.status_code, answer.json()["Description"], answer.json()["StepErrorAction"]) == (200, "changed", "Retry")


@pytest.mark.parametrize("absent, value", [("Name", "Idle"), ("Tags", ["crm", "shared"])])
def test_an_update_keeps_what_is_absent(vendor, ids, absent, value):
    assert vendor.put(f"/cycles/{ids.idle}", {"Description": "changed"}).json()[absent] == value


def test_update_a_running_cycle(vendor, ids):
    assert vendor.put(f"/cycles/{ids.running}", {"Description": "x"}).status_code == 409


def test_delete_a_cycle(vendor, ids):
    assert vendor.delete(f"/cycles/{ids.idle}", json={}).status_code == 200
    assert vendor.get(f"/cycles/{ids.idle}").status_code == 404


def test_prerequisites_of_a_ready_cycle(vendor, ids):
    answer = vendor.get(f"/cycles/{ids.running}/prerequisites")
    assert (answer.status_code, answer.json()) == (200, [])


def test_prerequisites_of_a_cycle_without_steps(vendor):
    cycle = vendor.post("/cycles", BODY).json()
    (reason,) = vendor.get(f"/cycles/{cycle['Id']}/prerequisites").json()
    assert set(reason) == {"ReasonCode", "Reason", "ObjectType", "ObjectId"}
    assert (reason["ReasonCode"], reason["Reason"]) == (10, "Cycle must have at least two steps")


def test_activate(vendor, ids):
    assert vendor.put(f"/cycles/{ids.idle}/activate", {"RunOnce": True}).status_code == 200
    assert vendor.get(f"/cycles/{ids.idle}").json()["Status"] == "Active"


@pytest.mark.parametrize("finish", ["true", "false"])
def test_deactivate(vendor, ids, finish):
    answer = vendor.put(f"/cycles/{ids.running}/deactivate?finishQueuedTransactions={finish}", {})
    assert answer.status_code == 200


def test_deactivate_twice(vendor, ids):
    for _time in range(2):
        assert vendor.put(f"/cycles/{ids.running}/deactivate").status_code == 200
    assert vendor.get(f"/cycles/{ids.running}").json()["Status"] == "Paused"


def test_upgradeable(vendor):
    assert names(vendor.get("/cycles/upgradeable")) == ["Running"]


def test_steps_of_a_cycle(vendor, ids):
    assert names(vendor.get(f"/cycles/{ids.idle}/steps")) == ["List contacts", "Create deal", "Remark"]


def test_action_steps_of_a_cycle(vendor, ids):
    assert names(vendor.get(f"/cycles/{ids.idle}/steps?filter=action")) == ["List contacts", "Create deal"]


# Cycles, negative


@pytest.mark.parametrize(
    "method, rest",
    [
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("PUT", "/activate"),
        ("PUT", "/deactivate"),
        ("GET", "/prerequisites"),
        ("GET", "/steps"),
        ("GET", "/incidents"),
        ("DELETE", "/incidents"),
        ("GET", "/variables"),
        ("POST", "/variables"),
        ("GET", "/variables/Region"),
        ("PUT", "/variables/Region"),
        ("DELETE", "/variables/Region"),
    ],
)
def test_an_unknown_cycle(vendor, ids, method, rest):
    assert vendor.send(method, f"/cycles/{ids.unknown}{rest}", json={}).status_code == 404


def test_merge_variables_of_an_unknown_cycle(vendor, ids):
    assert vendor.send("PATCH", f"/cycles/{ids.unknown}/variables", json=[VARIABLE]).status_code == 404


# Incidents

_INCIDENT = {"CycleId", "CycleName", "IncidentLevel", "ShortMessage", "FullMessage", "StepId", "StepName", "TransactionId"}


@pytest.mark.parametrize("level, count", [("error", 2), ("warning", 1)])
def test_incidents_of_an_account(vendor, ids, level, count):
    found = vendor.get(f"/cycles/incidents/{level}").json()
    assert len(found) == count
    assert all(set(one) == _INCIDENT and one["IncidentLevel"].lower() == level for one in found)
    assert (found[0]["CycleId"], found[0]["CycleName"]) == (ids.idle, "Idle")


def test_incidents_of_a_cycle(vendor, ids):
    found = vendor.get(f"/cycles/{ids.idle}/incidents").json()
    assert [one["IncidentLevel"] for one in found] == ["Error", "Warning", "Error"]
    assert (found[0]["StepId"], found[0]["StepName"]) == (ids.deal_step, "Create deal")
    assert vendor.get(f"/cycles/{ids.running}/incidents").json() == []


def test_incidents_in_pages_and_order(vendor, ids):
    path = f"/cycles/{ids.idle}/incidents?pageSize=1&page=1"
    assert vendor.get(f"{path}&sortOrderAsc=false").json()[0]["ShortMessage"] == "Out of retries"
    assert vendor.get(f"{path}&sortOrderAsc=true").json()[0]["ShortMessage"] == "Failed to call the method"


def test_incidents_by_date(vendor, ids):
    assert len(vendor.get(f"/cycles/{ids.idle}/incidents?after=2026-01-03").json()) == 2
    assert len(vendor.get("/cycles/incidents/error?before=2026-01-03").json()) == 1
    assert vendor.get("/cycles/incidents/error?before=2020-01-01").json() == []


# Variables


def test_create_a_variable(vendor, ids):
    answer = vendor.post(f"/cycles/{ids.idle}/variables", VARIABLE)
    assert answer.status_code == 200
    assert answer.json() == {**VARIABLE, "SystemName": "JOTest"}


def test_merge_variables(vendor, ids):
    """Creates and updates."""
    path = f"/cycles/{ids.idle}/variables"
    answer = vendor.send("PATCH", path, json=[VARIABLE, {"DisplayName": "Region", "Value": "US"}])
    assert answer.status_code == 200
    assert [one["Value"] for one in answer.json()] == ["v", "US"]
    assert {one["SystemName"]: one["Value"] for one in vendor.get(path).json()} == {"Region": "US", "SalesTeam": None, "JOTest": "v"}


def test_one_variable(vendor, ids):
    answer = vendor.get(f"/cycles/{ids.idle}/variables/Region")
    assert answer.json() == {"DisplayName": "Region", "SystemName": "Region", "Value": "EU", "MappingType": "StaticValue"}


def test_update_a_variable(vendor, ids):
    answer = vendor.put(f"/cycles/{ids.idle}/variables/Region", {"Value": "US"})
    assert (answer.status_code, answer.json()["Value"]) == (200, "US")


def test_delete_a_variable(vendor, ids):
    path = f"/cycles/{ids.idle}/variables/Region"
    assert vendor.delete(path).status_code == 200
    assert vendor.get(path).status_code == 404


@pytest.mark.parametrize(
    "method, rest, body",
    [("POST", "", VARIABLE), ("PATCH", "", [VARIABLE]), ("PUT", "/Region", {"Value": "US"}), ("DELETE", "/Region", {})],
)
def test_variables_of_a_running_cycle(vendor, ids, method, rest, body):
    assert vendor.send(method, f"/cycles/{ids.running}/variables{rest}", json=body).status_code == 409


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_variable(vendor, ids, method):
    assert vendor.send(method, f"/cycles/{ids.idle}/variables/Nonsense", json={}).status_code == 404
