# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Installing a connector (facts 4)."""

import pytest


def test_by_id_name_and_version(api):
    """Facts 4.1: three paths; a bare name takes the newest release."""
    assert api.install("20002")["Connector"]["Id"] == 20002
    assert api.install("Salesforce")["Connector"]["Version"] == "v60.0"
    old = api.install("Salesforce/v58.0", {"Name": "Salesforce 2"})
    assert (old["Connector"]["Id"], old["Name"]) == (20003, "Salesforce 2")
    assert api.install("Access%20CRM")["Name"] == "Access CRM"


def test_answer(api):
    """Facts 4.3 [D]."""
    body = {
        "Name": "My Example",
        "Description": "d",
        "AuthValue": "key",
        "Properties": [{"Name": "Subdomain", "Value": "acme", "Id": 0}],
    }
    one = api.install("Zendesk", body)
    assert list(one) == [
        "Id", "Name", "Description", "AuthValue", "Authenticated", "Connector",
        "IsPartnerIntegrationConnector", "Properties", "CustomFields",
    ]  # fmt: skip
    assert (one["AuthValue"], one["Authenticated"]) == ("key", True)
    assert one["Connector"] == api.get("/connectors/20013").json()
    assert one["Properties"][0]["AccountConnectorId"] == one["Id"]
    assert (one["IsPartnerIntegrationConnector"], one["CustomFields"]) == (False, [])


def test_without_auth_value(api):
    """Facts 4.3 [D]."""
    one = api.install("HubSpot")
    assert (one["AuthValue"], one["Authenticated"]) == (None, False)


@pytest.mark.parametrize("authenticated", [True, False])
def test_authenticated_for_none(sandbox, api, authenticated):
    """Facts 4.3 [U]: AuthenticatedForNone."""
    sandbox.options(AuthenticatedForNone=authenticated)
    assert api.install("Generic%20Webhook")["Authenticated"] is authenticated


def test_property_errors(api, says):
    """Facts 4.4 [QA]: exact bodies."""
    bad = {"Properties": [{"Name": "Dont exist", "Value": "x"}]}
    says(
        api.post("/connectors/Zendesk/install", bad),
        400,
        "There is not a connector property that matches name 'Dont exist'.",
    )
    bad = {"Properties": [{"Name": "EndpointUrl", "Value": "x"}]}
    says(
        api.post("/connectors/Zendesk/install", bad),
        400,
        "Connector property name 'EndpointUrl' is not an account connector property.",
    )
    assert [one["Name"] for one in api.get("/account/connectors").json()] == ["Mailchimp"]


def test_draft(api, says):
    """Facts 4.4 [QA]; by name the same."""
    for connector in ("5122", "Acme%20Beta"):
        answer = api.post(f"/connectors/{connector}/install")
        says(answer, 400, "Connector 5122 is a draft and cannot be installed.")


@pytest.mark.parametrize("connector", ["1234", "Nope", "HubSpot/v9"])
def test_unknown_connector(api, connector):
    """Facts 4.4 [U]."""
    assert api.post(f"/connectors/{connector}/install").status_code == 404


@pytest.mark.parametrize("status", [400, 409])
def test_in_use(sandbox, api, says, status):
    """Facts 4.5 [3P], 16.4: InUseStatus."""
    sandbox.options(InUseStatus=status)
    api.install("QuickBooks")
    says(
        api.post("/connectors/QuickBooks/install"),
        status,
        "Account connector name 'QuickBooks' is in use.",
    )
    assert api.post("/connectors/QuickBooks/install", account="initech").status_code == 200


def test_instance_name_case(sandbox, api):
    """Facts 4.5 [U]: InstanceNameCaseSensitive."""
    assert api.post("/connectors/20005/install", {"Name": "MAILCHIMP"}).status_code == 200
    sandbox.options(InstanceNameCaseSensitive=False)
    assert api.post("/connectors/20005/install", {"Name": "mailchimp"}).status_code == 400


def test_property_name_case(sandbox, api):
    """Facts 4.4: PropertyNameCaseSensitive."""
    body = {"Properties": [{"name": "SUBDOMAIN", "value": 5}]}
    assert api.post("/connectors/Zendesk/install", body).status_code == 400
    sandbox.options(PropertyNameCaseSensitive=False)
    prop = api.install("Zendesk", body)["Properties"][0]
    assert (prop["Name"], prop["Value"]) == ("Subdomain", "5")


@pytest.mark.parametrize("how, status", [("accept", 200), ("error", 400)])
def test_value_outside_allowed(sandbox, api, how, status):
    """Facts 4.4 [U]: ValueOutsideAllowed."""
    sandbox.options(ValueOutsideAllowed=how)
    body = {"Properties": [{"Name": "Plan", "Value": "gold"}]}
    assert api.post("/connectors/Zendesk/install", body).status_code == status


