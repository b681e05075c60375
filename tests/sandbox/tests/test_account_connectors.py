# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Installed connectors and their properties (facts 5)."""

import pytest

PATH = "/account/connectors"


def test_list_and_get(api):
    """Facts 5 [QA]."""
    listed = api.get(PATH).json()
    assert [one["Name"] for one in listed] == ["Mailchimp"]
    assert api.get(f"{PATH}/502").json() == listed[0]
    assert listed[0]["Connector"]["Icon"].startswith("data:")


@pytest.mark.parametrize("method", ["get", "put", "delete"])
@pytest.mark.parametrize("number", ["99999", "501"])  # unknown, another account's
def test_unknown(api, method, number):
    """Facts 8 [QA]."""
    assert getattr(api, method)(f"{PATH}/{number}").status_code == 404


def test_put_is_a_patch(api):
    """Facts 5 [QA]."""
    one = api.put(f"{PATH}/502", {"description": "d"}).json()
    assert (one["Description"], one["AuthValue"], one["Name"]) == ("d", "globex-mailchimp-key", "Mailchimp")
    one = api.put(f"{PATH}/502", {"Description": None}).json()
    assert (one["Description"], one["Authenticated"]) == (None, True)
    one = api.put(f"{PATH}/502", {"AuthValue": ["wrong type"]}).json()
    assert one["AuthValue"] == "globex-mailchimp-key"


def test_put_auth_value(api):
    """Facts 5 [D]: authenticates; 6.3: a JSON string for OAuth."""
    number = api.install("HubSpot")["Id"]
    one = api.put(f"{PATH}/{number}", {"AuthValue": '{"AccessToken":"a"}'}).json()
    assert (one["Authenticated"], one["AuthValue"]) == (True, '{"AccessToken":"a"}')
    one = api.put(f"{PATH}/{number}", {"AuthValue": None}).json()
    assert (one["Authenticated"], one["AuthValue"]) == (False, None)


@pytest.mark.parametrize("how", ["merge", "replace"])
def test_put_properties(sandbox, api, how):
    """Facts 5 [I][U]: PutProperties."""
    sandbox.options(PutProperties=how)
    given = [{"Name": "Subdomain", "Value": "a"}, {"Name": "Plan", "Value": "team"}]
    number = api.install("Zendesk", {"Properties": given})["Id"]
    one = api.put(f"{PATH}/{number}", {"Properties": [{"Name": "Plan", "Value": 7}]}).json()
    values = {prop["Name"]: prop["Value"] for prop in one["Properties"]}
    assert values == ({"Subdomain": "a", "Plan": "7"} if how == "merge" else {"Plan": "7"})
    assert api.put(f"{PATH}/{number}", {"Properties": None}).json() == one
    assert api.put(f"{PATH}/{number}", {"Properties": [{"Name": "x"}]}).status_code == 400


@pytest.mark.parametrize("how", ["honour", "ignore"])
def test_put_fields(sandbox, api, how):
    """Facts 5, 7 [U]: PutName, PutDescription, PutNativeFlag, PutAuthenticationId."""
    sandbox.options(PutName=how, PutDescription=how, PutNativeFlag=how, PutAuthenticationId=how)
    sandbox.options(AuthenticationIdEcho=True)
    one = api.install("Shopify")
    wanted = one["Connector"]["Authentication"][1]["Id"]
    body = {
        "Name": "Shop 2",
        "Description": "d",
        "IsPartnerIntegrationConnector": True,
        "AuthenticationId": wanted,
    }
    one = api.put(f"{PATH}/{one['Id']}", body).json()
    seen = [one[key] for key in body]
    assert seen == (["Shop 2", "d", True, wanted] if how == "honour" else ["Shopify", None, False, None])


def test_put_name_in_use(api, says):
    number = api.install("HubSpot")["Id"]
    says(
        api.put(f"{PATH}/{number}", {"Name": "Mailchimp", "Description": "never"}),
        400,
        "Account connector name 'Mailchimp' is in use.",
    )
    assert api.get(f"{PATH}/{number}").json()["Description"] is None


def test_delete(api):
    """Facts 5 [QA]: 200, with `{}` as body; then 404."""
    assert api.send("DELETE", f"{PATH}/502", json={}).status_code == 200
    assert api.delete(f"{PATH}/502").status_code == 404
    assert api.get(PATH).json() == []


