# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Give ansible-test a stand-in for get-pip.py, for machines that reach package registries only: prepare_ansible_test.py ENVIRONMENT ...

Each core asks for a release of pip of its own; the environments are those whose ansible-test is going to run. It bootstraps pip in the
environments of its sanity tests with a get-pip.py that it downloads, unless that is already in its cache. ensurepip brings a pip too.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

STAND_IN = '''\
"""Stands in for get-pip.py: takes pip from this Python's own ensurepip, then installs what was asked for with it."""

import subprocess
import sys

wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
subprocess.check_call([sys.executable, "-m", "pip", "install", "--upgrade"] + wanted)
'''


def wanted(environment: str) -> set[str]:
    """The releases of pip that the environment's ansible-test asks for."""
    (source,) = Path(environment).glob("lib/python3*/site-packages/ansible_test/_internal/python_requirements.py")
    found = set(re.findall(r"pip='([\d.]+)'", source.read_text(encoding="utf-8")))
    assert found, f"{source} names no release of pip"
    return found


def main() -> None:
    cache = Path.home() / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in sorted(set().union(*map(wanted, sys.argv[1:]))):
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not script.exists():
            script.write_text(STAND_IN, encoding="utf-8")
            print(f"Wrote a stand-in: {script.name}")


if __name__ == "__main__":
    main()
