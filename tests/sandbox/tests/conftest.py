# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""One real sandbox process for the whole run, reset before each test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests
import yaml
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


@pytest.fixture
def vendor(process):
    """The account that the vendor's own tests expect."""
    seed = yaml.safe_load(Path(__file__).with_name("vendor.seed.yml").read_text(encoding="utf-8"))
    process.reset(json.loads(json.dumps(seed, default=str)))
    return Api(process)


class Vendor:
    """The ids in `vendor.seed.yml`."""

    account = "globex"
    unknown = "00000000-0000-4000-8000-000000000000"
    template = "bbbbbbbb-0000-4000-8000-000000000001"
    webhook_template = "bbbbbbbb-0000-4000-8000-000000000002"
    unpublished = "bbbbbbbb-0000-4000-8000-000000000005"
    draft = "bbbbbbbb-0000-4000-8000-000000000006"
    folder = "aaaaaaaa-0000-4000-8000-000000000001"
    idle = "cccccccc-0000-4000-8000-000000000001"
    running = "cccccccc-0000-4000-8000-000000000002"
    list_step = "dddddddd-0000-4000-8000-000000000001"
    deal_step = "dddddddd-0000-4000-8000-000000000002"
    running_step = "dddddddd-0000-4000-8000-000000000004"
    transaction = "eeeeeeee-0000-4000-8000-000000000001"
    parameter = 10201001
    field = 10201301
    stage = 10201302
    source_field = 10101602
    trigger = 55


@pytest.fixture
def ids():
    return Vendor


def is_message(answer, status, text):
    """Status, compact body and header, byte for byte."""
    assert answer.status_code == status
    assert answer.content == ('{"Message":"%s"}' % text).encode()
    assert answer.headers["x-content-type-options"] == "nosniff"
    return True


@pytest.fixture
def says():
    return is_message
