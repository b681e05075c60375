# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Give ansible-test a stand-in for get-pip.py, for machines that reach package registries only.

ansible-test bootstraps pip in the environments of its sanity tests with a get-pip.py that it downloads, unless it is already in its
cache. ensurepip brings a pip too.
"""

from __future__ import annotations

import re
from pathlib import Path

import ansible_test

STAND_IN = '''\
"""Stands in for get-pip.py: takes pip from this Python's own ensurepip, then installs what was asked for with it."""

import subprocess
import sys

wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
subprocess.check_call([sys.executable, "-m", "pip", "install", "--upgrade"] + wanted)
'''


def main() -> None:
    source = Path(ansible_test.__file__).parent / "_internal" / "python_requirements.py"
    cache = Path.home() / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in set(re.findall(r"pip='([\d.]+)'", source.read_text(encoding="utf-8"))):
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not script.exists():
            script.write_text(STAND_IN, encoding="utf-8")
            print(f"Wrote a stand-in: {script.name}")


if __name__ == "__main__":
    main()
