# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ends a run over many accounts before it does harm: cyclr_max_changes, batches, cyclr_max_fail_percentage and cyclr_max_failures."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.tests.support.many_accounts import BROKEN, PLAYBOOKS, TEMPLATE, accounts, flat, many, written
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import writes

SECRET = "a-mailchimp-secret"


# -- cyclr_max_changes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("limit, allowed", [("2", "2"), ("74%", "2 (74%)"), (0, "0")])
def test_too_many_changes_stop_the_run_before_the_first_write(runner, playbook, limit, allowed):
    runner.reset(seed=accounts("a", "b", "c", settled=["d"]))
    done = many(runner, playbook, ["a", "b", "c", "d"], cyclr_max_changes=limit)
    assert done.returncode == 2 and not writes(runner.sandbox.journal()), done.stdout
    for words in (f"Nothing was changed. 3 of 4 accounts would change, but cyclr_max_changes allows {allowed}.", "Run again with --check --diff",
                  "change a, b, c", PLAYBOOKS[playbook]):
        assert words in flat(done), done.stdout
    assert "cyclr_onboarding_local" not in done.stdout
    assert "changed=0" in done.stdout and "changed=1" not in done.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("limit", [3, "75%", None])
def test_as_many_changes_as_allowed_are_made(runner, playbook, limit):
    runner.reset(seed=accounts("a", "b", "c", settled=["d"]))
    done = many(runner, playbook, ["a", "b", "c", "d"], cyclr_max_changes=limit)
    assert done.returncode == 0 and written(runner) == {"a", "b", "c"}, done.stdout
    assert "4 accounts: 3 changed, 1 ok, 0 failed" in flat(done)


def test_the_dry_run_shows_no_secret(runner):
    connectors = [dict(connector="Mailchimp", api_key=SECRET)]
    group = dict(onboard_account_connectors=connectors, onboard_account_no_log=False)
    done = many(runner, "onboard_accounts", ["a", "b"], "-vv", group=group, cyclr_max_changes=0)
    assert done.returncode == 2 and "Mailchimp installed" in flat(done) and not writes(runner.sandbox.journal()), done.stdout
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize("playbook", ["onboard_by_survey", "awx.onboard_by_survey"])
def test_a_survey_has_the_same_dry_run(runner, playbook):
    runner.reset(seed=accounts("a", "b"))
    done = many(runner, playbook, ["a", "b"], cyclr_hosts="all", cyclr_max_changes="1")
    assert done.returncode == 2 and not writes(runner.sandbox.journal()), done.stdout
    assert "2 of 2 accounts would change, but cyclr_max_changes allows 1." in flat(done) and "change a, b account: timezone" in flat(done), done.stdout
    assert many(runner, playbook, ["a", "b"], cyclr_hosts="all", cyclr_max_changes="2").returncode == 0 and written(runner) == {"a", "b"}


def test_a_restart_counts_as_a_change(runner):
    runner.reset(seed=accounts("a", settled=["b", "c"]))
    given = dict(roll_out_state="restarted", roll_out_only_installed=True)
    done = many(runner, "roll_out_integration", ["a", "b", "c"], cyclr_max_changes=1, **given)
    assert done.returncode == 2 and not writes(runner.sandbox.journal()), done.stdout
    assert "2 of 3 accounts would change" in flat(done) and f"change b, c integration {TEMPLATE} restarted" in flat(done), done.stdout
    assert many(runner, "roll_out_integration", ["a", "b", "c"], cyclr_max_changes=2, **given).returncode == 0 and written(runner) == {"b", "c"}


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_the_limit_counts_all_batches(runner, playbook):
    runner.reset(seed=accounts("a", "b", "c"))
    done = many(runner, playbook, ["a", "b", "c"], cyclr_max_changes=2, cyclr_batch=1)
    assert done.returncode == 2 and "3 of 3 accounts would change" in flat(done) and not writes(runner.sandbox.journal()), done.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("batch", [None, 1])
