# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-test sanity in a copy of the collection with this Python: sanity.py TREE [ARGUMENTS OF ansible-test].

Its tests "compile" and "import" run on every Python that the modules support and this machine has. Any warning of Ansible or Python fails; what
ansible-test and pip say about the machine (a locale or a Python that it lacks) does not.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import ansible_test_home
import skips

# Its environments are kept from run to run: the first takes two minutes, later ones half a minute.
HOME = Path(__file__).resolve().parents[1] / ".cache" / "ansible-test"
SKIPPED = re.compile(r"WARNING: Skipping sanity test")
ALARM = re.compile(r"\[(DEPRECATION )?WARNING\]|\b(Deprecation|Syntax|Runtime|User|Future|Resource)Warning: ")


def real_path(environment: dict[str, str]) -> str:
    """This virtual environment first, then PATH with pyenv's real Pythons in place of its shims, which start nothing by full version."""
    pyenv = Path(environment.get("PYENV_ROOT") or Path.home() / ".pyenv")
    directories = [str(Path(sys.prefix) / "bin")]
    directories += [part for part in environment.get("PATH", "").split(os.pathsep) if Path(part).name != "shims"]
    directories += [str(path) for path in sorted(pyenv.glob("versions/3.*/bin"))]
    return os.pathsep.join(dict.fromkeys(directories))


def main() -> None:
    tree, arguments = sys.argv[1], sys.argv[2:]
    ansible_test_home.make(HOME)
    environment = dict(os.environ, PATH=real_path(dict(os.environ)), HOME=str(HOME))
    program = str(Path(sys.prefix) / "bin" / "ansible-test")
    command = [program, "sanity", "--color", "yes" if sys.stdout.isatty() else "no", *arguments]
    with subprocess.Popen(
        command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    ) as process:
        nothing, alarms, skipped = False, [], []
        for line in process.stdout:
            nothing |= "All targets skipped" in line
            skipped += [line] if SKIPPED.search(line) else []
            alarms += [line] if ALARM.search(line) else []
            print(line, end="", flush=True)
    skips.keep(line.strip() for line in skipped)
    if nothing:
        sys.exit("ansible-test found nothing to check")
    if alarms:
        sys.exit(f"There were warnings:\n{''.join(alarms)}")
    sys.exit(process.returncode)


if __name__ == "__main__":
    main()
