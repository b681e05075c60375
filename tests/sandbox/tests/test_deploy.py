# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Sign-in tokens, LAUNCH, Marketplace, ORBIT, templates and cycles (facts 10, 13, 14)."""

from datetime import datetime, timezone

import pytest

ACME = {
    "Name": "Acme Platform",
    "Version": "1.4",
    "AuthValue": "k2",
    "Properties": [{"Name": "Subdomain", "Value": "z", "Id": 601, "AccountConnectorId": 501}],
}


def installed(api, account):
    return api.get("/account/connectors", account=account).json()


def launch(api, account="new", **body):
    return api.post(f"/accounts/{account}/launch", body, account=None)


# Sign-in tokens


def test_signintoken(sandbox, api):
    """Facts 10 [D]: no account header; creates the user."""
    answer = api.post("/accounts/globex/signintoken", {"Username": "bob"}, account=None)
    assert answer.status_code == 200
    assert list(answer.json()) == ["Token", "ExpiresAtUtc"]
    expires = datetime.strptime(answer.json()["ExpiresAtUtc"][:19], "%Y-%m-%dT%H:%M:%S")
    left = (expires.replace(tzinfo=timezone.utc) - datetime.now(timezone.utc)).total_seconds()
    assert 290 < left <= 300
    assert "bob" in api.get("/accounts/globex/users").json()
    assert api.post("/accounts/nobody/signintoken", {"Username": "x"}).status_code == 404


@pytest.mark.parametrize("how", ["api_user", "error"])
def test_signin_without_username(sandbox, api, how):
    """Facts 10 [U]: SigninWithoutUsername."""
    sandbox.options(SigninWithoutUsername=how)
    assert api.post("/accounts/initech/signintoken").status_code == (200 if how == "api_user" else 400)
    assert api.get("/accounts/initech/users").json() == (["API User"] if how == "api_user" else [])


@pytest.mark.parametrize("alphabet", ["urlsafe", "base64"])
def test_signin_token_alphabet(sandbox, api, alphabet):
    """Facts 10, 16.8: SigninTokenAlphabet."""
    sandbox.options(SigninTokenAlphabet=alphabet)
    token = api.post("/accounts/globex/signintoken").json()["Token"]
    awkward = set("+/=")
    assert (awkward <= set(token)) if alphabet == "base64" else not awkward & set(token)


def test_legacy_tokens(sandbox, api):
    """Facts 10: LegacyAccountsTokens."""
    assert list(api.send("POST", "/accounts/tokens").json()) == ["Token", "ExpiresAtUtc"]
    assert api.send("POST", "/accounts/tokens", account=None).status_code == 401
    sandbox.options(LegacyAccountsTokens=False)
    assert api.send("POST", "/accounts/tokens").status_code == 404


# LAUNCH


def test_launch_creates_an_account(sandbox, api):
    """Facts 13 [D]: account, API User, partner connector."""
    answer = launch(api, AccountName="New Ltd", AccountDescription="d", ConnectorAuthentications=[ACME])
    assert list(answer.json()) == ["AccountId", "ExpiresAtUtc", "LaunchUrl", "Token"]
    account = api.get("/accounts/new").json()
    assert (account["Name"], account["Description"]) == ("New Ltd", "d")
    assert api.get("/accounts/new/users").json() == ["API User"]
    (one,) = installed(api, "new")
    assert (one["Name"], one["AuthValue"], one["Authenticated"]) == ("Acme Platform", "k2", True)
    assert one["IsPartnerIntegrationConnector"] is True
    assert [prop["Value"] for prop in one["Properties"]] == ["z"]


def test_launch_name_defaults_to_id(api):
    """Facts 13; names are used for new accounts only."""
    launch(api)
    assert api.get("/accounts/new").json()["Name"] == "new"
    launch(api, "globex", AccountName="Other")
    assert api.get("/accounts/globex").json()["Name"] == "Globex Ltd"


