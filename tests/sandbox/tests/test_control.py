# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Journal, reset, options, state; seeds and settings."""

import json
import re
from pathlib import Path

import pytest
import requests
import yaml

from cyclr_sandbox.state import seed as seeds
from cyclr_sandbox.process import SandboxError
from cyclr_sandbox.state.settings import SWITCHES

HERE = Path(__file__).resolve().parent


def test_journal(sandbox, api):
    api.get("/accounts?page=2&pageSize=3", account=None)
    api.get("/accounts/a%2Fb%20c/users", account=None)
    api.post("/accounts", {"Name": ""}, account="globex")
    entries = sandbox.journal()
    assert [one["number"] for one in entries] == [1, 2, 3, 4]
    assert set(entries[0]) == {"number", "method", "path", "query", "account", "status", "bytes", "time"}
    assert [(one["method"], one["path"], one["query"], one["account"], one["status"]) for one in entries] == [
        ("POST", "/oauth/token", "", None, 200),
        ("GET", "/v1.0/accounts", "page=2&pageSize=3", None, 200),
        ("GET", "/v1.0/accounts/a%2Fb%20c/users", "", "a/b c", 404),
        ("POST", "/v1.0/accounts", "", "globex", 400),
    ]
    sandbox.clear_journal()
    assert sandbox.journal() == []


def test_no_secret_in_the_journal(sandbox, api):
    """No header, no body, no token of a query string."""
    number = api.install("HubSpot", {"AuthValue": "auth-secret"})["Id"]
    token = api.post("/accounts/globex/signintoken").json()["Token"]
    page = requests.get(
        f"{api.url}/connectorauth/updateaccountconnectoroauth",
        params={"id": number, "Token": token, "targetOrigin": "https://a.example"},
        timeout=10,
    )
    done = requests.post(page.url, data={"decision": "allow"}, allow_redirects=False, timeout=10)
    requests.get(done.headers["Location"], allow_redirects=False, timeout=10)
    text = json.dumps(sandbox.journal())
    codes = re.findall(r"(?:code|state)=([^&]+)", done.headers["Location"])
    assert len(codes) == 2
    for secret in (api.token, token, "auth-secret", "sandbox-secret", *codes):
        assert secret not in text
    assert f"id={number}&Token=***" in text


def test_control_is_not_journaled(sandbox):
    sandbox.state()
    sandbox.options()
    assert sandbox.journal() == []


def test_reset(sandbox, api):
    api.post("/accounts", {"Id": "new", "Name": "n"})
    sandbox.options(InUseStatus=409, LatencyMs=1, AdvanceSeconds=99)
    sandbox.faults([{"fault": "status:500"}])
    sandbox.reset()
    assert sandbox.journal() == []
    state = sandbox.state()
    assert [one["Id"] for one in state["Accounts"]] == ["templates", "globex", "initech"]
    assert (state["Settings"]["InUseStatus"], state["Settings"]["LatencyMs"]) == (400, 0)
    assert state["Faults"] == []
    assert api.get("/accounts").status_code == 401  # tokens are gone as well


def test_reset_with_a_seed(sandbox, api):
    sandbox.reset({"Accounts": [{"Id": "only"}], "Settings": {"InUseStatus": 409}})
    assert [one["Id"] for one in api.get("/accounts").json()] == ["only"]
    assert sandbox.state()["Settings"]["InUseStatus"] == 409
    text = "Accounts:\n  - Id: from-yaml\n"
    assert requests.post(f"{api.url}/_sandbox/reset", data=text, timeout=10).status_code == 200
    assert [one["Id"] for one in sandbox.state()["Accounts"]] == ["from-yaml"]


@pytest.mark.parametrize(
    "bad",
    [
        {"Nonsense": 1},
        {"Settings": {"Nonsense": 1}},
        {"AccountConnectors": [{"AccountId": "nobody", "ConnectorId": 1}]},
        {"Accounts": [3]},
    ],
)
def test_a_bad_seed_changes_nothing(sandbox, bad):
    with pytest.raises(SandboxError, match="400"):
        sandbox.reset(bad)
    assert len(sandbox.state()["Accounts"]) == 3


