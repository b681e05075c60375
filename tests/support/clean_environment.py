# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fixture for suites whose tests use the client in their own process: nothing of this user's environment takes part.

A suite's conftest.py imports it. Tests that install packages are better without it: they need the user's proxies and certificates.
"""

from __future__ import annotations

import os

import pytest

OURS, KEPT = "CYCLR_", ("CYCLR_TESTS_", "CYCLR_SANDBOX_")
NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.upper() in NETWORK or (name.startswith(OURS) and not name.startswith(KEPT)):
            monkeypatch.delenv(name)
