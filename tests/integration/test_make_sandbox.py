# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make sandbox`, and the list of targets that `make` prints."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, str(ROOT / "tools" / "sandbox.py")]
ENVIRONMENT = dict(PATH=os.environ["PATH"], LC_ALL="C.UTF-8", PYTHONPATH=str(ROOT / "tests" / "sandbox"))


def test_says_how_to_reach_it_and_ends_with_ctrl_c():
    with subprocess.Popen([*COMMAND, "--port", "0"], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as running:
        try:
            url = running.stdout.readline().strip()
            lines = [running.stdout.readline().strip() for _each in range(9)]
            exports = dict(re.findall(r"(CYCLR_\w+)=(\S+)", "\n".join(lines)))
            assert exports["CYCLR_API_URL"] == exports["CYCLR_SERVICE_DOMAIN"] == url
            form = dict(grant_type="client_credentials", client_id=exports["CYCLR_CLIENT_ID"], client_secret=exports["CYCLR_CLIENT_SECRET"])
            assert requests.post(url + "/oauth/token", data=form, timeout=30).status_code == 200
            running.send_signal(signal.SIGINT)
            assert running.wait(20) == 0
        finally:
            running.kill()


def test_suggests_another_port_if_one_is_in_use(sandbox):
    port = sandbox.url.rsplit(":", 1)[1]
    done = subprocess.run([*COMMAND, "--port", port], env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"Port {port} is in use\. Choose another one: make sandbox ARGS='--port \d+'\n", done.stderr)


def test_the_list_of_targets_fits_on_a_screen_with_the_main_ones_last():
    done = subprocess.run(["make", "--no-print-directory", "-C", ROOT], env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=True)
    lines = done.stdout.splitlines()
    assert [line for line in lines if len(line) >= 80] == []
    # The screen has 24 lines, and one is the prompt's.
    shown = [line.split()[0] for line in lines[-23:] if line]
    assert shown[-4:] == ["onboard", "sandbox", "test", "docs"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (parts,) = re.findall(r"^PARTS := (.*)$", makefile, re.M)
    listed = {line.split()[0] for line in lines if line}
    assert {f"test-{part}" for part in parts.split()} <= listed
