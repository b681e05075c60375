# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Templates, folders and cycles in a seed."""

import pytest

from cyclr_sandbox.process import SandboxError

A, B, C = (f"{letter * 8}-0000-4000-8000-000000000001" for letter in "abc")
BASE = {
    "Accounts": [{"Id": "globex"}],
    "Connectors": [
        {"Id": 1, "Name": "Source", "Version": "1", "AuthType": "ApiKey", "Methods": [{"Name": "Read", "ResponseFields": [{"Name": "Mail"}]}]},
        {"Id": 2, "Name": "Source", "Version": "2", "AuthType": "ApiKey", "Methods": [{"Name": "Read", "ResponseFields": [{"Name": "Mail"}]}]},
        {"Id": 3, "Name": "Target", "AuthType": "ApiKey", "Methods": [{"Name": "Write", "Fields": [{"Name": "Mail"}]}]},
    ],
    "AccountConnectors": [
        {"AccountId": "globex", "Id": 11, "ConnectorId": 2, "AuthValue": "k"},
        {"AccountId": "globex", "Id": 12, "ConnectorId": 3, "Name": "North", "AuthValue": "k"},
        {"AccountId": "globex", "Id": 13, "ConnectorId": 3, "Name": "South", "AuthValue": "k"},
    ],
    "Templates": [
        {
            "Id": A.upper(),
            "Name": "T",
            "Tags": ["x"],
            "Steps": [
                {"Name": "Get", "Connector": "Source", "Method": "Read"},
                {"Name": "Put", "Connector": "Target", "Method": "Write", "Fields": [{"Name": "Mail", "SourceStep": "Get", "SourceField": "Mail"}]},
            ],
            "Variables": [{"DisplayName": "Where", "Value": "here", "Values": ["here", "there"]}],
        }
    ],
}


def with_cycle(**cycle):
    return {**BASE, "Cycles": [{"Id": B, "AccountId": "globex", **cycle}]}


@pytest.fixture
def one(sandbox, api):
    """The only cycle of a seed."""

    def load(**cycle):
        sandbox.reset(with_cycle(**cycle))
        api.token = None
        (record,) = api.get("/cycles").json()
        return record

    return load


def ids_of(record):
    return [each["AccountConnectorId"] for each in record["Connectors"]]


def test_what_is_left_out_comes_from_the_template(api, one):
    record = one(TemplateId=A, Status="Active")
    assert (record["Id"], record["Name"], record["Tags"], record["TemplateId"], record["Status"]) == (B, "T", ["x"], A, "Active")
    assert ids_of(record) == [11, 12]
    assert [each["Name"] for each in api.get(f"/cycles/{B}/steps").json()] == ["Get", "Put"]
    assert api.get(f"/cycles/{B}/variables").json()[0]["Value"] == "here"
    assert api.get(f"/cycles/{B}/prerequisites").json() == []


def test_what_is_given_wins(api, one):
    record = one(
        TemplateId=A,
        Name="Mine",
        Tags=["y"],
        Connectors=[{"AccountConnectorId": 13}],
        Variables=[{"DisplayName": "Where", "Value": "there"}, {"DisplayName": "More"}],
        Steps=[{"Name": "Put", "Id": C, "Fields": [{"Name": "Mail", "Value": "fixed"}]}],
        ErrorCount=3,
        TasksUsed=7,
        LastSuccessfulRunDate=-60,
    )
    assert (record["Name"], record["Tags"], record["ErrorCount"], record["TasksUsed"]) == ("Mine", ["y"], 3, 7)
    assert ids_of(record) == [11, 13] and record["LastSuccessfulRunDate"] > "2"
    (mapping,) = api.get(f"/steps/{C}/fieldmappings").json()
    assert (mapping["MappingType"], mapping["Value"]) == ("StaticValue", "fixed")
    assert [each["Value"] for each in api.get(f"/cycles/{B}/variables").json()] == ["there", None]


def test_a_step_names_its_account_connector(one):
    assert ids_of(one(TemplateId=A, Steps=[{"Name": "Put", "AccountConnector": "South"}])) == [11, 13]


def test_a_connector_that_is_missing_is_installed(sandbox, api):
    seed = with_cycle(TemplateId=A)
    sandbox.reset({**seed, "AccountConnectors": []})
    (record,) = api.get("/cycles", token=api.login()).json()
    assert [each["Authenticated"] for each in record["Connectors"]] == [False, False]


def test_a_cycle_without_a_template(api, one):
    record = one(AccountConnectorIds=[11, 13], Name="By hand")
    assert (record["TemplateId"], ids_of(record)) == (None, [11, 13])
    assert api.get(f"/cycles/{B}/prerequisites").json() == []


def test_an_active_cycle_has_run_once(api, one):
    record = one(TemplateId=A, Status="Active")
    (run,) = api.get(f"/cycles/{B}/transactions?status=Completed").json()
    assert (record["InProgressTransactionCount"], record["TasksUsed"], run["CycleId"]) == (0, 2, B)


def test_an_active_cycle_with_a_start_in_the_past_goes_on(sandbox, api, one):
    one(TemplateId=A, Status="Active", StartTime=-90 * 60, Interval=60)
    assert api.get(f"/cycles/{B}/transactions").json() == []
    sandbox.options(AdvanceSeconds=31 * 60)
    assert len(api.get(f"/cycles/{B}/transactions").json()) == 1


