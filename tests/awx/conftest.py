# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution environment once for each worker, a sandbox, a webhook, and a controller that uses them."""

from __future__ import annotations

import json

import pytest
from ansible_collections.cyclr.ipaas.tests.awx import environment
from ansible_collections.cyclr.ipaas.tests.awx.controller import Controller
from ansible_collections.cyclr.ipaas.tests.support.http_servers import serving


@pytest.fixture(scope="session")
def context(tmp_path_factory):
    """The build context of the execution environment."""
    return environment.create_context(tmp_path_factory.mktemp("context"))


@pytest.fixture(scope="session")
def execution_environment(context, tmp_path_factory):
    return environment.install(context, tmp_path_factory.mktemp("collections"))


@pytest.fixture
def webhook():
    """A company's webhook: `received` is what it got, `customers` what they do with their links."""

    def answer(_method, _path, headers, body):
        links = json.loads(body)
        server.received.append((headers["Authorization"], links))
        server.customers(links)
        return server.status, {}, b""

    with serving(answer) as server:
        server.received, server.customers, server.status = [], lambda body: None, 202
        server.url += "/links"
        yield server


@pytest.fixture
def controller(sandbox, execution_environment, tmp_path):
    return Controller(sandbox, execution_environment, tmp_path)
