# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution environment once for each worker, a sandbox, a webhook, and a controller that uses them."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ansible_collections.cyclr.ipaas.tests.awx import environment
from ansible_collections.cyclr.ipaas.tests.awx.controller import Controller


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

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.received.append((self.headers["Authorization"], body))
            server.customers(body)
            self.send_response(server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.customers, server.status = [], lambda body: None, 202
    server.url = f"http://127.0.0.1:{server.server_port}/links"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def controller(sandbox, execution_environment, tmp_path):
    return Controller(sandbox, execution_environment, tmp_path)
