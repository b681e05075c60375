# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook roll_out_integration, over accounts with and without what the integration needs."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.plugins.modules.cyclr_cycle import SPEC
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import PLAYBOOK, writes
from cyclr_sandbox.state import seed

ROOT = Path(__file__).parents[2]
TEMPLATE = "New Acme contacts to HubSpot"
SIGN_UPS = "Acme sign-ups to Mailchimp"


def fleet(*ready, waiting=()):
    """A seed with accounts whose connectors are authenticated, and some whose HubSpot waits."""
    built_in = seed.builtin()
    for number, account in enumerate([*ready, *waiting]):
        built_in["Accounts"].append({"Id": account, "Name": account})
        built_in["AccountConnectors"] += [
            {"AccountId": account, "Id": 7000 + number, "Name": "Acme Platform", "ConnectorId": 20001, "AuthValue": "a-key"},
            {"AccountId": account, "Id": 8000 + number, "Name": "HubSpot", "ConnectorId": 20002, "AuthValue": None if account in waiting else "tokens"},
        ]
    return built_in


def roll_out(runner, *hosts, check=False, variables=None, arguments=(), **given):
    """What a user types, with each variable as `-e` gives it. `variables`: of hosts."""
    inventory = runner.directory / "fleet.json"
    inventory.write_text(json.dumps({"all": {"hosts": {host: (variables or {}).get(host, {}) for host in hosts}}}), encoding="utf-8")
    command = [PLAYBOOK, "cyclr.ipaas.roll_out_integration", "-i", str(inventory), "-e", json.dumps({"roll_out_template": TEMPLATE, **given})]
    command += ["--check", "--diff"] * check + list(arguments)
    runner.sandbox.clear_journal()
    environment = runner.environment(ANSIBLE_SHOW_CUSTOM_STATS="1")
    return subprocess.run(command, env=environment, cwd=runner.directory, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False)


def flat(done):
    """On one line, also what a debug task shows as a list of lines."""
    return " ".join(re.sub(r'",\n {8}" *', " ", done.stdout + done.stderr).split())


def states(runner):
    """Account -> whether its integrations run."""
    found = {}
    for cycle in runner.sandbox.state()["Cycles"]:
        if cycle["Status"] != "DeleteScheduled":
            found.setdefault(cycle["AccountId"], []).append(cycle["Status"] == "Active")
    return found


def test_from_nothing_to_running_and_again(runner):
    runner.reset(seed=fleet("a", "b", waiting=["c"]))
    check = roll_out(runner, "a", "b", "c", check=True)
    assert check.returncode == 0 and "3 accounts: 3 would change, 0 ok, 0 failed" in flat(check), check.stdout
    assert not writes(runner.sandbox.journal())

    first = roll_out(runner, "a", "b", "c")
    assert first.returncode == 0, first.stdout
    assert states(runner) == dict(a=[True], b=[True], c=[False])
    for words in (f"a, b integration {TEMPLATE} installed and started", f"c integration {TEMPLATE} installed", "3 accounts: 3 changed, 0 ok, 0 failed",
                  f"idle c {TEMPLATE} does not run: HubSpot is not authenticated", "1 integration does not run"):
        assert words in flat(first), first.stdout
    assert '"cyclr_roll_out_local": [' in first.stdout

    again = roll_out(runner, "a", "b", "c")
    assert again.returncode == 0 and "3 accounts: 0 changed, 3 ok, 0 failed" in flat(again), again.stdout
    assert not writes(runner.sandbox.journal())


@pytest.mark.parametrize("state, running, word", [("stopped", [False], "stopped"), ("restarted", [True], "restarted"), ("present", [True], "0 changed")])
def test_what_runs_is_stopped_or_restarted(runner, state, running, word):
    runner.reset(seed=fleet("a"))
    assert roll_out(runner, "a").returncode == 0
    done = roll_out(runner, "a", roll_out_state=state)
    assert done.returncode == 0 and states(runner) == dict(a=running) and word in flat(done), done.stdout


@pytest.mark.parametrize("state", ["started", "restarted", "stopped"])
def test_where_it_is_not_installed_it_can_be_left_out(runner, state):
    runner.reset(seed=fleet("a", "b"))
    assert roll_out(runner, "a").returncode == 0
    done = roll_out(runner, "a", "b", roll_out_state=state, roll_out_only_installed=True)
    assert done.returncode == 0 and list(states(runner)) == ["a"], done.stdout
    assert "2 accounts: " in flat(done) and "0 failed" in flat(done)


