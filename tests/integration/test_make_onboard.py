# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make onboard` shows: the first screen that anybody sees of this."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import requests
from ansible_collections.cyclr.ipaas.tools.onboard import onboard as tool
from cyclr_sandbox.process import Running

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "playbooks" / "vars" / "onboard_account.example.yml"


def command(variables=""):
    return [sys.executable, str(ROOT / "tools" / "onboard" / "onboard.py"), "--collections", os.environ["ANSIBLE_COLLECTIONS_PATH"], "--vars", str(variables)]


def environment(tmp_path, **more):
    # The path is what the Makefile sets.
    return dict(PATH=os.environ["PATH"], HOME=str(tmp_path), LC_ALL="C.UTF-8", PYTHONPATH=str(ROOT / "tests" / "sandbox"), **more)


def onboard(tmp_path, variables="", **more):
    how = dict(env=environment(tmp_path, **more), cwd=tmp_path, stdin=subprocess.DEVNULL)
    return subprocess.run(command(variables), **how, capture_output=True, text=True, timeout=300, check=False)


def guide():
    """The screen as the guide shows it."""
    text = (ROOT / "docs" / "docsite" / "rst" / "guide_start.rst").read_text(encoding="utf-8")
    block = re.search(r"^\.\. code-block:: text\n   :caption: make onboard\n\n((?:   .*\n|\n)+)", text, re.M)[1]
    return textwrap.dedent(block)


def after_the_consent():
    """The end of the screen on a terminal, as the guide shows it. The README has a picture."""
    text = (ROOT / "docs" / "docsite" / "rst" / "guide_start.rst").read_text(encoding="utf-8")
    return textwrap.dedent(re.search(r"^\.\. code-block:: text\n\n(   Thank you\..*\n(?:   .*\n|\n)+)", text, re.M)[1])


def same(text):
    """A screen without what differs from run to run."""
    text = re.sub(r"\d\d:\d\d:\d\d UTC: completed", "..:..:.. UTC: completed", text)
    text = re.sub(r"until \d\d:\d\d UTC", "until ..:.. UTC", text.strip())
    return re.sub(r"(127\.0\.0\.1(?::|%3A)|id=|token=)[\w-]+", r"\1...", text)