@pytest.mark.parametrize("how, status", [("accept", 200), ("error", 400)])
def test_missing_required(sandbox, api, how, status):
    """Facts 4.4 [U]: MissingRequiredProperties."""
    sandbox.options(MissingRequiredProperties=how)
    assert api.post("/connectors/QuickBooks/install").status_code == status
    body = {"Properties": [{"Name": "ClientId", "Value": "a"}, {"Name": "ClientSecret", "Value": "b"}]}
    assert api.post("/connectors/QuickBooks/install", {**body, "Name": "x"}).status_code == 200


@pytest.mark.parametrize("how, status", [("error", 400), ("ignore", 200)])
def test_unknown_authentication_id(sandbox, api, how, status):
    """Facts 4.4 [U]: UnknownAuthenticationId."""
    sandbox.options(UnknownAuthenticationId=how)
    body = {"AuthenticationId": "00000000-0000-4000-8000-000000000000"}
    assert api.post("/connectors/Shopify/install", body).status_code == status


@pytest.mark.parametrize("echo", [False, True])
def test_authentication_id(sandbox, api, echo):
    """Facts 4.2: which of several methods: AuthenticationIdEcho."""
    sandbox.options(AuthenticationIdEcho=echo)
    wanted = api.get("/connectors/20009").json()["Authentication"][1]["Id"]
    one = api.install("20009", {"AuthenticationId": wanted})
    assert one.get("AuthenticationId") == (wanted if echo else None)
    assert sandbox.state()["AccountConnectors"][-1]["AuthenticationId"] == wanted


@pytest.mark.parametrize("how, status", [("accept", 200), ("error", 500)])
@pytest.mark.parametrize("body", [b"", b"null"])
def test_null_body(sandbox, api, how, status, body):
    """Facts 4.2 [QA vs 3P]: NullBodyInstall."""
    sandbox.options(NullBodyInstall=how)
    assert api.send("POST", "/connectors/20002/install", data=body).status_code == status


@pytest.mark.parametrize("how, listed", [("absent", []), ("listed", ["Subdomain", "Plan"])])
def test_unset_properties(sandbox, api, how, listed):
    """Facts 4.3: UnsetProperties."""
    sandbox.options(UnsetProperties=how)
    assert [one["Name"] for one in api.install("Zendesk")["Properties"]] == listed


@pytest.mark.parametrize("how", ["honour", "ignore"])
def test_native_flag(sandbox, api, how):
    """Facts 7 [D][U]: InstallNativeFlag."""
    sandbox.options(InstallNativeFlag=how)
    one = api.install("HubSpot", {"IsPartnerIntegrationConnector": "true"})
    assert one["IsPartnerIntegrationConnector"] is (how == "honour")


@pytest.mark.parametrize("how, seen", [("clear", "key"), ("masked", "********"), ("null", None)])
def test_auth_value_echo(sandbox, api, how, seen):
    """Facts 4.3 [D]: AuthValueEcho."""
    sandbox.options(AuthValueEcho=how)
    one = api.install("Zendesk", {"AuthValue": "key"})
    assert one["AuthValue"] == seen
    assert api.get(f"/account/connectors/{one['Id']}").json()["AuthValue"] == seen
    assert api.get("/account/connectors").json()[-1]["AuthValue"] == seen
    assert sandbox.state()["AccountConnectors"][-1]["AuthValue"] == "key"


@pytest.mark.parametrize("how, seen", [("clear", "s3"), ("masked", "********"), ("null", None)])
def test_sensitive_echo(sandbox, api, how, seen):
    """Facts 5.1 [U]: SensitiveEcho."""
    sandbox.options(SensitiveEcho=how)
    body = {"Properties": [{"Name": "ClientId", "Value": "id"}, {"Name": "ClientSecret", "Value": "s3"}]}
    one = api.install("QuickBooks", body)
    assert [prop["Value"] for prop in one["Properties"]] == ["id", seen]
    listed = api.get(f"/account/connectors/{one['Id']}/properties").json()
    assert [prop["Value"] for prop in listed] == ["id", seen]


@pytest.mark.parametrize("how", ["ignore", "check"])
def test_property_ids(sandbox, api, how):
    """Facts 4.2 [D][QA]: PropertyIds."""
    sandbox.options(PropertyIds=how)
    for number, accepted in ((None, True), (0, True), (2001301, True), (7, how == "ignore")):
        entry = {"Name": "Subdomain", "Value": "x", **({} if number is None else {"Id": number})}
        answer = api.post("/connectors/20013/install", {"Name": f"Desk {number}", "Properties": [entry]})
        assert answer.status_code == (200 if accepted else 400), answer.text


@pytest.mark.parametrize("how", ["optional", "required"])
def test_authentication_id_of_several(sandbox, api, how):
    """Facts 4.2 [D]: AuthenticationIdOfSeveral."""
    sandbox.options(AuthenticationIdOfSeveral=how)
    method = api.get("/connectors/20009").json()["Authentication"][1]["Id"]
    for name, more, accepted in (("a", {}, how == "optional"), ("b", {"AuthenticationId": method}, True)):
        answer = api.post("/connectors/20009/install", {"Name": name, "AuthValue": "key", **more})
        assert answer.status_code == (200 if accepted else 400), answer.text
