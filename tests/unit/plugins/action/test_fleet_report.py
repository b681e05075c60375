# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module fleet_report: its documentation, its options, and what it returns for the hosts of a play."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import yaml
from ansible_collections.cyclr.ipaas.plugins.action.fleet_report import SPEC, ActionModule
from ansible_collections.cyclr.ipaas.plugins.doc_fragments.fleet_report import ModuleDocFragment
from ansible_collections.cyclr.ipaas.plugins.filter.fleet_report import report
from ansible_collections.cyclr.ipaas.plugins.modules import fleet_report

NOW = "2026-11-22T12:00:00Z"
ACCOUNT = dict(id="globex", name="Globex", created_date="2026-11-12T12:00:00Z", parent_account_id=None)
HOSTS = {
    "globex": dict(inventory_hostname="globex", cyclr_account=ACCOUNT, cyclr_connectors=[]),
    "initech": dict(inventory_hostname="initech", cyclr_account=dict(ACCOUNT, id="initech", name="Initech"), fleet_report_expected="HubSpot"),
    "not of this play": dict(inventory_hostname="hooli"),
}
RESULTS = [dict(item="initech", account_connectors=[])]
PLAY = dict(hostvars=HOSTS, ansible_play_hosts_all=["globex", "initech"])


def run(**args):
    return outcome(args)[0]


def outcome(args):
    """What the task returns, and what callbacks get of its options."""
    task = SimpleNamespace(args=args, action="cyclr.ipaas.fleet_report", async_val=0, check_mode=True, environment=[], get_ds=dict, collections=[])
    here = SimpleNamespace(transport="ssh", _shell=SimpleNamespace(tmpdir=None))
    templar = SimpleNamespace(template=lambda value: value)
    return ActionModule(task, here, SimpleNamespace(become=False), None, templar, None).run(task_vars=PLAY), task.args


def test_options_are_documented():
    told = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    assert set(told) == set(SPEC["argument_spec"])
    for name, rule in SPEC["argument_spec"].items():
        assert {key: told[name].get(key) for key in ("type", "elements", "default")} == {key: rule.get(key) for key in ("type", "elements", "default")}, name


def test_it_returns_what_is_documented_and_what_the_filter_returns():
    result = run(connectors=RESULTS, now=NOW)
    assert result.pop("changed") is False
    assert set(result) == set(yaml.safe_load(fleet_report.RETURN))
    assert result == report([HOSTS["globex"], HOSTS["initech"]], connectors=RESULTS, now=NOW)
    assert {account["id"]: account["state"] for account in result["accounts"]} == dict(globex="empty", initech="missing")


def test_lists_and_ids_may_be_texts_and_numbers():
    result = run(expected="Acme, HubSpot", exclude="initech,hooli", source_account_id=7, errors_since=None, now=NOW)
    assert [(account["id"], [one["connector"] for one in account["connectors"]]) for account in result["accounts"]] == [("globex", ["Acme", "HubSpot"])]


@pytest.mark.parametrize("more", [{}, dict(now="yesterday"), dict(nwo=NOW)])
def test_values_of_properties_reach_neither_the_report_nor_a_callback(more):
    record = dict(
        id=1, name="Mailchimp", authenticated=True, auth_type="ApiKey", requires_oauth=False, state="ready", is_partner_connector=True,
        connector=dict(id=2, name="Mailchimp", version=None), properties=[dict(name="ApiSecret", value="canary")], auth_value="canary",
    )  # fmt: skip
    seen = outcome(dict(connectors=[dict(item="initech", account_connectors=[record])], template=[record], **more))
    assert "canary" not in repr(seen) and bool(seen[0].get("failed")) is bool(more)


def test_null_in_a_record_stays_null():
    """A prerequisite of the integration as a whole has no step and no field."""
    unmet = dict(code=20, reason="Unauthenticated connector", object_type="Cycle", object_id=None, step=None, field=None)
    cycle = dict(id="1", name="Contacts", running=False, error_count=0, connectors=[], prerequisites=[unmet], incidents=[])
    cycles = [dict(item="initech", cycles=[cycle])]
    result = run(cycles=cycles, now=NOW)
    assert not result.get("failed"), result["msg"]
    assert result["reasons"] == report([HOSTS["globex"], HOSTS["initech"]], cycles=cycles, now=NOW)["reasons"] != []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (dict(nwo=NOW), "Unsupported parameters for (cyclr.ipaas.fleet_report) module: nwo"),
        (dict(now="yesterday"), "now: 'yesterday' is neither a number of seconds nor a date and time"),
        (dict(errors_since="yesterday"), "errors_since: "),
        (dict(expected=[True]), "expected"),
        (dict(connectors="HubSpot"), "this is not a list of host variables with accounts and connectors"),
        (dict(accounts=[dict(name="no id")]), "this is not a list of host variables with accounts and connectors: 'id'"),
    ],
)
def test_bad_input_fails_without_a_traceback(args, said):
    result = run(**args)
    assert result["failed"] and said in result["msg"], result
    assert "accounts" not in result
