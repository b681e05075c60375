# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the API does where it is not known what it does, a run comes to what was wanted, or fails and says why."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import assert_settled, told

# Each run issues new links. Marking what there is not is an error in any case.
AGAIN = {"Launch again", "Issue a link", "Issue a link in the form of 2019"}
ALWAYS_FAIL = {
    "Install a connector that there is not": "has no connector 'Zendes' in its catalogue",
    "Install into an account that there is not": "account 'vandelay' does not exist",
}
CONSOLE = "Set the mark in the Console, under Templates, Template Connectors"
HIDDEN_KEY = "the API does not show the authentication of 'Acme' in the source account: give auth_value, api_key or oauth_tokens"
LAUNCHES = ("Launch into an account that is there", "Launch for a new customer")


@dataclass
class Unknown:
    """Switches, the tags of the scenario's tasks that meet them, and what they make of these."""

    switches: dict
    tags: str = "all"
    fails: dict = field(default_factory=dict)
    # Texts of warnings
    alarms: tuple = ()
    variables: dict = field(default_factory=dict)

    def __str__(self):
        return ",".join(f"{name}={value}" for name, value in {**self.switches, **self.variables}.items()) or "defaults"


def one(name, value, tags, **more):
    return Unknown({name: value}, tags, **more)


UNKNOWNS = [
    Unknown({}),
    one("HeaderPercentDecoding", False, "all"),
    # the platform
    one("TokenResponse", "docs", "account"),
    one("TokenResponse", "minimal", "account"),
    one("UnauthorizedBody", "empty", "lookup"),
    one("UnauthorizedBody", "html", "lookup,partner"),
    one("NotFoundBody", "message", "account,lookup,partner"),
    one("DeleteBody", "null", "account,change"),
    one("DeleteBody", "object", "account,change"),
    one("UnknownAccountHeader", 403, "lookup,partner"),
    one("UnknownAccountHeader", 404, "lookup,partner"),
    one("DefaultPageSize", 1, "install,change"),
    one("MaxPageSize", 10, "install,lookup"),
    one("TotalPagesHeader", False, "install,lookup"),
    one("IgnorePaging", True, "install,lookup"),
    one("RepeatLastPage", True, "install,lookup"),
    one("Gzip", False, "install"),
    # the catalogue
    one("ConnectorsNeedAccount", False, "install,lookup"),
    one("UnknownConnectorName", "empty", "lookup"),
    one("QueryMatch", "exact", "lookup"),
    one("AuthenticationIsDefault", True, "install"),
    # accounts
    one("DeleteAccountWithContent", "conflict", "account"),
    one("ParentAccountIdReturned", False, "account"),
    one("SubAccountsSeeParentConnectors", True, "account,install"),
    # installing
    one("InUseStatus", 409, "install"),
    one("ValueOutsideAllowed", "error", "install,partner"),
    one("MissingRequiredProperties", "error", "install,partner"),
    one("UnsetProperties", "listed", "install,partner"),
    one("InstallNativeFlag", "ignore", "install,partner"),
    one("PutNativeFlag", "ignore", "change,install", fails={"Set the mark": f"as the partner connector (Native). {CONSOLE}"}),
    Unknown(
        {"InstallNativeFlag": "ignore", "PutNativeFlag": "ignore"},
        "install,partner",
        fails={"Install with the mark": f"as the partner connector (Native). {CONSOLE}"},
        alarms=("The API did not mark 'Acme Tokenless' in account 'Umbrella & Söhne / 1' as the partner connector (Native)",),
    ),
    # what is shown of what is installed
    one("AuthValueEcho", "masked", "install,change,partner", fails=dict.fromkeys(LAUNCHES, HIDDEN_KEY)),
    one("AuthValueEcho", "null", "install,change,partner", fails=dict.fromkeys(LAUNCHES, HIDDEN_KEY)),
    one("AuthValueEcho", "masked", "partner", variables={"partner_key": "acme-key"}),
    one("AuthValueEcho", "null", "partner", variables={"partner_key": "acme-key"}),
    one("OAuthAuthValueEcho", "masked", "link,change"),
    one("OAuthAuthValueEcho", "clear", "link,change"),
    one("AuthenticationIdEcho", True, "install,change"),
    one("SensitiveEcho", "masked", "install,change"),
    one("SensitiveEcho", "null", "install,change"),
    one("AuthenticatedForNone", False, "install,partner"),
    # what is sent
    one("PropertyIds", "check", "install,change,partner"),
    one("AuthenticationIdOfSeveral", "required", "install,change,partner"),
    one("UnknownAuthenticationId", "ignore", "install,change,partner"),
    Unknown({"AuthenticationIdEcho": True, "PropertyIds": "check", "PutAuthenticationId": "ignore"}, "install,change,partner"),
    # changing it
    one("PutProperties", "replace", "change"),
    Unknown({"PutProperties": "replace", "SensitiveEcho": "masked"}, "change"),
    Unknown({"PutProperties": "replace", "SensitiveEcho": "null"}, "change"),
    one("PutName", "ignore", "change"),
    one("PutDescription", "ignore", "change", fails={"Change the description": "did not store: description"}),
    one("PutAuthenticationId", "ignore", "change"),
    one("PropertyPostDuplicate", "error", "change"),
    one("PropertyPostUndefined", "error", "change"),
    one("DeauthenticateProperties", "clear", "change"),
    one("DeauthenticateTwice", "error", "change"),
    one("DeauthenticateNames", "connector", "change"),
    # links
    one("SigninWithoutUsername", "error", "link", fails={"Issue a link": "signintoken returned 400: Username is required"}),
    one("SigninWithoutUsername", "error", "link", variables={"username": "ann@globex.example"}),
    one("SigninTokenAlphabet", "base64", "link,partner"),
    one("LegacyAccountsTokens", False, "link", fails={"Issue a link in the form of 2019": "POST /v1.0/accounts/tokens returned 404"}),
    # LAUNCH
    one("LaunchExistingAccount", "skip", "partner"),
    one("LaunchExistingConnector", "ignore", "partner"),
    one("LaunchExistingConnector", "duplicate", "partner"),
    one("LaunchPartnerConnector", "ignore", "partner"),
    one("LaunchPartnerConnector", "ignore", "partner", variables={"payload": "partner_connector"}),
    one("LaunchConnectorAuthentications", "ignore", "partner"),
    one("LaunchConnectorAuthentications", "ignore", "partner", variables={"payload": "partner_connector"}),
    one("LaunchAuthenticationsShape", "array", "partner"),
    one("LaunchAuthenticationsShape", "object", "partner"),
    one("LaunchNameMeans", "connector", "partner"),
    one("LaunchNameMeans", "instance", "partner"),
    one("LaunchUnknownConnector", "ignore", "partner"),
    one("LaunchInlineOAuth", True, "partner"),
    one("LaunchNativeFlag", False, "partner"),
]


