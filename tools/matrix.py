# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the tests with each supported ansible-core: matrix.py [--prepare] [CORE ...].

Unit tests and ansible-test sanity on each core; the integration tests, which compare running inside the worker with running as a module, on
the oldest, the newest and the default core, which is that of the Python that runs this. Warnings fail them, those of Python and those
that Ansible prints. A core whose Python the machine lacks fails too. --prepare only makes the environments.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = ROOT / ".cache" / "matrix"
TREE = ROOT / ".cache" / "ansible_collections" / "cyclr" / "ipaas"

# The supported ansible-cores, oldest first, each with the Python to run it with. There is no other list of them.
CORES = {"2.16": "3.10", "2.18": "3.11", "2.19": "3.11", "2.20": "3.12", "2.21": "3.13"}
# What the unit tests import, beside the core itself
NEEDED = ["requests", "pytest", "pytest-xdist", "responses", "hypothesis", "pyyaml", "jinja2"]


def python(wanted: str) -> str | None:
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = sorted(pyenv.glob(f"versions/{wanted}.*/bin/python"), reverse=True)
    return str(found[0]) if found else shutil.which(f"python{wanted}")


def environment(core: str) -> Path | None:
    """A virtual environment with the newest release of that core; None where its Python is missing."""
    interpreter = python(CORES[core])
    if interpreter is None:
        return None
    made = ENVIRONMENTS / f"core-{core}"
    if not (made / ".made").exists():
        print(f"Building {made} with Python {CORES[core]} ...", flush=True)
        shutil.rmtree(made, ignore_errors=True)
        subprocess.run([interpreter, "-m", "venv", str(made)], check=True)
        wanted = [f"ansible-core~={core}.0", *NEEDED]
        subprocess.run([str(made / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *wanted], check=True)
        (made / ".made").touch()
    return made


def parts(core: str, made: Path) -> dict[str, tuple[list[str], dict[str, str]]]:
    """The commands for one core, each with its environment variables."""
    pytest = ["-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
    own = str(made / "bin" / "python")
    commands = {"units": ([own, *pytest, "tests/unit"], {}), "sanity": ([own, "tools/sanity.py", str(TREE)], {})}
    if core in (min(CORES, key=release), default(), max(CORES, key=release)):
        playbook = dict(CYCLR_TESTS_ANSIBLE_PLAYBOOK=str(made / "bin" / "ansible-playbook"))
        commands["integration"] = ([sys.executable, *pytest, "tests/integration"], playbook)
    return commands


def release(core: str) -> tuple[int, ...]:
    return tuple(map(int, core.split(".")))


def default() -> str:
    return ".".join(version("ansible-core").split(".")[:2])


def run(core: str, part: str, command: list[str], more: dict[str, str]) -> str:
    print(f"\n==== core {core}: {part} ====", flush=True)
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ, **more), check=False)
    return "passed" if done.returncode == 0 else "FAILED"


def main() -> None:
    cores = [argument for argument in sys.argv[1:] if argument != "--prepare"] or list(CORES)
    only_prepare = "--prepare" in sys.argv[1:]
    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    if not only_prepare:
        subprocess.run([sys.executable, "tools/copy_tree.py", str(TREE)], cwd=ROOT, check=True)
    outcome = {}
    for core in cores:
        made = environment(core)
        if made is None:
            outcome[core, "all"] = f"FAILED: this machine lacks Python {CORES[core]}"
        elif not only_prepare:
            outcome.update({(core, part): run(core, part, *how) for part, how in parts(core, made).items()})
    for (core, part), result in outcome.items():
        print(f"core {core:5} {part:12} {result}")
    sys.exit(any(result != "passed" for result in outcome.values()))


if __name__ == "__main__":
    main()
