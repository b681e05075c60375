# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters fleet_report and fleet_hosts, and fleet_csv of a report."""

from __future__ import annotations

import csv
import io
import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.filter.fleet_csv import as_csv
from ansible_collections.cyclr.ipaas.plugins.filter.fleet_hosts import hosts_of
from ansible_collections.cyclr.ipaas.plugins.filter.fleet_report import report
from hypothesis import given
from hypothesis import strategies as st

NOW = "2026-11-22T12:00:00Z"


def installed(connector, version=None, authenticated=True, auth_type="ApiKey", partner=False, name=None):
    return dict(
        id=1,
        name=name or connector,
        authenticated=authenticated,
        auth_type=auth_type,
        requires_oauth=auth_type == "OAuth2",
        state="ready" if authenticated or auth_type == "None" else "waits_for_oauth" if auth_type == "OAuth2" else "needs_key",
        is_partner_connector=partner,
        connector=dict(id=2, name=connector, version=version),
        properties=[dict(name="ApiSecret", value="top-secret")],
        auth_value="top-secret",
    )


def host(account_id, *connectors, created="2026-11-12T12:00:00.1234567Z", name=None, **more):
    account = dict(id=account_id, name=name or account_id.title(), created_date=created, parent_account_id=None, audit_info="top-secret")
    return dict(inventory_hostname=account_id, cyclr_account_id=account_id, cyclr_account=account, cyclr_connectors=list(connectors), **more)


def cycle(name, running=True, connectors=(), **more):
    """An integration as the inventory has it; with `prerequisites` and `incidents` as the module reads it."""
    return dict(id="id of " + name, name=name, running=running, error_count=0, connectors=list(connectors), **more)


def unmet(object_type="Parameter", object_id=9, **more):
    return dict(dict(code=40, reason="Missing parameter mapping", object_type=object_type, object_id=object_id, step="Add member", field="List Id"), **more)


def incident(message, level="Error", details=None, created=None):
    return dict(level=level, message=message, details=details, step=None, step_id=None, transaction_id=None, created=created)


ACME = installed("Acme", "1.4", partner=True)


def one(*connectors, **options):
    return report([host("a", *connectors)], now=NOW, **options)["accounts"][0]


@pytest.mark.parametrize(
    "connector, state",
    [
        (installed("Mailchimp"), "ready"),
        (installed("Webhook", authenticated=False, auth_type="None"), "ready"),
        (installed("HubSpot", authenticated=False, auth_type="OAuth2"), "waits_for_oauth"),
        (installed("Mailchimp", authenticated=False), "needs_key"),
        (installed("Acme", "1.4"), "ready"),
        (installed("acme", "1.3"), "version_differs"),
        (installed("Acme", None), "version_differs"),
    ],
)
def test_state(connector, state):
    account = one(connector, template=[ACME], expected=[])
    assert [account["state"], account["connectors"][0]["state"]] == [state, state]


def test_waiting_in_another_version_is_both():
    connector = one(installed("Acme", "1.3", authenticated=False, auth_type="OAuth2"), template=[ACME])["connectors"][0]
    assert (connector["state"], connector["version_differs"], connector["template_version"]) == ("waits_for_oauth", True, "1.4")


def test_what_is_marked_in_the_template_is_expected():
    account = one(installed("HubSpot"), template=[ACME, installed("HubSpot")])
    assert account["state"] == "missing"
    assert {each["connector"]: each["state"] for each in account["connectors"]} == {"Acme": "missing", "HubSpot": "ready"}


def test_expected_names_differ_in_case_only():
    assert one(installed("HubSpot"), expected=["hubspot"])["state"] == "ready"


def test_a_host_may_expect_something_else():
    hosts = [host("a"), host("b", fleet_report_expected=["Xero"])]
    accounts = report(hosts, expected=[], now=NOW)["accounts"]
    assert [account["state"] for account in accounts] == ["empty", "missing"]


def test_what_was_read_for_hosts_that_do_not_know():
    hosts = [dict(inventory_hostname="x"), dict(inventory_hostname="y", cyclr_account_id="id of y"), dict(inventory_hostname="z")]
    results = [dict(item="x", account_connectors=[installed("HubSpot")]), dict(item="y", failed=False, msg="Listing failed")]
    made = report(hosts, accounts=[dict(id="x", name="Ex")], connectors=results, now=NOW)
    told = {account["id"]: (account["name"], account["state"], account["error"]) for account in made["accounts"]}
    assert told == {"x": ("Ex", "ready", None), "id of y": ("id of y", "not_read", "Listing failed"), "z": ("z", "not_read", "not read")}
    assert made["totals"]["accounts"]["not_read"] == 2


