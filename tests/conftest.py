# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes ansible_collections.cyclr.ipaas importable, as this very tree, in place and from a copy, by tests and by what they start."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
VARIABLE = "CYCLR_TESTS_COLLECTIONS_PATH"


def _collections_path() -> str:
    """The directory that holds ansible_collections/cyclr/ipaas: this tree's own, or a link to it outside of the tree."""
    if ROOT.parts[-3:] == ("ansible_collections", "cyclr", "ipaas"):
        return str(ROOT.parents[2])
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]  # made by the process that started this worker
    farm = tempfile.mkdtemp(prefix="cyclr-ipaas-tests-")
    atexit.register(shutil.rmtree, farm, ignore_errors=True)
    link = Path(farm, "ansible_collections", "cyclr", "ipaas")
    link.parent.mkdir(parents=True)
    link.symlink_to(ROOT, target_is_directory=True)
    return farm


COLLECTIONS_PATH = os.environ[VARIABLE] = _collections_path()
# The only change of sys.path: where the collection is importable from is known only now, so pytest.ini cannot name it.
sys.path.insert(0, COLLECTIONS_PATH)
os.environ["ANSIBLE_COLLECTIONS_PATH"] = COLLECTIONS_PATH


def pytest_terminal_summary(terminalreporter):
    """Tell `make test` what was skipped."""
    from ansible_collections.cyclr.ipaas.tools import skips

    skips.keep(f"{report.nodeid}: {report.longrepr[2]}" for report in terminalreporter.stats.get("skipped", []))


@pytest.fixture(scope="session")
def collections_path() -> str:
    """For ANSIBLE_COLLECTIONS_PATH of a test that builds an environment of its own."""
    return COLLECTIONS_PATH


@pytest.fixture(scope="session")
def _sandbox():
    # Here, since the unit tests run without what the sandbox needs.
    from cyclr_sandbox.process import running

    with running() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_sandbox):
    """The worker's sandbox, as it starts."""
    _sandbox.reset()
    return _sandbox
