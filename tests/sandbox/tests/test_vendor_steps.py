# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What the vendor's own tests ask of steps, mappings and edges (facts 25, 31 [QA])."""

import pytest

# steps: 9 positive


def test_one_step(vendor, ids):
    answer = vendor.get(f"/cycles/{ids.idle}/steps/{ids.deal_step}")
    step = answer.json()
    assert (answer.status_code, step["Name"], step["ActionType"]) == (200, "Create deal", "Action")
    assert step["AccountConnector"]["Name"] == "Pipedrive"
    assert [one["Id"] for one in step["Method"]["Parameters"]] == [ids.parameter]
    assert [one["Id"] for one in step["Method"]["RequestFields"]] == [ids.field, ids.stage]
    assert step["Method"]["ResponseFields"] == [{"Id": 10201601, "Name": "Deal Id", "Location": "id", "DataType": "Text"}]


def test_create_a_step(vendor, ids):
    body = {"Name": "JO-Test", "Description": "d", "ActionType": 4, "DisplayPositionLeft": 0, "DisplayPositionTop": 0}
    answer = vendor.post(f"/cycles/{ids.idle}/steps", body)
    assert (answer.status_code, answer.json()["Name"], answer.json()["Description"]) == (200, "JO-Test", "d")
    assert answer.json()["Id"] in [one["Id"] for one in vendor.get(f"/cycles/{ids.idle}/steps").json()]


def test_update_a_step(vendor, ids):
    path = f"/cycles/{ids.idle}/steps/{ids.deal_step}"
    answer = vendor.put(path, {"ActionType": "Action", "Description": "changed"})
    assert (answer.status_code, answer.json()["Description"]) == (200, "changed")
    assert vendor.get(path).json()["Name"] == "Create deal"


def test_delete_a_step(vendor, ids):
    path = f"/cycles/{ids.idle}/steps/{ids.deal_step}"
    assert vendor.delete(path, json={}).status_code == 200
    assert vendor.get(path).status_code == 404


@pytest.mark.parametrize("method, body", [("PUT", {"ActionType": "Action", "Description": "x"}), ("DELETE", {})])
def test_a_step_of_a_running_cycle(vendor, ids, method, body):
    assert vendor.send(method, f"/cycles/{ids.running}/steps/{ids.running_step}", json=body).status_code == 409


def test_parameters_of_a_step(vendor, ids):
    parameters = vendor.get(f"/steps/{ids.deal_step}/parameters").json()
    assert [(one["Parameter"]["Name"], one["MappingType"], one["Value"]) for one in parameters] == [
        ("Pipeline", "StaticValue", "1")
    ]


def test_update_a_parameter(vendor, ids):
    answer = vendor.put(f"/steps/{ids.deal_step}/parameters/{ids.parameter}", {"MappingType": "StaticValue"})
    assert (answer.status_code, answer.json()["MappingType"]) == (200, "StaticValue")


def test_look_up_a_parameter(vendor, ids):
    answer = vendor.post(f"/steps/{ids.deal_step}/parameters/{ids.parameter}/lookup", {"TriggerId": ids.trigger})
    assert answer.status_code == 200
    assert all(set(one) == {"Name", "Value"} for one in answer.json()) and answer.json()


def test_field_mappings_of_a_step(vendor, ids):
    found = vendor.get(f"/steps/{ids.deal_step}/fieldmappings").json()
    assert [(one["Field"]["Id"], one["Field"]["Location"]) for one in found] == [(ids.field, "title"), (ids.stage, "stage")]
    assert vendor.get(f"/steps/{ids.deal_step}/fieldmappings/{ids.field}").json() == found[0]
    assert found[0]["SourceStepId"] == ids.list_step and found[0]["SourceFieldId"] == ids.source_field


def test_update_a_field_mapping(vendor, ids):
    body = {"MappingType": "StaticValue", "Value": "v", "Field": {"Id": ids.field, "ForRequestFormat": True}, "IsLaunchVisible": True}
    answer = vendor.put(f"/steps/{ids.deal_step}/fieldmappings/{ids.field}", body)
    assert answer.status_code == 200
    assert (answer.json()["MappingType"], answer.json()["Value"], answer.json()["IsLaunchVisible"]) == ("StaticValue", "v", True)


