# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The harness, on the sandbox of the worker."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import Runner


@pytest.fixture
def runner(sandbox, tmp_path):
    """Runs playbooks against `sandbox`."""
    return Runner(sandbox, tmp_path)
