# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two ways of execution really are two, and the harness sees where they differ."""

from __future__ import annotations

import copy

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
