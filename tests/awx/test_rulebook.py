# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""extensions/eda/rulebooks, run by ansible-rulebook: an event launches the job template in the stand-in of AWX."""

from __future__ import annotations

import socket
import subprocess
import time

import pytest
import requests
from ansible_collections.cyclr.ipaas.tests.awx import environment, fake_awx
from ansible_collections.cyclr.ipaas.tests.awx.definitions import ROOT, named

RULEBOOK = ROOT / "extensions" / "eda" / "rulebooks" / "onboard.yml"
PACKAGES = ["ansible-rulebook==1.3.2"]
# As the guide gives them
ARGUMENTS = ["--rulebook", RULEBOOK, "--inventory", "hosts", "--env-vars", "EVENTS_TOKEN"]
TOKEN = "token-of-the-events"
EVENT = {"type": "signed-up", "customer": "customer-42", "name": "Initech {{ 1 + 1 }}", "timezone": "Europe/London"}


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@pytest.fixture
def awx():
    with fake_awx.running() as running:
        running.add_template(named("job_templates", "Cyclr - onboard one account"))
        yield running


@pytest.fixture
def events(awx, tmp_path):
    """Sends an event to the rulebook and returns the status of the answer."""
    venv = environment.virtual_environment(PACKAGES)
    (tmp_path / "hosts").write_text("localhost\n", encoding="utf-8")
    port = free_port()
    variables = {
        # ansible-rulebook calls the other programs of Ansible.
        "PATH": f"{venv / 'bin'}:{environment.BIN}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "EVENTS_TOKEN": TOKEN,
        "EVENTS_PORT": str(port),
        "EDA_CONTROLLER_URL": awx.url,
        "EDA_CONTROLLER_TOKEN": "token-of-awx",
        "EDA_JOB_TEMPLATE_REFRESH_DELAY": "0.2",
    }
    command = [venv / "bin" / "ansible-rulebook", *ARGUMENTS[:-1], ARGUMENTS[-1] + ",EVENTS_PORT"]
    log = tmp_path / "rulebook.log"
    with log.open("w") as output:
        rulebook = subprocess.Popen(command, env=variables, stdout=output, stderr=subprocess.STDOUT, cwd=tmp_path)

    def send(event, token=TOKEN, host="127.0.0.1"):
        return requests.post(f"http://{host}:{port}/", json=event, headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code

    try:
        wait_until(lambda: answers(port), log, rulebook)
        send.log, send.rulebook = log, rulebook
        yield send
    finally:
        rulebook.terminate()
        rulebook.wait(30)


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition, log, process, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end and process.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.1)


def test_an_event_onboards_a_customer(events, awx):
    assert events({"type": "signed-off", "customer": "customer-1"}) == 200
    assert events(EVENT) == 200
    wait_until(lambda: awx.find("jobs"), events.log, events.rulebook)
    (job,) = awx.find("jobs")
    assert job["extra_vars"]["onboard_account_id"] == "customer-42"
    assert job["extra_vars"]["onboard_account_name"] == "Initech {{ 1 + 1 }}", "AWX does not render what a launch gives, and nobody else may"
    assert job["extra_vars"]["onboard_account_timezone"] == "Europe/London"
    assert TOKEN not in events.log.read_text(encoding="utf-8")


def test_an_event_without_the_token_is_refused(events, awx):
    assert events(EVENT, token="another") == 401
    assert not awx.find("jobs")
