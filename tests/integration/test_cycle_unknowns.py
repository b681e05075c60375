# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Behaviour of the API that is not known: whatever it does, integrations reach the desired state, or the run fails and says why."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from cyclr_sandbox.state import seed

SIGNED = "aaaaaaaa-0000-4000-8000-000000000001"
RUNNING = ("To be stopped", "To be changed", "To be removed")
SETTINGS = {
    "Variables": [{"DisplayName": "Region", "Value": "eu"}, {"DisplayName": "Signing Key", "Value": "of-yesterday"}],
    "Steps": [{"Name": "Send", "Fields": [{"Name": "Api Key", "Value": "of-yesterday"}]}],
}
MORE = {
    "Accounts": [{"Id": "hooli", "Name": "Hooli"}, {"Id": "pair", "Name": "Has a connector twice"}],
    "AccountConnectors": [
        {"AccountId": "hooli", "ConnectorId": 20001, "AuthValue": "x", "Properties": [{"Name": "Subdomain", "Value": "a"}, {"Name": "Region", "Value": "eu"}]},
        {"AccountId": "hooli", "ConnectorId": 20002, "AuthValue": "x"},
        {"AccountId": "hooli", "ConnectorId": 20005, "AuthValue": "x"},
        {"AccountId": "pair", "Id": 601, "Name": "First", "ConnectorId": 20005, "AuthValue": "x"},
        {"AccountId": "pair", "Id": 602, "Name": "Second", "ConnectorId": 20005, "AuthValue": "x"},
    ],
    "Templates": [
        {
            "Id": SIGNED,
            "Name": "Signed",
            "Tags": ["Starter"],
            "Variables": [
                {"DisplayName": "Region", "Values": ["eu", "us"], "UserConfigurable": True},
                {"DisplayName": "Signing Key", "UserConfigurable": True},
            ],
            "Steps": [
                {"Name": "Read", "ResponseFields": [{"Name": "Email"}]},
                {"Name": "Send", "Connector": "Mailchimp",
                 "Fields": [{"Name": "Api Key", "UserConfigurable": True}, {"Name": "Note", "IsOptional": True}]},
            ],
        },
        {"Id": "aaaaaaaa-0000-4000-8000-000000000002", "Name": "Draft", "Published": False},
    ],
    "Cycles": [{"AccountId": "hooli", "TemplateId": SIGNED, "Name": name, "Status": "Active", **SETTINGS} for name in RUNNING],
}


@dataclass
class Unknown:
    switches: dict
    # Task -> what it says
    fails: dict = field(default_factory=dict)
    # Tasks that write again, without a change: what they set is not shown
    repeats: tuple = ()

    def __str__(self):
        return ",".join(f"{name}={value}" for name, value in self.switches.items()) or "defaults"


# Several at once, if they do not have to do with each other: a run takes seconds.
UNKNOWNS = [
    Unknown({}),
    Unknown(
        {
            "InstallName": "ignore", "UserConfigurableValues": "copied", "CycleSchedule": "shown", "ConflictBody": "empty", "LifecycleBody": "cycle",
            "FieldsForMapping": "with_step", "PatchVariableAnswer": "all", "VariableSystemName": "same", "IncidentTime": True,
            "TemplateTagCaseSensitive": False, "ActivateInterval": "accept", "FinishQueuedDefault": True, "MappingWhileRunning": "ok", "DefaultPageSize": 1,
        }
    ),
    Unknown(
        {
            "InstallName": "ignore", "PutCycleName": "ignore", "ActivateUnmet": 409, "ActivateUnmetBody": "empty", "DeleteRunningCycle": "conflict",
            "PatchVariableBy": "display", "TemplateExport": "name",
        },
        {name: "did not store the name" for name in ("Install under a name", "Install what cannot start", "Install with secrets and do not start")},
    ),
    Unknown(
        {"InstallUnpublished": "not_found", "PutPreviousStep": "ignore", "TemplateExport": "not_found", "PatchVariableBy": "system", "QueueSeconds": 1},
        {"Install what is not published": "install returned 404", "Install with everything": "did not store: Add member: Tag"},
    ),
    Unknown({"ActivateUnmet": "ok", "InputEcho": "masked", "VariableValues": "hidden", "DeleteRunningCycle": "ok", "ActivateActive": "conflict"}),
    Unknown({"InputEcho": "null", "DeletePausedCycle": "scheduled", "DeleteScheduledAgain": 200}, repeats=("Install with secrets and do not start",)),
    Unknown(
        {
            "DeletePausedCycle": "scheduled", "DeleteScheduledCycle": "not_found", "DeleteScheduledSeconds": 600, "StatusWhileFinishing": "Stopping",
            "QueueSeconds": 1, "MaxPageSize": 2,
        }
    ),
]  # fmt: skip


