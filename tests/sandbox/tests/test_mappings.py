# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Steps, mappings and variables beyond what the vendor tests (facts 25)."""

import pytest


def put_field(api, ids, **body):
    return api.put(f"/steps/{ids.deal_step}/fieldmappings/{ids.field}", body)


@pytest.fixture
def spare(vendor):
    return vendor.install("Pipedrive", {"Name": "Spare", "AuthValue": "k"})["Id"]


@pytest.mark.parametrize("how", ["any", "object", "id", "ignore"])
@pytest.mark.parametrize("shape", ["object", "id"])
def test_step_account_connector(sandbox, vendor, ids, spare, how, shape):
    """Whether a PUT moves a step, and how it is spelled, is not known."""
    sandbox.options(StepAccountConnector=how)
    body = {"AccountConnector": {"Id": spare}} if shape == "object" else {"AccountConnectorId": spare}
    answer = vendor.put(f"/cycles/{ids.idle}/steps/{ids.deal_step}", body)
    assert answer.status_code == 200
    moved = how in ("any", shape)
    assert answer.json()["AccountConnector"]["Name"] == ("Spare" if moved else "Pipedrive")
    used = [one["AccountConnectorId"] for one in vendor.get(f"/cycles/{ids.idle}").json()["Connectors"]]
    assert used == [51, spare if moved else 52]


@pytest.mark.parametrize("number", [1, 51])
def test_a_step_cannot_move_to_just_any_connector(vendor, ids, number):
    """Unknown, and of another connector."""
    body = {"AccountConnectorId": number}
    assert vendor.put(f"/cycles/{ids.idle}/steps/{ids.deal_step}", body).status_code == 400


def test_all_steps_are_listed_at_once(sandbox, api):
    cycle = api.post("/cycles", {"Name": "Long"}).json()["Id"]
    for number in range(26):
        api.post(f"/cycles/{cycle}/steps", {"Name": f"Step {number}", "ActionType": 1})
    assert len(api.get(f"/cycles/{cycle}/steps").json()) == 26


@pytest.mark.parametrize("how", ["honour", "ignore"])
def test_put_previous_step(sandbox, vendor, ids, how):
    sandbox.options(PutPreviousStep=how)
    put_field(vendor, ids, MappingType="StaticValue", Value="x")
    answer = put_field(vendor, ids, MappingType="PreviousStep", SourceStepId=ids.list_step, SourceFieldId=ids.source_field)
    mapping = answer.json()
    assert answer.status_code == 200
    if how == "honour":
        assert (mapping["MappingType"], mapping["SourceFieldId"], mapping["Value"]) == ("PreviousStep", ids.source_field, None)
    else:
        assert (mapping["MappingType"], mapping["Value"]) == ("StaticValue", "x")


@pytest.mark.parametrize("source", [{}, {"SourceStepId": "deal_step", "SourceFieldId": 10201601}, {"SourceStepId": "list_step", "SourceFieldId": 1}])
def test_a_source_has_to_exist(vendor, ids, source):
    if "SourceStepId" in source:
        source = {**source, "SourceStepId": getattr(ids, source["SourceStepId"])}
    assert put_field(vendor, ids, MappingType="PreviousStep", **source).status_code == 400


@pytest.mark.parametrize("how", ["flat", "with_step"])
def test_fields_for_mapping(sandbox, vendor, ids, how):
    sandbox.options(FieldsForMapping=how)
    first = vendor.get(f"/steps/{ids.deal_step}/fieldsformapping").json()[0]
    assert (first["Name"], first["Location"]) == ("Contact Id", "id")
    assert first.get("Step") == (None if how == "flat" else {"Id": ids.list_step, "Name": "List contacts"})


@pytest.mark.parametrize("how", ["accept", "error"])
def test_a_value_outside_the_list(sandbox, vendor, ids, how):
    sandbox.options(ValueOutsideAllowed=how)
    body = {"MappingType": "ValueList", "Value": "lost"}
    answer = vendor.put(f"/steps/{ids.deal_step}/fieldmappings/{ids.stage}", body)
    assert answer.status_code == (200 if how == "accept" else 400)


def test_an_unknown_mapping_type(vendor, ids):
    assert put_field(vendor, ids, MappingType="Nonsense").status_code == 400


def test_ignore_drops_the_value(vendor, ids):
    put_field(vendor, ids, MappingType="StaticValue", Value="x")
    mapping = put_field(vendor, ids, MappingType="Ignore").json()
    assert (mapping["MappingType"], mapping["Value"], mapping["SourceStepId"]) == ("Ignore", None, None)


def test_the_wrong_kind_of_id(vendor, ids):
    assert vendor.get(f"/steps/{ids.deal_step}/parameters/{ids.field}").status_code == 404
    assert vendor.get(f"/steps/{ids.deal_step}/fieldmappings/{ids.parameter}").status_code == 404


def test_look_ups_need_an_authenticated_connector(vendor, ids):
    vendor.put("/account/connectors/52/deauthenticate")
    path = f"/steps/{ids.deal_step}"
    assert vendor.post(f"{path}/fieldmappings/lookup").status_code == 400
    assert vendor.post(f"{path}/parameters/{ids.parameter}/lookup", {"TriggerId": ids.trigger}).status_code == 400


