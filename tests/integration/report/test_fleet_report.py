# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook fleet_report over the accounts of the sandbox: page, JSON, CSV and totals."""

from __future__ import annotations

import csv
import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tests.support.http_servers import serving
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
         "Properties": [{"Name": "HookSecret", "Value": "hook-secret"}, {"Name": "Region", "Value": "a-value-that-nobody-needs"}]},
        {"AccountId": "ready", "ConnectorId": 2, "AuthValue": "secret-one", "Properties": [{"Name": "Region", "Value": "a-value-that-nobody-needs"}]},
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


WAITING_ID = "bbbbbbbb-0000-4000-8000-000000000001"
INCIDENTS = [
    {"ShortMessage": "The list is full", "FullMessage": "The list is full\r\nsomeone@customer.example", "CreatedOnUtc": "2020-02-02T00:00:00Z"},
    {"ShortMessage": "A warning", "IncidentLevel": "Warning", "CreatedOnUtc": "2020-02-03T00:00:00Z"},
    {"ShortMessage": "Before that time", "CreatedOnUtc": "2019-12-31T00:00:00Z"},
]


def cycle(name, account="ready", status="Active", connectors=("Acme", "Webhook"), lacks=(), **more):
    steps = [{"Name": f"Step {number}", "Connector": connector} for number, connector in enumerate(connectors)]
    steps[-1]["Parameters"] = [{"Name": missing} for missing in lacks]
    return {"AccountId": account, "Name": name, "Status": status, "Steps": steps, **more}


def cycle_seed(*more):
    """The accounts of the seed with an integration in each state."""
    return {**SEED, "Cycles": [
        cycle("Runs"),
        cycle("Stopped", status="Paused"),
        cycle("Waits for the customer", "waits", "Paused", ("Acme", "HubSpot"), Id=WAITING_ID),
        cycle("Lacks a list", "missing", "Paused", ("Mailchimp", "Mailchimp"), ["List Id"]),
        cycle("Failed once", "old", connectors=("Acme", "Acme"), Incidents=INCIDENTS, ErrorCount=2),
        *more,
    ]}  # fmt: skip


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
        playbook = how.pop("playbook", PLAYBOOK)
        return Report(runner.run(playbook, "-i", str(inventory), *arguments, variables=variables, **how), path)

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
    assert shown[0] == "5 accounts: 1 ready, 1 version_differs, 1 waits_for_oauth, 1 needs_key, 1 missing"
    assert [re.sub("/.*/", "/", line) for line in shown[1:]] == ["Page: /fleet.html", "JSON: /fleet.json", "CSV:  /fleet.csv"]
    assert not report.play.writes


def test_one_request_beyond_the_inventory(sandbox, make):
    sandbox.reset(SEED)
    tasks = make().play.tasks
    assert [path for task in tasks for path in told(task.requests)] == ["GET /v1.0/account/connectors"]


def test_the_json_file_and_the_variable_contain_what_the_filter_returns(sandbox, make, tmp_path):
    """The variable is the result of a task, with what that says about itself."""
    sandbox.reset(SEED)
    playbook = tmp_path / "compare.yml"
    hosts = "ansible_play_hosts_all | map('extract', hostvars)"
    of_filter = "{{ %s | cyclr.ipaas.fleet_report(expected=['HubSpot'], now=fleet_report_data.generated_at) }}" % hosts
    tasks = [
        {"ansible.builtin.include_role": {"name": "cyclr.ipaas.fleet_report"}, "run_once": True},
        {"name": "Filter", "ansible.builtin.debug": {"msg": of_filter}, "run_once": True},
        {"name": "Variable", "ansible.builtin.debug": {"msg": "{{ fleet_report_data }}"}, "run_once": True},
    ]
    playbook.write_text(yaml.safe_dump([dict(hosts="all", connection="local", gather_facts=False, tasks=tasks)]), encoding="utf-8")
    report = make(playbook=playbook, source=None, variables={"fleet_report_expected": ["HubSpot"]})
    of_filter, variable = (report.play.results[name].result["msg"] for name in ("Filter", "Variable"))
    assert report.json == of_filter
    assert variable == dict(of_filter, changed=False, failed=False)


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


