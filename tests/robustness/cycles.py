# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Integrations over a bad network: one module, real HTTP against a real sandbox; only the pauses pass without waiting.

    outcome = attempt(sandbox.url, INSTALL)         # what came of it: the result, or the error
    table = requests_of(sandbox, INSTALL)           # what it asks when nothing goes wrong
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import yaml
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.client import Client
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.api import Api
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.modules import (
    cyclr_connector_upgrade,
    cyclr_cycle,
    cyclr_cycle_info,
    cyclr_cycle_run,
    cyclr_template_info,
)
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import BUILTIN
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import SANDBOX_CLIENT
from ansible_collections.cyclr.ipaas.tests.support.clock import Clock
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import validated

ACCOUNT = "hooli"
CONTACTS, SIGN_UPS = "New Acme contacts to HubSpot", "Acme sign-ups to Mailchimp"
SIGN_UPS_ID = "7c2e4d6f-8a91-4b3c-9d5e-1f2a3b4c5d6e"
SECRET, OLD_SECRET = "CANARY-of-the-variable-4711", "CANARY-of-yesterday-4711"
RUNNING_ID, OTHER_ID = "bbbbbbbb-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
_SET_UP = [{"Name": "Add member", "Parameters": [{"Name": "List Id", "Value": "42"}], "Fields": [{"Name": "Status", "Value": "subscribed"}]}]

SEED = {
    "Accounts": [{"Id": ACCOUNT, "Name": "Hooli Inc."}],
    "AccountConnectors": [
        {"AccountId": ACCOUNT, "ConnectorId": 20001, "AuthValue": "x", "Properties": [{"Name": "Subdomain", "Value": "a"}, {"Name": "Region", "Value": "eu"}]},
        {"AccountId": ACCOUNT, "ConnectorId": 20002, "AuthValue": "x", "Authenticated": True},
        {"AccountId": ACCOUNT, "ConnectorId": 20005, "AuthValue": "x"},
    ],
    "Cycles": [
        {"Id": RUNNING_ID, "AccountId": ACCOUNT, "TemplateId": SIGN_UPS_ID, "Name": "Running", "Status": "Active", "Steps": _SET_UP,
         "Variables": [{"DisplayName": "Welcome Tag", "Value": OLD_SECRET}]},
        # What belongs to somebody else and must not be touched.
        {"Id": OTHER_ID, "AccountId": ACCOUNT, "TemplateId": SIGN_UPS_ID, "Name": "Theirs", "Status": "Active", "Steps": _SET_UP,
         "Variables": [{"DisplayName": "Welcome Tag", "Value": "theirs"}]},
    ],
}


@dataclass(frozen=True)
class Case:
    """Options of cyclr_cycle, and the cycle that they lead to: its status, variables, description and mappings. None: no cycle."""

    name: str
    options: dict
    status: str | None = "Active"
    variables: tuple = ()
    description: str | None = None
    mappings: tuple = ()

    def __str__(self):
        return self.name

    @property
    def cycle_name(self):
        return self.options.get("name", self.options["template"])


_MAPPINGS = [
    dict(step="Add member", parameter="List Id", value=7),
    dict(step="Add member", field="Status", value="pending"),
    dict(step="Add member", field="Tag", value_from=dict(step="Receive sign-up", field="Full Name")),
]
_MAPPED = (("List Id", "StaticValue", "7"), ("Status", "ValueList", "pending"), ("Tag", "PreviousStep", None))
_SETTINGS = dict(description="D", sensitive_variables={"Welcome Tag": SECRET}, mappings=_MAPPINGS)
_SET = dict(description="D", variables=(("Welcome Tag", SECRET),), mappings=_MAPPED)

INSTALL = Case("install", dict(template=CONTACTS))
NAMED = Case("install-under-a-name", dict(template=CONTACTS, name="Second", interval=15, state="present"), "Paused")
EVERYTHING = Case("install-with-everything", dict(template=SIGN_UPS, name="New", connectors={"Mailchimp": "Mailchimp"}, **_SETTINGS), **_SET)
WAITING = Case("install-what-cannot-start", dict(template=SIGN_UPS, name="Waiting", require_ready=False), "Paused")
EDIT = Case("edit-what-runs", dict(template=SIGN_UPS, name="Running", stop_to_edit=True, **_SETTINGS), **_SET)
STOP = Case("stop", dict(template=SIGN_UPS, name="Running", state="stopped"), "Paused")
REMOVE = Case("remove", dict(template=SIGN_UPS, name="Running", state="absent"), None)
CASES = (INSTALL, NAMED, EVERYTHING, WAITING, EDIT, STOP, REMOVE)

