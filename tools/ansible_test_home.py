# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A home for ansible-test, in which it needs nothing from the network but a package index.

ansible-test keeps environments in ~/.ansible/test, and puts pip into them with a get-pip.py. It downloads that file, which not every network
allows, unless it exists; Python's ensurepip can do the same. It also starts pip without the variables that name the index and certificates.
"""

from __future__ import annotations

import ast
import configparser
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

GET_PIP = '''\
"""Stands in for get-pip.py: takes pip from this Python's own ensurepip, then installs what was asked for with it."""

import subprocess
import sys

wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
subprocess.check_call([sys.executable, "-m", "pip", "install", "--upgrade"] + wanted)
'''
# Only what says where packages come from, and how to get there
SETTINGS = {"index-url", "extra-index-url", "find-links", "no-index", "cert", "client-cert", "proxy", "trusted-host", "timeout", "retries"}
LISTS = {"extra-index-url", "find-links", "trusted-host"}
# Variables of the environment that pip follows, and the setting that does the same
VARIABLES = {"cert": ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), "proxy": ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")}


def make(home: Path) -> None:
    """Create or update the folder."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in pip_versions():
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP, encoding="utf-8")
    write_pip_settings(home / ".config" / "pip" / "pip.conf", pip_settings(pip_config(), os.environ))
    credentials = home / ".netrc"
    if not os.path.lexists(credentials):
        credentials.symlink_to(Path.home() / ".netrc")


def pip_versions() -> set[str]:
    """The releases of pip that this environment's ansible-test asks for."""
    (source,) = Path(sys.prefix).glob("lib/python3*/site-packages/ansible_test/_internal/python_requirements.py")
    found = set(re.findall(r"pip='([\d.]+)'", source.read_text(encoding="utf-8")))
    assert found, f"{source} names no release of pip"
    return found


def pip_config() -> str:
    return subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True).stdout


def pip_settings(listed: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What files and the environment say: `pip config list` prints lines such as global.timeout='60'."""
    settings = {}
    for wanted in ("global", "install", ":env:"):
        for line in listed.splitlines():
            name, separator, value = line.partition("=")
            section, _dot, setting = name.strip().rpartition(".")
            if separator and section == wanted and setting in SETTINGS:
                settings[setting] = str(ast.literal_eval(value))
    for setting, variables in VARIABLES.items():
        given = next((environment[name] for name in variables if environment.get(name)), None)
        if given and setting not in settings:
            settings[setting] = given
    return settings


def write_pip_settings(path: Path, settings: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parser = configparser.RawConfigParser()
    # A list goes on in further lines, as pip reads it.
    parser["global"] = {name: "\n".join(value.split()) if name in LISTS else value for name, value in settings.items()}
    # It may contain the password of an index.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        parser.write(file)
