# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small servers in threads: one that answers as a test says, and one that stands between a client and the sandbox."""

from __future__ import annotations

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "content-encoding", "host", "accept-encoding"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _handle(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        status, headers, answer = self.server.answer(self.command, self.path, self.headers, body)
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_CONNECT = _handle

    def log_message(self, *arguments):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        # A client that hangs up, over TLS above all, is what these tests are about.
        pass


class _Six(_Server):
    address_family = socket.AF_INET6


@contextlib.contextmanager
def serving(answer, context=None, host="127.0.0.1"):
    """A server whose `answer(method, path, headers, body)` is (status, headers, body). It has `url`, `port` and `seen`."""
    server = (_Six if ":" in host else _Server)((host, 0), _Handler)
    server.answer, server.seen = answer, []
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.port = server.server_address[1]
    shown = f"[{host}]" if ":" in host else host
    server.url = f"http{'s' if context else ''}://{shown}:{server.port}"
    thread = threading.Thread(target=server.serve_forever, kwargs=dict(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def json_answer(text, status=200, **headers):
    """An `answer` that is always the same."""
    return lambda *request: (status, {"Content-Type": "application/json", **headers}, text.encode("utf-8"))


def relay(target, change):
    """An `answer` that asks `target`, unless `change(method, path, headers, body)` has an answer of its own."""
    session = requests.Session()
    session.trust_env = False

    def answer(method, path, headers, body):
        changed = change(method, path, headers, body)
        if changed is not None:
            return changed
        passed = {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}
        told = session.request(method, target + path, headers=passed, data=body, allow_redirects=False, timeout=60)
        return told.status_code, {name: value for name, value in told.headers.items() if name.lower() not in HOP_BY_HOP}, told.content

    return answer


@contextlib.contextmanager
def talking(talk):
    """A server that takes each request and lets `talk(connection)` send what it likes. Yields an object with `url` and `seen`, the requests."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = type("Talking", (), dict(url="http://127.0.0.1:%d" % listener.getsockname()[1], seen=[]))()

    def serve(connection):
        with contextlib.suppress(OSError), connection:
            connection.settimeout(30)
            with connection.makefile("rb") as lines:
                head = list(iter(lines.readline, b"\r\n"))
                length = [int(line.split(b":")[1]) for line in head if line.lower().startswith(b"content-length:")]
                lines.read(length[0] if length else 0)
            server.seen.append(head[0].split()[0].decode("ascii"))
            talk(connection)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        listener.close()