@pytest.mark.parametrize("how", ["once for all", "each host by itself"])
def test_the_account_of_a_host_is_that_of_its_onboarding(sandbox, make, inventory, tmp_path, how):
    sandbox.reset(SEED)
    more = {f"h-{name}": {"onboard_account_id": name, "cyclr_account_id": "gone"} for name in STATES}
    static_hosts(inventory, more, **more)
    playbook = PLAYBOOK if how == "once for all" else own_play(tmp_path, STATIC)
    variables = {"our_url": sandbox.url, "our_id": "sandbox-client", "our_secret": "sandbox-secret"}
    environment = {} if how == "once for all" else NOWHERE
    assert make(playbook=playbook, variables=variables, environment=environment).states == STATES


def test_an_account_that_cannot_be_read(sandbox, make, inventory):
    sandbox.reset(SEED)
    (inventory / "fleet.cyclr.yml").write_text(INVENTORY, encoding="utf-8")
    (inventory / "more.yml").write_text("all: {hosts: {gone: {}}}\n", encoding="utf-8")
    report = make(fails=True)
    assert report.states == {**STATES, "gone": "not_read"}
    assert "account 'gone' does not exist" in report.page.rows[1]["text"]
    assert report.play.results["Fail if accounts could not be read"].msg.endswith(": gone")


# -- integrations ------------------------------------------------------------------------------------------------------

REASON = "step 'Step 1', field 'List Id': Missing parameter mapping"


def cycles_of(report):
    return {one["name"]: (one["state"], one["reason"]) for account in report.json["accounts"] for one in account["cycles"] or ()}


KNOWN = {
    "Runs": ("running", None),
    "Stopped": ("not_running", None),
    "Waits for the customer": ("cannot_start", "HubSpot has to be authorized"),
    "Lacks a list": ("cannot_start", REASON),
    "Failed once": ("running", None),
}


@pytest.mark.parametrize("known", [True, False], ids=["the inventory contains them", "all are read"])
def test_integrations(sandbox, make, inventory, known):
    sandbox.reset(cycle_seed())
    (inventory / "fleet.cyclr.yml").write_text(INVENTORY + "connectors: true\n" + ("cycles: true\n" if known else ""), encoding="utf-8")
    report = make(variables={"fleet_report_cycles": True, "fleet_report_errors_since": "2020-01-01"})
    assert cycles_of(report) == KNOWN
    # The state of an account is that of its connectors.
    assert report.states == STATES
    failed = next(one for account in report.json["accounts"] for one in account["cycles"] if one["name"] == "Failed once")
    assert (failed["errors"], failed["newest_error"]) == (1, "The list is full")
    shown = report.play.results["Show the totals"].result["msg"]
    assert shown[1] == "5 integrations: 2 running, 1 not_running, 2 cannot_start; 1 error since 2020-01-01"
    artifact = report.play.results["Add the totals to the artifacts"].result["ansible_stats"]["data"]["cyclr_fleet_report_local"]
    assert artifact["cycles"] == {"all": 5, "running": 2, "not_running": 1, "cannot_start": 2, "not_read": 0, "errors": 1}
    assert artifact["waiting_for_consent"] == 1
    text = "".join(report.page.texts)
    assert "1 error, the newest: The list is full" in text and "HubSpot has to be authorized" in text and REASON in text
    # One line for each, after those of the connectors
    lines = [(line["connector"], line["integration"], line["integration_state"]) for line in report.csv if line["account_id"] == "ready"]
    assert lines == [("Acme", "", ""), ("Webhook", "", ""), ("", "Runs", "running"), ("", "Stopped", "not_running")]
    assert "someone@customer.example" not in report.everything + report.play.output


def test_only_accounts_with_an_integration_that_does_not_run_are_read(sandbox, make, inventory):
    sandbox.reset(cycle_seed())
    (inventory / "fleet.cyclr.yml").write_text(INVENTORY + "connectors: true\ncycles: true\n", encoding="utf-8")
    (asked,) = [task for task in make(variables={"fleet_report_cycles": True}).play.tasks if task.name == "Read the integrations of the other hosts"]
    assert {request["account"] for request in asked.requests} == {"ready", "waits", "missing"}
    report = make(variables={"fleet_report_errors_since": "2020-01-01"})
    (asked,) = [task for task in report.play.tasks if task.name == "Read the integrations of the other hosts"]
    assert {request["account"] for request in asked.requests} == {"ready", "waits", "missing", "old"}