def test_check_mode_shows_everything_and_fails_at_the_end(runner, playbook, batch):
    runner.reset(seed=accounts("a", "b", "c"))
    done = many(runner, playbook, ["a", "b", "c"], "--check", "--diff", cyclr_max_changes=2, cyclr_batch=batch)
    assert done.returncode == 2 and not writes(runner.sandbox.journal()), done.stdout
    assert "+++ after" in done.stdout
    assert "3 of 3 accounts would change, but cyclr_max_changes allows 2. Without --check, the run would stop" in flat(done)
    assert "3 accounts: 3 would change, 0 ok, 0 failed" in flat(done), done.stdout
    within = many(runner, playbook, ["a", "b", "c"], "--check", cyclr_max_changes=3, cyclr_batch=batch)
    assert within.returncode == 0 and "cyclr_max_changes allows" not in within.stdout, within.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("batch", [None, "1,100 %"])
def test_check_mode_compares_with_the_limit_if_the_last_account_fails(runner, playbook, batch):
    runner.reset(seed=accounts("a", "b", "c"))
    done = many(runner, playbook, {"a": {}, "b": {}, "c": {}, "z": BROKEN[playbook]}, "--check", cyclr_max_changes=2, cyclr_batch=batch, cyclr_max_failures=9)
    assert done.returncode == 2 and "4 of 4 accounts would change (including 1 that failed" in flat(done), done.stdout


def test_check_mode_of_a_survey_compares_with_the_limit(runner):
    runner.reset(seed=accounts("a", "b"))
    hosts = {"a": {}, "b": {}, "z": BROKEN["onboard_accounts"]}
    done = many(runner, "onboard_by_survey", hosts, "--check", cyclr_hosts="all", cyclr_max_changes=2)
    assert done.returncode == 2 and "3 of 3 accounts would change (including 1 that failed" in flat(done), done.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("limit, left", [(1, set()), (2, {"a"})])
def test_an_account_that_fails_in_the_dry_run_counts_and_stops_nothing_itself(runner, playbook, limit, left):
    runner.reset(seed=accounts("a"))
    done = many(runner, playbook, {"a": {}, "bad": BROKEN[playbook]}, cyclr_max_changes=limit)
    assert done.returncode == 2 and written(runner) == left, done.stdout
    if not left:
        assert "2 of 2 accounts would change (including 1 that failed in the dry run, so that nobody knows)" in flat(done)
        assert "failed bad" in flat(done)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_the_limit_can_stand_in_the_variables_of_the_group_all(runner, playbook):
    runner.reset(seed=accounts("a", "b"))
    done = many(runner, playbook, ["a", "b"], group=dict(cyclr_max_changes=1))
    assert done.returncode == 2 and "cyclr_max_changes allows 1" in flat(done) and not writes(runner.sandbox.journal()), done.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_hosts_with_different_limits_are_refused(runner, playbook):
    runner.reset(seed=accounts("a", "b"))
    done = many(runner, playbook, {"a": {}, "b": dict(cyclr_max_changes=1)})
    assert done.returncode == 2 and "cyclr_max_changes: must be the same for all hosts of the run" in flat(done), done.stdout
    assert not runner.sandbox.journal()


# -- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("name, value", [
    ("cyclr_max_changes", "ten"), ("cyclr_max_changes", -1), ("cyclr_max_changes", "120%"), ("cyclr_max_changes", True), ("cyclr_max_changes", 20.5),
    ("cyclr_max_failures", 0), ("cyclr_max_failures", "10%"), ("cyclr_batch", "0"), ("cyclr_batch", [1, "half"]), ("cyclr_batch", True),
    ("cyclr_max_fail_percentage", "most"), ("cyclr_max_fail_percentage", 101),
])  # fmt: skip
def test_a_wrong_value_is_refused_before_the_first_request(runner, playbook, name, value):
    done = many(runner, playbook, ["globex"], **{name: value})
    assert done.returncode == 2 and f"{name}: must be a" in flat(done), done.stdout
    assert not runner.sandbox.journal()