def test_ids_may_be_numbers():
    hosts = [dict(host("a"), cyclr_account_id=42), dict(inventory_hostname="b", cyclr_account_id=43), host("44"), host("45")]
    made = report(hosts, accounts=[dict(id="43", name="Forty-three")], exclude=[44], source_account_id=45, now=NOW)
    assert {account["id"]: account["name"] for account in made["accounts"]} == {"42": "A", "43": "Forty-three"}


def test_an_id_that_yaml_has_changed():
    with pytest.raises(AnsibleFilterError, match="cyclr_account_id of host 'a': must be text.*quotes"):
        report([dict(inventory_hostname="a", cyclr_account_id=1.10)])


def test_lists_may_be_texts():
    hosts = [host("a"), host("b"), host("cd"), dict(host("e"), fleet_report_expected="Xero, Sage")]
    made = report(hosts, expected="HubSpot,Mailchimp", exclude="b, cd", now=NOW)
    assert {account["id"]: [one["connector"] for one in account["connectors"]] for account in made["accounts"]} == {
        "a": ["HubSpot", "Mailchimp"],
        "e": ["Sage", "Xero"],
    }


def test_a_host_may_expect_nothing():
    accounts = report([host("a", fleet_report_expected=[]), host("b", fleet_report_expected=None)], expected=["Xero"], now=NOW)["accounts"]
    assert [account["state"] for account in accounts] == ["empty", "missing"]


def test_what_is_known_about_hosts():
    hosts = [
        host("a"),
        dict(inventory_hostname="b", cyclr_account_id=42),
        dict(inventory_hostname="c", fleet_report_own=dict(account_connectors=[]), fleet_report_own_account=dict(accounts=[])),
        dict(inventory_hostname="d", fleet_report_own=dict(skipped=True), fleet_report_own_account=dict(skipped=True)),
        dict(inventory_hostname="e", fleet_report_own=dict(msg="Listing failed")),
        host("left-out"),
        host("source"),
    ]
    found = hosts_of(hosts, exclude="left-out", source_account_id="source")
    assert {one["host"]: (one["account_id"], one["has_account"], one["has_connectors"]) for one in found} == {
        "a": ("a", True, True),
        "b": ("42", False, False),
        "c": ("c", True, True),
        "d": ("d", False, False),
        "e": ("e", False, True),
    }


def test_what_hosts_have_read_themselves():
    read = dict(fleet_report_own=dict(account_connectors=[installed("HubSpot")]), fleet_report_own_account=dict(accounts=[dict(name="A!")]))
    own = dict(read, inventory_hostname="a")
    failed = dict(inventory_hostname="b", fleet_report_own=dict(msg="Listing failed"))
    accounts = report([own, failed], now=NOW)["accounts"]
    assert [(account["name"], account["state"], account["error"]) for account in accounts] == [("A!", "ready", None), ("b", "not_read", "Listing failed")]


@pytest.mark.parametrize("setting", ["path", "title", "source_account_id", "exclude", "columns", "mode", "cycles", "errors_since"])
@pytest.mark.parametrize("first", [True, False])
def test_settings_of_the_report_are_the_same_for_all_hosts(setting, first):
    name = "fleet_report_" + setting
    hosts = [host("a", **{name: "x"}), host("b")]
    with pytest.raises(AnsibleFilterError, match=f"{name}: differs between the hosts"):
        hosts_of(hosts if first else hosts[::-1])
    assert len(hosts_of([host("a", **{name: "x"}), host("b", **{name: "x"})])) == 2


def test_excluded():
    assert [account["id"] for account in report([host("a"), host("b")], exclude=["a"], now=NOW)["accounts"]] == ["b"]


def test_totals_and_charts():
    waits = installed("HubSpot", authenticated=False, auth_type="OAuth2")
    made = report([host("a", installed("HubSpot")), host("b", waits), host("c", waits), host("d")], now=NOW)
    assert made["totals"]["accounts"] == dict(
        all=4, empty=1, ready=1, version_differs=0, waits_for_oauth=2, needs_key=0, missing=0, not_read=0
    )
    assert [(part["state"], part["start"], part["width"]) for part in made["shares"]] == [("ready", 0, 25), ("waits_for_oauth", 25, 50), ("empty", 75, 25)]
    assert [(each["name"], each["count"]) for each in made["connectors"]] == [("HubSpot", 3)]


