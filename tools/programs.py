# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the programs that the tests drive and that PyPI does not have. `make test` looks for them before the first test."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# An ordinary user's PATH often lacks the folders of system programs.
SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")


def has_libatomic():
    """Whether the program that drives the browser can start: Playwright's own Node.js needs a library that minimal systems of Linux lack."""
    if not sys.platform.startswith("linux"):
        return True
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True


def browser():
    """The path of a Chromium or Chrome, or None. The environment variable CHROMIUM names another one."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)


def java():
    """Java 17 or newer, as ansible-rulebook needs it."""
    return shutil.which("java")


def proxy():
    """The path of Squid, or None."""
    return shutil.which("squid", path=os.pathsep.join([os.environ.get("PATH", os.defpath), *SYSTEM_FOLDERS]))