def test_deauthenticate(api, says):
    """Facts 5 [QA]: exact message."""
    number = api.install("Access%20CRM", {"AuthValue": "dTpw"})["Id"]
    says(
        api.put(f"{PATH}/{number}/deauthenticate"),
        200,
        "Connector 'Access CRM' successfully de-authenticated.",
    )
    one = api.get(f"{PATH}/{number}").json()
    assert (one["Authenticated"], one["AuthValue"]) == (False, None)


@pytest.mark.parametrize("how, kept", [("keep", 1), ("clear", 0)])
def test_deauthenticate_properties(sandbox, api, how, kept):
    """Facts 5 [U]: DeauthenticateProperties."""
    sandbox.options(DeauthenticateProperties=how)
    body = {"AuthValue": "k", "Properties": [{"Name": "Plan", "Value": "team"}]}
    number = api.install("Zendesk", body)["Id"]
    api.put(f"{PATH}/{number}/deauthenticate")
    assert len(api.get(f"{PATH}/{number}").json()["Properties"]) == kept


@pytest.mark.parametrize("how, status", [("ok", 200), ("error", 400)])
def test_deauthenticate_twice(sandbox, api, how, status):
    """Facts 5, 11 [U]: DeauthenticateTwice."""
    sandbox.options(DeauthenticateTwice=how)
    assert api.put(f"{PATH}/502/deauthenticate").status_code == 200
    assert api.put(f"{PATH}/502/deauthenticate").status_code == status


@pytest.mark.parametrize("how, name", [("instance", "Mine"), ("connector", "Mailchimp")])
def test_deauthenticate_names(sandbox, api, says, how, name):
    """Facts 5 [U]: DeauthenticateNames."""
    sandbox.options(DeauthenticateNames=how)
    api.put(f"{PATH}/502", {"Name": "Mine"})
    answer = api.put(f"{PATH}/502/deauthenticate")
    says(answer, 200, f"Connector '{name}' successfully de-authenticated.")


def test_subaccounts_and_parent_connectors(sandbox, api):
    """Facts 5 [D][U]: SubAccountsSeeParentConnectors."""
    api.post("/accounts", {"Id": "sub", "Name": "Sub", "ParentAccountId": "globex"})
    assert api.get(PATH, account="sub").json() == []
    assert api.get(f"{PATH}/502", account="sub").status_code == 404
    sandbox.options(SubAccountsSeeParentConnectors=True)
    assert [one["Id"] for one in api.get(PATH, account="sub").json()] == [502]
    assert api.get(f"{PATH}/502", account="sub").status_code == 200


def test_custom_collides_with_id(api):
    """Facts 5 [QA]: the literal segment `custom`."""
    assert api.get(f"{PATH}/custom").json() == []
    definition = {"UniqueIdentifier": "00000000-0000-4000-8000-000000000001", "Name": "Mine"}
    made = api.post(f"{PATH}/custom", definition).json()
    assert api.get(f"{PATH}/custom").json() == [made]
    assert api.get(f"{PATH}/custom/{made['Id']}").status_code == 200
    assert api.delete(f"{PATH}/custom/{made['Id']}").status_code == 200
    assert api.get(f"{PATH}/custom/{made['Id']}").status_code == 404
    assert api.post(f"{PATH}/custom", {}).status_code == 400
    assert api.post(f"{PATH}/custom", {"Name": "x"}, account="").status_code == 401
    assert [one["Name"] for one in api.get(PATH).json()] == ["Mailchimp"]


# Properties


@pytest.fixture
def zendesk(api):
    given = [{"Name": "Subdomain", "Value": "a"}, {"Name": "Plan", "Value": "team"}]
    return api.install("Zendesk", {"Properties": given})


def test_properties(api, zendesk):
    """Facts 5.1 [QA]."""
    path = f"{PATH}/{zendesk['Id']}/properties"
    assert api.get(path).json() == zendesk["Properties"]
    ordered = api.get(f"{path}?orderBy=Name&sortOrderAsc=true&pageSize=1").json()
    assert [one["Name"] for one in ordered] == ["Plan"]
    made = api.post(path, {"Name": "JO-Test-Prop", "Value": 5, "Id": 0}).json()
    assert (made["Name"], made["Value"], made["AccountConnectorId"]) == ("JO-Test-Prop", "5", zendesk["Id"])
    assert api.get(f"{path}/{made['Id']}").json() == made
    changed = api.put(f"{path}/{made['Id']}", {"Name": "JO-Test-Prop", "Value": "6", "Id": 0}).json()
    assert changed == {**made, "Value": "6"}
    assert api.delete(f"{path}/{made['Id']}").status_code == 200
    assert api.get(path).json() == zendesk["Properties"]
    assert api.post(path, {"Value": "x"}).status_code == 400


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_unknown_property(api, zendesk, method):
    """Facts 5.1 [QA]: 404 on all verbs."""
    for path in (f"{PATH}/{zendesk['Id']}/properties/1", f"{PATH}/99999/properties/1"):
        assert getattr(api, method)(path).status_code == 404
    assert api.post(f"{PATH}/99999/properties", {"Name": "x"}).status_code == 404


