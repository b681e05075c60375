# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""`python -m cyclr_sandbox`: one line with the base URL, then it serves."""

from __future__ import annotations

import argparse
import sys

from cyclr_sandbox.state import seed as seeds
from cyclr_sandbox.web.app import create_app
from cyclr_sandbox.state.sandbox import Sandbox
from cyclr_sandbox.web.server import serve
from cyclr_sandbox.state.settings import UnknownSwitch

_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104


def _parser():
    parser = argparse.ArgumentParser(prog="cyclr_sandbox", description="A faithful local Cyclr.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 takes any free port")
    parser.add_argument("--seed", metavar="FILE", help="YAML or JSON; default: the built-in seed")
    parser.add_argument("--tls-cert", metavar="FILE")
    parser.add_argument("--tls-key", metavar="FILE")
    parser.add_argument("--latency-ms", type=float, default=0, metavar="N")
    return parser


def main(arguments=None):
    parser = _parser()
    options = parser.parse_args(arguments)
    if bool(options.tls_cert) != bool(options.tls_key):
        parser.error("--tls-cert and --tls-key belong together")
    try:
        seed = seeds.load(options.seed) if options.seed else None
        sandbox = Sandbox(seed, options.latency_ms)
    except (OSError, seeds.BadSeed, UnknownSwitch) as error:
        sys.exit(f"cyclr_sandbox: {error}")

    def announce(port):
        scheme = "https" if options.tls_cert else "http"
        if options.host in _EVERYWHERE:
            # Links then lead to the host name the caller used.
            print(f"{scheme}://127.0.0.1:{port}", flush=True)
            return
        host = f"[{options.host}]" if ":" in options.host else options.host
        sandbox.base_url = f"{scheme}://{host}:{port}"
        print(sandbox.base_url, flush=True)

    serve(create_app(sandbox), options.host, options.port, announce, options.tls_cert, options.tls_key)
