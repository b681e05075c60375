# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make onboard`: bring an account from nothing to ready, and show that a second run changes nothing.

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
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "playbooks" / "vars" / "onboard_account.example.yml"
# Keys that the example takes from the environment: to the sandbox, any key will do.
SANDBOX_KEYS = dict(MAILCHIMP_API_KEY="any-key-will-do-in-the-sandbox")
# How long a link lives
LINK_SECONDS = 300
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

            sandbox = stack.enter_context(running())
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
    print("Onboarding a customer into %s\n" % where)
    first = play(variables, environment, sandbox)
    if first is None:
        return 1
    print("\nThe same again, to see that nothing changes: ", end="", flush=True)
    second = play(variables, environment, sandbox, CYCLR_ONBOARD_QUIET="1")
    if second is None:
        return 1
    print("changed=%d\n" % second["changed"])
    links = show(second)
    if sandbox and links and not sys.stdin.isatty():
        print(DEAD_LINK)
    while sandbox and links and sys.stdin.isatty():
        print(OPEN_IT)
        outcome = wait_for_consent(sandbox, links)
        if outcome == ENDED:
            break
        print(WHAT_HAPPENED[outcome])
        if outcome != CONSENTED and not asked_for_more():
            break
        again = play(variables, environment, sandbox, CYCLR_ONBOARD_QUIET="1")
        if again is None:
            return 1
        links = show(again)
    print(NEXT_SANDBOX % EXAMPLE.relative_to(ROOT) if sandbox else NEXT_REAL if links else NEXT_READY)
    return 0 if second["changed"] == 0 else 1


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
# What can become of a link
CONSENTED, DECLINED, USED, EXPIRED, ENDED = "consented", "declined", "used", "expired", "ended"
ANOTHER = "\nPress Enter for a new link, or Ctrl-C to end."
WHAT_HAPPENED = {
    CONSENTED: "\nThank you. Another run shows that everything is ready:\n",
    DECLINED: "\nAccess was declined, so the connector still waits." + ANOTHER,
    USED: "\nThat link was used before, and each works once only." + ANOTHER,
    EXPIRED: "\nThe link has expired: it works for five minutes." + ANOTHER,
}
DEAD_LINK = """
The sandbox has ended with this command, so this link is dead by now. On a
terminal, make onboard waits until you have opened it."""
NEXT_SANDBOX = """
Next, with your own Cyclr: copy %s
to my-account.yml, change it, set CYCLR_API_URL, CYCLR_CLIENT_ID,
CYCLR_CLIENT_SECRET and CYCLR_SERVICE_DOMAIN, and run
    make onboard VARS=my-account.yml"""
NEXT_REAL = """
Next: hand the link to the customer, within five minutes. Run this again for a
new one, or to see whether everything is ready."""
NEXT_READY = """
Next: nothing. Run this again whenever you like, it changes only what differs."""


def wait_for_consent(sandbox, links):
    """Wait until everybody has consented, something else has become of a link, or the user ends it with Enter or Ctrl-C."""
    ends = time.monotonic() + LINK_SECONDS
    seen = len(sandbox.journal())
    try:
        while time.monotonic() < ends:
            connectors = sandbox.state()["AccountConnectors"]
            if not {(one["AccountId"], one["Name"]) for one in connectors if not one["Authenticated"]}.intersection(links):
                return CONSENTED
            for request in sandbox.journal()[seen:]:
                if "error=access_denied" in request["query"]:
                    return DECLINED
                if request["path"].startswith("/connectorauth/") and request["status"] == 403:
                    return USED
            if select.select([sys.stdin], [], [], 0.5)[0]:
                sys.stdin.readline()
                return ENDED
    except KeyboardInterrupt:
        print()
        return ENDED
    return EXPIRED


def asked_for_more():
    """Whether the user presses Enter."""
    try:
        return bool(sys.stdin.readline())
    except KeyboardInterrupt:
        print()
        return False


def play(variables, environment, sandbox, **more):
    """Run the playbook. Returns what the callback wrote, or None if the play failed."""
    # This screen is where the links are wanted. The callback shows no results, so that messages of failures may be shown.
    wanted = dict(onboard_account_reveal_links=True, onboard_account_no_log=False)
    if sandbox and variables == EXAMPLE:
        # After the consent, the browser is to end at a page that is there.
        wanted["onboard_account_oauth"] = dict(target_origin=sandbox.url + "/account")
        environment = dict(environment, **SANDBOX_KEYS)
    with tempfile.TemporaryDirectory(prefix="cyclr-onboard-") as folder:
        written = Path(folder) / "result.json"
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "cyclr.ipaas.onboard_account", "-i", "localhost,"]
        command += ["-e", "@%s" % variables.resolve(), "-e", json.dumps(wanted)]
        environment = dict(environment, CYCLR_ONBOARD_RESULT=str(written), **more)
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False, cwd=ROOT)
        if done.returncode != 0 or not written.is_file():
            return None
        return json.loads(written.read_text(encoding="utf-8"))


def show(run):
    """What there is now, as a table, and what the customer is to open: returned as (account, connector)."""
    links = []
    for account_id, result in run["custom"].get("cyclr_onboarding_local", {}).items():
        rows = [("Account", account_id, result["account"]["name"])]
        for connector in result["account_connectors"]:
            catalogue = connector["connector"]
            name = " ".join(filter(None, (connector["name"], catalogue["version"])))
            state = dict(ready="ready", waits_for_oauth="waits for OAuth", needs_key="needs a key")[connector["state"]]
            rows.append(("Connector", name, state + (" (your own)" if connector["is_partner_connector"] else "")))
        rows.append(("Ready", "nothing installed" if not result["account_connectors"] else "yes" if result["ready"] else "not yet", ""))
        width = max(len(row[1]) for row in rows)
        for kind, name, state in rows:
            print(("%-10s %-*s  %s" % (kind, width, name, state)).rstrip())
        for link in result["oauth_links"]:
            print("\nLink for %s, works once, until %s UTC:\n%s" % (link["name"], link["expires_at"][11:16], link["url"]))
            links.append((account_id, link["name"]))
    return links


def refuse(text):
    print(text, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
