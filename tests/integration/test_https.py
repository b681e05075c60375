# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS with a CA of our own. The certificate is for `localhost` and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from cyclr_sandbox.process import running
from ansible_collections.cyclr.ipaas.tests.support.certificates import Authority
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import Runner

INSECURE = "validate_certs is off: whoever is between this host and https://127.0.0.1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A directory with ca.pem, other-ca.pem, the folder cas, server.pem and server-key.pem."""
    directory = tmp_path_factory.mktemp("tls")
    authority = Authority(directory, "A test CA")
    certificate, key = authority.issue("localhost")
    chain = Path(certificate).read_bytes() + authority.file.read_bytes()
    (directory / "server.pem").write_bytes(chain)
    Path(key).rename(directory / "server-key.pem")
    (directory / "other").mkdir()
    Authority(directory / "other", "Another CA").file.rename(directory / "other-ca.pem")
    authority.as_folder(directory / "cas")
    return directory


@pytest.fixture(scope="module")
def tls_sandbox(authority):
    with running(tls=(authority / "server.pem", authority / "server-key.pem")) as sandbox:
        sandbox.url = sandbox.url.replace("127.0.0.1", "localhost")
        yield sandbox


@pytest.fixture
def tls_runner(tls_sandbox, tmp_path):
    tls_sandbox.reset()
    return Runner(tls_sandbox, tmp_path)


@pytest.fixture
def paths(authority, tls_sandbox):
    return {
        "ca_path": str(authority / "ca.pem"),
        "ca_folder": str(authority / "cas"),
        "other_ca_path": str(authority / "other-ca.pem"),
        "other_url": tls_sandbox.url.replace("localhost", "127.0.0.1"),
    }


def test_https(tls_runner, paths):
    play = tls_runner.both_ways("https", variables=paths, alarms=[INSECURE])
    assert not play.results["With the CA"].failed and play.results["With the CA"].changed
    assert not play.results["With a folder of CAs"].failed
    for name in ("Without the CA", "With the CA of somebody else", "With the CA and checks, after a task without"):
        assert refused(play.results[name], "self-signed certificate in certificate chain")
    assert refused(play.results["Under another name"], "IP address mismatch, certificate is not valid for '127.0.0.1'")
    assert not play.results["Under another name, without checks"].failed
    assert play.results["Under another name, without checks"].requests


def refused(task, reason):
    """It failed for that reason, and nothing had been sent, not even the credentials."""
    assert task.failed and reason in task.msg, task.result
    assert task.result["error"] == {"status": None, "method": "POST", "path": "/oauth/token", "message": None}
    return not task.journal


def test_environment(tls_runner, paths):
    """The CA by the environment, and whatever requests is told in its own way."""
    for variable in ("CYCLR_CA_PATH", "REQUESTS_CA_BUNDLE"):
        play = tls_runner.run("account_info", environment={variable: paths["ca_path"]})
        assert play.results["Read one account"].requests
    play = tls_runner.run("account_info", environment={"CYCLR_VALIDATE_CERTS": "false"}, alarms=["validate_certs is off"] * 3)
    assert play.results["Read one account"].requests
