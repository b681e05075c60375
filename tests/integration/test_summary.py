# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How runs end: each failure says everything once, and the summary comes last, once, on one screen, whatever the number of accounts."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import PLAYBOOK, writes
from cyclr_sandbox.state import seed

PLAIN = "cyclr.ipaas.plain"
CANARY = "canary-of-the-key"
OAUTH = dict(onboard_account_oauth=dict(target_origin="https://app.example.com/done"))
WRONG = dict(onboard_account_connectors=[dict(connector="Mailchimp", api_key=CANARY, update_auth="never")])
WRONG_REASON = "value of update_auth must be one of: always, on_create, got: never"
# Everything but the second connector is right, and only the API can tell before the account exists.
LATE = dict(onboard_account_connectors=[
    dict(connector="Mailchimp", api_key=CANARY), dict(connector="Zendesk", properties=dict(Subdomain="x", Plan="nope")),
])  # fmt: skip
LATE_REASON = "'Plan' cannot be 'nope'; allowed are: team, growth, enterprise"


def play(runner, playbook, hosts, *arguments, callback="default", **environment):
    inventory = runner.directory / "customers.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    command = [PLAYBOOK, f"cyclr.ipaas.{playbook}", "-i", str(inventory), *arguments]
    environment = runner.environment(**{"ANSIBLE_STDOUT_CALLBACK": callback, "ANSIBLE_NOCOLOR": "1", **environment})
    return subprocess.run(command, env=environment, cwd=runner.directory, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False)


def lines_of(done):
    """The lines of the summary, as a debug task or the callback shows them."""
    if '"cyclr_summary"' in done.stdout:
        return json.loads(re.search(r'"cyclr_summary": (\[.*?\n    \])', done.stdout, re.DOTALL)[1])
    return [line[2:] for line in done.stdout.strip("\n").split("\n\n")[-1].splitlines()]


def flat(text):
    return " ".join(text.split())


def many(count, variables=None, **others):
    """Hosts with the same variables, and some with others."""
    return {**{f"customer-{number:02}": variables or {} for number in range(count)}, **others}


def failed(done):
    return set(re.findall(r"^(\S+) +: .*(?:failed=[1-9]|unreachable=[1-9])", done.stdout, re.MULTILINE))


# Playbook, its variables, those of a host, and what is distinctive of the reason
FAILURES = {
    "main": ("onboard_account", dict(cyclr_hosts="all"), WRONG, WRONG_REASON),
    "main, after the first write": ("onboard_account", dict(cyclr_hosts="all"), LATE, LATE_REASON),
    "fleet": ("onboard_accounts", {}, WRONG, WRONG_REASON),
    "fleet, after the first write": ("onboard_accounts", {}, LATE, LATE_REASON),
    "hand over": ("hand_over_links", OAUTH, dict(cyclr_account_id="gone"), "does not exist"),
    "hand over without a target": ("hand_over_links", {}, dict(cyclr_account_id="globex"), "to the address where the customer's browser goes"),
    "wait": ("await_consent", dict(cyclr_consent_seconds=0), dict(cyclr_account_id="gone"), "does not exist"),
    "roll out": ("roll_out_integration", dict(roll_out_template="New Acme contacts to HubSpot"), dict(cyclr_account_id="gone"), "does not exist"),
    "report": ("awx.report_onboarding", dict(cyclr_onboarding_local=dict(other=dict(ready=True))), {}, "Nothing is known about the account"),
}


def fail(runner, case, callback, *arguments):
    playbook, variables, host, reason = FAILURES[case]
    environment = dict(CYCLR_HANDOVER_URL="https://hooks.example.com/x", CYCLR_HANDOVER_TOKEN="x")
    done = play(runner, playbook, {"customer": host}, "-e", json.dumps(variables), *arguments, callback=callback, **environment)
    assert done.returncode == 2, done.stdout + done.stderr
    assert CANARY not in done.stdout + done.stderr
    return done, reason


