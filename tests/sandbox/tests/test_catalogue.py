# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The connector catalogue (facts 3)."""

import base64

import pytest


def names(answer):
    assert answer.status_code == 200, answer.text
    return [one["Name"] for one in answer.json()]


def test_element(api):
    """Facts 3.1 [D][3P]: all the keys."""
    one = api.get("/connectors/20225").json()
    assert list(one) == [
        "Id", "Name", "Description", "Status", "Version", "Icon", "AuthDescription", "AuthType",
        "OAuth2Type", "AuthScheme", "Categories", "IsSystemConnector", "Parameters", "Authentication",
        "Triggers",
    ]  # fmt: skip
    assert list(one["Parameters"][0]) == [
        "Id", "Name", "Description", "TargetType", "TargetName", "IsAccountConnectorProperty",
        "IsSensitive", "IsOptional", "DataType", "TriggerName", "Values",
    ]  # fmt: skip
    assert list(one["Authentication"][0]) == [
        "Id", "AuthName", "AuthDescription", "AuthType", "OAuth2Type", "AuthScheme",
    ]  # fmt: skip
    assert (one["AuthType"], one["OAuth2Type"], one["Version"]) == ("OAuth2", "AuthorisationCode", None)


def test_icons(api):
    """Facts 3.1: data URIs of about 15 kB."""
    icon = api.get("/connectors/HubSpot").json()[0]["Icon"]
    assert icon.startswith("data:image/png;base64,")
    assert 13_000 < len(icon) < 17_000
    assert base64.b64decode(icon.split(",")[1]).startswith(b"\x89PNG")
    assert api.get("/connectors/Xero").json()[0]["Icon"] is None


def test_query(sandbox, api):
    """Facts 3.1 [QA][U]: QueryMatch."""
    assert names(api.get("/connectors?query=MailChimp")) == ["Mailchimp"]
    assert names(api.get("/connectors?query=force")) == ["Salesforce"] * 2
    sandbox.options(QueryMatch="prefix")
    assert names(api.get("/connectors?query=force")) == []
    assert names(api.get("/connectors?query=sales")) == ["Salesforce"] * 2
    sandbox.options(QueryMatch="exact")
    assert names(api.get("/connectors?query=sales")) == []
    assert names(api.get("/connectors?query=SALESFORCE")) == ["Salesforce"] * 2


def test_category(api):
    """Facts 3.1 [QA]."""
    found = names(api.get("/connectors?category=CRMs"))
    assert found == ["HubSpot", "Salesforce", "Salesforce", "Access CRM", "SugarCRM"]
    assert names(api.get("/connectors?category=CRMs&query=access")) == ["Access CRM"]


def test_custom(sandbox, api):
    """Facts 3.1 [QA][U]: CustomConnectorsByDefault."""
    assert "Acme Warehouse" not in names(api.get("/connectors"))
    assert "Acme Warehouse" in names(api.get("/connectors?includeCustomConnectors=true"))
    sandbox.options(CustomConnectorsByDefault=True)
    assert "Acme Warehouse" in names(api.get("/connectors"))
    assert "Acme Warehouse" not in names(api.get("/connectors?includeCustomConnectors=false"))


def test_drafts(sandbox, api):
    """Facts 4.4: 5122 is a draft: DraftsInCatalogue."""
    assert "Acme Beta" not in names(api.get("/connectors"))
    assert api.get("/connectors/Acme%20Beta").status_code == 404
    assert api.get("/connectors/5122").json()["Status"] == "Draft"
    sandbox.options(DraftsInCatalogue=True)
    assert "Acme Beta" in names(api.get("/connectors"))


def test_paging_and_order(api):
    """Facts 3.1 [QA]."""
    page = api.get("/connectors?page=2&pageSize=3&orderBy=Name&sortOrderAsc=true")
    assert names(page) == ["Generic Webhook", "HubSpot", "Mailchimp"]
    assert page.headers["Total-Pages"] == "5"


