# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A playbook that imports several of the collection's, with `vars` for each. Facts outlive a playbook, and none may take those of another for its own."""

from __future__ import annotations

import json

import pytest
from ansible_collections.cyclr.ipaas.tests.support.many_accounts import BROKEN, PLAYBOOKS, accounts, flat, many, written
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import writes

# Nothing is sent there.
WEBHOOK = dict(CYCLR_HANDOVER_URL="https://hooks.example.com/x", CYCLR_HANDOVER_TOKEN="a-token")


def site(runner, *playbooks):
    """A playbook that imports each of `playbooks`, which are names or pairs of a name and variables."""
    named = [(one, {}) if isinstance(one, str) else one for one in playbooks]
    plays = [{"ansible.builtin.import_playbook": f"cyclr.ipaas.{name}", "vars": variables} for name, variables in named]
    path = runner.directory / "site.yml"
    path.write_text(json.dumps(plays), encoding="utf-8")
    return str(path)


def summaries(done):
    """Each summary, on one line."""
    found = done.stdout.split('"cyclr_summary": [')[1:]
    return [" ".join(" ".join(json.loads("[" + text.split("\n    ]", 1)[0] + "]")).split()) for text in found]


def test_each_playbook_comes_to_all_accounts(runner):
    names = ["globex", "initech", "umbrella"]
    runner.reset(seed=accounts(*names))
    done = many(runner, site(runner, "onboard_accounts", ("upgrade_connector", dict(cyclr_batch=1))), names)
    assert done.returncode == 0, done.stdout
    assert {entry["account"] for entry in writes(runner.sandbox.journal()) if entry["path"].endswith("/install")} == set(names)


def test_each_playbook_shows_its_own_summary(runner):
    runner.reset(seed=accounts("a", "b"))
    playbooks = ["onboard_accounts", ("await_consent", dict(cyclr_consent_seconds=0)), "upgrade_connector", "onboard_account", "awx.onboard_by_survey"]
    done = many(runner, site(runner, *playbooks), ["a", "b"], cyclr_hosts="all")
    shown = summaries(done)
    assert done.returncode == 0 and len(shown) == len(playbooks), done.stdout
    assert ["account: timezone" in one for one in shown] == [True, False, False, False, False], shown
    assert ["Salesforce v60.0 installed" in one for one in shown] == [False, False, True, False, False], shown


@pytest.mark.parametrize("which", [0, 1, 2])
def test_an_account_that_failed_before_ends_no_batches(runner, which):
    """Wherever it stands among the batches."""
    names = ["a", "b", "c"]
    runner.reset(seed=accounts(*names))
    hosts = {name: {} for name in names}
    hosts[names[which]] = BROKEN["onboard_accounts"]
    done = many(runner, site(runner, "onboard_accounts", ("upgrade_connector", dict(cyclr_batch=1))), hosts)
    upgraded = {entry["account"] for entry in writes(runner.sandbox.journal()) if entry["path"].endswith("/install")}
    assert done.returncode == 2 and upgraded == set(names) - {names[which]}, done.stdout
    assert "3 accounts: 2 changed, 0 ok, 1 failed" in summaries(done)[-1] and "not tried" not in summaries(done)[-1], done.stdout


def test_batches_end_behind_an_account_that_failed_before(runner):
    runner.reset(seed=accounts("a", "b", "c"))
    hosts = {"bad": BROKEN["upgrade_connector"], "before": BROKEN["onboard_accounts"], "a": {}, "b": {}, "c": {}}
    done = many(runner, site(runner, "onboard_accounts", ("upgrade_connector", dict(cyclr_batch="2,1,100%"))), hosts)
    upgraded = {entry["account"] for entry in writes(runner.sandbox.journal()) if entry["path"].endswith("/install")}
    assert done.returncode == 2 and not upgraded, done.stdout
    assert "ended after 1 failure because" in summaries(done)[-1] and "3 accounts were not tried" in summaries(done)[-1], done.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_results_of_an_earlier_run_are_not_shown_for_accounts_that_were_not_tried(runner, playbook):
    runner.reset(seed=accounts("a", "b", "c"))
    second = (playbook, dict(cyclr_batch=1, cyclr_max_fail_percentage=0, **BROKEN[playbook]))
    done = many(runner, site(runner, playbook, second), ["a", "b", "c"])
    first, last = summaries(done)
    assert done.returncode == 2 and "3 accounts: 3 changed" in first, done.stdout
    assert "ended after 1 failure" in last and "2 not tried" in last and "0 changed" in last, last


