# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""For suites whose tests use the client in their own process: nothing of this user's environment takes part.

Tests that install packages do without it: they need the user's proxies and certificates.
"""

from __future__ import annotations

import os

OURS, KEPT = "CYCLR_", ("CYCLR_TESTS_", "CYCLR_SANDBOX_")
NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.upper() in NETWORK or (name.startswith(OURS) and not name.startswith(KEPT)):
            monkeypatch.delenv(name)
