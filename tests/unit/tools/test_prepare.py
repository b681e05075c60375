# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said, and done, if a program is missing that some tests drive."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[3] / "tools" / "prepare.py"


@pytest.fixture
def machine(tmp_path):
    """A machine with the programs that `has` names: scripts that write down how they are called."""

    def has(**programs):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        for name, script in programs.items():
            path = folder / name.replace("_", "-")
            path.write_text(f"#!/bin/sh\necho {path.name} \"$@\" >> {tmp_path}/called\n{script}\n", encoding="utf-8")
            path.chmod(0o755)
        return folder

    has.called = lambda: (tmp_path / "called").read_text(encoding="utf-8").splitlines() if (tmp_path / "called").exists() else []
    return has


def prepare(folder, *parts, libatomic=True):
    # The folders of system programs do not count here, and neither does root.
    code = f"""
import os, runpy, sys
import programs
programs.SYSTEM_FOLDERS = ()
programs.has_libatomic = lambda: {libatomic!r}
os.geteuid = lambda: {0 if (folder / "apt-get").exists() else 1000}
sys.argv = ["prepare.py", *{parts!r}]
runpy.run_path({str(TOOL)!r}, run_name="__main__")
"""
    environment = dict(PATH=str(folder), PYTHONPATH=str(TOOL.parent))
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_says_nothing_if_everything_is_there(machine):
    done = prepare(machine(git="", chromium="", squid=""), "lint", "e2e", "robustness")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.called() == []


def test_names_what_is_missing_and_the_command_that_installs_it(machine):
    done = prepare(machine(dnf=""), "lint", "units", "e2e", "robustness")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert [line.split(" for ")[-1].strip() for line in lines[1:4]] == ["make test-lint", "make test-robustness", "make test-e2e"]
    assert "Install: sudo dnf install git squid chromium" in lines
    assert "CHROMIUM" in done.stderr
    assert machine.called() == [], "it must not install anything by itself here"


def test_libraries_of_programs_count_too(machine):
    done = prepare(machine(chromium="", dnf=""), "e2e", libatomic=False)
    assert "Install: sudo dnf install libatomic" in done.stderr.splitlines()


def test_a_part_asks_for_its_own_programs_only(machine):
    assert prepare(machine(squid=""), "robustness").returncode == 0
    assert prepare(machine(), "units", "sandbox", "integration").returncode == 0


def test_root_installs_with_apt_get(machine):
    """The first package that the distribution offers, and nothing that is there already."""
    bin_of_chromium = f"printf '#!/bin/sh\\n' > {machine()}/chromium; /bin/chmod 755 {machine()}/chromium"
    folder = machine(git="", apt_cache='echo "Candidate: 1"', apt_get=f'if [ "$1" = install ]; then {bin_of_chromium}; fi')
    done = prepare(folder, "lint", "e2e")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Installing: chromium\n"
    assert [line for line in machine.called() if " install " in line] == ["apt-get install -y -qq --no-install-recommends chromium"]


def test_root_hears_what_could_not_be_installed(machine):
    done = prepare(machine(git="", apt_cache='echo "Candidate: (none)"', apt_get=""), "lint", "e2e")
    assert done.returncode == 1
    assert "Chromium" in done.stderr and "apt-get install chromium" in done.stderr
    assert not [line for line in machine.called() if " install " in line]


def test_a_browser_of_your_own(machine, monkeypatch):
    from ansible_collections.cyclr.ipaas.tools import programs

    monkeypatch.setenv("PATH", str(machine()))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert programs.browser() is None
    own = machine(own_browser="") / "own-browser"
    monkeypatch.setenv("CHROMIUM", str(own))
    assert programs.browser() == str(own)
    monkeypatch.setenv("CHROMIUM", os.path.join(str(machine()), "missing"))
    assert programs.browser() is None
