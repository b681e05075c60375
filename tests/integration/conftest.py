# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One sandbox per worker; each test gets it freshly reset."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cyclr_sandbox.process import running  # noqa: E402
from harness import Runner  # noqa: E402


@pytest.fixture(scope="session")
def _sandbox():
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_sandbox):
    """The worker's sandbox, as it starts."""
    _sandbox.reset()
    return _sandbox


@pytest.fixture
def runner(sandbox, tmp_path):
    """Runs playbooks against `sandbox`."""
    return Runner(sandbox, tmp_path)