def rows(text):
    """How many rows of a terminal with 80 columns a text needs."""
    return sum(max(1, -(-len(line) // 80)) for line in text.splitlines())


def real(sandbox):
    urls = dict(CYCLR_API_URL=sandbox.url, CYCLR_SERVICE_DOMAIN=sandbox.url)
    return dict(urls, CYCLR_CLIENT_ID="sandbox-client", CYCLR_CLIENT_SECRET="sandbox-secret", MAILCHIMP_API_KEY="a-key")


def test_in_a_sandbox_of_its_own(tmp_path):
    done = onboard(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert rows(done.stdout) < 24, "more than a screen, with the prompt below it"
    assert [line for line in lines if len(line) > 80] == [line for line in lines if line.startswith("http://")], "wider than 80 columns"
    assert "\x1b" not in done.stdout
    assert same(done.stdout) == same(guide())


def test_on_a_terminal_it_waits_for_the_consent(tmp_path):
    """The link on the screen works until it was used. Then the account is ready, its integration runs, and data flows."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command(), env=environment(tmp_path), cwd=tmp_path, stdin=theirs, stdout=subprocess.PIPE, text=True)
    shown = ""
    try:
        for line in running.stdout:
            shown += line
            if line.startswith("Press Allow there"):
                link = re.search(r"^(http://\S+)$", shown, re.M)[1]
                sandbox = Running(link.split("/connectorauth")[0])
                landed = sandbox.authorise(link)
                assert "Your account" in landed.text and "HubSpot" in landed.text
        assert running.wait(60) == 0, shown
    finally:
        running.kill()
        os.close(ours)
        os.close(theirs)
    waiting, answered, then = shown.partition("\nThank you.")
    assert rows(waiting) < 24 and rows(answered + then) < 24
    assert re.search(r"^Integration New Acme contacts to HubSpot +waits for HubSpot$", waiting, re.M)
    assert "  changed    integration New Acme contacts to HubSpot started\n" in then
    assert re.search(r"^Connector   HubSpot +ready$", then, re.M)
    assert re.search(r"^Integration New Acme contacts to HubSpot +runs$", then, re.M)
    assert re.search(r"^Ready       yes$", then, re.M)
    assert same(after_the_consent()) in same("Thank you." + then)
    run = re.search(r"^First run of New Acme contacts to HubSpot, .* UTC: completed\n  List new contacts +(.*)\n  Create or update contact +(.*)$", then, re.M)
    received, sent = (set(values.split(", ")) for values in run.groups())
    assert len(received & sent) >= 3, "What the first step received is what the second one sends"
    assert "ended with the sandbox" not in shown
    assert [line for line in shown.splitlines() if len(line) > 80 and not line.startswith("http://")] == []


WAYS = {
    "declined": (lambda sandbox, link: sandbox.authorise(link, allow=False), "Access was declined"),
    # Somebody opens the link without an answer to the question, and then again.
    "used": (lambda sandbox, link: [requests.get(link, timeout=30) for _each in range(2)], "That link was used before"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_link_that_leads_nowhere_is_explained_and_replaced(tmp_path, way):
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command(), env=environment(tmp_path), cwd=tmp_path, stdin=theirs, stdout=subprocess.PIPE, text=True)
    spoil, explanation = WAYS[way]
    shown = ""
    try:
        for line in running.stdout:
            shown += line
            links = re.findall(r"^(http://\S+)$", shown, re.M)
            if line.startswith("Press Allow there"):
                sandbox = Running(links[0].split("/connectorauth")[0])
                if len(links) == 1:
                    spoil(sandbox, links[0])
                else:
                    sandbox.authorise(links[-1])
            elif line.startswith("Press Enter for a new link"):
                assert explanation in shown
                os.write(ours, b"\n")
        assert running.wait(60) == 0, shown
    finally:
        running.kill()
        os.close(ours)
        os.close(theirs)
    assert len(set(links)) == 2
    assert shown.count("Ready       yes") == 1


def test_enter_ends_the_wait(tmp_path):
    ours, theirs = pty.openpty()
    os.write(ours, b"\n")
    try:
        done = subprocess.run(command(), env=environment(tmp_path), cwd=tmp_path, stdin=theirs, capture_output=True, text=True, timeout=120, check=False)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Ready       yes" not in done.stdout
    assert done.stdout.rstrip().endswith("make onboard VARS=my-account.yml")


def test_against_a_service_that_is_there(tmp_path, sandbox):
    done = onboard(tmp_path, EXAMPLE, **real(sandbox))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Onboarding a customer into Cyclr at {sandbox.url}" in done.stdout
    assert done.stdout.count("  changed    ") == 5
    assert "to see that nothing changes: changed=0" in done.stdout
    assert "Next: hand the link to the customer" in done.stdout
    again = onboard(tmp_path, EXAMPLE, **real(sandbox))
    assert "  changed    " not in again.stdout
    sandbox.authorise(re.findall(r"^(http://\S+)$", again.stdout, re.M)[-1])
    started = onboard(tmp_path, EXAMPLE, **real(sandbox)).stdout
    assert "  changed    integration New Acme contacts to HubSpot started\n" in started
    assert re.search(r"^Integration New Acme contacts to HubSpot +runs$", started, re.M)
    assert "First run" not in started, "Customers' data is not read from a real account"
    assert "Next: nothing" in started


def on_a_terminal(tmp_path, when, act, code=0, **more):
    """What is shown to somebody who does `act(link, terminal)` at the line that begins with `when`."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command(EXAMPLE), env=environment(tmp_path, **more), cwd=tmp_path, stdin=theirs, stdout=subprocess.PIPE, text=True)
    shown = ""
    try:
        for line in running.stdout:
            shown += line
            if line.startswith(when):
                act(re.findall(r"^(http://\S+)$", shown, re.M)[-1], ours)
        assert running.wait(60) == code, shown
    finally:
        running.kill()
        os.close(ours)
        os.close(theirs)
    return shown


def test_on_a_terminal_it_waits_for_a_real_customer_too(tmp_path, sandbox):
    shown = on_a_terminal(tmp_path, "Hand the link to your customer", lambda link, _terminal: sandbox.authorise(link), **real(sandbox))
    waiting, answered, then = shown.partition("\nThank you.")
    assert answered and rows(waiting) < 24 and "five minutes\nat most; Enter ends it." in waiting
    assert "  changed    integration New Acme contacts to HubSpot started\n" in then
    assert re.search(r"^Integration New Acme contacts to HubSpot +runs$", then, re.M) and re.search(r"^Ready       yes$", then, re.M)
    assert "First run" not in shown and then.rstrip().endswith("it changes only what differs.")
    assert not [line for line in shown.splitlines() if len(line) > 80 and not line.startswith("http://")]


def test_enter_ends_the_wait_for_a_real_customer(tmp_path, sandbox):
    shown = on_a_terminal(tmp_path, "at most; Enter ends it.", lambda _link, terminal: os.write(terminal, b"\n"), **real(sandbox))
    assert "Thank you" not in shown and "Next: hand the link to the customer" in shown


def test_a_wait_for_a_real_customer_that_fails_says_why(tmp_path, sandbox):
    shown = on_a_terminal(tmp_path, "Hand the link to your customer", lambda _link, _terminal: sandbox.reset(), code=1, **real(sandbox))
    assert "account 'customer-42' does not exist" in shown.partition("Hand the link")[2] and "Next:" not in shown, shown


@pytest.mark.parametrize("authorized", [True, False])
def test_the_time_of_a_real_customer_ends(tmp_path, sandbox, monkeypatch, authorized):
    onboard(tmp_path, EXAMPLE, **real(sandbox))
    link = re.findall(r"^(http://\S+)$", onboard(tmp_path, EXAMPLE, **real(sandbox)).stdout, re.M)[-1]
    if authorized:
        sandbox.authorise(link)
    monkeypatch.setattr(tool, "LINK_SECONDS", 1)
    config = dict(ANSIBLE_CONFIG=str(ROOT / "tools" / "onboard" / "onboard.cfg"), ANSIBLE_COLLECTIONS_PATH=os.environ["ANSIBLE_COLLECTIONS_PATH"])
    with tool.watch_api(environment(tmp_path, **real(sandbox), **config), dict(account=dict(id="customer-42"))) as what_happened:
        for _each in range(600):
            outcome = what_happened()
            if outcome:
                break
            time.sleep(0.1)
    assert outcome == (tool.CONSENTED if authorized else tool.EXPIRED)


def test_a_template_that_does_not_exist_is_named_before_anything_is_written(tmp_path, sandbox):
    variables = tmp_path / "mine.yml"
    variables.write_text("onboard_account_id: mine-1\nonboard_account_cycles: [{template: A template of mine}]\n", encoding="utf-8")
    done = onboard(tmp_path, variables, **real(sandbox))
    assert done.returncode == 1
    assert "'A template of mine' is not the name of a published template" in " ".join(done.stdout.split())
    assert [one["path"] for one in sandbox.journal() if one["method"] != "GET"] == ["/oauth/token"]


def test_an_integration_that_lacks_settings_says_which(tmp_path):
    variables = tmp_path / "mine.yml"
    cycles = "[{template: Acme sign-ups to Mailchimp, variables: {Welcome Tag: new}}]"
    variables.write_text(f"onboard_account_id: mine-1\nonboard_account_cycles: {cycles}\n", encoding="utf-8")
    done = onboard(tmp_path, variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^Integration Acme sign-ups to Mailchimp +waits for Mailchimp$", done.stdout, re.M)
    assert "Add member, Status, Missing field mapping" in done.stdout
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []


def test_asks_which_account_before_it_writes_to_a_real_one(tmp_path, sandbox):
    done = onboard(tmp_path, **real(sandbox))
    assert done.returncode == 2
    assert "make onboard VARS=my-account.yml" in done.stderr
    assert sandbox.journal() == []


ORDER = ("CYCLR_API_URL", "CYCLR_CLIENT_ID", "CYCLR_CLIENT_SECRET", "CYCLR_ACCESS_TOKEN", "CYCLR_SERVICE_DOMAIN")
HALVES = [
    (dict(CYCLR_API_URL="https://api.eu.cyclr.com"), "CYCLR_CLIENT_ID with CYCLR_CLIENT_SECRET, or CYCLR_ACCESS_TOKEN"),
    (dict(CYCLR_SERVICE_DOMAIN="https://connect.example.com"), "CYCLR_CLIENT_ID with CYCLR_CLIENT_SECRET, or CYCLR_ACCESS_TOKEN"),
    (dict(CYCLR_CLIENT_ID="an-id"), "CYCLR_CLIENT_SECRET"),
    (dict(CYCLR_CLIENT_ID="an-id", CYCLR_CLIENT_SECRET=""), "CYCLR_CLIENT_SECRET"),
    (dict(CYCLR_CLIENT_SECRET="very-secret"), "CYCLR_CLIENT_ID"),
    (dict(CYCLR_ACCESS_TOKEN="a-token", CYCLR_CLIENT_SECRET="very-secret"), "CYCLR_CLIENT_ID"),
]


@pytest.mark.parametrize("given, lacking", HALVES, ids=lambda value: "+".join(value) if isinstance(value, dict) else "")
@pytest.mark.parametrize("variables", ["", EXAMPLE], ids=["", "VARS"])
def test_half_set_credentials_stop_it_before_anything_is_done(tmp_path, given, lacking, variables):
    """Whoever sets one of them means their own Cyclr, so the sandbox would be a surprise."""
    done = onboard(tmp_path, variables, **given)
    assert (done.returncode, done.stdout) == (2, "")
    lines = [line.strip() for line in done.stderr.splitlines()]
    assert lines[0].startswith("Nothing was done")
    assert lines[1].split(", ") == [name for name in ORDER if given.get(name)]
    assert lines[3] == lacking
    assert lines[-1] == "env %s make onboard" % " ".join("-u " + name for name in ORDER if given.get(name))
    assert "very-secret" not in done.stderr and "a-token" not in done.stderr


def test_a_token_is_enough_for_a_real_run(tmp_path, sandbox):
    form = dict(grant_type="client_credentials", client_id="sandbox-client", client_secret="sandbox-secret")
    token = requests.post(sandbox.url + "/oauth/token", data=form, timeout=30).json()["access_token"]
    given = dict(CYCLR_API_URL=sandbox.url, CYCLR_SERVICE_DOMAIN=sandbox.url, CYCLR_ACCESS_TOKEN=token, MAILCHIMP_API_KEY="a-key")
    done = onboard(tmp_path, EXAMPLE, **given)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Onboarding a customer into Cyclr at {sandbox.url}" in done.stdout
    assert token not in done.stdout
    assert "CYCLR_ACCESS_TOKEN is set, so this would write" in " ".join(onboard(tmp_path, **given).stderr.split())


def test_an_account_without_connectors_is_not_called_ready(tmp_path):
    variables = tmp_path / "empty.yml"
    variables.write_text("onboard_account_id: empty-1\n", encoding="utf-8")
    done = onboard(tmp_path, variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Ready       nothing installed" in done.stdout


def test_says_why_it_failed(tmp_path, sandbox):
    done = onboard(tmp_path, EXAMPLE, **{**real(sandbox), "CYCLR_CLIENT_SECRET": "wrong-secret"})
    assert done.returncode == 1
    assert "FAILED customer-42: Create or update the account: Logging in failed: POST /oauth/token returned 400" in " ".join(done.stdout.split())
    assert "wrong-secret" not in done.stdout + done.stderr