def unknown_seed():
    built_in = seed.builtin()
    return {**built_in, **{key: built_in.get(key, []) + more for key, more in MORE.items()}}


@pytest.mark.parametrize("unknown", UNKNOWNS, ids=str)
def test_unknown(runner, sandbox, unknown):
    runner.reset(seed=unknown_seed(), switches=unknown.switches)
    # The word itself is not in the playbook: ansible-core prints the lines of a task that failed.
    first = runner.run("cycle_unknowns", "--diff", variables={"canary": "canary"})
    second = runner.run("cycle_unknowns", "--diff", variables={"canary": "canary"})
    for play in (first, second):
        failed = {task.name: task.msg for task in play.tasks if task.failed}
        assert set(failed) == set(unknown.fails), f"{failed}\n{play}"
        assert all(unknown.fails[name] in msg for name, msg in failed.items()), failed
        assert "canary-" not in play.output
    for task in second.ours.values():
        assert task.failed or not task.changed, f"{task.name}: changed again: {task.result.get('diff')}"
        assert task.failed or task.name in unknown.repeats or not task.writes, task.name
    assert_complete(sandbox.state(), unknown.fails)


def assert_complete(state, fails):
    there = {}
    for cycle in state["Cycles"]:
        if cycle["AccountId"] == "hooli" and cycle["Status"] != "DeleteScheduled":
            assert cycle["Name"] not in there, f"twice: {cycle['Name']}"
            there[cycle["Name"]] = cycle
    contacts, sign_ups = "New Acme contacts to HubSpot", "Acme sign-ups to Mailchimp"
    tasks = {
        "Install and start": (contacts, "Active"),
        "Install under a name": ("Second", "Paused"),
        "Install with everything": (sign_ups, "Active"),
        "Install what cannot start": ("Waiting", "Paused"),
        "Install with secrets": ("Signed", "Active"),
        "Install with secrets and do not start": ("Signed but not started", "Paused"),
        "Install what is not published": ("Draft", "Paused"),
        "Stop": ("To be stopped", "Paused"),
        "Stop for a change": ("To be changed", "Active"),
    }
    wanted = {name: status for task, (name, status) in tasks.items() if task not in fails}
    # What could not be set up is installed all the same.
    left = {sign_ups} if "Install with everything" in fails else set()
    assert {name: cycle["Status"] for name, cycle in there.items() if name not in left} == wanted
    for name in {"Signed", "Signed but not started"} & set(there):
        values = {one["DisplayName"]: one["Value"] for one in there[name]["Variables"]}
        assert values == {"Region": "eu", "Signing Key": "canary-key"}
        fields = {one["Field"]["Name"]: one["Value"] for one in there[name]["Steps"][1]["Fields"]}
        assert fields == {"Api Key": "canary-field", "Note": None}
    assert there["To be changed"]["Description"] == "Changed"


@pytest.mark.parametrize(
    "how, says",
    [
        ("lowest", None),
        ("newest", "uses account connector 602 for connector 'Mailchimp' instead of 'First' (id 601)"),
        ("fresh", "for connector 'Mailchimp' instead of 'First' (id 601)"),
        ("error", "More than one account connector fits 'Mailchimp'"),
    ],
)
def test_which_account_connector_an_install_uses(runner, sandbox, tmp_path, how, says):
    """If several fit, it is not known. If it is not the one that was asked for, the integration must not start."""
    runner.reset(seed=unknown_seed(), switches={"InstallConnector": how})
    playbook = tmp_path / "choice.yml"
    playbook.write_text(
        """
- name: Install with a choice
  hosts: localhost
  gather_facts: false
  ignore_errors: true
  tasks:
    - name: Install with a choice
      cyclr.ipaas.cyclr_cycle:
        account_id: pair
        template: Signed
        connectors: {Mailchimp: First}
        variables: {Region: eu}
        sensitive_variables: {Signing Key: a-hidden-key}
        mappings: [{step: Send, field: Api Key, value: another-hidden-key}]
""",
        encoding="utf-8",
    )
    for again in (False, True):
        task = runner.run(playbook).results["Install with a choice"]
        there = [one for one in sandbox.state()["Cycles"] if one["AccountId"] == "pair"]
        if says is None:
            assert task.changed is not again and [one["Status"] for one in there] == ["Active"]
        else:
            assert task.failed and says in task.msg, task.msg
            assert [one["Status"] for one in there] == ([] if how == "error" else ["Paused"])