@pytest.mark.parametrize("case", FAILURES)
def test_the_callback_says_why_once(runner, case):
    done, reason = fail(runner, case, PLAIN)
    assert flat(done.stdout).count(reason) == 1, done.stdout
    assert "censored" not in done.stdout and "{" not in done.stdout and max(map(len, done.stdout.splitlines())) < 80
    assert re.search(r"^failed   ", "\n".join(lines_of(done)), re.MULTILINE) and " 1 failed" in flat(done.stdout)


@pytest.mark.parametrize("case", FAILURES)
def test_other_callbacks_show_no_second_copy_and_the_summary_last(runner, case):
    done, reason = fail(runner, case, "default")
    # Since ansible-core 2.19, the default callback itself shows an error and the result with the same message.
    shown, _task, summary = done.stdout.partition("TASK [Sum up]")
    messages = [line for line in shown.splitlines() if line.startswith(("fatal: ", "failed: "))]
    assert len(messages) == 1 and messages[0].count(reason) == 1 and len(messages[0]) < 1500, done.stdout
    assert "censored" not in messages[0] and done.stdout.count("cyclr_summary") == 1
    assert len(lines_of(done)) <= 20 and "TASK [" not in summary, done.stdout
    assert failed(done) == {"customer"}, done.stdout


@pytest.mark.parametrize("case", ["main, after the first write", "fleet, after the first write"])
def test_a_failure_says_what_was_done_before_and_what_to_do(runner, case):
    done, reason = fail(runner, case, PLAIN)
    told = flat(done.stdout)
    step = "Install further connectors: Zendesk: properties of connector Zendesk v2 (id 20013): "
    assert f"{step}{reason}. Finished before: Create or update the account" in told
    assert "Run it again to continue" in told and "next correct what failed, then run this again" in told


@pytest.mark.parametrize("more", [(), ("-vvv",), ("--check", "--diff")])
def test_a_failure_shows_no_option_to_callbacks(runner, tmp_path, more):
    """Callbacks, such as that of AWX, get the options of a task with its result."""
    (tmp_path / "callbacks").mkdir()
    (tmp_path / "callbacks" / "spy.py").write_text(SPY, encoding="utf-8")
    for case in ("main", "fleet", "main, after the first write", "fleet, after the first write"):
        playbook, variables, host, _reason = FAILURES[case]
        done = play(
            runner, playbook, {"customer": host}, "-e", json.dumps(variables), *more,
            ANSIBLE_CALLBACK_PLUGINS=str(tmp_path / "callbacks"), ANSIBLE_CALLBACKS_ENABLED="spy", SPY=str(tmp_path / "seen"),
        )  # fmt: skip
        seen = (tmp_path / "seen").read_text(encoding="utf-8")
        assert CANARY not in done.stdout + done.stderr + seen, seen
        assert "failed cyclr.ipaas." in seen or "--check" in more


SPY = '''
import os
from ansible.plugins.callback import CallbackBase
class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "spy"
    CALLBACK_NEEDS_ENABLED = True
    def note(self, word, result):
        with open(os.environ["SPY"], "a") as out:
            out.write("%s %s %r %r\\n" % (word, result._task.action, result._task.args, result._result))
    def v2_runner_on_ok(self, result): self.note("ok", result)
    def v2_runner_item_on_ok(self, result): self.note("ok", result)
    def v2_runner_on_failed(self, result, ignore_errors=False): self.note("failed", result)
    def v2_runner_item_on_failed(self, result): self.note("failed", result)
'''