def test_single_look_ups(api):
    """Facts 3.2: an object by id, arrays by name and version."""
    assert api.get("/connectors/20002").json()["Name"] == "HubSpot"
    assert [one["Version"] for one in api.get("/connectors/Salesforce").json()] == ["v58.0", "v60.0"]
    assert [one["Id"] for one in api.get("/connectors/salesforce/v58.0").json()] == [20003]
    assert names(api.get("/connectors/Access%20CRM")) == ["Access CRM"]
    suite = api.get("/connectors/Oracle%20NetSuite/SuiteTalk%20REST%20Web%20Services")
    assert names(suite) == ["Oracle NetSuite"]


def test_unknown_id(api):
    """Facts 3.2 [QA]."""
    assert api.get("/connectors/1234").status_code == 404


@pytest.mark.parametrize("how", [404, "empty"])
def test_unknown_name(sandbox, api, how):
    """Facts 3.2 [U]: UnknownConnectorName."""
    sandbox.options(UnknownConnectorName=how)
    for path in ("/connectors/Nope", "/connectors/HubSpot/v9", "/connectors/Nope/methods"):
        answer = api.get(path)
        assert (answer.status_code, answer.content) == ((404, b"") if how == 404 else (200, b"[]"))


def test_numeric_name_is_an_id(api):
    """Facts 3.2 [I]."""
    api_seed = {"Connectors": [{"Id": 7, "Name": "4711"}], "Accounts": [{"Id": "globex"}]}
    api.session.post(f"{api.url}/_sandbox/reset", json=api_seed)
    assert api.get("/connectors/4711").status_code == 404
    assert api.get("/connectors/7").json()["Name"] == "4711"
    assert api.get("/connectors/4711/v1").status_code == 404


def test_connectors_need_account(sandbox, api):
    """Facts 3.1: sources disagree: ConnectorsNeedAccount."""
    assert api.get("/connectors", account=None).status_code == 401
    sandbox.options(ConnectorsNeedAccount=False)
    assert api.get("/connectors", account=None).status_code == 200
    assert api.get("/connectors/20002", account=None).status_code == 200
    assert api.get("/connectors", account="nobody").status_code == 401


def test_authentication_is_default(sandbox, api):
    """Facts 3.1 [U]: AuthenticationIsDefault."""
    assert "IsDefault" not in api.get("/connectors/20009").json()["Authentication"][0]
    sandbox.options(AuthenticationIsDefault=True)
    entries = api.get("/connectors/20009").json()["Authentication"]
    assert [one["IsDefault"] for one in entries] == [True, False]


def test_two_authentication_entries(api):
    """Facts 16.12."""
    entries = api.get("/connectors/Shopify").json()[0]["Authentication"]
    assert [one["AuthType"] for one in entries] == ["OAuth2", "ApiKey"]


def test_methods(api):
    """Facts 3.3 [D][QA]."""
    methods = api.get("/connectors/Acme%20Platform/methods").json()
    assert [one["Name"] for one in methods] == ["List Contacts", "Get Contact"]
    assert api.get("/connectors/20001/methods").json() == methods
    assert api.get("/connectors/Acme%20Platform/1.4/methods").json() == methods
    assert len(api.get("/connectors/20001/methods?query=get").json()) == 1
    assert api.get("/connectors/20001/methods?category=Nope").json() == []
    one = api.get(f"/methods/{methods[0]['Id']}").json()
    assert one["MethodType"] == "List"
    assert api.get(f"/methods/{one['MethodUniqueIdentifier']}").json() == one


@pytest.mark.parametrize(
    "wanted, status",
    [("1", 404), ("not-a-guid", 400), ("00000000-0000-4000-8000-000000000000", 404)],
)
def test_unknown_methods(api, wanted, status):
    """Facts 8 [QA]."""
    assert api.get(f"/methods/{wanted}").status_code == status
