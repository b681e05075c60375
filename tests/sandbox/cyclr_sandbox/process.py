# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The sandbox as a subprocess, for test suites: `with running() as sandbox: ... sandbox.url`."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import requests

_ROOT = Path(__file__).resolve().parent.parent


class SandboxError(RuntimeError):
    """The sandbox did not start, or refused a control request."""


class Running:
    """A running sandbox: its URL and its control endpoints."""

    def __init__(self, url, ca_path=None, settings=None, pid=None):
        self.url = url
        self.ca_path = ca_path
        self.pid = pid
        self._settings = dict(settings or {})
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = ca_path or True

    def _call(self, method, name, value=None):
        response = self._session.request(
            method,
            f"{self.url}/_sandbox/{name}",
            data=None if value is None else json.dumps(value).encode(),
            timeout=60,
        )
        if response.status_code != 200:
            raise SandboxError(f"{method} {name}: {response.status_code} {response.text}")
        return response.json()

    def journal(self):
        """Every request so far: number, method, path, query, account, status, bytes, time."""
        return self._call("GET", "journal")

    def clear_journal(self):
        self._call("DELETE", "journal")

    def reset(self, seed=None):
        """Back to the seed of the start, or to this one; the settings of `running` stay."""
        self._call("POST", "reset", seed)
        if self._settings:
            self.options(**self._settings)

    def state(self):
        return self._call("GET", "state")

    def options(self, **switches):
        return self._call("POST", "options", switches)

    def faults(self, faults):
        """Replace the list of faults; an empty one clears it."""
        return self._call("POST", "faults", faults)

    def incident(self, cycle_id, **fields):
        """Provoke an incident of a cycle: IncidentLevel, ShortMessage, FullMessage, StepName."""
        return self._call("POST", "incidents", {"CycleId": cycle_id, **fields})

    def release(self, template_id):
        """Publish a newer release of a template, so that its cycles can be upgraded."""
        return self._call("POST", "releases", {"TemplateId": template_id})

    def authorise(self, link, allow=True):
        """Do what the customer does with an OAuth link; the last answer is that of the last page.

        Redirects are followed as long as they stay on the sandbox.
        """
        answer = self._browse("GET", link)
        if "/third-party/" in answer.url:
            decision = {"decision": "allow" if allow else "decline"}
            answer = self._browse("POST", answer.url, decision)
        return answer

    def _browse(self, method, url, data=None):
        answer = self._session.request(method, url, data=data, allow_redirects=False, timeout=60)
        while answer.is_redirect:
            url = urljoin(answer.url, answer.headers["Location"])
            if not url.startswith(self.url):
                break
            answer = self._session.get(url, allow_redirects=False, timeout=60)
        return answer

    def close(self):
        self._session.close()


def _seed_file(seed, directory):
    if isinstance(seed, dict):
        path = Path(directory, "seed.json")
        path.write_text(json.dumps(seed), encoding="utf-8")
        return str(path)
    return str(seed)


def _tls_files(tls, directory):
    if tls is True:
        from cyclr_sandbox.certs import self_signed

        return self_signed(directory)
    cert, key = tls
    return str(cert), str(key)


def _first_line(process, seconds):
    ready, _write, _error = select.select([process.stdout], [], [], seconds)
    return process.stdout.readline().decode().strip() if ready else ""


@contextmanager
def running(seed=None, tls=False, latency_ms=0, settings=None, start_timeout=30):
    """A sandbox on a free port. `seed`: a dict or a file; `tls`: True or (certificate, key).

    CYCLR_SANDBOX_PYTHON names the interpreter that has the sandbox's requirements, where the
    tests run in another one.
    """
    with tempfile.TemporaryDirectory(prefix="cyclr-sandbox-") as directory:
        python = os.environ.get("CYCLR_SANDBOX_PYTHON") or sys.executable
        command = [python, "-m", "cyclr_sandbox", "--port", "0", "--latency-ms", str(latency_ms)]
        ca_path = None
        if seed is not None:
            command += ["--seed", _seed_file(seed, directory)]
        if tls:
            ca_path, key = _tls_files(tls, directory)
            command += ["--tls-cert", ca_path, "--tls-key", key]
        errors = Path(directory, "stderr")
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        with errors.open("wb") as stderr:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=environment)
        try:
            url = _first_line(process, start_timeout)
            if not url:
                raise SandboxError(f"The sandbox did not start: {errors.read_text()}")
            sandbox = Running(url, ca_path, settings, process.pid)
            if settings:
                sandbox.options(**settings)
            try:
                yield sandbox
            finally:
                sandbox.close()
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