def test_integrations_of_the_inventory_take_no_request(sandbox, make, inventory):
    sandbox.reset(cycle_seed())
    (inventory / "fleet.cyclr.yml").write_text(INVENTORY + "connectors: true\ncycles: true\n", encoding="utf-8")
    report = make(source=None, variables={"fleet_report_expected": ["Acme"]})
    assert not [path for task in report.play.tasks for path in told(task.journal)]
    assert cycles_of(report) == {**KNOWN, "Lacks a list": ("not_running", None)}


def test_no_integrations_unless_they_are_asked_for(sandbox, make):
    sandbox.reset(cycle_seed())
    report = make(variables=dict.fromkeys(("fleet_report_cycles", "fleet_report_errors_since"), ""))
    assert report.json["totals"]["cycles"] is None and "ntegration" not in "".join(report.page.texts)
    assert {line["integration"] for line in report.csv} == {""}


@pytest.mark.parametrize("how", ["once for all", "each host by itself"])
def test_integrations_that_cannot_be_read(sandbox, make, inventory, tmp_path, how):
    sandbox.reset(cycle_seed())
    static_hosts(inventory, STATES)
    sandbox.faults([{"method": "GET", "path": f"/v1.0/cycles/{WAITING_ID}/prerequisites", "fault": "status:403", "times": 99}])
    playbook = PLAYBOOK if how == "once for all" else own_play(tmp_path, STATIC)
    variables = {"our_url": sandbox.url, "our_id": "sandbox-client", "our_secret": "sandbox-secret", "fleet_report_cycles": True}
    report = make(playbook=playbook, variables=variables, environment={} if how == "once for all" else NOWHERE, fails=True)
    assert cycles_of(report) == {name: found for name, found in KNOWN.items() if name != "Waits for the customer"}
    errors = {account["id"]: account["cycles_error"] for account in report.json["accounts"] if account["cycles_error"]}
    assert list(errors) == ["waits"] and "403" in errors["waits"] and "account 'waits'" in errors["waits"]
    # Its connectors are shown all the same.
    assert report.states == STATES
    assert "Not read, and shown as such in the report: waits (integrations)" in " ".join(report.play.output.split())


def test_hostile_names_of_integrations(sandbox, make):
    sandbox.reset(cycle_seed())
    given = {"fleet_report_cycles": True, "fleet_report_errors_since": "2020-01-01"}
    harmless = make("--diff", variables=given).page
    names = [*HOSTILE, "\x1b[2Jescape"]
    more = [
        cycle(name, "ready", "Paused", ("Acme", "Webhook"), [name], Incidents=[{"ShortMessage": name + "\nmore", "CreatedOnUtc": "2020-02-02T00:00:00Z"}])
        for name in names
    ]
    sandbox.reset(cycle_seed(*more))
    report = make("--diff", "-vvv", variables=given, alarms=())
    for tag in ("script", "img", "style", "iframe", "h1", "a"):
        assert report.page.elements.get(tag) == harmless.elements.get(tag), tag
    assert not [name for tag, name, value in report.page.attributes if name.startswith("on")]
    shown = {name.replace("\u202e", " ").replace("\x1b", " ") for name in names}
    assert shown <= set(cycles_of(report)) and all(name in "".join(report.page.texts) for name in shown)
    assert "1337" not in report.everything
    assert not [value for line in report.csv for value in line.values() if value.startswith("=")]
    for text in (report.everything, report.play.stdout):
        assert {character for character in text if not character.isprintable() and character not in "\r\n"} == set()


@pytest.mark.parametrize("given, said", [
    ({"fleet_report_cycles": "perhaps"}, "cycles: must be true or false"),
    ({"fleet_report_errors_since": "yesterday"}, "'yesterday' is not a time such as 2030-01-31T12:00:00Z"),
    ({"fleet_report_errors_since": ["2030-01-01"]}, "errors_since: must be one text"),
])  # fmt: skip
def test_bad_input_about_integrations_is_refused_before_anything_is_read(sandbox, runner, inventory, tmp_path, given, said):
    sandbox.reset(cycle_seed())
    play = runner.run(PLAYBOOK, "-i", str(inventory), fails=True, variables={"fleet_report_path": str(tmp_path / "x.html"), **given})
    assert said in " ".join(play.output.split())
    assert not [task for task in play.tasks if task.is_ours]


