# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One sandbox per worker; the harness of the integration tests runs the playbooks."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.tests.support.clean_environment import clean_environment
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import Runner


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    clean_environment(monkeypatch)


@pytest.fixture
def runner(sandbox, tmp_path):
    """Runs playbooks against `sandbox`."""
    return Runner(sandbox, tmp_path)
