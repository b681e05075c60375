# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve tests/requirements.in into tests/requirements.txt, for every Python from 3.10 on: lock.py DIRECTORY (for uv)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOURCE, LOCK = Path("tests/requirements.in"), Path("tests/requirements.txt")
# galaxy-importer pins an attrs that nox cannot use, and works with a newer one. (So the lock is installed with --no-deps.)
OVERRIDES = "attrs>=25\n"
HEADER = """\
# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Made by `make lock` from tests/requirements.in: do not edit.
"""


def main() -> None:
    directory = Path(sys.argv[1])
    if not (directory / "bin" / "uv").exists():
        subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
        subprocess.run([str(directory / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "uv"], check=True)
    overrides = directory / "overrides.txt"
    overrides.write_text(OVERRIDES, encoding="utf-8")
    # One file for all Pythons; each gets the newest release that still supports it, ansible-core above all.
    resolved = subprocess.run(
        [str(directory / "bin" / "uv"), "pip", "compile", "--quiet", "--upgrade", "--universal", "--python-version", "3.10",
         "--fork-strategy", "requires-python", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links",
         "--no-header", "--override", str(overrides), str(SOURCE)],
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout
    LOCK.write_text(HEADER + resolved, encoding="utf-8")


if __name__ == "__main__":
    main()
