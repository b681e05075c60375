# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What customers type into Cyclr goes through plays, facts, diffs and messages, and stays the text that it is."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import printable
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import BUILTIN

PLAYBOOKS = Path(__file__).resolve().parent / "playbooks"

# Nothing of this may ever come into being.
PROOF = "PROOF-OF-HARM"
TEXTS = {
    "jinja": "{{ 7*7 }}",
    "lookup": "{{ lookup('ansible.builtin.pipe', 'echo %s') }}" % PROOF.replace("-", "' + '-"),
    "statement": "{% for x in [1] %}looped{% endfor %}",
    "comment": "a{# gone #}b",
    "yaml": "!!python/object/apply:os.system ['id']",
    "list": "['a', 'b']",
    "dictionary": "{'a': 1}",
    "number": "007",
    "boolean": "yes",
    "lines": "first\nsecond: third\r\n---\n",
    "escape": "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "reversed": "\u202egnp.exe",
    "quotes": "\"'`$(id)\\",
    "unsafe": '{"__ansible_unsafe": "{{ 7*7 }}"}',
    "long": "x" * 1_000_000,
    "snow": "\u2603\U0001f600",
}
# What a terminal acts on. Ansible itself shows a result that was asked for with -v as JSON, with what is beyond ASCII as it is.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
IN_FILES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
IN_MESSAGES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e]")


def seed():
    data = yaml.safe_load(BUILTIN.read_text(encoding="utf-8"))
    data["Accounts"] += [{"Id": name, "Name": text[:200], "Description": text, "AuditInfo": text} for name, text in TEXTS.items()]
    data["Connectors"] += [
        {"Id": 30000 + number, "Name": text[:200], "AuthType": "OAuth2", "Description": text, "Version": text[:50], "Categories": [text[:50]],
         "Authentication": [{"AuthName": text[:200], "AuthType": "OAuth2"}],
         "Parameters": [{"Name": text[:200], "TargetName": text[:200], "Values": [text[:200]], "IsOptional": True}]}
        for number, text in enumerate(TEXTS.values())
    ]  # fmt: skip
    data["AccountConnectors"] += [
        {"AccountId": "globex", "Id": 40000 + number, "Name": f"{text[:100]} {number}", "ConnectorId": 30000 + number, "Description": text,
         "Properties": [{"Id": 50000 + number, "Name": text[:200], "Value": text}]}
        for number, text in enumerate(TEXTS.values())
    ]  # fmt: skip
    data["Templates"] += [
        {"Id": _guid(1, number), "Name": text[:200], "Description": text, "Tags": [text[:50]],
         "Variables": [{"DisplayName": text[:200], "Values": [text[:50]]}],
         "Steps": [{"Name": "First"}, {"Name": text[:200], "Connector": "Generic Webhook", "Parameters": [{"Name": text[:200], "Values": [text[:50]]}]}]}
        for number, text in enumerate(TEXTS.values())
    ]  # fmt: skip
    data["Cycles"] = [
        {"Id": _guid(2, number), "AccountId": "globex", "TemplateId": _guid(1, number), "Name": f"{text[:150]} {number}", "Status": "Paused",
         "Incidents": [{"ShortMessage": text[:5000], "FullMessage": text[:5000]}], "ErrorCount": 1}
        for number, text in enumerate(TEXTS.values())
    ]  # fmt: skip
    return data


def _guid(kind, number):
    return f"{kind:08}-0000-4000-8000-{number:012}"


@pytest.mark.parametrize("mode", ["0", "1"])
def test_texts_stay_texts(runner, sandbox, tmp_path, mode):
    sandbox.reset(seed())
    kept = tmp_path / "kept.json"
    environment = dict(CYCLR_IN_PROCESS=mode)
    play = runner.run(PLAYBOOKS / "hostile_texts.yml", "-v", "--diff", variables=dict(kept=str(kept)), environment=environment)
    found = json.loads(kept.read_text(encoding="utf-8"))
    assert {one["id"]: one["description"] for one in found["accounts"] if one["id"] in TEXTS} == TEXTS
    assert found["names"] == {name: text[:200] for name, text in TEXTS.items()}
    assert found["again"] == found["names"]
    assert found["in_text"] == {name: f"<{text[:200]}>" for name, text in TEXTS.items()}
    assert [one["description"] for one in found["connectors"] if one["id"] >= 30000] == list(TEXTS.values())
    assert [one["properties"][0]["value"] for one in found["account_connectors"] if one["id"] >= 40000] == list(TEXTS.values())
    _harmless(play.output)