@pytest.mark.parametrize("unknown", UNKNOWNS, ids=str)
def test_unknown(runner, sandbox, unknown):
    runner.reset("unknowns", switches=unknown.switches)
    how = dict(variables=unknown.variables, alarms=unknown.alarms)
    first = runner.run("unknowns", "--tags", unknown.tags, **how)
    second = runner.run("unknowns", "--tags", unknown.tags, **how)
    expected = {**ALWAYS_FAIL, **unknown.fails}
    for play in (first, second):
        failed = {task.name: task.msg for task in play.tasks if task.failed}
        assert set(failed) == set(expected) & set(play.results), f"{failed}\n{play}"
        for name, msg in failed.items():
            assert expected[name] in msg
            assert set(play.results[name].result["error"]) == {"status", "method", "path", "message"}
    assert set(unknown.fails) <= set(first.results)
    second.tasks = [task for task in second.tasks if not task.failed]
    assert_settled(second, AGAIN)
    assert_complete(sandbox.state(), [task.name for task in first.ours.values() if not task.failed])


# What the tasks leave in the accounts: task -> account and instance, None where they remove it.
CUSTOMER = "Umbrella & Söhne / 1"
INSTALLED = {
    "Install with a key and a secret": (CUSTOMER, "Zendesk"),
    "Install what waits for consent": (CUSTOMER, "HubSpot"),
    "Install with OAuth tokens": (CUSTOMER, "HubSpot 2"),
    "Install with one of several methods": (CUSTOMER, "Shopify"),
    "Install what needs nothing": (CUSTOMER, "Webhook"),
    "Install with the mark": (CUSTOMER, "Marked"),
    "Install the partner connector": (CUSTOMER, "Acme Tokenless"),
    "Launch into an account that is there": ("globex", "Acme"),
    "Launch for a new customer": ("newcomer", "Acme"),
}
SEEDED = {
    *(("templates", name) for name in ("Acme", "Acme Tokenless")),
    *(("globex", name) for name in ("Shop", "Desk", "Old desk", "Wrong desk", "Waiting", "Plain")),
    ("hooli", "Acme Tokenless"),
}


