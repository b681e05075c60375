# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""uvicorn with two additions: it says when it answers, and the application can hang up on a client."""

from __future__ import annotations

import signal
import sys

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class _Protocol(HttpToolsProtocol):
    """Hands the transport to the application, for the faults that close it."""

    def on_message_begin(self):
        super().on_message_begin()
        self.scope["sandbox.transport"] = self.transport


class _Server(uvicorn.Server):
    def __init__(self, config, announce):
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets=None):
        await super().startup(sockets=sockets)
        if self.started and not self.should_exit:
            self._announce(self.servers[0].sockets[0].getsockname()[1])


def serve(app, host, port, announce, tls_cert=None, tls_key=None):
    """Until SIGTERM or SIGINT. `announce` gets the port once the server answers."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        backlog=2048,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
    )
    # uvicorn raises the signal again after its own shutdown: end quietly then.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: sys.exit(0))
    _Server(config, announce).run()