def test_forty_accounts_with_one_reason_are_one_group(runner):
    for playbook in ("onboard_accounts", "onboard_account"):
        done = play(runner, playbook, many(40, WRONG), "-e", "cyclr_hosts=all", callback=PLAIN)
        assert done.returncode == 2 and flat(done.stdout).count(WRONG_REASON) == (1 if playbook == "onboard_accounts" else 40), done.stdout
        lines = lines_of(done)
        assert [line for line in lines if line.startswith("failed")] == ["failed   customer-00, customer-01, customer-02, customer-03,"] and len(lines) <= 20
        assert all(f"customer-{number:02}" in " ".join(lines) for number in range(40))
        assert lines[-1] == "40 accounts: 0 changed, 0 ok, 40 failed"
    assert not runner.sandbox.journal()


BAD = dict(onboard_account_timezone="Mars/Olympus")


@pytest.mark.parametrize("bad", [["customer-00"], ["customer-04"], ["customer-02", "customer-03"], [f"customer-{number:02}" for number in range(5)]])
@pytest.mark.parametrize("batch", [None, 2])
def test_the_summary_comes_once_for_all_batches(runner, bad, batch):
    """Whichever hosts fail: the first, the last, a whole batch, which ends the play, or all."""
    done = play(runner, "onboard_accounts", many(5, **{host: BAD for host in bad}), *(["-e", f"cyclr_batch={batch}"] if batch else []))
    assert done.returncode == 2 and done.stdout.count('"cyclr_summary"') == 1, done.stdout
    lines, ended = lines_of(done), batch and len(bad) > 1
    missed = {2: 1, 5: 3}[len(bad)] if ended else 0
    count = min(len(bad), batch) if ended else len(bad)
    assert lines[0] == "failed   " + ", ".join(bad[:count]) or ", ".join(bad[:4]) in lines[0]
    changed = 5 - count - missed
    assert lines[-1] == f"5 accounts: {changed} changed, 0 ok, {count} failed" + (f", {missed} not tried" if missed else ""), lines
    assert failed(done) == set(bad[:count]), done.stdout
    words = "ended after 2 failures because all accounts of the batch failed. %s not tried." % ("1 account was" if missed == 1 else "3 accounts were")
    assert (words in " ".join(" ".join(lines).split())) == bool(missed) == any(line.startswith("ended") for line in lines), lines


def test_links_are_handed_over_in_batches_with_one_summary(runner):
    built_in = seed.builtin()
    for number in range(5):
        built_in["Accounts"].append({"Id": f"customer-{number:02}", "Name": "x"})
        built_in["AccountConnectors"].append({"AccountId": f"customer-{number:02}", "Id": 900 + number, "ConnectorId": 20002})
    runner.reset(seed=built_in)
    environment = dict(CYCLR_HANDOVER_URL="https://hooks.example.com/x", CYCLR_HANDOVER_TOKEN="x")
    done = play(runner, "hand_over_links", many(5), "--check", "-e", json.dumps(dict(OAUTH, cyclr_hand_over_batch=2)), **environment)
    assert done.returncode == 0 and lines_of(done)[0].endswith("customer-00, customer-01, customer-02 and 2 more"), done.stdout
    assert done.stdout.count('"cyclr_summary"') == 1 and not writes(runner.sandbox.journal())


def test_accounts_that_failed_in_an_earlier_node_are_not_tried(runner):
    environment = dict(CYCLR_HANDOVER_URL="https://hooks.example.com/x", CYCLR_HANDOVER_TOKEN="x")
    variables = dict(OAUTH, cyclr_hand_over_batch=1, cyclr_onboarding_7=dict(globex=dict(ready=True)), cyclr_consent_seconds=0)
    for playbook in ("hand_over_links", "await_consent"):
        done = play(runner, playbook, dict(globex={}, lost={}), "-e", json.dumps(variables), **environment)
        assert done.returncode == 0 and lines_of(done)[-1] == "2 accounts: 0 changed, 1 ok, 0 failed, 1 not tried", done.stdout