def assert_complete(state, done):
    """What the tasks wanted is there, once, with its secrets, and nothing else has changed."""
    there = {}
    for connector in state["AccountConnectors"]:
        key = connector["AccountId"], connector["Name"]
        assert key not in there, f"twice: {key}"
        there[key] = connector
    removed = {("globex", "Wrong desk")} if "Remove" in done else set()
    # What could not be marked is installed all the same.
    kept = {(CUSTOMER, "Marked")} & set(there)
    assert set(there) == SEEDED - removed | {INSTALLED[name] for name in done if name in INSTALLED} | kept
    for name in LAUNCHES:
        if name in done:
            assert there[INSTALLED[name]]["AuthValue"] == "acme-key"
            assert values(there[INSTALLED[name]]) == {"Subdomain": "acme", "Region": "eu"}
    if "Install with a key and a secret" in done:
        assert there[CUSTOMER, "Zendesk"]["AuthValue"] == "umbrella-key"
        assert values(there[CUSTOMER, "Zendesk"]) == {"Subdomain": "umbrella", "Pin": "umbrella-pin"}
    assert there["globex", "Desk"]["AuthValue"] == "desk-key"
    depth = {"Depth": "2"} if "Change a property beside a secret" in done else {}
    assert values(there["globex", "Desk"]) == {"Subdomain": "globex", "Pin": "old-pin", **depth}
    currency = "GBP" if "Change one property of several" in done else "EUR"
    assert values(there["globex", "Shop"]) == {"Shop": "globex", "Currency": currency}
    assert there["globex", "Old desk"]["AuthValue"] == (None if "De-authenticate" in done else "desk-key")
    accounts = {account["Id"]: account for account in state["Accounts"]}
    assert CUSTOMER in accounts
    assert ("initech" in accounts) == ("Delete an account" not in done)
    if "Create a sub-account" in done:
        assert accounts["subsidiary"]["ParentAccountId"] == "globex"


def values(connector):
    return {prop["Name"]: prop["Value"] for prop in connector["Properties"] if prop["Value"] is not None}


# -- what the scenario does not meet -------------------------------------------------------------------------------

PAGING = [
    {},
    {"DefaultPageSize": None},
    {"MaxPageSize": 7},
    {"MaxPageSize": 20, "TotalPagesHeader": False},
    {"MaxPageSize": 28, "TotalPagesHeader": False},
    {"MaxPageSize": 25, "TotalPagesHeader": False, "RepeatLastPage": True},
    {"IgnorePaging": True},
    {"IgnorePaging": True, "TotalPagesHeader": False},
    {"RepeatLastPage": True},
    {"RepeatLastPage": True, "TotalPagesHeader": False},
    {"TotalPagesHeader": False},
]


