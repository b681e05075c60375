# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the tests with every supported ansible-core for which this machine has a Python: matrix.py DIRECTORY TREE.

Unit tests and ansible-test sanity on each core; the integration tests, which compare running inside the worker with running as a module, on
the oldest and the newest (the default is `make test`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# ansible-core and the Python to run it with
CORES = {"2.16": "3.10", "2.18": "3.11", "2.19": "3.11", "2.20": "3.12", "2.21": "3.13"}
# What the unit tests import, beside the core itself
NEEDED = ["requests", "pytest", "pytest-xdist", "responses", "hypothesis", "pyyaml", "jinja2"]


def python(version: str) -> str | None:
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for found in sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True):
        return str(found)
    return shutil.which(f"python{version}")


def environment(directory: Path, core: str, interpreter: str) -> Path:
    """A virtual environment with the newest release of that core."""
    made = directory / f"core-{core}"
    if not (made / ".made").exists():
        shutil.rmtree(made, ignore_errors=True)
        subprocess.run([interpreter, "-m", "venv", str(made)], check=True)
        wanted = [f"ansible-core~={core}.0", *NEEDED]
        subprocess.run([str(made / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *wanted], check=True)
        (made / ".made").touch()
    return made


def main() -> None:
    directory, tree = Path(sys.argv[1]).resolve(), sys.argv[2]
    directory.mkdir(parents=True, exist_ok=True)
    found = {core: python(version) for core, version in CORES.items()}
    missing = [f"{core} (Python {CORES[core]})" for core, interpreter in found.items() if interpreter is None]
    usable = {core: interpreter for core, interpreter in found.items() if interpreter}
    outcome = {}
    for core, interpreter in usable.items():
        made = environment(directory, core, interpreter)
        pytest = [str(made / "bin" / "python"), "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
        outcome[core, "units"] = run(core, "units", [*pytest, "tests/unit"])
        outcome[core, "sanity"] = run(core, "sanity", [str(made / "bin" / "python"), "tests/tools/sanity.py", tree])
        if core in (min(usable, key=release), max(usable, key=release)):
            tests = [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/integration"]
            playbook = dict(CYCLR_TESTS_ANSIBLE_PLAYBOOK=str(made / "bin" / "ansible-playbook"))
            outcome[core, "integration"] = run(core, "integration", tests, **playbook)
    print()
    for (core, part), passed in outcome.items():
        print(f"core {core:5} {part:12} {'passed' if passed else 'FAILED'}")
    for core in missing:
        print(f"core {core}: not tested, this machine lacks the Python")
    if missing or not all(outcome.values()):
        sys.exit(1)


def release(core: str) -> tuple[int, ...]:
    return tuple(map(int, core.split(".")))


def run(core: str, part: str, command: list[str], **more: str) -> bool:
    print(f"\n==== core {core}: {part} ====", flush=True)
    return subprocess.run(command, cwd=ROOT, env=dict(os.environ, **more), check=False).returncode == 0


if __name__ == "__main__":
    main()