def test_launch_url(api):
    """Facts 13 [QA]: substrings."""
    body = launch(
        api,
        start="false",
        RunOnce=True,
        wizard="true",
        DisplayDescriptions=True,
        AutoInstall=True,
        SingleInstall=False,
        completeParameter="done-1",
        tags=["a", "b"],
    ).json()
    url = body["LaunchUrl"]
    assert url.startswith(f"{api.url}/account/signinwithtoken?token={body['Token']}&returnUrl=%2Flaunch")
    for part in (
        "inline=false", "start=false", "once=true", "wizard=true", "descriptions=true",
        "auto=true", "single=false", "done-1", "a,b",
    ):  # fmt: skip
        assert part in url


def test_launch_url_defaults(sandbox, api):
    """Facts 13 [QA]: LaunchInlineOAuth; nothing else by default."""
    url = launch(api, Start=True, RunOnce=False, InlineOAuth=True).json()["LaunchUrl"]
    assert url.endswith("returnUrl=%2Flaunch")
    assert launch(api).json()["LaunchUrl"].endswith("&inline=false")
    sandbox.options(LaunchInlineOAuth=True)
    assert launch(api).json()["LaunchUrl"].endswith("returnUrl=%2Flaunch")
    assert launch(api, InlineOAuth="false").json()["LaunchUrl"].endswith("&inline=false")


@pytest.mark.parametrize("how", ["install", "skip"])
@pytest.mark.parametrize("field", ["ConnectorAuthentications", "PartnerConnector"])
def test_launch_existing_account(sandbox, api, how, field):
    """Facts 13 [I][U]: LaunchExistingAccount."""
    sandbox.options(LaunchExistingAccount=how)
    assert launch(api, "initech", **{field: ACME}).status_code == 200
    assert len(installed(api, "initech")) == (1 if how == "install" else 0)


@pytest.mark.parametrize("how", ["update", "ignore", "duplicate"])
def test_launch_existing_connector(sandbox, api, how):
    """Facts 13 [U]: LaunchExistingConnector."""
    sandbox.options(LaunchExistingConnector=how)
    launch(api, ConnectorAuthentications=[ACME])
    launch(api, ConnectorAuthentications=[{**ACME, "AuthValue": "k3", "Properties": []}])
    seen = [(one["Name"], one["AuthValue"]) for one in installed(api, "new")]
    assert (
        seen
        == {
            "update": [("Acme Platform", "k3")],
            "ignore": [("Acme Platform", "k2")],
            "duplicate": [("Acme Platform", "k2"), ("Acme Platform 2", "k3")],
        }[how]
    )


@pytest.mark.parametrize(
    "field, switch",
    [
        ("partnerConnector", "LaunchPartnerConnector"),
        ("ConnectorAuthentications", "LaunchConnectorAuthentications"),
    ],
)
def test_launch_fields(sandbox, api, field, switch):
    """Facts 13: both generations: LaunchPartnerConnector, LaunchConnectorAuthentications."""
    launch(api, "a", **{field: ACME})
    assert len(installed(api, "a")) == 1
    sandbox.options(**{switch: "ignore"})
    launch(api, "b", **{field: ACME})
    assert installed(api, "b") == []


@pytest.mark.parametrize("shape, counts", [("any", (1, 1)), ("array", (1, 0)), ("object", (0, 1))])
def test_launch_shape(sandbox, api, shape, counts):
    """Facts 13: LaunchAuthenticationsShape."""
    sandbox.options(LaunchAuthenticationsShape=shape)
    launch(api, "a", ConnectorAuthentications=[ACME])
    launch(api, "b", ConnectorAuthentications=ACME)
    assert (len(installed(api, "a")), len(installed(api, "b"))) == counts


@pytest.mark.parametrize("flag", [True, False])
def test_launch_native_flag(sandbox, api, flag):
    """Facts 7 [I]: LaunchNativeFlag."""
    sandbox.options(LaunchNativeFlag=flag)
    launch(api, ConnectorAuthentications=[ACME])
    assert installed(api, "new")[0]["IsPartnerIntegrationConnector"] is flag


