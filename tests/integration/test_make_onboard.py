# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make onboard` shows: the first screen that anybody sees of this."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "playbooks" / "vars" / "onboard_account.example.yml"


def onboard(tmp_path, variables="", **environment):
    command = [sys.executable, str(ROOT / "tests" / "tools" / "onboard.py"), "--collections", os.environ["ANSIBLE_COLLECTIONS_PATH"], "--vars", str(variables)]
    environment = dict(PATH=os.environ["PATH"], HOME=str(tmp_path), LC_ALL="C.UTF-8", **environment)
    return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False)


def real(sandbox):
    return dict(CYCLR_API_URL=sandbox.url, CYCLR_SERVICE_DOMAIN=sandbox.url, CYCLR_CLIENT_ID="sandbox-client", CYCLR_CLIENT_SECRET="sandbox-secret")


def test_in_a_sandbox_of_its_own(tmp_path):
    done = onboard(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) <= 40, "more than a screen"
    assert [line for line in lines if len(line) > 80] == [line for line in lines if line.startswith("http://")], "wider than 80 columns"
    assert "\x1b" not in done.stdout
    for text in ("Acme Platform 1.4  ready (your own)", "HubSpot            waits for consent", "Link for HubSpot, works once, until", "Next: copy"):
        assert text in done.stdout
    assert "First run: changed=3. Second run: changed=0." in done.stdout


def test_against_a_service_that_is_there(tmp_path, sandbox):
    done = onboard(tmp_path, EXAMPLE, **real(sandbox))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Onboarding a customer into Cyclr at {sandbox.url}" in done.stdout
    assert "First run: changed=3. Second run: changed=0." in done.stdout
    again = onboard(tmp_path, EXAMPLE, **real(sandbox))
    assert "First run: changed=0. Second run: changed=0." in again.stdout


def test_asks_which_account_before_it_writes_to_a_real_one(tmp_path, sandbox):
    done = onboard(tmp_path, **real(sandbox))
    assert done.returncode == 2
    assert "make onboard VARS=my-account.yml" in done.stderr
    assert sandbox.journal() == []


def test_says_why_it_failed(tmp_path, sandbox):
    environment = real(sandbox)
    environment["CYCLR_CLIENT_SECRET"] = "wrong-secret"
    done = onboard(tmp_path, EXAMPLE, **environment)
    assert done.returncode == 1
    assert "FAILED     Log in: Logging in failed: POST /oauth/token returned 400" in done.stdout
    assert "wrong-secret" not in done.stdout + done.stderr
