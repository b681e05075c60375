# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS with a CA of our own. The certificate is for `localhost` and nothing else."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from cyclr_sandbox.process import running
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import Runner

INSECURE = "validate_certs is off: whoever is between this host and https://127.0.0.1"


def pem(thing):
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(serialization.Encoding.PEM)
    return thing.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def certificate(name, issuer=None, host=None):
    """A certificate and its key: a CA of its own, or one for `host` by the `issuer`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by_name, by_key = (issuer[0].subject, issuer[1]) if issuer else (subject, key)
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), critical=False)
    )
    if host is None:
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only", "digital_signature"), False
        )
        builder = builder.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(by_key, hashes.SHA256()), key


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A directory with ca.pem, other-ca.pem, the folder cas, server.pem and server-key.pem."""
    directory = tmp_path_factory.mktemp("tls")
    ca = certificate("A test CA")
    leaf, key = certificate("localhost", ca, "localhost")
    (directory / "ca.pem").write_bytes(pem(ca[0]))
    (directory / "other-ca.pem").write_bytes(pem(certificate("Another CA")[0]))
    (directory / "server.pem").write_bytes(pem(leaf) + pem(ca[0]))
    (directory / "server-key.pem").write_bytes(pem(key))
    (directory / "cas").mkdir()
    (directory / "cas" / "ca.pem").write_bytes(pem(ca[0]))
    # The folder form needs the names that OpenSSL looks for.
    subprocess.run(["openssl", "rehash", str(directory / "cas")], check=True, capture_output=True)
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