def test_role(runner, sandbox):
    """For a customer whose connectors have such names, and who gets such a connector."""
    sandbox.reset(seed())
    seeded = {one["Id"] for one in sandbox.state()["AccountConnectors"]}
    for check in (True, False):
        play = runner.run(PLAYBOOKS / "hostile_role.yml", "-v", "--diff", check=check)
        _harmless(play.output)
    installed = [one for one in sandbox.state()["AccountConnectors"] if one["AccountId"] == "globex" and one["Id"] not in seeded]
    assert sorted(one["Name"] for one in installed) == sorted(["Acme Platform", TEXTS["escape"], TEXTS["jinja"]])


def test_inventory_and_report(runner, sandbox, tmp_path):
    """As hosts with their variables and groups, and then in the page, the CSV and the JSON of the fleet report."""
    data = seed()
    names = dict(TEXTS, html="<script>alert(1)</script>", attribute="\"' onerror=alert(1) x='", formula='=cmd|"/c calc"!A1', nul="a\0b")
    data["Accounts"] += [{"Id": name, "Name": names[name], "Description": names[name]} for name in names if name not in TEXTS]
    data["AccountConnectors"] += [
        {"AccountId": name, "Id": 45000 + number, "Name": text[:100] or name, "ConnectorId": 30000 + number % len(TEXTS)}
        for number, (name, text) in enumerate(names.items())
    ]
    sandbox.reset(data)
    (tmp_path / "fleet.cyclr.yml").write_text("plugin: cyclr.ipaas.accounts\nconnectors: true\ncycles: true\n", encoding="utf-8")
    page = tmp_path / "fleet.html"
    variables = dict(fleet_report_path=str(page), fleet_report_source_account_id="templates", fleet_report_errors_since="2020-01-01")
    play = runner.run(Path("cyclr.ipaas.fleet_report"), "-i", str(tmp_path / "fleet.cyclr.yml"), "-v", "--diff", variables=variables)
    _harmless(play.output)
    told = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert {one["id"]: one["name"] for one in told["accounts"] if one["id"] in names} == {name: shown(text[:200]) for name, text in names.items()}
    integrations = [one for account in told["accounts"] for one in account["cycles"]]
    assert {one["name"] for one in integrations} >= {shown(f"{text[:150]} {number}") for number, text in enumerate(TEXTS.values())}
    assert {one["state"] for one in integrations} == {"cannot_start"} and {one["errors"] for one in integrations} == {1}
    with page.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert {line["account_id"] for line in lines} >= set(names)
    assert not [value for line in lines for value in line.values() if value is None or value.startswith(("=", "+", "-", "@")) or "\0" in value]
    html = page.read_text(encoding="utf-8")
    for suffix in (".html", ".json", ".csv"):
        _harmless(page.with_suffix(suffix).read_text(encoding="utf-8"), IN_FILES)
    assert PROOF not in html
    assert "<script>alert(1)" not in html and "&lt;script&gt;alert(1)" in html
    tags = Tags(html)
    assert not [name for name, value in tags.attributes if name.startswith("on")]
    assert {names["jinja"], names["attribute"], names["html"], f"{TEXTS['jinja']} 0"} <= set(tags.texts)


def shown(text):
    """A name in the report, whose files have no power over a terminal either."""
    return printable(text.replace("\0", ""))


class Tags(HTMLParser):
    """The attributes of all elements, and what is between them."""

    def __init__(self, text):
        super().__init__()
        self.attributes, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data.strip())


@pytest.mark.parametrize("mode", ["0", "1"])
def test_messages(runner, sandbox, mode):
    """Errors list what there is: names, versions, methods, properties and their values."""
    sandbox.reset(seed())
    play = runner.run(PLAYBOOKS / "hostile_messages.yml", "-vvv", environment=dict(CYCLR_IN_PROCESS=mode))
    assert all(task.failed for task in play.ours.values()), play
    _harmless(play.output, IN_MESSAGES)


@pytest.mark.parametrize("mode", ["0", "1"])
def test_messages_about_integrations(runner, sandbox, mode):
    """Errors list templates, integrations, what these lack, and what is allowed. Beside the message, the result contains the integration as it is."""
    sandbox.reset(seed())
    number = list(TEXTS).index("escape")
    variables = dict(template_id=_guid(1, number), cycle_id=_guid(2, number), integration="Another name")
    play = runner.run(PLAYBOOKS / "hostile_integrations.yml", "-vvv", variables=variables, environment=dict(CYCLR_IN_PROCESS=mode))
    assert all(task.failed for task in play.ours.values()), play
    for task in play.ours.values():
        _harmless(task.msg, IN_MESSAGES)
    for name in ("An integration that lacks something", "An onboarding with an integration that lacks something"):
        assert "cannot start. Missing are: " in play.results[name].msg and "owned" in play.results[name].msg, name
    _harmless(play.output)


def _harmless(output, controls=CONTROLS):
    assert PROOF not in output
    found = controls.search(output)
    assert not found, repr(output[max(0, found.start() - 200) : found.end() + 50])
