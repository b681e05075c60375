# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No test reads the environment of whoever runs it, reaches a network, or leaves files behind."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.tests.support.clean_environment import clean_environment
from hypothesis import settings

settings.register_profile("cyclr", database=None, deadline=None, max_examples=60, derandomize=True)
settings.load_profile("cyclr")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    clean_environment(monkeypatch)
