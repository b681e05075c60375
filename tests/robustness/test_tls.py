# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is at the other end, and how the line to them is protected."""

from __future__ import annotations

import socket
import ssl

import pytest
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.tests.support.certificates import Authority, server_context
from cyclr_sandbox.process import running
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import TIMEOUT
from ansible_collections.cyclr.ipaas.tests.robustness.onboarding import NEW, assert_converged, onboard
from ansible_collections.cyclr.ipaas.tests.support.http_servers import json_answer, serving

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.client import Client
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput, TransportError
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import Clients, outcome
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.tls import tls_context
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account_info

TOKEN = "token-for-nobody-else"

# What is outdated is outdated in Python, too.
pytestmark = pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def other_authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("other"))


@pytest.fixture(scope="module")
def good(authority):
    return authority.issue("localhost", "127.0.0.1", "::1")


def ask(url, **options):
    """What a read returns."""
    client = Client(Connection.of(dict(dict(api_url=url, access_token=TOKEN, timeout=5, retry_timeout=0), **options)))
    try:
        return client.read(Request("GET", "/v1.0/accounts/x", "reading account 'x'"))
    finally:
        client.close()


def refused(server, **options):
    """The error of a read that comes to nothing before anything was sent."""
    with pytest.raises(TransportError) as caught:
        ask(server.url, **options)
    assert server.seen == []
    assert TOKEN not in caught.value.msg
    return caught.value.msg


answer = json_answer('{"Id": "x"}')


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_modern(authority, good, version):
    only = ssl.TLSVersion[version]
    with serving(answer, server_context(good, only, only)) as server:
        assert ask(server.url, ca_path=str(authority.file)) == {"Id": "x"}


@pytest.mark.parametrize("validate_certs", [True, False])
@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_outdated(authority, good, version, validate_certs):
    only = ssl.TLSVersion[version]
    with serving(answer, server_context(good, only, only)) as server:
        assert "rotocol" in refused(server, ca_path=str(authority.file), validate_certs=validate_certs)


def test_outdated_server_is_real(authority, good):
    """The server above does speak TLS 1.1 with whoever wants to."""
    only = ssl.TLSVersion.TLSv1_1
    with serving(answer, server_context(good, only, only)) as server:
        context = ssl.create_default_context(cafile=str(authority.file))
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = only
        with socket.create_connection(("127.0.0.1", server.port)) as raw, context.wrap_socket(raw, server_hostname="localhost") as line:
            assert line.version() == "TLSv1.1"


def test_wrong_host(authority):
    with serving(answer, server_context(authority.issue("api.elsewhere.example"))) as server:
        assert "not valid for '127.0.0.1'" in refused(server, ca_path=str(authority.file))


def test_name_is_not_taken_from_the_common_name(authority):
    """The subject says "server"; only the alternative names count."""
    with serving(answer, server_context(authority.issue("server"))) as server:
        refused(server, ca_path=str(authority.file))


def test_expired(authority):
    with serving(answer, server_context(authority.issue("127.0.0.1", days=-1))) as server:
        assert "expired" in refused(server, ca_path=str(authority.file))


def test_unknown_authority(authority, other_authority, good):
    with serving(answer, server_context(good)) as server:
        assert "certificate" in refused(server)
        assert "certificate" in refused(server, ca_path=str(other_authority.file))


def test_bad_certificate_is_not_tried_again(authority, good):
    """However much patience there is: it will not get better."""
    with serving(answer, server_context(good)) as server:
        refused(server, retry_timeout=600)


def test_authority_by_folder(authority, good, tmp_path):
    with serving(answer, server_context(good)) as server:
        assert ask(server.url, ca_path=str(authority.as_folder(tmp_path / "certs"))) == {"Id": "x"}


def test_authority_by_environment(authority, good, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    tls_context.cache_clear()
    with serving(answer, server_context(good)) as server:
        assert ask(server.url) == {"Id": "x"}
    tls_context.cache_clear()


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_unusable_authority(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        ask("https://127.0.0.1:9", ca_path=str(path))
    assert str(path) in caught.value.msg


def test_without_checks_it_works_and_warns(other_authority):
    params = dict(
        api_url=None, access_token=TOKEN, client_id=None, client_secret=None, validate_certs=False, ca_path=None, timeout=5.0, retry_timeout=0.0,
        account_id="x",
    )
    with serving(answer, server_context(other_authority.issue("elsewhere.example", days=-1))) as server:
        result = outcome(cyclr_account_info.run, dict(params, api_url=server.url), False, Clients())
        assert result["accounts"][0]["id"] == "x"
        assert len(result["warnings"]) == 1 and server.url in result["warnings"][0]
        assert "warnings" not in outcome(cyclr_account_info.run, dict(params, api_url="https://127.0.0.1:9", validate_certs=True), False, Clients())


def test_checks_are_not_turned_off_by_an_earlier_client(authority, other_authority):
    """Contexts and connections are shared within a process, but not between those who check and those who do not."""
    with serving(answer, server_context(authority.issue("elsewhere.example"))) as server:
        assert ask(server.url, validate_certs=False) == {"Id": "x"}
        seen = len(server.seen)
        with pytest.raises(TransportError):
            ask(server.url, ca_path=str(authority.file))
        assert len(server.seen) == seen


@pytest.mark.parametrize("url", ["http://api.cyclr.com", "http://10.0.0.1", "http://127.0.0.1.example.com", "http://localhost.example.com", "http://[fe80::1]"])
def test_plain_http_elsewhere(url):
    with pytest.raises(InvalidInput, match="loopback"):
        ask(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_plain_http_on_loopback(host):
    with serving(answer, host=host) as server:
        assert ask(server.url) == {"Id": "x"}


def test_tls_on_ipv6_loopback(authority, good):
    with serving(answer, server_context(good), host="::1") as server:
        assert ask(server.url, ca_path=str(authority.file)) == {"Id": "x"}
    with serving(answer, server_context(authority.issue("127.0.0.1")), host="::1") as server:
        refused(server, ca_path=str(authority.file))


# -- over TLS, an answer that gets lost is the same as without -----------------------------------------------------


@pytest.mark.parametrize("fault", ["drop_before", "drop_after_commit", "truncate", "slow:0.3"])
def test_lost_answers(fault):
    with running(tls=True) as sandbox:
        for path in ("/v1.0/accounts", "*/launch", "*/install", "*/signintoken"):
            sandbox.reset()
            sandbox.faults([dict(method="POST", path=path, fault=fault, times=1)])
            result = onboard(sandbox.url, NEW, timeout=TIMEOUT, ca_path=sandbox.ca_path)
            assert result.error is None, result.error.msg
            assert_converged(sandbox.state(), NEW)
