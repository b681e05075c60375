# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The harness, on the sandbox of the worker."""

from __future__ import annotations

import json

import pytest
from ansible_collections.cyclr.ipaas.tests.support.http_servers import serving
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import Runner


@pytest.fixture
def runner(sandbox, tmp_path):
    """Runs playbooks against `sandbox`."""
    return Runner(sandbox, tmp_path)


@pytest.fixture
def webhook():
    """What the company has links sent to. `received` contains the authorization, the path and the content of each request."""

    def answer(_method, path, headers, body):
        server.received.append((headers["Authorization"], path, json.loads(body)))
        return server.status, {"Location": "/elsewhere"}, b""

    with serving(answer) as server:
        server.received, server.status = [], 202
        server.url += "/links"
        yield server
