# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token stays with the host that it is for, wherever that one points to and whatever it hands out."""

from __future__ import annotations

import json

import pytest
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.tests.support.http_servers import json_answer, serving
from ansible_collections.cyclr.ipaas.tests.robustness.test_tls import TOKEN, answer, ask

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.client import Client
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirects_are_not_followed(status, method):
    """Neither to another host nor on the same one: nothing that carries a token goes anywhere else."""
    with serving(answer) as elsewhere:
        for target in (elsewhere.url + "/v1.0/accounts/x", "/v1.0/accounts/y"):
            with serving(json_answer("", status, Location=target)) as server:
                client = Client(Connection(api_url=server.url, access_token=TOKEN, timeout=5, retry_timeout=0))
                with pytest.raises(CyclrError, match="Redirects are not followed"):
                    if method == "GET":
                        client.read(Request("GET", "/v1.0/accounts/x", "reading account 'x'"))
                    else:
                        client.write(Request("POST", "/v1.0/accounts", "creating account 'x'", body={}))
                assert len(server.seen) == 1
        assert elsewhere.seen == []


LOCATIONS = ["http://[", "https://", "//", "", "http://a..b/", "\x80\xff", "http://user:pass@", "javascript:alert(1)", "/" + "a" * 60000]


@pytest.mark.parametrize("location", LOCATIONS)
def test_hostile_redirects(location):
    with serving(json_answer("", 302, Location=location)) as server, pytest.raises(CyclrError) as caught:
        ask(server.url)
    assert len(server.seen) == 1
    assert len(caught.value.msg) < 1000


def test_login_is_not_redirected():
    with serving(answer) as elsewhere, serving(json_answer("", 307, Location=elsewhere.url)) as server:
        with pytest.raises(CyclrError, match="Redirects are not followed"):
            ask(server.url, access_token=None, client_id="the-client", client_secret="the-secret")
        assert elsewhere.seen == []


@pytest.mark.parametrize("token", ["a\r\nX-Cyclr-Account: other", "snow\u2603man", "tab\tbed", " ", "a" * 200000])
def test_hostile_token(token):
    """A token that no header can carry is a failed login, and is not shown."""
    text = json.dumps({"access_token": token, "expires_in": 1})
    with serving(json_answer(text)) as server, pytest.raises(CyclrError) as caught:
        ask(server.url, access_token=None, client_id="the-client", client_secret="the-secret")
        raise CyclrError("accepted")
    assert repr(token)[1:-1] not in caught.value.msg or token == " "


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example.com", "-", "xn--", "_._"])
def test_impossible_hosts(host):
    with pytest.raises(CyclrError):
        ask("https://%s:9" % host)