@pytest.mark.parametrize(
    "means, works",
    [("either", (True, True)), ("connector", (True, False)), ("instance", (False, True))],
)
def test_launch_name_means(sandbox, api, means, works):
    """Facts 7: the documentation contradicts itself: LaunchNameMeans, LaunchUnknownConnector."""
    sandbox.options(LaunchNameMeans=means, LaunchUnknownConnector="ignore")
    api.put("/account/connectors/501", {"Name": "Our Connector"}, account="templates")
    launch(api, "a", ConnectorAuthentications=[{"Name": "Acme Platform"}])
    launch(api, "b", ConnectorAuthentications=[{"Name": "Our Connector"}])
    assert (bool(installed(api, "a")), bool(installed(api, "b"))) == works


@pytest.mark.parametrize("how, status", [("error", 400), ("ignore", 200)])
def test_launch_unknown_connector(sandbox, api, how, status):
    """Facts 13 [U]: LaunchUnknownConnector; an error creates nothing."""
    sandbox.options(LaunchUnknownConnector=how)
    assert launch(api, ConnectorAuthentications=[{"Name": "Nope"}]).status_code == status
    assert api.get("/accounts/new").status_code == (404 if how == "error" else 200)


def test_launch_bad_property_creates_nothing(api, says):
    bad = {"Name": "Acme Platform", "Properties": [{"Name": "Nope", "Value": "x"}]}
    answer = launch(api, ConnectorAuthentications=[bad])
    says(answer, 400, "There is not a connector property that matches name 'Nope'.")
    assert api.get("/accounts/new").status_code == 404


def test_users_launch(api):
    """Facts 13: the per-user form creates user and account."""
    body = {"AccountId": "u", "Username": "eve", "Password": "p", "PartnerConnector": ACME}
    assert "LaunchUrl" in api.post("/users/launch", body).json()
    assert api.get("/accounts/u/users").json() == ["eve"]
    assert len(installed(api, "u")) == 1
    assert api.post("/users/launch", {"Username": "eve"}).status_code == 400
    assert api.post("/users/launch", {"AccountId": "v"}).status_code == 400


@pytest.mark.parametrize("status", [401, 400, 403])
def test_wrong_password(sandbox, api, status):
    """Facts 13 [U]: LaunchWrongPassword."""
    sandbox.options(LaunchWrongPassword=status)
    body = {"AccountId": "globex", "Username": "ann@globex.example", "Password": "no"}
    assert api.post("/users/launch", body).status_code == status
    assert api.post("/users/launch", {**body, "Password": "Sandbox-Pass-1"}).status_code == 200


def test_marketplace(api):
    """Facts 13 [D]."""
    body = api.post("/accounts/new/marketplace", {"MarketplaceId": "8", "CompleteParameter": "c1"}).json()
    assert list(body) == ["AccountId", "ExpiresAtUtc", "MarketplaceUrl", "Token"]
    assert "returnUrl=%2Flaunch%2Fmarketplace%2F8" in body["MarketplaceUrl"]
    assert "c1" in body["MarketplaceUrl"]
    user = {"AccountId": "u", "Username": "eve", "Password": "p", "MarketplaceId": 8}
    assert api.post("/users/marketplace", {**user, "ConnectorAuthentications": [ACME]}).status_code == 200
    assert len(installed(api, "u")) == 1
    assert api.post("/accounts/new/marketplace", {}).status_code == 400


@pytest.mark.parametrize("status", [400, 404])
def test_unknown_marketplace(sandbox, api, status):
    """Facts 13 [U]: UnknownMarketplace."""
    sandbox.options(UnknownMarketplace=status)
    assert api.post("/accounts/new/marketplace", {"MarketplaceId": 9}).status_code == status
    assert api.get("/accounts/new").status_code == 404


def test_orbit(api):
    """Facts 13 [D]."""
    body = api.post("/accounts/new/orbit").json()
    assert "returnUrl=%2Forbit" in body["OrbitUrl"]
    user = {"AccountId": "u", "Username": "eve", "Password": "p"}
    assert "OrbitUrl" in api.post("/users/orbit", user).json()


def test_each_call_gives_a_new_token(api):
    """Facts 11."""
    assert launch(api).json()["Token"] != launch(api).json()["Token"]


# Templates and cycles

TEMPLATE = "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b"