@pytest.mark.parametrize("how", ["duplicate", "overwrite", "error"])
def test_post_duplicate(sandbox, api, zendesk, how):
    """Facts 5.1 [U]: PropertyPostDuplicate."""
    sandbox.options(PropertyPostDuplicate=how)
    path = f"{PATH}/{zendesk['Id']}/properties"
    answer = api.post(path, {"Name": "Subdomain", "Value": "b"})
    assert answer.status_code == (400 if how == "error" else 200)
    values = [one["Value"] for one in api.get(path).json() if one["Name"] == "Subdomain"]
    assert values == {"duplicate": ["a", "b"], "overwrite": ["b"], "error": ["a"]}[how]


@pytest.mark.parametrize("how, status", [("accept", 200), ("error", 400)])
def test_post_undefined(sandbox, api, zendesk, how, status):
    """Facts 5.1 [QA, ambiguous]: PropertyPostUndefined."""
    sandbox.options(PropertyPostUndefined=how)
    path = f"{PATH}/{zendesk['Id']}/properties"
    assert api.post(path, {"Name": "Nope", "Value": "b"}).status_code == status
    assert api.post(path, {"Name": "EndpointUrl", "Value": "b"}).status_code == status


# Tests, direct calls, triggers

UNKNOWN_IP = "Unknown client IP Address: contact support to request access for this IP address"


@pytest.mark.parametrize("kind", ["test", "methods"])
def test_calls_from_an_unknown_address(api, says, kind):
    """Facts 5.2 [D]."""
    says(api.post(f"{PATH}/502/{kind}/2000501"), 403, UNKNOWN_IP)
    says(api.get(f"{PATH}/502/{kind}/2000501"), 403, UNKNOWN_IP)
    assert api.post(f"{PATH}/99999/{kind}/2000501").status_code == 404


@pytest.mark.parametrize("kind", ["test", "methods"])
def test_calls_of_a_native_connector(api, kind):
    """Facts 7 [D]: not restricted."""
    path = f"{PATH}/501/{kind}"
    method = api.get("/connectors/20001/methods").json()[1]
    assert api.post(f"{path}/{method['Id']}", account="templates").status_code == 200
    guid = method["MethodUniqueIdentifier"]
    assert api.get(f"{path}/{guid}", account="templates").status_code == 200
    good = {"Parameters": {"700001": "x"}}
    assert api.post(f"{path}/{guid}", good, account="templates").status_code == 200


@pytest.mark.parametrize(
    "method, body, status",
    [
        ("00000000-0000-4000-8000-000000000000", {}, 404),
        ("1", {}, 404),
        ("not-a-guid", {}, 400),
        ("2000101", {"Parameters": {"1": "x"}}, 400),
    ],
)
def test_call_errors(api, method, body, status):
    """Facts 5.2 [QA]."""
    assert api.post(f"{PATH}/501/methods/{method}", body, account="templates").status_code == status


def test_allow_listed_caller(sandbox, api):
    """Facts 1.7, 5.2: CallerAllowListed."""
    sandbox.options(CallerAllowListed=True)
    assert api.post(f"{PATH}/502/test/2000501").status_code == 200
    sandbox.options(CallerAllowListed=False)
    assert api.post(f"{PATH}/502/test/2000501").status_code == 403


def test_raw_body(api):
    """Facts 5.2 [D]."""
    path = f"{PATH}/501/methods/2000101/body"
    assert api.send("POST", path, account="templates", data=b"<raw>").status_code == 200


def test_triggers(api):
    """Facts 5.2 [QA]."""
    assert "Value" in api.post(f"{PATH}/502/triggers/124").json()[0]
    assert api.post(f"{PATH}/502/triggers/1").status_code == 404
