# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""One real sandbox process for the whole run, reset before each test."""

from __future__ import annotations

import pytest
import requests
from cyclr_sandbox.process import running

FORM = {
    "grant_type": "client_credentials",
    "client_id": "sandbox-client",
    "client_secret": "sandbox-secret",
}


class Api:
    """Requests as the vendor's own tests send them: bearer, account header, JSON."""

    form = FORM

    def __init__(self, sandbox):
        self.url = sandbox.url
        self.session = requests.Session()
        self.session.trust_env = False
        self.token = None

    def login(self, **form):
        answer = self.session.post(f"{self.url}/oauth/token", data={**self.form, **form})
        return answer.json()["access_token"]

    def send(self, method, path, *, account="globex", token=None, headers=None, **more):
        if token is None:
            self.token = self.token or self.login()
            token = self.token
        sent = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if account is not None:
            sent["X-Cyclr-Account"] = account
        sent.update(headers or {})
        url = path if path.startswith("http") else f"{self.url}/v1.0{path}"
        return self.session.request(method, url, headers=sent, allow_redirects=False, **more)

    def get(self, path, **more):
        return self.send("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.send("POST", path, json={} if body is None else body, **more)

    def put(self, path, body=None, **more):
        return self.send("PUT", path, json={} if body is None else body, **more)

    def delete(self, path, **more):
        return self.send("DELETE", path, **more)

    def install(self, connector, body=None, **more):
        answer = self.post(f"/connectors/{connector}/install", body, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def process():
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(process):
    process.reset()
    return process


@pytest.fixture
def api(sandbox):
    return Api(sandbox)


def is_message(answer, status, text):
    """Status, compact body and header, byte for byte."""
    assert answer.status_code == status
    assert answer.content == ('{"Message":"%s"}' % text).encode()
    assert answer.headers["x-content-type-options"] == "nosniff"
    return True


@pytest.fixture
def says():
    return is_message
