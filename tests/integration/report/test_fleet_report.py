# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook fleet_report over the accounts of the sandbox: page, JSON, CSV and totals."""

from __future__ import annotations

import csv
import json
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import told

PLAYBOOK = Path("cyclr.ipaas.fleet_report")
INVENTORY = "plugin: cyclr.ipaas.accounts\n"
HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(2)>",
    "{{ 7 * 191 }} {% raw %}",
    '=HYPERLINK("x")',
    "</title></style>&amp;",
    "\u202eevil",
]
SECRETS = ["secret-one", "secret-two", "sandbox-secret", "hook-secret"]
API_KEY = {"AuthType": "ApiKey", "Icon": None}
OAUTH = {"AuthType": "OAuth2", "Authentication": [{"AuthName": "OAuth 2.0", "AuthType": "OAuth2", "OAuth2Type": "AuthorisationCode"}], "Icon": None}

SEED = {
    "Connectors": [
        {"Id": 1, "Name": "Acme", "Version": "1.3", **API_KEY},
        {"Id": 2, "Name": "Acme", "Version": "1.4", **API_KEY, "Parameters": [{"Name": "Hook", "TargetName": "HookSecret", "IsSensitive": True}]},
        {"Id": 3, "Name": "HubSpot", **OAUTH},
        {"Id": 4, "Name": "Mailchimp", **API_KEY},
        {"Id": 5, "Name": "Webhook", "AuthType": "None", "Icon": None},
    ],
    "Accounts": [
        {"Id": "templates", "Name": "Templates"},
        {"Id": "ready", "Name": "Ready", "CreatedDate": "2020-01-01T00:00:00.0000000Z"},
        {"Id": "old", "Name": "Old"},
        {"Id": "waits", "Name": "Waits", "CreatedDate": "2020-01-01T00:00:00.0000000Z"},
        {"Id": "key", "Name": "Key"},
        {"Id": "missing", "Name": "Missing"},
    ],
    "AccountConnectors": [
        {"AccountId": "templates", "ConnectorId": 2, "AuthValue": "secret-one", "IsPartnerIntegrationConnector": True,
         "Properties": [{"Name": "HookSecret", "Value": "hook-secret"}]},
        {"AccountId": "ready", "ConnectorId": 2, "AuthValue": "secret-one"},
        {"AccountId": "ready", "ConnectorId": 5},
        {"AccountId": "old", "ConnectorId": 1, "AuthValue": "secret-two"},
        {"AccountId": "waits", "ConnectorId": 2, "AuthValue": "secret-one"},
        {"AccountId": "waits", "ConnectorId": 3},
        {"AccountId": "key", "ConnectorId": 2, "AuthValue": "secret-one"},
        {"AccountId": "key", "ConnectorId": 4, "Name": "News"},
        {"AccountId": "missing", "ConnectorId": 4, "AuthValue": "secret-two"},
    ],
}


def hostile_seed():
    seed = json.loads(json.dumps(SEED))
    for number, name in enumerate(HOSTILE):
        seed["Accounts"].append({"Id": f"hostile-{number}", "Name": name})
        seed["Connectors"].append({"Id": 100 + number, "Name": name, "Version": name, **API_KEY})
        seed["AccountConnectors"].append({"AccountId": f"hostile-{number}", "ConnectorId": 100 + number, "Name": name, "AuthValue": "secret-one"})
    return seed


class Page(HTMLParser):
    """What a browser makes of it: the elements, their attributes, the cells of the table."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes, self.rows, self._open, self.texts = {}, [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements[tag] = self.elements.get(tag, 0) + 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag == "tr":
            self.rows.append(dict(attrs, text=""))
        if tag not in ("meta", "link", "input", "rect"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        if self._open and self._open[-1] not in ("style", "script"):
            self.texts.append(data)
            if "tr" in self._open:
                self.rows[-1]["text"] += data


@pytest.fixture
def inventory(tmp_path):
    """A folder of inventories with the plugin's file in it."""
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "fleet.cyclr.yml").write_text(INVENTORY + "connectors: true\n", encoding="utf-8")
    return folder


class Report:
    def __init__(self, play, path):
        self.play = play
        self.html = path.read_text(encoding="utf-8")
        self.page = Page(self.html)
        self.json = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
            self.csv = list(csv.DictReader(file))
        self.everything = "".join(path.with_suffix(suffix).read_text(encoding="utf-8") for suffix in (".html", ".json", ".csv"))

    @property
    def states(self):
        return {account["id"]: account["state"] for account in self.json["accounts"]}


@pytest.fixture
def make(runner, inventory, tmp_path):
    def make(*arguments, source="templates", **how):
        path = tmp_path / "out" / "fleet.html"
        variables = {"fleet_report_path": str(path), **({"fleet_report_source_account_id": source} if source else {}), **how.pop("variables", {})}
        return Report(runner.run(PLAYBOOK, "-i", str(inventory), *arguments, variables=variables, **how), path)

    return make


STATES = {"ready": "ready", "old": "version_differs", "waits": "waits_for_oauth", "key": "needs_key", "missing": "missing"}