def test_removing_has_to_be_confirmed(runner):
    runner.reset(seed=fleet("a", "b"))
    assert roll_out(runner, "a", "b").returncode == 0
    refused = roll_out(runner, "a", "b", roll_out_state="absent")
    assert refused.returncode != 0 and "Run again with -e confirm=true" in flat(refused), refused.stdout
    shown = roll_out(runner, "a", "b", roll_out_state="absent", check=True)
    assert shown.returncode == 0 and "2 would change" in flat(shown) and not writes(runner.sandbox.journal())
    assert len(states(runner)) == 2
    removed = roll_out(runner, "a", "b", roll_out_state="absent", confirm=True)
    assert removed.returncode == 0 and not states(runner), removed.stdout


def test_a_failure_is_in_the_summary_and_the_others_are_done(runner):
    runner.reset(seed=fleet("a"))
    done = roll_out(runner, "a", "nobody", variables={"nobody": {"cyclr_account_id": "gone"}})
    assert done.returncode == 2 and states(runner) == dict(a=[True]), done.stdout
    assert "failed gone account_id: account 'gone' does not exist" in flat(done) and "account 'gone' does not exist" in flat(done)
    assert "2 accounts: 1 changed, 0 ok, 1 failed" in flat(done)


@pytest.mark.parametrize("more, left", [({}, 1), ({"cyclr_max_fail_percentage": 100}, 2)])
def test_a_batch_that_fails_ends_the_roll_out(runner, more, left):
    runner.reset(seed=fleet("a", "b"))
    done = roll_out(runner, "a", "gone", "b", cyclr_batch=[2, 1], **more)
    assert done.returncode == 2 and len(states(runner)) == left, done.stdout


@pytest.mark.parametrize("given, words", [
    (dict(roll_out_template="New Acme contacts to Hubspot"), "No templates match New Acme contacts to Hubspot"),
    (dict(roll_out_template=""), "Set roll_out_template to the name of a template"),
    (dict(roll_out_template_id="3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b"), "Set roll_out_template to the name of a template, or roll_out_template_id"),
    (dict(roll_out_state="running"), "roll_out_state must be one of started, restarted, present, stopped, absent"),
    (dict(roll_out_options=dict(intervall=60)), "with options among description, connectors, variables"),
    (dict(roll_out_options=dict(account_id="other")), "with options among"),
    (dict(roll_out_options="interval=60"), "roll_out_options must be a dictionary"),
    (dict(roll_out_options=dict(interval=7)), "value of interval must be one of: 1, 5, 15"),
    (dict(roll_out_options=dict(mappings=[dict(step="x")])), "give either field or parameter"),
])
def test_what_is_wrong_is_said_before_the_first_write(runner, given, words):
    runner.reset(seed=fleet("a", "b"))
    for check in (True, False):
        done = roll_out(runner, "a", "b", check=check, **given)
        assert done.returncode != 0 and words in flat(done), done.stdout
        assert not writes(runner.sandbox.journal())


def test_two_hosts_for_one_account_are_refused(runner):
    runner.reset(seed=fleet("a"))
    done = roll_out(runner, "a", "other", variables={"other": {"onboard_account_id": "a"}})
    assert done.returncode != 0 and "Several hosts have the same account: a (a, other)" in flat(done)
    assert not writes(runner.sandbox.journal())


def test_options_of_one_customer_and_no_secret(runner):
    runner.reset(seed=fleet("a", "b"))
    secret = "the-signing-key-of-b"
    options = dict(b=dict(roll_out_options=dict(require_ready=False, sensitive_variables={"Welcome Tag": secret})))
    done = roll_out(runner, "a", "b", variables=options, roll_out_template=SIGN_UPS, arguments=["-vvvv"])
    assert done.returncode == 0, done.stdout
    assert secret not in done.stdout + done.stderr
    (cycle,) = [cycle for cycle in runner.sandbox.state()["Cycles"] if cycle["AccountId"] == "b"]
    assert secret in json.dumps(cycle)


def test_all_options_of_the_module_can_be_given():
    play = yaml.safe_load((ROOT / "playbooks" / "roll_out_integration.yml").read_text(encoding="utf-8"))[0]
    chosen = {"account_id", "template", "template_id", "cycle_id", "name", "state"}
    connection = {"api_url", "client_id", "client_secret", "access_token", "validate_certs", "ca_path", "timeout", "retry_timeout"}
    assert set(play["vars"]["roll_out_known_options"]) == set(SPEC["argument_spec"]) - chosen - connection
    tasks = yaml.safe_load((ROOT / "playbooks" / "tasks" / "roll_out_integration.yml").read_text(encoding="utf-8"))
    assert set(tasks[1]["cyclr.ipaas.cyclr_cycle"]) == set(SPEC["argument_spec"]) - connection - {"template", "cycle_id"}
