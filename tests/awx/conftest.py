# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution environment once for each worker, a sandbox, a webhook, and a controller that uses them."""

from __future__ import annotations

import fcntl
import json
import sys
import zipfile

import pytest
from ansible_collections.cyclr.ipaas.tests.awx import environment
from ansible_collections.cyclr.ipaas.tests.awx.controller import Controller
from ansible_collections.cyclr.ipaas.tests.support.http_servers import serving


# The package that awx.awx 24.6.1 comes in; only that collection is unpacked.
PACKAGE = "ansible==12.3.0 --hash=sha256:cd156f82fa87f7a899212b0efa9f7ca3a24d609212de9f78428a572eb01e5414\n"


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


@pytest.fixture(scope="session")
def awx_collection():
    """A collections path with awx.awx."""
    environment.CACHE.mkdir(parents=True, exist_ok=True)
    place = environment.CACHE / "awx.awx"
    with (environment.CACHE / "awx.awx.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / ".done").exists():
            place.mkdir(exist_ok=True)
            wanted = place / "requirements.txt"
            wanted.write_text(PACKAGE, encoding="utf-8")
            download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
            environment.run(*download, "-r", wanted, "-d", place)
            (wheel,) = place.glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(place, [name for name in archive.namelist() if name.startswith("ansible_collections/awx/awx/")])
            wheel.unlink()
            (place / ".done").touch()
    return place