# -- batches and failures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("batch", [[1, "50%", "100%"], "1,50%,100%", '[1,"50%","100%"]'])
def test_canaries_that_fail_keep_the_others_safe(runner, playbook, batch):
    runner.reset(seed=accounts("a", "b", "c", "d"))
    broken = {"a": {}, "b": {}, "bad": BROKEN[playbook], "c": {}, "d": {}}
    done = many(runner, playbook, broken, cyclr_batch=batch)
    assert done.returncode == 2 and written(runner) == {"a", "b"}, done.stdout
    assert "ended after 1 failure because of cyclr_max_fail_percentage: 0. 2 accounts were not tried." in flat(done), done.stdout
    done = many(runner, playbook, broken, cyclr_batch=batch, cyclr_max_fail_percentage="100")
    assert done.returncode == 2 and written(runner) == {"c", "d"} and "ended " not in flat(done), done.stdout


def test_equal_batches_of_onboarding_go_on_after_a_failure(runner):
    runner.reset(seed=accounts("a", "b"))
    broken = {"a": {}, "bad": BROKEN["onboard_accounts"], "b": {}}
    done = many(runner, "onboard_accounts", broken, cyclr_batch=2)
    assert done.returncode == 2 and written(runner) == {"a", "b"}, done.stdout


def test_zero_percent_may_fail(runner):
    runner.reset(seed=accounts("a", "b"))
    broken = {"a": {}, "bad": BROKEN["onboard_accounts"], "b": {}}
    done = many(runner, "onboard_accounts", broken, cyclr_batch=2, cyclr_max_fail_percentage=0)
    assert done.returncode == 2 and written(runner) == {"a"}, done.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("failures, batch, left, ended", [
    (1, None, {"a"}, "ended after 1 failure because of cyclr_max_failures: 1. 4 accounts were not tried."),
    (2, 2, {"a", "b"}, "ended after 2 failures because of cyclr_max_failures: 2. 2 accounts were not tried."),
    # The last batch has nothing after it.
    (2, ["50%", "50%"], {"a", "b", "c", "d"}, None), ("3", [2], {"a", "b", "c", "d"}, None),
])  # fmt: skip
def test_so_many_failures_end_the_run_which_says_so(runner, playbook, failures, batch, left, ended):
    runner.reset(seed=accounts("a", "b", "c", "d"))
    bad = BROKEN[playbook]
    late = {"a": {}, "bad1": bad, "b": {}, "c": {}, "bad2": bad, "d": {}}
    broken = late if batch == ["50%", "50%"] else {"a": {}, "bad1": bad, "b": {}, "bad2": bad, "c": {}, "d": {}}
    done = many(runner, playbook, broken, cyclr_max_failures=failures, **({} if batch is None else dict(cyclr_batch=batch)))
    assert done.returncode == 2 and written(runner) == left, done.stdout
    assert ended in flat(done) if ended else "ended " not in flat(done), done.stdout


def test_the_percentage_that_ended_the_run_is_shown_as_it_was_given(runner):
    runner.reset(seed=accounts("a", "b"))
    broken = {"a": {}, "bad": BROKEN["onboard_accounts"], "b": {}}
    done = many(runner, "onboard_accounts", broken, "--check", cyclr_batch=2, cyclr_max_fail_percentage="12.5%", cyclr_max_failures=7)
    assert "ended after 1 failure because of cyclr_max_fail_percentage: 12.5. 1 account was not tried." in flat(done), done.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("group", [dict(cyclr_batch=[1, "100%"]), dict(cyclr_max_failures=1)])
def test_batches_that_ansible_would_ignore_are_refused(runner, playbook, group):
    runner.reset(seed=accounts("a", "b"))
    done = many(runner, playbook, ["a", "b"], group=group)
    assert done.returncode == 2 and "have no effect in the variables of hosts or groups" in flat(done), done.stdout
    assert not writes(runner.sandbox.journal())