def test_any_status_is_kept(one):
    """A client must not enumerate them."""
    assert one(TemplateId=A, Status="SomethingNew")["Status"] == "SomethingNew"


def test_a_deleted_one_lingers(sandbox, api, one):
    one(TemplateId=A, Status="DeleteScheduled")
    sandbox.options(AdvanceSeconds=100)
    assert api.get(f"/cycles/{B}").json()["Status"] == "DeleteScheduled"


def test_a_template_of_connectors_only(sandbox, api):
    """`Connectors` alone, as names or with a version: believable steps are made for them."""
    sandbox.reset({**BASE, "Templates": [{"Id": A, "Connectors": [{"Name": "Source", "Version": "1"}, "Target"]}]})
    record = api.post(f"/templates/{A}/install", token=api.login()).json()
    assert [(each["Id"], each["StepCount"]) for each in record["Connectors"]] == [(1, 1), (3, 1)]
    assert api.get(f"/cycles/{record['Id']}/prerequisites").json() == []


def test_state_shows_templates_folders_and_cycles(sandbox, one):
    one(
        TemplateId=A,
        Incidents=[{"ShortMessage": "Out of retries", "StepName": "Put"}],
        Transactions=[{"StartedOnUtc": -30, "Items": [{"Step": "Get", "Response": {"Mail": "x"}}]}],
    )
    state = sandbox.state()
    (template,), (cycle,) = state["Templates"], state["Cycles"]
    assert (template["Id"], template["Published"], template["Release"]) == (A, True, 1)
    assert cycle["AccountConnectorIds"] == [11, 12] and cycle["AccountId"] == "globex"
    assert cycle["Steps"][1]["Fields"][0]["MappingType"] == "PreviousStep"
    assert cycle["Incidents"][0]["ShortMessage"] == "Out of retries"
    assert cycle["Transactions"][0]["Items"][0]["Response"] == '{"Mail": "x"}'
    assert state["Folders"] == []


def test_the_builtin_seed_has_two_templates(api):
    """One can run as it is, one needs an input of the customer."""
    first, second = api.get("/templates").json()
    assert [one["Name"] for one in first["Connectors"]] == ["Acme Platform", "HubSpot"]
    assert [one["Name"] for one in second["Connectors"]] == ["Generic Webhook", "Mailchimp"]
    assert set(first["Tags"]) & set(second["Tags"]) == {"starter"}


@pytest.mark.parametrize(
    "change, message",
    [
        ({"Folders": [{"Id": "x"}]}, "Folders.0.: Id 'x' is not a GUID"),
        ({"Templates": [{"Nonsense": 1}]}, "Templates.0.: unknown key Nonsense. Known: .*Published"),
        ({"Templates": [{"Connectors": ["Nobody"]}]}, "Templates.0..Connectors.0.: connector 'Nobody' does not exist. Known: Source, Target"),
        ({"Templates": [{"Id": A}, {"Id": A}]}, "Templates.1.: Id .* is used twice"),
        ({"Templates": {"Id": A}}, "Templates: must be a list"),
        ({"Templates": [3]}, "Templates.0.: must be an object"),
        ({"Templates": [{"StepErrorAction": "x"}]}, "Templates.0..StepErrorAction: unknown value 'x'. Allowed: Ignore, Retry"),
        ({"Templates": [{"Steps": [{"Connector": "Target", "Method": "x"}]}]}, "Steps.0.: method of Target 'x' does not exist. Known: Write"),
        ({"Templates": [{"Steps": [{"ActionType": "x"}]}]}, "Steps.0..ActionType: unknown value 'x'"),
        ({"Templates": [{"Steps": [{"Name": "a", "Fields": [{"Value": 1}]}]}]}, "Steps.0..Fields.0.: Name is missing"),
        (
            {"Templates": [{"Steps": [{"Name": "a", "Fields": [{"Name": "f", "SourceStep": "b"}]}]}]},
            "Fields.0.: step 'b' does not exist. Known: a",
        ),
        ({"Templates": [{"Variables": [{"Value": 1}]}]}, "Variables.0.: DisplayName is missing"),
        ({"Cycles": [{"AccountId": "nobody"}]}, "Cycles.0.: account 'nobody' does not exist. Known: globex"),
        ({"Cycles": [{"AccountId": "globex", "AccountConnectorIds": [9]}]}, "account connector '9' does not exist. Known: 11 .Source., 12 .North."),
        ({"Cycles": [{"AccountId": "globex", "Id": "x"}]}, "Cycles.0.: Id 'x' is not a GUID"),
        ({"Cycles": [{"AccountId": "globex", "Incidents": [{"IncidentLevel": "x"}]}]}, "Incidents.0..IncidentLevel: unknown value 'x'"),
        ({"Cycles": [{"AccountId": "globex", "Transactions": [{"StartedOnUtc": "x"}]}]}, "StartedOnUtc: 'x' is not an ISO 8601 time"),
    ],
)
def test_a_seed_that_does_not_fit_says_where_and_why(sandbox, change, message):
    with pytest.raises(SandboxError, match=message):
        sandbox.reset({**BASE, **change})