MODULES = dict(
    cyclr_connector_upgrade=cyclr_connector_upgrade,
    cyclr_cycle=cyclr_cycle,
    cyclr_cycle_info=cyclr_cycle_info,
    cyclr_cycle_run=cyclr_cycle_run,
    cyclr_template_info=cyclr_template_info,
)


@dataclass
class Outcome:
    result: dict | None = None
    error: CyclrError | None = None


def prepared(sandbox):
    """A function that hands out the sandbox, reset to the seed of these tests."""
    data = yaml.safe_load(BUILTIN.read_text(encoding="utf-8"))
    data.update({key: data.get(key, []) + entries for key, entries in SEED.items()})

    def fresh(**switches):
        sandbox.reset(data)
        # What is in progress ends at once: the clocks of these tests and of the sandbox are not the same.
        sandbox.options(**dict(dict(RunSeconds=0, DeleteScheduledSeconds=0), **switches))
        return sandbox

    return fresh


def attempt(url, options, module="cyclr_cycle", check_mode=False, timeout=5, retry_timeout=30, wire=None):
    """Any exception but CyclrError is the test's to see."""
    connection = dict(SANDBOX_CLIENT, api_url=url, timeout=timeout, retry_timeout=retry_timeout)
    params = validated(MODULES[module], dict(connection, **options))
    clock = Clock()
    client = Client(Connection.of(params), read_only=check_mode, clock=clock, sleep=clock.sleep)
    if wire:
        wire.install(client)
    try:
        result = MODULES[module].run(params, Api(client), check_mode)
        json.dumps(result)
        return Outcome(result=result)
    except CyclrError as exc:
        return Outcome(error=exc)
    finally:
        client.close()


def run(url, case, **how):
    return attempt(url, dict(case.options, account_id=ACCOUNT), **how)


def requests_of(sandbox, case):
    """(method, path) of each request of a run in which nothing goes wrong."""
    before = len(sandbox.journal())
    outcome = run(sandbox.url, case)
    assert outcome.error is None, outcome.error.msg
    return [(one["method"], one["path"]) for one in sandbox.journal()[before:]]


# -- what must hold ------------------------------------------------------------------------------------------------


def found(state, case):
    """The cycles that the case is about."""
    return [one for one in state["Cycles"] if one["AccountId"] == ACCOUNT and one["Name"] == case.cycle_name and one["Status"] != "DeleteScheduled"]


def untouched(state):
    return [one for one in state["Cycles"] if one["Id"] == OTHER_ID], state["AccountConnectors"]


def assert_single(state, case):
    """Never two, whatever went wrong, and nothing that nobody asked for."""
    assert len(found(state, case)) <= 1
    named = {one["Name"] for one in state["Cycles"] if one["AccountId"] == ACCOUNT}
    # Between an install under the template's name and the change of that name
    assert named <= {"Running", "Theirs", case.cycle_name, case.options["template"]}


def assert_converged(state, case):
    there = found(state, case)
    assert [one["Status"] for one in there] == ([] if case.status is None else [case.status])
    for one in there:
        values = {each["DisplayName"]: each["Value"] for each in one["Variables"]}
        assert all(values[name] == value for name, value in case.variables), values
        assert case.description in (None, one["Description"])
        inputs = [each for step in one["Steps"] for each in (*step["Parameters"], *step["Fields"])]
        mapped = {(each.get("Parameter") or each.get("Field"))["Name"]: (each["MappingType"], each["Value"]) for each in inputs}
        assert all(mapped[name] == (kind, value) for name, kind, value in case.mappings), mapped


def assert_fit_for_a_user(error):
    assert "Traceback" not in error.msg and " object at 0x" not in error.msg, error.msg
    for secret in (SANDBOX_CLIENT["client_secret"], SECRET, OLD_SECRET):
        assert secret not in str(error.as_result()), error.msg