@pytest.mark.parametrize("how, name", [("squeezed", "SalesTeam"), ("same", "Sales Team")])
def test_variable_system_name(sandbox, vendor, ids, how, name):
    sandbox.options(VariableSystemName=how)
    made = vendor.post(f"/cycles/{ids.running}/variables", {"DisplayName": "x"})
    assert made.status_code == 409
    cycle = vendor.post("/cycles", {"Name": "x"}).json()["Id"]
    made = vendor.post(f"/cycles/{cycle}/variables", {"DisplayName": "Sales Team", "Value": 1}).json()
    assert (made["SystemName"], made["Value"]) == (name, "1")
    assert vendor.get(f"/cycles/{cycle}/variables/{name}").status_code == 200


def test_merging_the_same_variables_twice(vendor, ids):
    path = f"/cycles/{ids.idle}/variables"
    body = [{"DisplayName": "Sales Team", "Value": "North"}]
    first, second = (vendor.send("PATCH", path, json=body).json() for _time in range(2))
    assert first == second and len(vendor.get(path).json()) == 2


def test_a_variable_that_exists(vendor, ids):
    assert vendor.post(f"/cycles/{ids.idle}/variables", {"DisplayName": "Region"}).status_code == 400


# -- what is shown of secrets, and of what may be set --------------------------------------------------------------


SECRETIVE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def secretive(sandbox, api):
    """A cycle with a variable that sounds like a secret and one with a list of values."""
    cycle = api.post("/cycles", {"Name": "Secretive"}).json()["Id"]
    api.post(f"/cycles/{cycle}/variables", {"DisplayName": "Signing Key", "Value": "in-clear", "MappingType": "StaticValue"})
    api.post(f"/cycles/{cycle}/variables", {"DisplayName": "Lead Source", "Value": "web", "MappingType": "StaticValue"})
    return f"/cycles/{cycle}/variables"


@pytest.mark.parametrize("how, shown", [("clear", "in-clear"), ("masked", "********"), ("null", None)])
def test_echo_of_secret_variables(sandbox, api, secretive, how, shown):
    sandbox.options(InputEcho=how)
    assert {one["DisplayName"]: one["Value"] for one in api.get(secretive).json()} == {"Signing Key": shown, "Lead Source": "web"}
    assert api.get(secretive + "/SigningKey").json()["Value"] == shown


@pytest.mark.parametrize("how, shown", [("clear", "in-clear"), ("masked", "********"), ("null", None)])
def test_echo_of_secret_fields(sandbox, api, how, shown):
    fields = [{"Id": 7, "Name": "Api Key", "Value": "in-clear"}, {"Id": 8, "Name": "Status", "Value": "on"}]
    sandbox.reset({
        "Credentials": [{"ClientId": "sandbox-client", "ClientSecret": "sandbox-secret"}],
        "Accounts": [{"Id": "globex"}],
        "Cycles": [{"Id": SECRETIVE, "AccountId": "globex", "Name": "A", "Steps": [{"Name": "Send", "Fields": fields}]}],
    })
    api = type(api)(sandbox)
    sandbox.options(InputEcho=how)
    step = api.get(f"/cycles/{SECRETIVE}/steps").json()[0]["Id"]
    assert [one["Value"] for one in api.get(f"/steps/{step}/fieldmappings").json()] == [shown, "on"]
    assert api.put(f"/steps/{step}/fieldmappings/7", {"MappingType": "StaticValue", "Value": "in-clear"}).json()["Value"] == shown


@pytest.mark.parametrize("how, shown", [("shown", {"Values": ["a", "b"]}), ("hidden", {})])
def test_variable_values(sandbox, api, how, shown):
    sandbox.reset({
        "Credentials": [{"ClientId": "sandbox-client", "ClientSecret": "sandbox-secret"}],
        "Accounts": [{"Id": "globex"}],
        "Cycles": [{"Id": SECRETIVE, "AccountId": "globex", "Name": "A", "Variables": [{"DisplayName": "V", "Values": ["a", "b"]}]}],
    })
    sandbox.options(VariableValues=how)
    found = type(api)(sandbox).get(f"/cycles/{SECRETIVE}/variables").json()
    assert found == [{"DisplayName": "V", "SystemName": "V", "Value": None, "MappingType": "StaticValue", **shown}]


@pytest.mark.parametrize("how, names", [("either", ["Lead Source", "LeadSource"]), ("display", ["Lead Source"]), ("system", ["LeadSource"])])
def test_patch_variable_by(sandbox, api, secretive, how, names):
    sandbox.options(PatchVariableBy=how)
    for name in ("Lead Source", "LeadSource"):
        answer = api.send("PATCH", secretive, json=[{"SystemName": name, "DisplayName": name, "Value": name}])
        assert (answer.status_code == 200) == (name in names), name


@pytest.mark.parametrize("how, count", [("given", 1), ("all", 2)])
def test_patch_variable_answer(sandbox, api, secretive, how, count):
    sandbox.options(PatchVariableAnswer=how)
    assert len(api.send("PATCH", secretive, json=[{"DisplayName": "Lead Source", "Value": "fair"}]).json()) == count