def test_limit(sandbox, make):
    sandbox.reset(SEED)
    assert make("--limit", "cyclr_needs_oauth").states == {"waits": "waits_for_oauth"}


def test_check_mode_writes_nothing(sandbox, runner, inventory, tmp_path):
    sandbox.reset(SEED)
    play = runner.run(PLAYBOOK, "-i", str(inventory), check=True, variables={"fleet_report_path": str(tmp_path / "out" / "fleet.html")})
    assert [line.split(":")[0] for line in play.results["Show the totals"].result["msg"]] == ["6 accounts", "Nothing is written in check mode"]
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
    names = [name.replace("\u202e", " ") for name in HOSTILE]
    for name in names:
        assert name in text
        assert any(value == name for tag, attribute, value in page.attributes if attribute == "title")
    assert "1337" not in report.everything
    assert {account["name"] for account in report.json["accounts"]} >= set(names)
    assert not [value for line in report.csv for value in line.values() if value.startswith("=")]


def test_nothing_acts_on_a_terminal(sandbox, make):
    """On the screen at any verbosity, and in the files that somebody may show with cat."""
    sandbox.reset(SEED)
    seed = hostile_seed()
    for number, name in enumerate(["\x1b[2J\x1b]0;owned\x07", "\x9b31m", "\u202egnp.exe", "\u2066\u200fright", "two\nlines"]):
        seed["Accounts"].append({"Id": f"escape-{number}", "Name": f"a{name}"})
        seed["Connectors"].append({"Id": 200 + number, "Name": f"c{name}", "Version": f"v{name}", **API_KEY})
        seed["AccountConnectors"].append({"AccountId": f"escape-{number}", "ConnectorId": 200 + number, "Name": f"i{name}"})
    sandbox.reset(seed)
    report = make("-v", variables={"fleet_report_expected": ["x\x1b[2J"]})
    # The names in the output of -v are those of the report, too.
    for text in (report.everything, report.play.stdout):
        harmful = {character for character in text if not character.isprintable() and character not in "\r\n"}
        assert harmful == set()


def test_no_secrets(sandbox, make):
    sandbox.reset(hostile_seed())
    report = make("-vvvv", "--diff")
    for secret in [*SECRETS, "a-value-that-nobody-needs"]:
        assert secret not in report.everything
        assert secret not in report.play.output


def test_values_of_properties_are_not_shown_when_the_role_reads_them(sandbox, make, inventory):
    sandbox.reset(SEED)
    static_hosts(inventory, [*STATES, "templates"])
    report = make("-vvvv", "--diff")
    assert report.states == STATES
    for secret in [*SECRETS, "a-value-that-nobody-needs"]:
        assert secret not in report.everything + report.play.output


# -- who reads -------------------------------------------------------------------------------------------------------

OWN_PLAY = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/cyclr.ipaas.cyclr:
      api_url: "{{ our_url }}"
      client_id: "{{ our_id }}"
      client_secret: "{{ our_secret }}"
  %s
