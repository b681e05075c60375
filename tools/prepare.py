# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""See to it that this machine has the programs that some parts of the tests need: prepare.py PART ...

As root with apt-get it installs what is missing. Anywhere else it says what is missing and which command installs it, and fails.
Runs before there is a virtual environment, so it needs the standard library only.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import matrix
import programs

# How a package is installed, by the program that does it
INSTALLERS = {
    "apt-get": "sudo apt-get install",
    "dnf": "sudo dnf install",
    "zypper": "sudo zypper install",
    "pacman": "sudo pacman -S",
    "brew": "brew install",
}


@dataclass(frozen=True)
class Need:
    """Something that parts of the tests need. `packages` are alternatives for apt-get; `elsewhere` is the name for other installers."""

    what: str
    parts: tuple[str, ...]
    found: Callable[[], object]
    packages: tuple[str, ...]
    or_else: str = ""
    elsewhere: str = ""


def can_make_environments() -> bool:
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def python_with_environments(wanted: str) -> bool:
    """Whether that Python is here, with what it makes virtual environments with."""
    interpreter = matrix.python(wanted)
    return interpreter is not None and subprocess.run([interpreter, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode == 0


def has_git() -> str | None:
    return shutil.which("git")


NEEDS = (
    Need(
        "venv and ensurepip of Python",
        ("venv",),
        can_make_environments,
        ("python%d.%d-venv" % sys.version_info[:2], "python3-venv"),
        "or name another Python: make PYTHON=python3.12",
    ),
    Need("Git", ("lint", "sanity", "build", "docs", "matrix"), has_git, ("git",)),
    Need("the proxy Squid", ("robustness",), programs.proxy, ("squid",)),
    Need(
        "Chromium, or Chrome",
        ("e2e",),
        programs.browser,
        ("chromium", "chromium-browser"),
        "or set CHROMIUM to the path of a browser that is installed elsewhere",
    ),
    Need("Java 17", ("awx",), programs.java, ("openjdk-17-jre-headless", "default-jre-headless"), elsewhere="java-17-openjdk-headless"),
    Need("the library libatomic", ("e2e",), programs.has_libatomic, ("libatomic1",), elsewhere="libatomic"),
    *(
        Need(
            f"Python {wanted}",
            ("matrix",),
            functools.partial(python_with_environments, wanted),
            (f"python{wanted}-venv",),
            f"or: pyenv install {wanted}",
        )
        for wanted in sorted(set(matrix.CORES.values()))
    ),
)


def missing(parts: Iterable[str]) -> list[Need]:
    return [need for need in NEEDS if set(need.parts) & set(parts) and not need.found()]


def offered(package: str) -> bool:
    """Whether apt-get could install the package."""
    shown = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True, check=False).stdout
    return "Candidate:" in shown and "Candidate: (none)" not in shown


def install(needs: list[Need]) -> None:
    """Install with apt-get. What goes wrong is on the screen, and then the program is still missing."""
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    packages = [package for package in (next(filter(offered, need.packages), None) for need in needs) if package]
    if not packages:
        return
    print("Installing:", *packages, flush=True)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"),
        stdout=subprocess.DEVNULL,
        check=False,
    )


def complaint(needs: list[Need], parts: list[str]) -> str:
    """What is missing, for which parts, and the command that installs it."""
    lines = ["The tests need programs that this machine does not have:"]
    for need in needs:
        lines.append("  %-32s for %s" % (need.what, ", ".join(f"make test-{part}" for part in need.parts if part in parts)))
    installer = next(filter(shutil.which, INSTALLERS), None)
    packages = " ".join(need.packages[0] if installer == "apt-get" else need.elsewhere or need.packages[0] for need in needs)
    lines.append("Install: %s" % (f"{INSTALLERS[installer]} {packages}" if installer else packages))
    lines += ["  (%s)" % need.or_else for need in needs if need.or_else]
    return "\n".join(lines)


def main() -> None:
    parts = sys.argv[1:]
    needs = missing(parts)
    if needs and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        install(needs)
        importlib.invalidate_caches()
        needs = missing(parts)
    if needs:
        sys.exit(complaint(needs, parts))


if __name__ == "__main__":
    main()
