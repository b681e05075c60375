# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make onboard`: bring an account from nothing to data that flows, and show that a second run changes nothing.

Against Cyclr if credentials are in the environment, else against the sandbox, which it starts and stops.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "playbooks" / "vars" / "onboard_account.example.yml"
# Keys that the example takes from the environment: to the sandbox, any key will do.
SANDBOX_KEYS = dict(MAILCHIMP_API_KEY="any-key-will-do-in-the-sandbox")
# How long a link lives
LINK_SECONDS = 300
# How long a run takes in the sandbox, and how long it is waited for
RUN_SECONDS = 1
RUN_PATIENCE = 20
# Any of these says that Cyclr is meant, and not the sandbox.
CONNECTION = ("CYCLR_API_URL", "CYCLR_CLIENT_ID", "CYCLR_CLIENT_SECRET", "CYCLR_ACCESS_TOKEN", "CYCLR_SERVICE_DOMAIN")
DEFAULT_API = "https://api.cyclr.com"


def main():
    # Our lines and those of ansible-playbook in their order, also into a pipe.
    sys.stdout.reconfigure(line_buffering=True)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collections", required=True, help="folder that contains ansible_collections/")
    parser.add_argument("--vars", default="", help="variables of the account (a YAML file)")
    options = parser.parse_args()

    given = [name for name in CONNECTION if os.environ.get(name)]
    lacking = missing_credentials(given)
    if lacking:
        return refuse(HALF_SET % (given[0] if len(given) == 1 else ", ".join(given), lacking, " ".join("-u " + name for name in given)))
    if given and not options.vars:
        credential = "CYCLR_ACCESS_TOKEN" if "CYCLR_ACCESS_TOKEN" in given else "CYCLR_CLIENT_ID"
        return refuse(WHICH_ACCOUNT % (credential, api_url(), EXAMPLE.relative_to(ROOT)))
    variables = Path(options.vars) if options.vars else EXAMPLE
    if not variables.is_file():
        return refuse("There is no file %s" % variables)

    with contextlib.ExitStack() as stack:
        environment = dict(
            os.environ,
            ANSIBLE_CONFIG=str(ROOT / "tools" / "onboard" / "onboard.cfg"),
            ANSIBLE_COLLECTIONS_PATH=str(Path(options.collections).resolve()),
        )
        sandbox = None
        if given:
            where = "Cyclr at %s" % api_url()
        else:
            from cyclr_sandbox.process import running

            sandbox = stack.enter_context(running(settings=dict(RunSeconds=RUN_SECONDS)))
            environment.update(
                CYCLR_API_URL=sandbox.url,
                CYCLR_CLIENT_ID="sandbox-client",
                CYCLR_CLIENT_SECRET="sandbox-secret",
                CYCLR_SERVICE_DOMAIN=sandbox.url,
            )
            where = "the sandbox, a local Cyclr with nothing real in it"
        return onboard(variables, environment, where, sandbox)


def missing_credentials(given):
    """What a run against Cyclr needs beside the variables that are set, or None. Without any, the sandbox is meant."""
    client = ("CYCLR_CLIENT_ID", "CYCLR_CLIENT_SECRET")
    half = [name for name in client if name not in given]
    if len(half) == 1:
        return half[0]
    if given and half and "CYCLR_ACCESS_TOKEN" not in given:
        return "CYCLR_CLIENT_ID with CYCLR_CLIENT_SECRET, or CYCLR_ACCESS_TOKEN"
    return None


def api_url():
    return os.environ.get("CYCLR_API_URL") or DEFAULT_API


def onboard(variables, environment, where, sandbox):
    print("Onboarding a customer into %s" % where)
    if play(variables, environment, sandbox) is None:
        return 1
    print("The same again, to see that nothing changes: ", end="", flush=True)
    again = play(variables, environment, sandbox, quiet=True)
    if again is None:
        return 1
    settled = not again["changes"]
    print("changed=%d\n" % len(again["changes"]))
    show(again)
    if again["oauth_links"] and sys.stdin.isatty():
        again = wait_for_customer(variables, environment, sandbox, again)
        if again is None:
            return 1
    elif sandbox and again["oauth_links"]:
        print(DEAD_LINK)
    if sandbox:
        show_first_runs(sandbox, again)
    print(NEXT_SANDBOX if sandbox else NEXT_REAL if again["oauth_links"] else NEXT_READY if again["ready"] else NEXT_MISSING)
    return 0 if settled else 1


def wait_for_customer(variables, environment, sandbox, result):
    """Wait until somebody has consented with each link, and run the onboarding again. Returns the last result, or None if a run failed."""
    while result["oauth_links"]:
        print(OPEN_IT if sandbox else HAND_IT_OVER)
        with watch_sandbox(sandbox, result) if sandbox else watch_api(environment, result) as what_happened:
            outcome = wait_for_consent(what_happened)
        if outcome == FAILED:
            return None
        if outcome == ENDED:
            break
        print(WHAT_HAPPENED[outcome])
        if outcome != CONSENTED and not asked_for_more():
            break
        result = play(variables, environment, sandbox, CYCLR_CALLBACK_SHOW="changes")
        if result is None:
            return None
        print()
        show(result)
    return result


