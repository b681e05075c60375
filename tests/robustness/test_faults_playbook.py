# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A few of the faults again, through ansible-playbook and the role."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import CLOSED, FAULTS, TIMEOUT, prepared
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import PLAYBOOK, start
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import assert_no_writes
from ansible_collections.cyclr.ipaas.tests.robustness.onboarding import (
    NEW,
    REQUESTS,
    TEMPLATE,
    asked,
    assert_converged,
    assert_single,
    assert_two_runs_ended,
    untouchable,
)

ROLE = Path(__file__).resolve().parent / "playbooks" / "onboard.yml"
STEPS = {
    # The first step logs in.
    "/oauth/token": "Create or update the account",
    "/v1.0/accounts": "Create or update the account",
    "/v1.0/accounts/umbrella/launch": "Install the partner connector",
    "/v1.0/connectors/20005/install": "Install further connectors",
    "/v1.0/accounts/umbrella/signintoken": "Create OAuth links",
    f"/v1.0/templates/{TEMPLATE}/install": "Set up integrations",
}
QUICK = dict(CYCLR_TIMEOUT=TIMEOUT * 5, CYCLR_RETRY_TIMEOUT=2)


@pytest.fixture
def seeded(sandbox):
    prepared(sandbox)()
    return sandbox


def test_same_requests(runner, seeded):
    """What the fault tables run in process is what the role does."""
    play = runner.run(ROLE)
    assert asked(play.journal) == REQUESTS[NEW]


@pytest.mark.parametrize("fault", ["drop_after_commit", "truncate", "401"])
def test_overcome(runner, seeded, fault):
    """In every write, and nobody notices."""
    seeded.faults([dict(FAULTS[fault], method="POST", path=path, times=1) for path in STEPS if not (fault == "401" and path == "/oauth/token")])
    runner.run(ROLE, environment=QUICK)
    assert_converged(seeded.state(), NEW)


@pytest.mark.parametrize("path", STEPS)
def test_failure_names_the_step(runner, seeded, path):
    before = untouchable(seeded.state())
    seeded.faults([dict(method="POST", path=path, fault="html_error", times=-1)])
    play = runner.run(ROLE, environment=QUICK, fails=True)
    assert STEPS[path] in play.output and f"POST {path} returned 500" in play.output
    assert "Traceback" not in play.output and "Unexpected failure" not in play.output
    assert_single(seeded.state(), NEW)
    seeded.faults([])
    runner.run(ROLE)
    assert_converged(seeded.state(), NEW)
    assert untouchable(seeded.state()) == before


def test_nobody_listens(runner, seeded):
    play = runner.run(ROLE, environment=dict(QUICK, CYCLR_API_URL=f"http://{CLOSED}"), fails=True)
    assert f"got no answer from http://{CLOSED}: Connection refused" in play.output


def test_check_mode(runner, seeded):
    seeded.faults([dict(FAULTS[fault], times=1, skip=skip) for skip, fault in ((1, "drop_before"), (2, "503"), (5, "truncate"))])
    play = runner.run(ROLE, check=True, environment=QUICK)
    assert_no_writes(play)


def test_two_runs_at_once(runner, seeded):
    """Two jobs for one customer."""
    command = [PLAYBOOK, str(ROLE)]
    environment = runner.environment(**QUICK)
    runs = [start(command, environment, runner.directory) for _each in range(2)]
    outputs = [run.communicate(timeout=300)[0] for run in runs]
    assert_two_runs_ended(seeded.state(), NEW, [output for output, run in zip(outputs, runs) if run.returncode])
