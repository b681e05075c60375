# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make sandbox`: run the sandbox until Ctrl-C, and say how to reach it: sandbox.py [OPTIONS OF THE SANDBOX]."""

from __future__ import annotations

import argparse
import errno
import signal
import socket
import subprocess
import sys

HOW = """
Open it in a browser to see its accounts and requests. In another terminal:

  . .venv/bin/activate
  export ANSIBLE_COLLECTIONS_PATH=.venv
  export CYCLR_API_URL={url} CYCLR_SERVICE_DOMAIN={url}
  export CYCLR_CLIENT_ID=sandbox-client CYCLR_CLIENT_SECRET=sandbox-secret

Ctrl-C ends the sandbox."""


def is_taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def free_port(host: str, after: int) -> int:
    return next(port for port in range(after + 1, 65536) if not is_taken(host, port))


def main() -> int:
    # The sandbox itself checks its options; these two are of interest here.
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_known_args()[0]
    if options.port and is_taken(options.host, options.port):
        suggested = free_port(options.host, options.port)
        print(f"Port {options.port} is in use. Choose another one: make sandbox ARGS='--port {suggested}'", file=sys.stderr)
        return 1
    command = [sys.executable, "-m", "cyclr_sandbox", *sys.argv[1:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_about: process.terminate())
        url = process.stdout.readline().strip()
        print(url, flush=True)
        if url.startswith("http"):
            print(HOW.format(url=url), flush=True)
        for line in process.stdout:
            print(line, end="", flush=True)
    return 0 if url.startswith("http") else process.returncode


if __name__ == "__main__":
    sys.exit(main())
