# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two ways of execution really are two, and the harness sees where they differ."""

from __future__ import annotations

import copy
import json

import pytest
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import IN_PROCESS, MODULES, assert_same, assert_settled


@pytest.mark.parametrize("environment", [IN_PROCESS, {}], ids=["asked for", "by default"])
def test_in_process(runner, environment):
    """No module is ever copied anywhere."""
    runner.run("account_info", environment=environment)
    assert not (runner.directory / "remote").exists()


@pytest.mark.parametrize("environment, variables", [(MODULES, {}), (IN_PROCESS, {"cyclr_in_process": False})], ids=["environment", "variable"])
def test_modules(runner, environment, variables):
    runner.run("account_info", environment=environment, variables=variables)
    assert (runner.directory / "remote").exists()


def test_the_harness_sees_differences(runner):
    play = runner.run("account_settings")
    with pytest.raises(AssertionError, match="changed again"):
        assert_settled(play)
    assert_same(play, play)
    for spoil in (
        lambda task: task.result["account"].update(name="another"),
        lambda task: task.result.pop("diff"),
        lambda task: setattr(task, "status", "ignored"),
        lambda task: task.journal.pop(),
    ):
        other = copy.deepcopy(play)
        spoil(other.results["Create an account with everything"])
        with pytest.raises(AssertionError, match="Create an account with everything"):
            assert_same(play, other)


CANARY = "a-mailchimp-key-4711"


def with_options(module, **keywords):
    """A task whose options contain a secret."""
    if module == "cyclr_onboarding":
        options = dict(account_id="globex", connectors=[dict(connector="Mailchimp", api_key=CANARY)])
    else:
        options = dict(account_id="globex", connector="Mailchimp", api_key=CANARY)
    return {"cyclr.ipaas." + module: options, "name": "Try", "ignore_errors": True, "no_log": False, "register": "tried", **keywords}


def tried(runner, tmp_path, *tasks, environment=None, **keywords):
    """What the task Try came to, and the files that contain the secret afterwards."""
    playbook = tmp_path / "play.yml"
    play = dict(hosts="localhost", gather_facts=False, tasks=[*tasks], **keywords)
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    done = runner.run(playbook, environment={**MODULES, **(environment or {})})
    left = [path for path in runner.directory.rglob("*") if path != playbook and path.is_file() and CANARY.encode() in path.read_bytes()]
    return done.results["Try"], left


@pytest.mark.parametrize("module", ["cyclr_connector_install", "cyclr_onboarding"])
class TestNothingStaysOnDisk:
    def test_after_a_success(self, runner, tmp_path, module):
        task, left = tried(runner, tmp_path, with_options(module))
        assert not task.failed and (runner.directory / "remote").exists() and left == []

    def test_after_a_timeout(self, runner, tmp_path, module):
        runner.sandbox.faults([dict(method="GET", path="*", fault="slow:6", times=9)])
        task, left = tried(runner, tmp_path, with_options(module, timeout=2))
        assert task.failed and left == []

    def test_after_a_become_that_fails(self, runner, tmp_path, module):
        task, left = tried(runner, tmp_path, with_options(module, become=True, become_user="nobody", vars=dict(ansible_become_exe="/no/sudo")))
        assert task.failed and "/no/sudo: not found" in task.msg and left == []

    def test_after_a_module_that_is_killed(self, runner, tmp_path, module):
        python = tmp_path / "python"
        python.write_text("#!/bin/sh\nkill -KILL $$\n", encoding="utf-8")
        python.chmod(0o755)
        task, left = tried(runner, tmp_path, with_options(module, vars=dict(ansible_python_interpreter=str(python))))
        assert task.failed and left == []


@pytest.mark.parametrize("module", ["cyclr_connector_install", "cyclr_onboarding"])
def test_a_host_that_cannot_be_reached_is_an_ordinary_failure_that_says_what_to_do(runner, tmp_path, module):
    far = dict(ansible_connection="ssh", ansible_host="127.0.0.1", ansible_port=1, ansible_ssh_common_args="-o ConnectTimeout=2")
    task, left = tried(runner, tmp_path, with_options(module, vars=far, ignore_unreachable=True))
    assert task.status == "ignored" and "set connection: local on the play" in task.msg and left == []


def test_progress_is_shown_beside_a_callback_that_prints_one_document(runner, tmp_path):
    seed = [dict(account_id="globex", connector="HubSpot"), dict(account_id="globex", wait_timeout=1)]
    tasks = [{"cyclr.ipaas." + module: options} for module, options in zip(("cyclr_connector_install", "cyclr_oauth_wait"), seed)]
    playbook = tmp_path / "play.yml"
    playbook.write_text(json.dumps([dict(hosts="localhost", gather_facts=False, tasks=tasks)]), encoding="utf-8")
    done = runner.run(playbook, environment=dict(IN_PROCESS, ANSIBLE_STDOUT_CALLBACK="one_document"))
    assert json.loads(done.stdout)["ok"] == 2
    assert "waits for" in done.stderr