def test_links_that_were_sent_before_are_not_shown_again(runner, webhook):
    seed = accounts("a", "b", "c")
    for one in seed["AccountConnectors"]:
        if one["Name"] == "HubSpot":
            del one["AuthValue"]
    runner.reset(seed=seed)
    environment = dict(CYCLR_HANDOVER_URL=webhook.url, CYCLR_HANDOVER_TOKEN="a-token")
    again = ("hand_over_links", dict(cyclr_hand_over_batch=1, onboard_account_oauth=dict(target_origin="https://app.example.com/", flow="x")))
    group = dict(onboard_account_oauth=dict(target_origin="https://app.example.com/"))
    done = many(runner, site(runner, "hand_over_links", again), ["a", "b", "c"], group=group, environment=environment)
    first, last = summaries(done)
    assert "3 accounts: 3 changed" in first, done.stdout
    assert done.returncode == 2 and "0 changed" in last and "not tried" in last, last


# -- variables of the play -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_limits_of_the_play_are_limits(runner, playbook):
    runner.reset(seed=accounts("a", "b", "c"))
    done = many(runner, site(runner, (playbook, dict(cyclr_max_changes=1))), ["a", "b", "c"])
    assert done.returncode == 2 and not writes(runner.sandbox.journal()), done.stdout
    assert "3 of 3 accounts would change, but cyclr_max_changes allows 1" in flat(done), done.stdout

    broken = {"a": BROKEN[playbook], "b": {}, "c": {}}
    done = many(runner, site(runner, (playbook, dict(cyclr_max_fail_percentage=10, cyclr_batch="1"))), broken)
    assert done.returncode == 2 and not written(runner), done.stdout
    assert "ended after 1 failure because of cyclr_max_fail_percentage: 10. 2 accounts were not tried." in flat(done), done.stdout

    done = many(runner, site(runner, (playbook, dict(cyclr_max_failures=1))), broken)
    assert done.returncode == 2 and not written(runner), done.stdout


@pytest.mark.parametrize("name, value", [("cyclr_batch", "half"), ("cyclr_max_changes", "ten"), ("cyclr_max_fail_percentage", 101), ("cyclr_max_failures", 0)])
def test_a_wrong_limit_of_the_play_is_refused_before_the_first_request(runner, name, value):
    done = many(runner, site(runner, ("upgrade_connector", {name: value})), ["globex"])
    assert done.returncode == 2 and f"{name}: must be a" in flat(done) and not runner.sandbox.journal(), done.stdout


SHARED = {
    "roll_out_integration": {}, "upgrade_connector": {}, "await_consent": {}, "adopt_accounts": {}, "remove_connector": dict(remove_connector="HubSpot"),
    "prune_connectors": dict(onboard_account_connectors=[]), "hand_over_links": dict(onboard_account_oauth=dict(target_origin="https://app.example.com/")),
}  # fmt: skip


@pytest.mark.parametrize("playbook, account", [(playbook, "globex") for playbook in SHARED] + [("await_consent", "{{ inventory_hostname }}-2")])
def test_the_play_does_not_choose_the_account_of_several_hosts(runner, playbook, account):
    """Nobody could say whether it is the same for all."""
    done = many(runner, site(runner, (playbook, dict(SHARED[playbook], onboard_account_id=account))), ["globex", "initech"], environment=WEBHOOK)
    assert done.returncode == 2 and not runner.sandbox.journal(), done.stdout
    assert "with several hosts, set them in the inventory" in flat(done), done.stdout


def test_the_play_can_choose_the_account_of_one_host(runner):
    runner.reset(seed=accounts("a"))
    done = many(runner, site(runner, ("upgrade_connector", dict(onboard_account_id="a"))), ["somebody"])
    assert done.returncode == 0 and written(runner) == {"a"}, done.stdout


# -- values that are checked before the first request ----------------------------------------------------------------


@pytest.mark.parametrize("value", [0, "-1", "10%", [1, 20]])
def test_a_wrong_size_of_the_batches_of_links_is_refused(runner, value):
    done = many(runner, "hand_over_links", ["globex", "initech"], environment=WEBHOOK, cyclr_hand_over_batch=value)
    assert done.returncode == 2 and "cyclr_hand_over_batch: must be" in flat(done) and not runner.sandbox.journal(), done.stdout


@pytest.mark.parametrize("size", [1, 30])
def test_a_size_of_the_batches_of_links_that_ansible_ignores_is_refused(runner, size):
    done = many(runner, "hand_over_links", [f"a{number}" for number in range(22)], environment=WEBHOOK, group=dict(cyclr_hand_over_batch=size))
    assert done.returncode == 2 and "cyclr_hand_over_batch has no effect in the variables of hosts" in flat(done), done.stdout
    assert not runner.sandbox.journal()


@pytest.mark.parametrize("value", [-1, "5minutes", [300]])
def test_a_wrong_time_to_wait_is_refused(runner, value):
    done = many(runner, "await_consent", ["globex", "initech"], cyclr_consent_seconds=value)
    assert done.returncode == 2 and "cyclr_consent_seconds: must be" in flat(done) and not runner.sandbox.journal(), done.stdout