@pytest.mark.parametrize(
    "created, days, place",
    [
        ("2026-11-22T11:59:59.9999999Z", 0, "under 1 day"),
        ("2026-11-15T12:00:00Z", 7, "7 to 30 days"),
        ("2025-11-22T12:00:00", 365, "over 90 days"),
        ("2026-11-23T12:00:00Z", 0, "under 1 day"),
        ("0001-01-01T00:00:00", None, "unknown"),
        ("2026-13-45T00:00:00Z", None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_age(created, days, place):
    made = report([host("a", installed("HubSpot", authenticated=False, auth_type="OAuth2"), created=created)], now=NOW)
    assert made["accounts"][0]["age_days"] == days
    assert [age["name"] for age in made["waiting"]["ages"] if age["count"]] == [place]
    assert made["waiting"]["oldest_days"] == days


def test_the_five_oldest_that_wait_are_named():
    waits = installed("HubSpot", authenticated=False, auth_type="OAuth2")
    fleet = [host(f"a{day}", waits, created=f"2026-11-{day:02}T12:00:00Z") for day in (9, 3, 5, 4, 6, 8)]
    fleet += [host("undated", waits), host("ready", installed("HubSpot"), created="2020-01-01T00:00:00Z")]
    oldest = report(fleet, now=NOW)["waiting"]["oldest"]
    assert [(one["id"], one["age_days"]) for one in oldest] == [("a3", 19), ("a4", 18), ("a5", 17), ("a6", 16), ("a8", 14)]


def test_now_in_seconds():
    assert report([], now=0)["generated_at"] == "1970-01-01T00:00:00Z"


def test_an_empty_fleet():
    made = report([])
    assert made["totals"]["accounts"]["all"] == 0
    assert as_csv(made).count("\r\n") == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: report([dict(nothing=1)]),
        lambda: report([dict(inventory_hostname="a", cyclr_connectors=["x"])]),
        lambda: report([host("a", dict(installed("HubSpot"), state="unheard-of"))]),
        lambda: report([], now="yesterday"),
        lambda: report([], expected={"HubSpot": 1}),
        lambda: report([dict(inventory_hostname="a", cyclr_account_id=1.10)]),
        lambda: report([], exclude=[True]),
        lambda: hosts_of([dict(nothing=1)]),
        lambda: hosts_of([dict(inventory_hostname="a", cyclr_account_id=True)]),
        lambda: hosts_of("text"),
        lambda: hosts_of([], cycles="maybe"),
        lambda: hosts_of([], errors_since="yesterday"),
        lambda: hosts_of([], errors_since=True),
        lambda: report([], errors_since="2030-01-31T12:00:00"),
        lambda: report([host("a", cyclr_cycles=["x"])]),
        lambda: as_csv([]),
        lambda: as_csv({}),
    ],
)
def test_misused(call):
    with pytest.raises(AnsibleFilterError, match="fleet_"):
        call()


def test_no_secret_gets_in():
    made = report([host("a", installed("HubSpot"))], template=[ACME], now=NOW)
    assert "top-secret" not in json.dumps(made) + as_csv(made)


def test_csv():
    lines = list(csv.DictReader(io.StringIO(as_csv(report([host("a", installed("HubSpot", name="CRM")), host("b")], template=[ACME], expected=[], now=NOW)))))
    assert [(line["account_id"], line["connector"], line["instance"], line["state"]) for line in lines] == [("a", "HubSpot", "CRM", "ready"), ("b", "", "", "")]
    assert lines[1]["account_state"] == "empty"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", " =1", '"=1', "\uff1d1", '=cmd|"/c calc"!A0'])
def test_csv_holds_no_formula(name):
    lines = list(csv.DictReader(io.StringIO(as_csv(report([host("a", installed(name), name=name)], now=NOW)))))
    assert [lines[0]["account_name"], lines[0]["connector"]] == ["'" + name] * 2


@pytest.mark.parametrize("name, cell", [
    ("Initech;=HYPERLINK(A1)", "Initech;'=HYPERLINK(A1)"),
    ("a,=1", "a,'=1"),
    ("a;  @x", "a;'  @x"),
    ('a","=1', "a\",'\"=1"),
    ("a|-1", "a|'-1"),
    ("a\t=1", "a =1"),
    ("a\r\n=1", "a =1"),
    ("a=b - c", "a=b - c"),
])  # fmt: skip
def test_csv_holds_no_formula_after_a_separator(name, cell):
    text = as_csv(report([host("a", installed("HubSpot", version=name), name=name)], now=NOW))
    line = list(csv.DictReader(io.StringIO(text)))[0]
    assert [line["account_name"], line["version"]] == [cell, cell]


def test_every_field_is_quoted():
    lines = as_csv(report([host("a", installed("HubSpot"))], now=NOW)).split("\r\n")[:-1]
    assert len(lines) == 2
    assert [line for line in lines if not (line.startswith('"') and line.endswith('"') and line.count('","') == 16)] == []


# -- integrations ------------------------------------------------------------------------------------------------------


def cycles_of(*hosts, **options):
    made = report(hosts, now=NOW, **options)
    return {one["name"]: one for account in made["accounts"] for one in account["cycles"] or ()}


def test_nothing_is_known_about_integrations():
    made = report([host("a", installed("HubSpot"))], now=NOW)
    assert made["accounts"][0]["cycles"] is None and made["totals"]["cycles"] is None
    assert as_csv(made).count("\r\n") == 2


def test_integrations_that_the_inventory_contains():
    made = report([host("a", cyclr_cycles=[cycle("runs"), cycle("stopped", False)]), host("b", cyclr_cycles=[]), host("c")], now=NOW)
    assert [[(one["name"], one["state"], one["reason"]) for one in account["cycles"] or ()] for account in made["accounts"]] == [
        [("runs", "running", None), ("stopped", "not_running", None)], [], [],
    ]  # fmt: skip
    assert made["totals"]["cycles"] == {"all": 2, "running": 1, "not_running": 1, "cannot_start": 0, "not_read": 0, "errors": None}
    assert [one["cycles"] is None for one in made["accounts"]] == [False, False, True]


def test_an_integration_waits_for_a_connector_of_the_inventory():
    waits = installed("HubSpot", authenticated=False, auth_type="OAuth2", name="CRM")
    used = dict(account_connector_id=1, name="HubSpot", version=None, authenticated=False)
    found = cycles_of(host("a", waits, cyclr_cycles=[cycle("waits", False, [used]), cycle("stopped", False)]))
    assert (found["waits"]["state"], found["waits"]["reason"]) == ("cannot_start", "CRM has to be authorized")
    assert found["stopped"]["state"] == "not_running"


def test_why_an_integration_cannot_start():
    read = [cycle("missing", False, prerequisites=[unmet()]), cycle("stopped", False, prerequisites=[]), cycle("runs", prerequisites=[unmet()])]
    made = report([host("a", cyclr_cycles=[cycle("old")])], cycles=[dict(item="a", cycles=read)], now=NOW)
    found = {one["name"]: (one["state"], one["reason"]) for one in made["accounts"][0]["cycles"]}
    reason = "step 'Add member', field 'List Id': Missing parameter mapping"
    assert found == {"missing": ("cannot_start", reason), "stopped": ("not_running", None), "runs": ("running", None)}
    assert made["reasons"] == [dict(reason=reason, count=1)]
    assert [(one["name"], one["totals"]["running"]) for one in made["cycles"]] == [("missing", 0), ("runs", 1), ("stopped", 0)]


def test_an_account_whose_integrations_cannot_be_read():
    hosts = [host("a", cyclr_cycles=[cycle("stopped", False)]), dict(host("b"), fleet_report_own_cycles=dict(msg="Reading failed"))]
    made = report(hosts, cycles=[dict(item=dict(host="a"), msg="Listing failed")], now=NOW)
    assert [(account["state"], account["cycles_error"]) for account in made["accounts"]] == [("empty", "Listing failed"), ("empty", "Reading failed")]
    assert [one["name"] for one in made["accounts"][0]["cycles"]] == ["stopped"]
    assert made["totals"]["cycles"]["not_read"] == 2
    lines = list(csv.DictReader(io.StringIO(as_csv(made))))
    assert [(line["account_id"], line["integration"], line["integration_state"], line["reason"]) for line in lines] == [
        ("a", "", "", ""), ("a", "", "not_read", "Listing failed"), ("a", "stopped", "not_running", ""),
        ("b", "", "", ""), ("b", "", "not_read", "Reading failed"),
    ]  # fmt: skip


def test_errors_since_a_time():
    incidents = [
        incident("a warning", "Warning"),
        incident("the list is full\r\nsomeone@customer.example", details="top-secret", created="2026-11-20T10:00:00Z"),
        incident("older"),
    ]
    read = [cycle("fails", prerequisites=[], incidents=incidents), cycle("quiet", prerequisites=[], incidents=[])]
    hosts = [host("a"), host("b", cyclr_cycles=[cycle("never failed"), dict(cycle("unknown"), error_count=3)])]
    options = dict(cycles=[dict(item="a", cycles=read)], errors_since="2026-11-01")
    found = cycles_of(*hosts, **options)
    assert {name: one["errors"] for name, one in found.items()} == {"fails": 2, "quiet": 0, "never failed": 0, "unknown": None}
    assert (found["fails"]["newest_error"], found["fails"]["newest_error_at"]) == ("the list is full", "2026-11-20T10:00:00Z")
    made = report(hosts, now=NOW, **options)
    assert made["totals"]["cycles"]["errors"] == 2 and made["errors_since"] == "2026-11-01"
    assert "someone@customer.example" not in json.dumps(made) and "top-secret" not in json.dumps(made)
    # What was not asked for is not counted.
    assert {one["errors"] for one in cycles_of(*hosts, cycles=options["cycles"]).values()} == {None}


@pytest.mark.parametrize("text", ["x" * 5000, "\x1b[2J\u202e"])
def test_an_error_is_one_printable_line(text):
    found = cycles_of(host("a"), cycles=[dict(item="a", cycles=[cycle("c", incidents=[incident(None, details=text)])])], errors_since="2026-11-01")
    assert found["c"]["newest_error"].isprintable() and len(found["c"]["newest_error"]) <= 200


@pytest.mark.parametrize("how, has", [
    (dict(), [True, True, True, True, True, True, True]),
    (dict(cycles=True), [True, False, True, True, False, True, True]),
    (dict(cycles="yes"), [True, False, True, True, False, True, True]),
    (dict(errors_since="2026-11-01"), [True, False, False, True, False, True, True]),
    (dict(cycles="", errors_since=""), [True, True, True, True, True, True, True]),
])  # fmt: skip
def test_whose_integrations_have_to_be_read(how, has):
    hosts = [
        host("all-run", cyclr_cycles=[cycle("a"), cycle("b")]),
        host("one-stands", cyclr_cycles=[cycle("a"), cycle("b", False)]),
        host("had-errors", cyclr_cycles=[dict(cycle("a"), error_count=1)]),
        host("none", cyclr_cycles=[]),
        host("unknown"),
        host("read", fleet_report_own_cycles=dict(cycles=[])),
        host("failed", fleet_report_own_cycles=dict(msg="Listing failed")),
    ]
    assert [one["has_cycles"] for one in hosts_of(hosts, **how)] == has


def test_integrations_in_csv():
    used = cycle("=cmd|x", False, prerequisites=[unmet(step="@x", field=None)])
    lines = list(csv.DictReader(io.StringIO(as_csv(report([host("a", installed("HubSpot"))], cycles=[dict(item="a", cycles=[used])], now=NOW)))))
    assert [(line["account_id"], line["connector"], line["state"], line["integration"]) for line in lines] == [
        ("a", "HubSpot", "ready", ""), ("a", "", "", "'=cmd|x"),
    ]  # fmt: skip
    assert lines[1]["integration_state"] == "cannot_start" and lines[1]["reason"] == "step '@x': Missing parameter mapping"


def test_texts_are_printable():
    hostile = "a\x1b[2Jb\u202ec\x9bd\u200fe\nf"
    results = [dict(item="z", msg=hostile)]
    hosts = [host("x", installed(hostile, version=hostile, name=hostile), name=hostile), dict(inventory_hostname="z", cyclr_account_id="z" + hostile)]
    read = cycle(hostile, False, prerequisites=[unmet(step=hostile, field=hostile, reason=hostile)], incidents=[incident(hostile)])
    cycles = [dict(item="x", cycles=[read]), dict(item="z", msg=hostile)]
    made = report(hosts, connectors=results, cycles=cycles, errors_since="2026-01-01", template=[installed("Acme", hostile)], expected=[hostile + "!"], now=NOW)
    text = json.dumps(made, ensure_ascii=False) + as_csv(made).replace("\r\n", "")
    assert text.isprintable()
    assert made["accounts"][0]["name"] == "a [2Jb c d e f"


def test_no_nul_in_csv():
    lines = list(csv.DictReader(io.StringIO(as_csv(report([host("a", installed("\0=1+1"), name="Ac\0me")], now=NOW)))))
    assert [(line["account_name"], line["connector"]) for line in lines] == [("Acme", "'=1+1")]


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1), st.one_of(st.none(), st.text())), max_size=5))
def test_any_names(names):
    hosts = [host(account_id, installed(connector, version), name=connector, cyclr_cycles=[cycle(connector)]) for account_id, connector, version in names]
    made = report(hosts, now=NOW)
    assert made["totals"]["accounts"]["all"] == len(hosts) == sum(part["count"] for part in made["shares"])
    rows = list(csv.reader(io.StringIO(as_csv(made), newline="")))
    assert len(rows) == 1 + 2 * len(hosts)
    assert {len(row) for row in rows} == {17}
