# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The harness, on the sandbox of the worker."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import Runner  # noqa: E402


@pytest.fixture
def runner(sandbox, tmp_path):
    """Runs playbooks against `sandbox`."""
    return Runner(sandbox, tmp_path)