# What to do next. No line is longer than 80 columns.
HALF_SET = """Nothing was done. This is set in the environment:
    %s
A run against Cyclr also needs:
    %s
For the sandbox, which needs none of them:
    env %s make onboard"""
WHICH_ACCOUNT = """%s is set, so this would write to %s.
Say which account: copy %s, change it, and run

    make onboard VARS=my-account.yml"""
OPEN_IT = """
Open the link in a browser: it shows the page on which your customer consents.
Press Allow there. This waits for it, five minutes at most; Enter ends it."""
HAND_IT_OVER = """
Hand the link to your customer. This waits for the authorization, five minutes
at most; Enter ends it."""
# What can become of a link
CONSENTED, DECLINED, USED, EXPIRED, ENDED, FAILED = "consented", "declined", "used", "expired", "ended", "failed"
ANOTHER = "\nPress Enter for a new link, or Ctrl-C to end."
WHAT_HAPPENED = {
    CONSENTED: "\nThank you. Another run starts what has waited for this:",
    DECLINED: "\nAccess was declined, so the connector still waits." + ANOTHER,
    USED: "\nThat link was used before, and each works once only." + ANOTHER,
    EXPIRED: "\nThe link has expired: it works for five minutes." + ANOTHER,
}
DEAD_LINK = """The link has ended with the sandbox. On a terminal, it waits for you to open it."""
NEXT_SANDBOX = """
Next, with your own Cyclr (see README.md): make onboard VARS=my-account.yml"""
NEXT_REAL = """
Next: hand the link to the customer, within five minutes. Run this again for a
new one, or to start what waits for the customer."""
NEXT_MISSING = """
Next: add what is missing to your file, and run this again."""
NEXT_READY = """
Next: nothing. Run this again whenever you like, it changes only what differs."""


def wait_for_consent(what_happened):
    """Wait until everybody has consented, something else has become of a link, or the user ends it with Enter or Ctrl-C."""
    try:
        while True:
            outcome = what_happened()
            if outcome:
                return outcome
            if select.select([sys.stdin], [], [], 0.5)[0]:
                sys.stdin.readline()
                return ENDED
    except KeyboardInterrupt:
        print()
        return ENDED


@contextlib.contextmanager
def watch_sandbox(sandbox, result):
    """Yields a function that returns what has become of the links, or None if nothing has happened yet."""
    ends = time.monotonic() + LINK_SECONDS
    seen = len(sandbox.journal())
    links = {(result["account"]["id"], link["name"]) for link in result["oauth_links"]}

    def what_happened():
        connectors = sandbox.state()["AccountConnectors"]
        if not {(one["AccountId"], one["Name"]) for one in connectors if not one["Authenticated"]}.intersection(links):
            return CONSENTED
        for request in sandbox.journal()[seen:]:
            if "error=access_denied" in request["query"]:
                return DECLINED
            if request["path"].startswith("/connectorauth/") and request["status"] == 403:
                return USED
        return None if time.monotonic() < ends else EXPIRED

    yield what_happened


@contextlib.contextmanager
def watch_api(environment, result):
    """Like watch_sandbox, but against Cyclr, with the playbook await_consent. The API does not report whether a link was used or declined."""
    account_id = result["account"]["id"]
    with tempfile.TemporaryDirectory(prefix="cyclr-onboard-") as folder:
        written, shown = Path(folder) / "stats.json", Path(folder) / "output"
        how = dict(ANSIBLE_STDOUT_CALLBACK="cyclr.ipaas.plain", CYCLR_CALLBACK_STATS_FILE=str(written))
        wanted = dict(onboard_account_id=account_id, cyclr_consent_seconds=LINK_SECONDS)
        command = ansible_playbook(ROOT / "playbooks" / "await_consent.yml", "-e", json.dumps(wanted))
        with shown.open("w", encoding="utf-8") as output:
            waiting = subprocess.Popen(command, env={**environment, **how}, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)

        def what_happened():
            if waiting.poll() is None:
                return None
            if waiting.returncode != 0 or not written.is_file():
                print(shown.read_text(encoding="utf-8"), end="")
                return FAILED
            (consent,) = json.loads(written.read_text(encoding="utf-8"))["cyclr_consent_local"].values()
            return EXPIRED if consent["waits_for"] else CONSENTED

        try:
            yield what_happened
        finally:
            waiting.terminate()
            waiting.wait()


def asked_for_more():
    """Whether the user presses Enter."""
    try:
        return bool(sys.stdin.readline())
    except KeyboardInterrupt:
        print()
        return False


