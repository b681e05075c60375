# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No test reads the environment of whoever runs it, reaches a network, or leaves files behind."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("cyclr", database=None, deadline=None, max_examples=60, derandomize=True)
settings.load_profile("cyclr")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("CYCLR_") and name != "CYCLR_TESTS_COLLECTIONS_PATH":
            monkeypatch.delenv(name)
        if name.upper() in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