def test_states(sandbox, make):
    sandbox.reset(SEED)
    report = make()
    assert report.states == STATES
    assert {row["data-s"] for row in report.page.rows if "data-s" in row} == set(STATES.values())
    assert {line["account_id"]: line["account_state"] for line in report.csv} == STATES
    assert {(line["account_id"], line["connector"], line["instance"], line["version"], line["state"]) for line in report.csv} >= {
        ("ready", "Webhook", "Webhook", "", "ready"),
        ("old", "Acme", "Acme", "1.3", "version_differs"),
        ("waits", "HubSpot", "HubSpot", "", "waits_for_oauth"),
        ("key", "Mailchimp", "News", "", "needs_key"),
        ("missing", "Acme", "", "", "missing"),
    }
    assert report.json["waiting"]["accounts"] == 1 and report.json["waiting"]["oldest_days"] > 2000
    shown = report.play.results["Show the totals"].result["msg"]
    assert {state: shown[state] for state in STATES.values()} == dict.fromkeys(STATES.values(), 1)
    assert not report.play.writes


def test_one_request_beyond_the_inventory(sandbox, make):
    sandbox.reset(SEED)
    tasks = make().play.tasks
    assert [path for task in tasks for path in told(task.requests)] == ["GET /v1.0/account/connectors"]


def test_none_where_the_inventory_tells_all(sandbox, make):
    sandbox.reset(SEED)
    report = make(source=None, variables={"fleet_report_expected": ["Acme"]})
    assert not [path for task in report.play.tasks for path in told(task.journal)]
    # Nothing to compare with, and the account of the templates is one like others.
    assert report.states == {**STATES, "old": "ready", "templates": "ready"}


def test_hosts_that_know_nothing(sandbox, make, inventory):
    sandbox.reset(SEED)
    (inventory / "fleet.cyclr.yml").unlink()
    hosts = "".join(f"    h-{name}: {{cyclr_account_id: {name}}}\n" for name in STATES)
    (inventory / "hosts.yml").write_text("all:\n  hosts:\n" + hosts, encoding="utf-8")
    report = make()
    assert report.states == STATES
    assert next(account for account in report.json["accounts"] if account["id"] == "waits")["created"] == "2020-01-01"


def test_an_account_that_cannot_be_read(sandbox, make, inventory):
    sandbox.reset(SEED)
    (inventory / "fleet.cyclr.yml").write_text(INVENTORY, encoding="utf-8")
    (inventory / "more.yml").write_text("all: {hosts: {gone: {}}}\n", encoding="utf-8")
    report = make(fails=True)
    assert report.states == {**STATES, "gone": "not_read"}
    assert "account 'gone' does not exist" in report.page.rows[1]["text"]
    assert report.play.results["Fail where accounts could not be read"].msg.endswith(": gone")


def test_limit(sandbox, make):
    sandbox.reset(SEED)
    assert make("--limit", "cyclr_needs_oauth").states == {"waits": "waits_for_oauth"}


def test_check_mode_writes_nothing(sandbox, runner, inventory, tmp_path):
    sandbox.reset(SEED)
    play = runner.run(PLAYBOOK, "-i", str(inventory), check=True, variables={"fleet_report_path": str(tmp_path / "out" / "fleet.html")})
    assert play.results["Show the totals"].result["msg"]["all"] == 6
    assert not (tmp_path / "out").exists()


def test_hostile_names(sandbox, make):
    sandbox.reset(SEED)
    harmless = make("--diff", variables={"fleet_report_columns": 4}).page
    sandbox.reset(hostile_seed())
    report = make("--diff", "-vvv", variables={"fleet_report_columns": 4, "fleet_report_title": HOSTILE[0]}, alarms=())
    page = report.page
    # As many scripts, images and the like as without them: the names are text.
    for tag in ("script", "img", "style", "iframe", "h1", "a"):
        assert page.elements.get(tag) == harmless.elements.get(tag), tag
    assert not [name for tag, name, value in page.attributes if name.startswith("on")]
    text = "".join(page.texts)
    for name in HOSTILE:
        assert name in text
        assert any(value == name for tag, attribute, value in page.attributes if attribute == "title")
    assert "1337" not in report.everything
    assert {account["name"] for account in report.json["accounts"]} >= set(HOSTILE)
    assert not [value for line in report.csv for value in line.values() if value.startswith("=")]


def test_no_secrets(sandbox, make):
    sandbox.reset(hostile_seed())
    report = make("-vvvv", "--diff")
    for secret in SECRETS:
        assert secret not in report.everything
        assert secret not in report.play.output


def test_a_thousand_accounts(sandbox, make, record_property):
    sandbox.reset({"Generate": {"Accounts": 1000, "Connectors": 12, "AccountConnectors": 5, "IconBytes": 100}})
    began = time.monotonic()
    report = make(source=None)
    record_property("seconds", round(time.monotonic() - began, 1))
    record_property("bytes", len(report.html))
    print(f"1000 accounts: {time.monotonic() - began:.1f} s, {len(report.html) // 1024} KiB")
    assert len(report.json["accounts"]) == 1000
    assert len([row for row in report.page.rows if "data-s" in row]) == len(report.json["accounts"])
