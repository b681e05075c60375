# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook converge_accounts: many accounts, one wanted state, a summary."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tests.support.customers import link_of
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import assert_no_writes

PLAYBOOK = Path("cyclr.ipaas.converge_accounts")

WANTED = {
    "onboard_account_timezone": "Europe/London",
    "onboard_account_partner": {"source_account_id": "templates", "via": "install", "properties": {"Subdomain": "{{ inventory_hostname }}"}},
    "onboard_account_connectors": [{"connector": "HubSpot"}, {"connector": "Mailchimp", "api_key": "a-mailchimp-secret"}],
}


@pytest.fixture
def converge(runner, tmp_path):
    def converge(hosts, *arguments, **how):
        inventory = tmp_path / "hosts.yml"
        inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": {**WANTED, "ansible_python_interpreter": "{{ ansible_playbook_python }}"}}}))
        play = runner.run(PLAYBOOK, "-i", str(inventory), *arguments, **how)
        assert "a-mailchimp-secret" not in play.output
        assert "acme-partner-key" not in play.output
        return play, [task for task in play.tasks if task.name == "Sum up"][0].result["cyclr_summary"]

    return converge


@pytest.fixture(autouse=True)
def _one_name_for_many_hosts(monkeypatch):
    """The tasks of several hosts have the same names."""
    from ansible_collections.cyclr.ipaas.tests.support import playbook_runner

    def tasks(record, journal):
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
        entries = [yaml.safe_load(line) for line in lines]
        return [playbook_runner.Task(one["task"], one["action"], one["status"], one["result"], []) for one in entries]

    monkeypatch.setattr(playbook_runner, "_tasks", tasks)


NEXT = ["next     send the customers their links", "         (cyclr.ipaas.hand_over_links), and run this again after the", "         authorization"]


def after_the_summary(output):
    return output.split("TASK [Sum up]")[1].split("PLAY RECAP")[0].splitlines()[1:]


def test_check_then_for_real_then_again(converge):
    hosts = {"globex": {}, "initech": {}, "new": {}}
    play, summary = converge(hosts, "--diff", check=True)
    assert_no_writes(play)
    assert "+++ after" in play.stdout
    assert summary == [
        "change   globex",
        "         Acme Platform installed; HubSpot installed;",
        "         Mailchimp: auth_value",
        "change   initech",
        "         account: timezone; Acme Platform installed;",
        "         HubSpot installed; Mailchimp installed",
        "change   new",
        "         account created; Acme Platform installed; HubSpot installed;",
        "         Mailchimp installed",
        # The catalogue of the account with the partner connector tells what the new account will need.
        "waits    globex, initech, new  for HubSpot",
        "next     run this without --check to make the changes",
        "3 accounts: 3 would change, 0 ok, 0 failed, 3 wait for authorization",
    ]
    assert max(map(len, after_the_summary(play.stdout))) <= 80
    play, real = converge(hosts)
    waits = ["waits    globex, initech, new  for HubSpot", *NEXT]
    assert [line.replace("changed ", "change  ") for line in real[: -len(waits) - 1]] == summary[:-3]
    assert real[-len(waits) - 1 :] == [*waits, "3 accounts: 3 changed, 0 ok, 0 failed, 3 wait for authorization"]
    # Nothing comes after it but the recap.
    assert "skipping" not in "".join(after_the_summary(play.stdout))
    play, again = converge(hosts)
    assert_no_writes(play)
    assert again == [*waits, "3 accounts: 0 changed, 3 ok, 0 failed, 3 wait for authorization"]


def test_the_check_shows_the_differences_of_connectors_too(converge):
    play, summary = converge({"globex": {}}, "--diff", check=True, variables={"onboard_account_no_log": False})
    assert_no_writes(play)
    for line in ('+    "connector": "HubSpot"', '+        "Subdomain": "globex"', '+    "auth_value": "(hidden)"'):
        assert line in play.stdout


def test_the_check_names_the_integrations_that_would_be_installed_changed_and_started(converge, sandbox):
    contacts, sign_ups = dict(template="New Acme contacts to HubSpot"), "Acme sign-ups to Mailchimp"
    lists = [dict(step="Add member", parameter="List Id", value="list-4711"), dict(step="Add member", field="Status", value="pending")]
    complete = dict(template=sign_ups, variables={"Welcome Tag": "new"}, mappings=lists)
    hosts = {
        "globex": dict(onboard_account_cycles=[dict(template=sign_ups, state="present", variables={"Welcome Tag": "old"}, mappings=lists)]),
        "initech": dict(onboard_account_cycles=[contacts]),
    }
    converge(hosts)
    waiting = next(one for one in sandbox.state()["AccountConnectors"] if (one["AccountId"], one["Name"]) == ("initech", "HubSpot"))
    sandbox.authorise(link_of(sandbox, waiting))
    wanted = {
        "globex": dict(onboard_account_cycles=[complete]),
        "hooli": dict(onboard_account_cycles=[contacts]),
        "initech": dict(onboard_account_cycles=[contacts]),
    }
    play, summary = converge(wanted, "--diff", check=True)
    assert_no_writes(play)
    text = " ".join(" ".join(summary).split())
    for words in (
        f"integration {sign_ups}: variables, started", "integration New Acme contacts to HubSpot started", "integration New Acme contacts to HubSpot installed",
    ):
        assert words in text, summary
    assert "1 integration does not run" in text
    # The differences are shown, and no secret is among them.
    assert '"Welcome Tag": "new"' in play.stdout
    play, real = converge(wanted)
    assert changes(real) == changes(summary)


def changes(summary):
    """The entries about what changed or would change, which come first."""
    return [line.removeprefix("changed").removeprefix("change").strip() for line in takewhile(lambda line: line[0] in "c ", summary)]


def test_one_that_fails_stops_no_other(converge):
    play, summary = converge({"bad": {"onboard_account_timezone": "Europe/Atlantis"}, "good": {}}, fails=True)
    assert summary[0] == "failed   bad" and "'Europe/Atlantis' is not a valid IANA time zone" in " ".join(summary).replace("          ", " ")
    assert "changed  good" in summary
    assert summary[-1].startswith("2 accounts: 1 changed, 0 ok, 1 failed")
    # The failure comes before the summary, once.
    assert play.stdout.split("TASK [Sum up]")[0].count("fatal: [bad]") == 1 and "fatal:" not in play.stdout.split("TASK [Sum up]")[1]


def test_the_summary_comes_where_all_fail(converge):
    play, summary = converge({"a": {"onboard_account_timezone": "x"}, "b": {"onboard_account_timezone": "x"}}, fails=True)
    assert summary[0] == "failed   a, b"
    assert summary[-1] == "2 accounts: 0 changed, 0 ok, 2 failed"


def test_the_summary_comes_where_the_login_fails(converge):
    play, summary = converge({"a": {}, "b": {}}, fails=True, environment={"CYCLR_CLIENT_SECRET": "wrong"})
    assert [line.split()[0] for line in summary if not line.startswith(" ")] == ["failed", "next", "2"]
    assert "Logging in failed" in " ".join(summary)