def test_look_up_custom_fields(vendor, ids):
    assert vendor.post(f"/steps/{ids.deal_step}/fieldmappings/lookup", {}).status_code == 200


def test_fields_for_mapping(vendor, ids):
    answer = vendor.get(f"/steps/{ids.deal_step}/fieldsformapping")
    assert (answer.status_code, [one["Id"] for one in answer.json()]) == (200, [10101601, ids.source_field])
    assert vendor.get(f"/steps/{ids.list_step}/fieldsformapping").json() == []


# steps: 9 negative


def test_update_a_step_of_an_unknown_cycle(vendor, ids):
    body = {"ActionType": "Action", "Description": "x"}
    assert vendor.put(f"/cycles/{ids.unknown}/steps/{ids.deal_step}", body).status_code == 404


def test_update_with_an_invalid_type(vendor, ids):
    """Refused even for an unknown step: the body is read first."""
    for step in (ids.deal_step, ids.unknown):
        assert vendor.put(f"/cycles/{ids.idle}/steps/{step}", {"ActionType": "Nonsense"}).status_code == 400


@pytest.mark.parametrize("step, status", [("unknown", 404), ("nonsense", 400)])
def test_delete_an_unknown_or_malformed_step(vendor, ids, step, status):
    assert vendor.delete(f"/cycles/{ids.idle}/steps/{getattr(ids, step, step)}", json={}).status_code == status


def test_an_unknown_step(vendor, ids):
    assert vendor.get(f"/cycles/{ids.idle}/steps/{ids.unknown}").status_code == 404
    assert vendor.get(f"/steps/{ids.unknown}/prerequisites").status_code == 404


@pytest.mark.parametrize("parameter, trigger", [(1, 55), (10201001, 1)])
def test_look_up_an_unknown_parameter_or_trigger(vendor, ids, parameter, trigger):
    path = f"/steps/{ids.deal_step}/parameters/{parameter}/lookup"
    assert vendor.post(path, {"TriggerId": trigger}).status_code == 404


@pytest.mark.parametrize("collection", ["fieldmappings", "fieldsformapping"])
def test_field_mappings_of_an_unknown_step(vendor, ids, collection):
    assert vendor.get(f"/steps/{ids.unknown}/{collection}").status_code == 404


@pytest.mark.parametrize("step, field, status", [("deal_step", 1, 404), ("nonsense", 10201301, 400)])
def test_read_an_unknown_field_mapping(vendor, ids, step, field, status):
    assert vendor.get(f"/steps/{getattr(ids, step, step)}/fieldmappings/{field}").status_code == status


@pytest.mark.parametrize("field, status", [(1, 404), ("nonsense", 400)])
def test_update_an_unknown_field_mapping(vendor, ids, field, status):
    path = f"/steps/{ids.deal_step}/fieldmappings/{field}"
    assert vendor.put(path, {"MappingType": "StaticValue", "Value": "v"}).status_code == status


# edges: 5


def test_edges(vendor, ids):
    (edge,) = vendor.get(f"/cycles/{ids.idle}/edges").json()
    assert set(edge) == {"Id", "HeadStepId", "TailStepId", "EdgeType"}
    assert (edge["TailStepId"], edge["HeadStepId"], edge["EdgeType"]) == (ids.list_step, ids.deal_step, "Forward")


def test_one_edge(vendor, ids):
    (edge,) = vendor.get(f"/cycles/{ids.idle}/edges").json()
    assert vendor.get(f"/cycles/{ids.idle}/edges/{edge['Id']}").json() == edge


@pytest.mark.parametrize("method, edge", [("GET", ""), ("POST", ""), ("DELETE", "/00000000-0000-4000-8000-000000000000")])
def test_edges_of_an_unknown_cycle(vendor, ids, method, edge):
    assert vendor.send(method, f"/cycles/{ids.unknown}/edges{edge}", json={}).status_code == 404
