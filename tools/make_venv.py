# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the virtual environment of a working tree from the lock: make_venv.py DIRECTORY LOCK. Needs Python only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 10)
ROOT = Path(__file__).resolve().parents[1]


def fail(message: str) -> None:
    sys.exit(f"make venv: {message}")


def check_python() -> None:
    if sys.version_info < OLDEST:
        fail(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, and {sys.executable} is {sys.version.split()[0]}."
            " Name another one: make PYTHON=python3.12 venv"
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        fail(
            f"{sys.executable} cannot make virtual environments: its modules venv and ensurepip are missing."
            f" On Debian and Ubuntu: apt-get install python{version}-venv. Or name another Python: make PYTHON=python3.12 venv"
        )


def link_collection(directory: Path) -> None:
    """The collection's code finds itself as ansible_collections.cyclr.ipaas."""
    link = directory / "ansible_collections" / "cyclr" / "ipaas"
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink():
        link.unlink()
    link.symlink_to(os.path.relpath(ROOT, link.parent.resolve()), target_is_directory=True)


def build(directory: Path, lock: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
    # The lock is complete, and has the hash of every file: whatever index this machine uses, the result is the same.
    subprocess.run(
        [str(directory / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check",
         "--no-deps", "--require-hashes", "--requirement", str(lock)],
        check=True,
    )


def main() -> None:
    directory, lock = Path(sys.argv[1]), Path(sys.argv[2])
    stamp = directory / ".stamp"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    usable = (directory / "bin" / "python").exists()
    if not (usable and stamp.exists() and stamp.read_text(encoding="utf-8").strip() == digest):
        check_python()
        print(f"Building {directory} with Python {sys.version.split()[0]} (about a minute) ...", flush=True)
        try:
            build(directory, lock)
        except subprocess.CalledProcessError as error:
            fail(f"this command failed: {' '.join(error.cmd)}")
    link_collection(directory)
    stamp.write_text(digest + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
