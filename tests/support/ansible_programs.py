# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-playbook and its siblings, started as a user does, with an environment in which nothing of this user's takes part."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# The executables under test: those of another core, if the variable names its ansible-playbook (its Python needs `requests`).
PLAYBOOK = os.environ.get("CYCLR_TESTS_ANSIBLE_PLAYBOOK") or str(Path(sys.executable).with_name("ansible-playbook"))

# The sandbox's own client, as options of a module and as the environment
SANDBOX_CLIENT = dict(client_id="sandbox-client", client_secret="sandbox-secret")
CREDENTIALS = {"CYCLR_CLIENT_ID": SANDBOX_CLIENT["client_id"], "CYCLR_CLIENT_SECRET": SANDBOX_CLIENT["client_secret"]}


def program(name):
    """The path of another program of the same core."""
    return str(Path(PLAYBOOK).with_name(name))


def environment(home, sandbox=None, **more):
    """Variables of a user with this home, and with the sandbox as their Cyclr. None removes a variable."""
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
    }
    if sandbox is not None:
        variables.update(CREDENTIALS, CYCLR_API_URL=sandbox.url, CYCLR_SERVICE_DOMAIN=sandbox.url)
    return {name: str(value) for name, value in {**variables, **more}.items() if value is not None}


def run(command, variables, cwd, timeout=300):
    """Run a command to its end. Returns what subprocess.run does, with the output as text."""
    how = dict(capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
    return subprocess.run([str(part) for part in command], env=variables, cwd=cwd, check=False, **how)


def start(command, variables, cwd):
    """Start a command whose output is read while it runs."""
    return subprocess.Popen([str(part) for part in command], env=variables, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
