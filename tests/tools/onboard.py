# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make onboard`: bring an account from nothing to ready, and show that a second run changes nothing.

Against the sandbox, which is started and stopped, or against Cyclr where CYCLR_CLIENT_ID is set.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "playbooks" / "vars" / "onboard_account.example.yml"

sys.path.insert(0, str(ROOT / "tests" / "sandbox"))


def main():
    # Our lines and those of ansible-playbook in their order, also into a pipe.
    sys.stdout.reconfigure(line_buffering=True)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collections", required=True, help="folder that holds ansible_collections/")
    parser.add_argument("--vars", default="", help="variables of the account (a YAML file)")
    options = parser.parse_args()

    real = bool(os.environ.get("CYCLR_CLIENT_ID"))
    if real and not options.vars:
        return refuse(
            "CYCLR_CLIENT_ID is set, so this would write to %s.\n"
            "Say which account: copy %s, change it, and run\n\n"
            "    make onboard VARS=my-account.yml" % (os.environ.get("CYCLR_API_URL", "https://api.cyclr.com"), EXAMPLE.relative_to(ROOT))
        )
    variables = Path(options.vars) if options.vars else EXAMPLE
    if not variables.is_file():
        return refuse("There is no file %s" % variables)

    with contextlib.ExitStack() as stack:
        environment = dict(
            os.environ,
            ANSIBLE_CONFIG=str(ROOT / "tests" / "tools" / "onboard.cfg"),
            ANSIBLE_COLLECTIONS_PATH=str(Path(options.collections).resolve()),
        )
        if real:
            where = "Cyclr at %s" % environment.get("CYCLR_API_URL", "https://api.cyclr.com")
        else:
            from cyclr_sandbox.process import running

            sandbox = stack.enter_context(running())
            environment.update(
                CYCLR_API_URL=sandbox.url,
                CYCLR_CLIENT_ID="sandbox-client",
                CYCLR_CLIENT_SECRET="sandbox-secret",
                CYCLR_SERVICE_DOMAIN=sandbox.url,
            )
            environment.pop("CYCLR_ACCESS_TOKEN", None)
            where = "the sandbox, a local Cyclr with nothing real in it"
        return onboard(variables, environment, where, real)


def onboard(variables, environment, where, real):
    print("Onboarding a customer into %s\n" % where)
    first = play(variables, environment)
    if first is None:
        return 1
    print("\nThe same again, to see that nothing changes\n")
    second = play(variables, environment)
    if second is None:
        return 1
    print()
    for account_id, result in second["custom"].get("cyclr_onboarding_local", {}).items():
        show(account_id, result)
    print("\nFirst run: changed=%d. Second run: changed=%d.\n" % (first["changed"], second["changed"]))
    if not real and sys.stdin.isatty():
        print("The sandbox still runs. Open the link to see what your customer sees, then")
        input("press Enter to stop it. ")
        print()
    print(NEXT_REAL if real else NEXT_SANDBOX % EXAMPLE.relative_to(ROOT))
    return 0 if second["changed"] == 0 else 1


NEXT_REAL = "Next: send the link to the customer within five minutes. Run this again for\na new one, or to see whether everything is ready."
NEXT_SANDBOX = (
    "Next: copy %s, set CYCLR_CLIENT_ID,\n"
    "CYCLR_CLIENT_SECRET, CYCLR_API_URL and CYCLR_SERVICE_DOMAIN, and run\n"
    "    make onboard VARS=my-account.yml"
)


def play(variables, environment):
    """Run the playbook. Returns what the callback wrote, or None where the play failed."""
    with tempfile.TemporaryDirectory(prefix="cyclr-onboard-") as folder:
        written = Path(folder) / "result.json"
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "cyclr.ipaas.onboard_account", "-i", "localhost,"]
        command += ["-e", "@%s" % variables.resolve()]
        # This screen is where the links are wanted. The callback shows no results, so that messages of failures may be shown.
        command += ["-e", json.dumps(dict(onboard_account_reveal_links=True, onboard_account_no_log=False))]
        done = subprocess.run(command, env=dict(environment, CYCLR_ONBOARD_RESULT=str(written)), check=False, cwd=ROOT)
        if done.returncode != 0 or not written.is_file():
            return None
        return json.loads(written.read_text(encoding="utf-8"))


def show(account_id, result):
    """What there is now, as a table, and what the customer is to open."""
    rows = [("Account", account_id, result["account"]["name"])]
    for connector in result["account_connectors"]:
        catalogue = connector["connector"]
        name = " ".join(filter(None, (connector["name"], catalogue["version"])))
        state = "ready" if connector["authenticated"] else "waits for consent" if connector["requires_oauth"] else "waits for its key"
        rows.append(("Connector", name, state + (" (your own)" if connector["is_partner_connector"] else "")))
    rows.append(("Ready", "yes" if result["ready"] else "no", ""))
    width = max(len(row[1]) for row in rows)
    for kind, name, state in rows:
        print(("%-10s %-*s  %s" % (kind, width, name, state)).rstrip())
    for link in result["oauth_links"]:
        print("\nLink for %s, works once, until %s UTC:\n%s" % (link["name"], link["expires_at"][11:16], link["url"]))


def refuse(text):
    print(text, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
