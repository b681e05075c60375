# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One sandbox per worker; the harness of the integration tests runs the playbooks."""

from __future__ import annotations

import os

import pytest

from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import Runner


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("CYCLR_") and not name.startswith(("CYCLR_TESTS_", "CYCLR_SANDBOX_")):
            monkeypatch.delenv(name)
        if name.upper() in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.delenv(name, raising=False)


@pytest.fixture
def runner(sandbox, tmp_path):
    """Runs playbooks against `sandbox`."""
    return Runner(sandbox, tmp_path)
