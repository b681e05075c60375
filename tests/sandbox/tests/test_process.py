# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The command and the context manager."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from cyclr_sandbox.process import SandboxError, running

ROOT = Path(__file__).resolve().parent.parent


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "cyclr_sandbox", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_line_then_a_quiet_end(number):
    process = start()
    url = process.stdout.readline().strip()
    # A client that keeps its connection must not hold the sandbox up.
    session = requests.Session()
    assert session.get(f"{url}/_sandbox/state", timeout=10).status_code == 200
    process.send_signal(number)
    out, err = process.communicate(timeout=5)
    assert (process.returncode, out, err) == (0, "", "")


def test_bad_arguments(tmp_path):
    bad = tmp_path / "seed.yml"
    bad.write_text("Nonsense: 1\n")
    for arguments in (["--seed", str(bad)], ["--seed", str(tmp_path / "none")], ["--tls-cert", "x"]):
        process = start(*arguments)
        out, err = process.communicate(timeout=10)
        assert process.returncode != 0 and out == ""
        assert "cyclr_sandbox" in err and "Traceback" not in err


def test_seed_latency_settings(tmp_path):
    seed = tmp_path / "seed.yml"
    seed.write_text("Accounts:\n  - Id: mine\n")
    with running(seed=seed, latency_ms=5, settings={"InUseStatus": 409}) as sandbox:
        sandbox.reset()
        state = sandbox.state()
        assert [one["Id"] for one in state["Accounts"]] == ["mine"]
        assert (state["Settings"]["LatencyMs"], state["Settings"]["InUseStatus"]) == (5, 409)


def test_tls():
    with running(seed={"Accounts": [{"Id": "a"}]}, tls=True) as sandbox:
        assert sandbox.url.startswith("https://127.0.0.1:")
        form = {
            "grant_type": "client_credentials",
            "client_id": "sandbox-client",
            "client_secret": "sandbox-secret",
        }
        answer = requests.post(f"{sandbox.url}/oauth/token", data=form, verify=sandbox.ca_path, timeout=10)
        assert answer.status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(sandbox.url, timeout=10)
        sandbox.faults([{"path": "/oauth/token", "fault": "drop_before"}])
        with pytest.raises(requests.ConnectionError):
            requests.post(f"{sandbox.url}/oauth/token", data=form, verify=sandbox.ca_path, timeout=10)


def test_a_sandbox_that_cannot_start():
    with pytest.raises(SandboxError, match="Unknown seed key"), running(seed={"Nonsense": 1}):
        pass