def play(variables, environment, sandbox, quiet=False, **more):
    """Run the playbook. Returns the result of the onboarding, or None if it failed. With `quiet`, it says nothing unless it fails."""
    # This screen is where the links are wanted. The callback shows no results, so that messages of failures may be shown.
    wanted = dict(onboard_account_reveal_links=True, onboard_account_no_log=False)
    if sandbox and variables == EXAMPLE:
        # After the consent, the browser is to end at a page that exists.
        wanted["onboard_account_oauth"] = dict(target_origin=sandbox.url + "/account")
        environment = dict(environment, **SANDBOX_KEYS)
    with tempfile.TemporaryDirectory(prefix="cyclr-onboard-") as folder:
        written = Path(folder) / "stats.json"
        command = ansible_playbook(ROOT / "tools" / "onboard" / "onboard.yml", "-e", "@%s" % variables.resolve(), "-e", json.dumps(wanted))
        how = dict(ANSIBLE_STDOUT_CALLBACK="cyclr.ipaas.plain", CYCLR_CALLBACK_SHOW="steps", CYCLR_CALLBACK_STATS_FILE=str(written))
        output = subprocess.PIPE if quiet else None
        done = subprocess.run(command, env={**environment, **how, **more}, stdin=subprocess.DEVNULL, stdout=output, text=True, check=False, cwd=ROOT)
        if quiet and done.returncode != 0:
            # The line before it has no end yet.
            print("\n" + done.stdout, end="")
        if done.returncode != 0 or not written.is_file():
            return None
        return json.loads(written.read_text(encoding="utf-8"))["make_onboard"]


def ansible_playbook(playbook, *arguments):
    return [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook), "-i", "localhost,", *arguments]


STATES = dict(ready="ready", waits_for_oauth="waits for OAuth", needs_key="needs a key")


def show(result):
    """What the account contains, as a table, and what the customer is to open."""
    rows = [("Account", result["account"]["id"], result["account"]["name"])]
    for connector in result["account_connectors"]:
        name = " ".join(filter(None, (connector["name"], connector["connector"]["version"])))
        rows.append(("Connector", name, STATES[connector["state"]] + (" (your own)" if connector["is_partner_connector"] else "")))
    for cycle in result["cycles"]:
        rows.append(("Integration", cycle["name"], standing(cycle)))
    empty = not result["account_connectors"] and not result["cycles"]
    rows.append(("Ready", "nothing installed" if empty else "yes" if result["ready"] else "not yet", ""))
    rows = [[plain(cell) for cell in row] for row in rows]
    width = max(len(row[1]) for row in rows)
    for kind, name, state in rows:
        print(("%-11s %-*s  %s" % (kind, width, name, state)).rstrip())
    for cycle in result["cycles"]:
        for reason in missing_settings(cycle):
            print("\n".join(textwrap.wrap(plain("%s: %s" % (cycle["name"], reason)), 79, subsequent_indent="  ")))
    for link in result["oauth_links"]:
        print("\nLink for %s, works once, until %s UTC:\n%s" % (plain(link["name"]), link["expires_at"][11:16], link["url"]))


def standing(cycle):
    """Whether an integration runs, and for whom or what it waits."""
    if cycle["running"]:
        return "runs"
    waits_for = [one["name"] for one in cycle["connectors"] if one["authenticated"] is False]
    return "waits for %s" % " and ".join(waits_for) if waits_for else "needs settings" if cycle["prerequisites"] else "does not run"


def missing_settings(cycle):
    """What the customer or the company has to set, besides the authentication of connectors."""
    unmet = [one for one in cycle["prerequisites"] or [] if one["object_type"] != "AccountConnector"]
    return [", ".join(str(one[key]) for key in ("step", "field", "reason") if one[key]) for one in unmet]


def show_first_runs(sandbox, result):
    """The first transaction of each running integration: the values that each step received or sent."""
    for wanted in result["cycles"]:
        if wanted["running"]:
            cycle, transaction = first_run(sandbox, wanted["id"])
            if transaction:
                show_run(cycle, transaction)
            else:
                print("\n%s has not run yet" % plain(cycle["Name"]))


def first_run(sandbox, cycle_id):
    """The integration, and its first finished transaction or None. One that begins with a webhook runs when somebody calls it."""
    ends = time.monotonic() + RUN_PATIENCE
    while True:
        cycle = next(one for one in sandbox.state()["Cycles"] if one["Id"] == cycle_id)
        finished = [one for one in cycle["Transactions"] if one["Status"] == "Completed"]
        if finished:
            return cycle, finished[0]
        if time.monotonic() > ends or cycle["Steps"][0]["ActionType"] == "Webhook":
            return cycle, None
        time.sleep(0.2)


def show_run(cycle, transaction):
    names = {step["Id"]: step["Name"] for step in cycle["Steps"]}
    width = max(map(len, names.values()))
    print("\nFirst run of %s, %s UTC: %s" % (plain(cycle["Name"]), transaction["CompletedOnUtc"][11:19], transaction["Status"].lower()))
    for number, item in enumerate(transaction["Items"]):
        # The first step receives, the others send.
        values = json.loads(item["Request" if number else "Response"] or "{}")
        line = plain("  %-*s  %s" % (width, names[item["StepId"]], ", ".join(str(value) for value in values.values())))
        print(line if len(line) < 80 else line[:75] + " ...")


def plain(text):
    """Names come from the API, and a control character would act on the terminal."""
    return "".join(char if char.isprintable() else "?" for char in str(text))


def refuse(text):
    print(text, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