"""
INCLUDED_ONCE = "tasks: [{ansible.builtin.include_role: {name: cyclr.ipaas.fleet_report}, run_once: true}]"
STATIC = "roles: [cyclr.ipaas.fleet_report]"
# The record of tasks is for plays of one host.
NOWHERE = {"CYCLR_API_URL": "http://127.0.0.1:9", "CYCLR_CLIENT_ID": None, "CYCLR_CLIENT_SECRET": None, "CYCLR_RETRY_TIMEOUT": "0", "CYCLR_TESTS_RECORD": None}


def own_play(tmp_path, how):
    path = tmp_path / "own.yml"
    path.write_text(OWN_PLAY % how, encoding="utf-8")
    return path


def static_hosts(inventory, names, **more):
    (inventory / "fleet.cyclr.yml").unlink()
    (inventory / "hosts.yml").write_text(json.dumps({"all": {"hosts": {name: more.get(name, {}) for name in names}}}), encoding="utf-8")


@pytest.mark.parametrize("mode", ["0", "1"])
@pytest.mark.parametrize("how", [INCLUDED_ONCE, STATIC])
def test_connection_in_module_defaults(sandbox, make, inventory, tmp_path, how, mode):
    """And nowhere else, with hosts of which the inventory knows nothing but the names."""
    sandbox.reset(SEED)
    static_hosts(inventory, [*STATES, "templates"])
    variables = {"our_url": sandbox.url, "our_id": "sandbox-client", "our_secret": "sandbox-secret"}
    report = make(playbook=own_play(tmp_path, how), variables=variables, environment={**NOWHERE, "CYCLR_IN_PROCESS": mode})
    assert report.states == STATES
    assert {account["name"] for account in report.json["accounts"]} == {name.title() for name in STATES}


def test_each_host_is_read_with_its_own_connection(sandbox, make, inventory, tmp_path):
    """Two partners have an account of the same ID. No token of one gets to the other."""
    sandbox.reset({"Accounts": [{"Id": "one", "Name": "One of ours"}, {"Id": "two", "Name": "Two of ours"}]})
    seen = []

    def other_partner(method, path, headers, body):
        seen.append(headers.get("Authorization"))
        answer = {"access_token": "token-of-the-other", "expires_in": 3600} if path == "/oauth/token" else []
        if path.startswith("/v1.0/accounts"):
            answer = {"Id": "two", "Name": "Two of theirs"}
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    with serving(other_partner) as server:
        ours = {"our_url": sandbox.url, "our_id": "sandbox-client", "our_secret": "sandbox-secret"}
        theirs = {"our_url": server.url, "our_id": "their-client", "our_secret": "their-secret"}
        static_hosts(inventory, ["one", "two"], one=ours, two=theirs)
        report = make(playbook=own_play(tmp_path, STATIC), source=None, environment=NOWHERE)
    assert {account["name"] for account in report.json["accounts"]} == {"One of ours", "Two of theirs"}
    assert set(seen) <= {None, "Bearer token-of-the-other"} and len(seen) > 2


def test_the_source_account_cannot_be_read(sandbox, runner, inventory, tmp_path):
    sandbox.reset(SEED)
    variables = {"fleet_report_path": str(tmp_path / "fleet.html"), "fleet_report_source_account_id": "gone"}
    play = runner.run(PLAYBOOK, "-i", str(inventory), variables=variables, fails=True)
    assert "account 'gone' does not exist" in " ".join(play.output.split())


# -- what is given -----------------------------------------------------------------------------------------------------


def test_ids_that_are_numbers(sandbox, make, inventory):
    sandbox.reset({"Accounts": [{"Id": str(number), "Name": f"Name {number}"} for number in (42, 43, 44, 45)]})
    static_hosts(inventory, ["h-42", "h-43", "44", "45"], **{"h-42": {"cyclr_account_id": 42}, "h-43": {"cyclr_account_id": 43}})
    report = make(source=None, variables={"fleet_report_source_account_id": 45, "fleet_report_exclude": [44]})
    assert {account["id"]: account["name"] for account in report.json["accounts"]} == {"42": "Name 42", "43": "Name 43"}


def test_an_id_that_yaml_has_changed(sandbox, runner, inventory, tmp_path):
    sandbox.reset(SEED)
    static_hosts(inventory, ["a"], a={"cyclr_account_id": 1.10})
    play = runner.run(PLAYBOOK, "-i", str(inventory), fails=True, variables={"fleet_report_path": str(tmp_path / "x.html")})
    flat = " ".join(play.output.split())
    assert "cyclr_account_id of host 'a': must be text" in flat and "quotes" in flat


@pytest.mark.parametrize("given", [{"fleet_report_exclude": "key,old"}, {"fleet_report_exclude": '["key", "old"]'}])
def test_lists_and_numbers_given_as_text(sandbox, make, given):
    sandbox.reset(SEED)
    report = make(variables={**given, "fleet_report_expected": "Acme, HubSpot", "fleet_report_columns": "1"})
    assert set(report.states) == {"ready", "waits", "missing"}
    missing = {line["connector"] for line in report.csv if line["state"] == "missing" and line["account_id"] == "missing"}
    assert missing == {"Acme", "HubSpot"}
    assert "Others" in report.html


def test_null_is_not_given(sandbox, make):
    sandbox.reset(SEED)
    variables = dict.fromkeys(("fleet_report_exclude", "fleet_report_expected", "fleet_report_columns", "fleet_report_mode", "fleet_report_title"))
    report = make(variables=variables)
    assert report.states == STATES
    assert "<h1>Cyclr accounts</h1>" in report.html


@pytest.mark.parametrize("first", [True, False])
def test_what_one_host_expects_is_expected_of_no_other(sandbox, make, inventory, first):
    sandbox.reset(SEED)
    special = "key" if first else "waits"
    (inventory / "host_vars").mkdir()
    (inventory / "host_vars" / f"{special}.yml").write_text("fleet_report_expected: [Webhook]\n", encoding="utf-8")
    report = make("--limit", "key,old,waits")
    assert report.states == {"old": "version_differs", "key": "needs_key", "waits": "waits_for_oauth", special: "missing"}


@pytest.mark.parametrize("host", ["key", "waits"])
def test_a_setting_of_one_host_only_is_refused(sandbox, runner, inventory, tmp_path, host):
    sandbox.reset(SEED)
    (inventory / "host_vars").mkdir()
    (inventory / "host_vars" / f"{host}.yml").write_text("fleet_report_exclude: [old]\n", encoding="utf-8")
    play = runner.run(PLAYBOOK, "-i", str(inventory), fails=True, variables={"fleet_report_path": str(tmp_path / "x.html")})
    assert "fleet_report_exclude: differs between the hosts" in " ".join(play.output.split())


# -- where it is written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("same", [True, False])
def test_links_in_place_of_the_files_are_replaced(sandbox, make, tmp_path, same):
    """Another user may have made them, to have a file of ours overwritten, or to keep the report in a file of theirs."""
    sandbox.reset(SEED)
    folder = tmp_path / "out"
    if same:
        make()
    folder.mkdir(exist_ok=True)
    canaries = {}
    for suffix in (".html", ".json", ".csv"):
        canary, file = tmp_path / f"canary{suffix}", folder / f"fleet{suffix}"
        canary.write_bytes(file.read_bytes() if same else b"precious")
        canary.chmod(0o600)
        canaries[canary] = canary.read_bytes()
        file.unlink(missing_ok=True)
        file.symlink_to(canary)
    report = make()
    assert report.states == STATES
    for canary, content in canaries.items():
        file = folder / f"fleet{canary.suffix}"
        assert canary.read_bytes() == content and canary.stat().st_mode & 0o777 == 0o600
        assert not file.is_symlink() and file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("target", ["nowhere", "folder"])
def test_a_link_to_nothing_or_to_a_folder(sandbox, make, tmp_path, target):
    sandbox.reset(SEED)
    (tmp_path / "out").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "out" / "fleet.html").symlink_to(tmp_path / target)
    assert make().states == STATES
    assert not (tmp_path / "nowhere").exists() and not list((tmp_path / "folder").iterdir())
    assert not (tmp_path / "out" / "fleet.html").is_symlink()


def test_a_folder_may_be_a_link(sandbox, make, tmp_path):
    sandbox.reset(SEED)
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    make()
    assert sorted(file.name for file in (tmp_path / "real").iterdir()) == ["fleet.csv", "fleet.html", "fleet.json"]


@pytest.mark.parametrize("name", ["fleet.json", "fleet.csv", "fleet", "folder.html"])
def test_a_path_that_cannot_be_that_of_the_page(sandbox, runner, inventory, tmp_path, name):
    sandbox.reset(SEED)
    (tmp_path / "folder.html").mkdir()
    play = runner.run(PLAYBOOK, "-i", str(inventory), fails=True, variables={"fleet_report_path": str(tmp_path / name)})
    assert "fleet_report_path: must be the path of a page" in " ".join(play.output.split())


def test_a_thousand_accounts(sandbox, make, record_property):
    sandbox.reset({"Generate": {"Accounts": 1000, "Connectors": 12, "AccountConnectors": 5, "IconBytes": 100}})
    began = time.monotonic()
    report = make(source=None)
    record_property("seconds", round(time.monotonic() - began, 1))
    record_property("bytes", len(report.html))
    print(f"1000 accounts: {time.monotonic() - began:.1f} s, {len(report.html) // 1024} KiB")
    assert len(report.json["accounts"]) == 1000
    assert len([row for row in report.page.rows if "data-s" in row]) == len(report.json["accounts"])