@pytest.mark.parametrize("gone", [(0, 2), (1, 3)])
@pytest.mark.parametrize("more, totals", [
    ({}, "5 accounts: 1 changed, 0 ok, 1 failed, 3 not tried, 1"), (dict(cyclr_max_fail_percentage=50), "5 accounts: 3 changed, 0 ok, 2 failed, 3"),
])
def test_a_roll_out_ends_after_a_batch_with_too_many_failures_and_sums_up(runner, gone, more, totals):
    variables = dict(roll_out_template="New Acme contacts to HubSpot", cyclr_batch=[2, 2, 1], **more)
    built_in = seed.builtin()
    built_in["Accounts"] += [{"Id": f"customer-{number:02}", "Name": "x"} for number in range(5) if number not in gone]
    runner.reset(seed=built_in)
    done = play(runner, "roll_out_integration", many(5), "-e", json.dumps(variables))
    assert done.returncode == 2 and done.stdout.count('"cyclr_summary"') == 1, done.stdout
    assert " ".join(lines_of(done)[-2:]).startswith(totals) or lines_of(done)[-1].startswith(totals), done.stdout
    assert failed(done) == {f"customer-{number:02}" for number in (gone if more else gone[:1])}


def test_a_failure_outside_of_the_modules_is_counted(runner):
    done = play(runner, "onboard_account", {"customer": dict(onboard_account_name="{{ nowhere_defined }}")}, "-e", "cyclr_hosts=all")
    assert done.returncode == 2 and "1 account: 0 changed, 0 ok, 1 failed" in lines_of(done), done.stdout
    assert lines_of(done)[0].startswith("failed   customer")


def test_links_are_shown_if_the_user_wants_to_see_them(runner):
    connectors = dict(OAUTH, onboard_account_connectors=[dict(connector="HubSpot")])
    hidden = play(runner, "onboard_account", {"customer": connectors}, "-e", "cyclr_hosts=all", callback=PLAIN)
    assert "onboard_account_reveal_links=true shows links" in flat(hidden.stdout) and "token=" not in hidden.stdout + hidden.stderr
    shown = play(runner, "onboard_account", {"customer": dict(connectors, onboard_account_reveal_links=True)}, "-e", "cyclr_hosts=all", callback=PLAIN)
    assert "1 link was created, and is shown above" in flat(shown.stdout) and "token=" in shown.stdout, shown.stdout


# -- outside of AWX ----------------------------------------------------------------------------------------------------


def test_a_report_without_awx(runner, tmp_path):
    stats = tmp_path / "onboarded.json"
    connectors = dict(onboard_account_connectors=[dict(connector="HubSpot")])
    play(runner, "onboard_accounts", many(2, connectors, bad=BAD), callback=PLAIN, CYCLR_CALLBACK_STATS_FILE=str(stats))
    assert stats.stat().st_mode & 0o777 == 0o600
    done = play(runner, "awx.report_onboarding", many(2, connectors, bad=BAD), "-e", f"@{stats}", callback=PLAIN)
    assert done.returncode == 2 and "Nothing is known about the account bad" in flat(done.stdout), done.stdout
    lines = lines_of(done)
    assert "waits    customer-00, customer-01  for HubSpot" in lines
    assert lines[-1] == "3 accounts: 2 changed, 0 ok, 1 failed, 2 wait for authorization"


def test_a_report_of_nothing_says_what_to_give_it(runner):
    done = play(runner, "awx.report_onboarding", many(40), callback=PLAIN)
    assert done.returncode == 2 and flat(done.stdout).count("There is nothing to report") == 1, done.stdout


def test_an_offer_without_awx(runner):
    partner = dict(onboard_account_partner=dict(source_account_id="templates"))
    done = play(runner, "awx.look_at_offer", many(2, dict(partner, cyclr_survey_connectors="HubSpot")), callback=PLAIN)
    assert done.returncode == 0 and lines_of(done) == ["partner  connector Acme Platform", "found    HubSpot", "next     onboard the accounts"], done.stdout
    refused = play(runner, "awx.look_at_offer", many(2), callback=PLAIN)
    assert refused.returncode == 2 and flat(refused.stdout).count("Set onboard_account_partner.source_account_id") == 1