def test_templates(api):
    """Facts 14 [QA]."""
    assert TEMPLATE in [one["Id"] for one in api.get("/templates").json()]
    assert api.get("/templates?pageSize=100&page=10").json() == []
    assert api.get("/templates?tag=nope").json() == []
    assert len(api.get("/templates?connectorName=HubSpot").json()) == 1


def test_template_install_and_cycles(sandbox, api):
    """Facts 14 [D], 4.5: adds missing connectors, reuses existing ones."""
    hubspot = api.install("HubSpot")
    cycle = api.post(f"/templates/{TEMPLATE}/install").json()
    assert cycle["Status"] == "Paused"
    assert cycle["Connectors"][1]["AccountConnectorId"] == hubspot["Id"]
    assert [one["Name"] for one in api.get("/account/connectors").json()] == [
        "Mailchimp", "HubSpot", "Acme Platform",
    ]  # fmt: skip
    missing = api.get(f"/cycles/{cycle['Id']}/prerequisites").json()
    assert missing[1] == {
        "ReasonCode": 20,
        "Reason": "Unauthenticated connector",
        "ObjectType": "AccountConnector",
        "ObjectId": hubspot["Id"],
    }
    assert [one["Id"] for one in api.get("/cycles").json()] == [cycle["Id"]]
    assert api.put(f"/cycles/{cycle['Id']}/activate").status_code == 400


@pytest.mark.parametrize("guid, status", [("nope", 400), ("00000000-0000-4000-8000-000000000000", 404)])
def test_unknown_template_or_cycle(api, guid, status):
    """Facts 8 [QA]."""
    assert api.post(f"/templates/{guid}/install").status_code == status
    assert api.get(f"/cycles/{guid}").status_code == status


@pytest.fixture
def running_cycle(api):
    for connector in ("HubSpot", "Acme%20Platform"):
        api.install(connector, {"AuthValue": "k"})
    cycle = api.post(f"/templates/{TEMPLATE}/install").json()
    assert api.put(f"/cycles/{cycle['Id']}/activate").status_code == 200
    assert api.get(f"/cycles/{cycle['Id']}").json()["Status"] == "Active"
    return cycle


@pytest.mark.parametrize("how, status", [("conflict", 409), ("ok", 200)])
def test_delete_connector_in_use(sandbox, api, running_cycle, how, status):
    """Facts 5 [U]: DeleteConnectorInUse."""
    sandbox.options(DeleteConnectorInUse=how)
    number = running_cycle["Connectors"][0]["AccountConnectorId"]
    assert api.delete(f"/account/connectors/{number}").status_code == status


@pytest.mark.parametrize("status", ["Paused", "Stopped"])
def test_deauthenticate_stops_cycles(sandbox, api, running_cycle, status):
    """Facts 5 [D], 22.4 [U]: StoppedStatus."""
    sandbox.options(StoppedStatus=status)
    path = f"/cycles/{running_cycle['Id']}"
    number = running_cycle["Connectors"][0]["AccountConnectorId"]
    api.put(f"/account/connectors/{number}/deauthenticate")
    assert api.get(path).json()["Status"] == status
    assert api.delete(path).status_code == 200
    assert api.get(path).status_code == 404


def test_cycles_from_a_seed(sandbox, api):
    """The seed key `Cycles`."""
    guid = "11111111-0000-4000-8000-000000000000"
    seed = {
        "Accounts": [{"Id": "globex"}],
        "Connectors": [{"Id": 1, "Name": "A", "AuthType": "ApiKey"}],
        "AccountConnectors": [{"AccountId": "globex", "Id": 5, "ConnectorId": 1}],
        "Cycles": [{"Id": guid, "AccountId": "globex", "Status": "Active", "AccountConnectorIds": [5]}],
    }
    sandbox.reset(seed)
    assert api.get("/templates").json() == []
    assert api.delete("/account/connectors/5").status_code == 409
    assert api.put(f"/cycles/{guid}/deactivate").status_code == 200
    assert api.get(f"/cycles/{guid}").json()["Status"] == "Paused"
    assert api.delete("/account/connectors/5").status_code == 200