def test_options_are_all_or_nothing(sandbox):
    with pytest.raises(SandboxError, match="Allowed: 400, 409"):
        sandbox.options(TokenErrorStatus=403, InUseStatus=418)
    with pytest.raises(SandboxError, match="Unknown switch Nonsense"):
        sandbox.options(Nonsense=1)
    with pytest.raises(SandboxError, match="LatencyMs is a number"):
        sandbox.options(LatencyMs="x")
    assert sandbox.state()["Settings"]["TokenErrorStatus"] == 400


@pytest.mark.parametrize(
    "name, value",
    [("InUseStatus", True), ("RateLimit", {"Every": 0, "RetryAfter": 1}), ("MaxPageSize", "x"), ("Gzip", 1)],
)
def test_options_refuse_wrong_types(sandbox, name, value):
    with pytest.raises(SandboxError, match="Allowed"):
        sandbox.options(**{name: value})


def test_json_null_means_null(sandbox):
    sandbox.options(AuthValueEcho=None)
    assert sandbox.state()["Settings"]["AuthValueEcho"] == "null"


def test_latency(sandbox, api):
    sandbox.options(LatencyMs=150)
    assert api.get("/accounts").elapsed.total_seconds() >= 0.15


def test_state_has_no_tokens(sandbox, api):
    token = api.post("/accounts/globex/signintoken").json()["Token"]
    text = json.dumps(sandbox.state())
    assert token not in text and api.token not in text and "data:image" not in text


def test_deterministic(sandbox, api):
    """Ids from counters, tokens from a seeded generator."""

    def play():
        sandbox.reset()
        api.token = None
        number = api.install("HubSpot")["Id"]
        token = api.post("/accounts/globex/signintoken").json()["Token"]
        return api.token, number, token, api.post("/accounts", {"Name": "x"}).json()["Id"]

    first = play()
    assert play() == first
    sandbox.reset({**seeds.builtin(), "RandomSeed": 2})
    api.token = None
    assert api.login() != first[0]


def test_builtin_seed(sandbox, api):
    """Facts 16.12."""
    state = sandbox.state()
    partner = next(one for one in state["AccountConnectors"] if one["AccountId"] == "templates")
    assert partner["IsPartnerIntegrationConnector"] and partner["Connector"] == "Acme Platform"
    assert len(state["Connectors"]) >= 15
    assert sum(one["Version"] is None for one in state["Connectors"]) >= 8
    assert state["Marketplaces"][0]["Id"] == 8


def test_big_seed(sandbox, api):
    """2,000 accounts and 500 connectors with icons in one line."""
    sandbox.reset({"Generate": {"Accounts": 2000, "Connectors": 500, "AccountConnectors": 3}})
    assert len(api.get("/accounts?pageSize=2000").json()) == 2000
    listed = api.get("/connectors?pageSize=500", account="customer-0001").json()
    assert len(listed) == 500 and 14_000 < len(listed[0]["Icon"]) < 16_000
    own = api.get("/account/connectors", account="customer-2000").json()
    assert len(own) == 3
    assert {one["Authenticated"] for one in own} == {True, False}


def test_readme_lists_every_switch():
    text = (HERE.parent / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", text, re.M)
    assert [name for name in rows if name in SWITCHES] == list(SWITCHES)


def test_every_switch_is_tested():
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    assert [name for name in SWITCHES if f"{name}=" not in tests and f'"{name}"' not in tests] == []


def test_the_builtin_seed_is_yaml_with_api_names():
    seed = yaml.safe_load((HERE.parent / "cyclr_sandbox" / "state" / "builtin.yml").read_text(encoding="utf-8"))
    assert set(seed) <= seeds._KEYS


def test_start_page(sandbox, api):
    """For a person: accounts, what they contain, the latest requests first. It is not itself a request."""
    api.install("HubSpot", {"AuthValue": "auth-secret"}, account="globex")
    api.post("/accounts", {"Name": "<b>Bold</b>"}, account=None)
    page = requests.get(api.url, timeout=10)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert f"export CYCLR_API_URL={api.url} " in page.text
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page.text and "<b>Bold" not in page.text
    assert "HubSpot" in page.text and "auth-secret" not in page.text and api.token not in page.text
    assert page.text.index("POST /v1.0/accounts<") < page.text.index("/install<") < page.text.index("POST /oauth/token<")
    assert len(sandbox.journal()) == 3