@pytest.mark.parametrize("switches", PAGING, ids=str)
def test_paging(runner, switches):
    """Every account and connector once, however the API cuts its lists."""
    runner.reset(seed={"Generate": {"Accounts": 203, "Connectors": 130, "IconBytes": 50, "AccountConnectors": 105}}, switches=switches)
    play = runner.run("read_everything")
    accounts = [account["id"] for account in play.results["Read all accounts"].result["accounts"]]
    assert len(accounts) == len(set(accounts)) == 203
    connectors = play.results["Read all connectors"].result
    assert len({one["id"] for one in connectors["connectors"]}) == len(connectors["connectors"]) == 130
    assert len({one["id"] for one in connectors["account_connectors"]}) == len(connectors["account_connectors"]) == 105


@pytest.mark.parametrize("status", [400, 401, 403])
def test_token_refused(runner, status):
    runner.reset(switches={"TokenErrorStatus": status})
    play = runner.run("account_info", fails=True, environment={"CYCLR_CLIENT_SECRET": "wrong"})
    task = play.results["Read all accounts"]
    assert f"POST /oauth/token returned {status}: invalid_client. Check client_id and client_secret" in task.msg
    assert task.result["error"] == {"status": status, "method": "POST", "path": "/oauth/token", "message": "invalid_client"}
    assert told(play.journal) == ["POST /oauth/token"]


@pytest.mark.parametrize("status", [401, 403])
def test_token_of_one_account(runner, status):
    """A token that is restricted to an account is not for LAUNCH, nor for another account."""
    runner.reset(switches={"RestrictedTokenPartnerLevel": status, "RestrictedTokenOtherAccount": status})
    play = runner.run("restricted_token")
    for name in ("Read an account", "Look into another account"):
        task = play.results[name]
        assert task.failed and f"returned {status}" in task.msg and task.result["error"]["status"] == status, task.msg
    assert not play.results["Look into the account"].failed


@pytest.mark.parametrize(
    "switches, msg",
    [
        ({"InvalidTimezone": "accept"}, None),
        ({"InvalidTimezone": "error"}, "POST /v1.0/accounts returned 400"),
        ({"InvalidTimezone": "ignore"}, "did not store: timezone (sent 'Atlantis/Capital', stored None)"),
    ],
    ids=str,
)
def test_timezone(runner, switches, msg):
    """A machine without a time zone database leaves the judgement to the API."""
    runner.reset("unknowns", switches=switches)
    how = dict(variables={"timezone": "Atlantis/Capital"}, environment={"PYTHONTZPATH": ""})
    play = runner.run("unknowns", "--tags", "always", **how)
    task = play.results["Create an account"]
    if msg is None:
        assert task.changed and task.result["account"]["timezone"] == "Atlantis/Capital"
        assert_settled(runner.run("unknowns", "--tags", "always", **how))
    else:
        assert task.failed and msg in task.msg, task.msg


@pytest.mark.parametrize(
    "shown, msg", [(True, "Acme Beta (id 5122) is a draft and cannot be installed"), (False, "has no connector 'Acme Beta' in its catalogue")]
)
def test_draft(runner, shown, msg):
    """Whether the catalogue names drafts or not: none is installed."""
    runner.reset(switches={"DraftsInCatalogue": shown})
    play = runner.run("install_draft")
    assert play.tasks[0].failed and msg in play.tasks[0].msg
    assert not play.writes


@pytest.mark.parametrize("switch", ["conflict", "ok"])
def test_remove_what_a_cycle_uses(runner, sandbox, switch):
    runner.reset("remove_used", switches={"DeleteConnectorInUse": switch})
    play = runner.run("remove_used")
    task = play.results["Remove what a cycle uses"]
    if switch == "conflict":
        assert task.failed and task.result["error"]["status"] == 409
        assert task.msg.endswith("Stop the cycles that use it first")
    else:
        assert task.changed and not sandbox.state()["AccountConnectors"]
