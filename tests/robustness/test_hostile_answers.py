# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are valid JSON and not what they should be: every module ends with a result or with an error of our own."""

from __future__ import annotations

import copy
import io
import json

import pytest
import urllib3
from ansible_collections.cyclr.ipaas.tests.robustness import cycles
from ansible_collections.cyclr.ipaas.tests.robustness.examples import TIMES
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import prepared
from hypothesis import given, settings
from hypothesis import strategies as st
from ansible_collections.cyclr.ipaas.tests.robustness.onboarding import KNOWN, NEW, REQUESTS, Wire, onboard
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import SANDBOX_CLIENT
from ansible_collections.cyclr.ipaas.tests.support.clock import Clock
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import validated
from ansible_collections.cyclr.ipaas.tests.support.http_servers import json_answer, serving

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.client import Client
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.api import Api
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account, cyclr_account_info, cyclr_connector_info, cyclr_connector_install

HOSTILE = [
    None, True, False, 0, -1, 2**63, 10**30, 1.5, "", " ", "{{ 7*7 }}", "{% raw %}", "a\nb\r\n", "\x1b[31mred\x1b]0;title\x07", "\x00", "\ud800",
    "\u202egnp.exe", "x" * 100_000, "../..", "?a=b#c", [], [[]], [None], [{}], {}, {"Id": None}, {"Id": []}, {"Name": {}}, {"": ""},
]  # fmt: skip

BEYOND_TIME = "Mon, 01 Jan 99999999999999 00:00:00 GMT"
DEEP = "[" * 100_000 + "]" * 100_000


class Meddling(Wire):
    """Changes the Nth answer: the value at some place is replaced, removed or wrapped."""

    def __init__(self, number, place, how):
        self.number, self.place, self.how = number, place, how
        self.count = 0
        super().__init__()

    def send(self, request, **kwargs):
        response = super().send(request, **kwargs)
        self.count += 1
        if self.count == self.number:
            value = json.loads(response.content or b"null")
            body = json.dumps(changed(value, list(self.place), self.how)).encode("ascii")
            # `content` has read and unpacked the answer: the client gets another one to read.
            response.raw = urllib3.HTTPResponse(io.BytesIO(body), preload_content=False)
            for name in ("Total-Pages", "Content-Encoding"):
                response.headers.pop(name, None)
        return response


def changed(value, place, how):
    """`value` with one change. `place` are numbers that choose the way down, as far as it goes."""
    kind, replacement = how
    if place and isinstance(value, (dict, list)) and value:
        value = copy.copy(value)
        keys = sorted(value) if isinstance(value, dict) else range(len(value))
        key = list(keys)[place[0] % len(value)]
        if kind == "remove" and len(place) == 1:
            del value[key]
        else:
            value[key] = changed(value[key], place[1:], how)
        return value
    return dict(replace=replacement, remove=replacement, wrap=[value], add=dict(value, Extra=replacement) if isinstance(value, dict) else value)[kind]


_PLACES = st.lists(st.integers(0, 30), max_size=5)
_WAYS = st.tuples(st.sampled_from(["replace", "replace", "remove", "wrap", "add"]), st.sampled_from(HOSTILE))


@pytest.fixture(scope="module")
def seeded(_sandbox):
    return prepared(_sandbox)


@pytest.mark.parametrize("account_id", [NEW, KNOWN])
@pytest.mark.parametrize("check_mode", [False, True])
def test_onboarding(seeded, account_id, check_mode):
    @settings(max_examples=150 * TIMES, print_blob=True)
    @given(st.integers(1, len(REQUESTS[account_id])), _PLACES, _WAYS)
    def holds(number, place, how):
        outcome = onboard(seeded().url, account_id, check_mode=check_mode, wire=Meddling(number, place, how))
        if outcome.error is not None:
            _is_harmless(outcome.error)

    holds()


_READS = [
    (cyclr_account_info, {}),
    (cyclr_account_info, dict(account_id=KNOWN)),
    (cyclr_connector_info, dict(account_id=KNOWN, name="HubSpot")),
    (cyclr_connector_info, dict(account_id=KNOWN, category="CRMs", include_icons=True)),
    (cyclr_connector_info, dict(account_id=KNOWN, connector_id=20002, include_secrets=True)),
    (cyclr_connector_install, dict(account_id=KNOWN, connector_id=20005, api_key="a-key")),
    (cyclr_connector_install, dict(account_id=KNOWN, name="HubSpot", state="deauthenticated")),
    (cyclr_connector_install, dict(account_id=KNOWN, name="HubSpot", state="absent")),
    (cyclr_connector_install, dict(account_id="templates", connector="Acme Platform", sensitive_properties={"WebhookSecret": "other"})),
    (cyclr_account, dict(account_id=KNOWN, transaction_error_webhook_enabled=True, transaction_error_webhook_url="hooli.example")),
    (cyclr_account, dict(account_id=KNOWN, state="absent")),
]


@pytest.mark.parametrize("number", range(len(_READS)))
def test_other_modules(seeded, number):
    module, options = _READS[number]

    @settings(max_examples=50 * TIMES, print_blob=True)
    @given(st.integers(2, 4), _PLACES, _WAYS, st.booleans())
    def holds(answer, place, how, check_mode):
        params = validated(module, dict(SANDBOX_CLIENT, api_url=seeded().url, retry_timeout=5, **options))
        clock = Clock()
        client = Client(Connection.of(params), read_only=check_mode, clock=clock, sleep=clock.sleep)
        Meddling(answer, place, how).install(client)
        try:
            json.dumps(module.run(params, Api(client), check_mode))
        except CyclrError as exc:
            _is_harmless(exc)
        finally:
            client.close()

    holds()


def _is_harmless(error):
    assert error.msg.isprintable(), error.msg
    json.dumps(error.as_result()).encode("utf-8")


@pytest.mark.parametrize("text", [DEEP, '{"a":' * 100_000, '"\\ud800"', "NaN", "1" * 10_000, "\ufeff[]", "null", "{", "\x00", "[1, 2", '{"Id": "\\ud83d"}'])
@pytest.mark.parametrize("status", [200, 400])
def test_bodies(text, status):
    for body in (text, '{"Id": "x", "Name": %s}' % text, '{"Message": %s}' % text):
        with serving(json_answer(body, status)) as server:
            api = Api(Client(Connection(api_url=server.url, access_token="token", timeout=5, retry_timeout=0)))
            for read in (lambda: api.accounts.find("x"), lambda: list(api.accounts.all()), lambda: api.connectors.installed("x")):
                try:
                    found = read()
                except CyclrError as exc:
                    _is_harmless(exc)
                else:
                    json.dumps(found, ensure_ascii=False).encode("utf-8")
            api.client.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Total-Pages": "\xb2"},
        {"Total-Pages": "9" * 5000},
        {"Total-Pages": "-1"},
        {"Content-Type": "text/html; charset=klingon"},
        {"Set-Cookie": "a=\xff; Max-Age=x"},
    ],
)
def test_headers(headers):
    with serving(json_answer('[{"Id": "x"}]', 200, **headers)) as server:
        api = Api(Client(Connection(api_url=server.url, access_token="token", timeout=5, retry_timeout=0)))
        assert [one["id"] for one in api.accounts.all()] == ["x"]
        api.client.close()


@pytest.mark.parametrize("value", ["\xb2", "-5", "1e3", "inf", "9" * 5000, "", "\x80", BEYOND_TIME, "Mon, 01 Jan 0001 00:00:00 +9999"])
def test_retry_after(value):
    with serving(json_answer('{"Message": "later"}', 429, **{"Retry-After": value})) as server:
        api = Api(Client(Connection(api_url=server.url, access_token="token", timeout=5, retry_timeout=0)))
        with pytest.raises(CyclrError, match="429"):
            api.accounts.find("x")
        api.client.close()


@pytest.mark.parametrize(
    "expiry",
    [
        {"expires_in": "soon"},
        {"expires_in": 1e300},
        {"expires_in": -5},
        {"expires_in": {}},
        {".expires": 5},
        {".expires": BEYOND_TIME},
        {".expires": "Fri, 31 Dec 9999 23:59:59 -2359"},
    ],
)
def test_expiry(expiry):
    with serving(json_answer(json.dumps(dict(expiry, access_token="token")))) as server:
        client = Client(Connection(api_url=server.url, client_id="the-client", client_secret="the-secret", timeout=5, retry_timeout=0))
        assert client.new_token()[0] == "token"
        client.close()


# -- templates and integrations ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_cycles(_sandbox):
    return cycles.prepared(_sandbox)


_OF_CYCLES = [
    *(("cyclr_cycle", case.options) for case in cycles.CASES),
    ("cyclr_cycle_info", dict(gather=["prerequisites", "steps", "variables", "incidents", "upgradeable"])),
    ("cyclr_cycle_run", dict(template=cycles.CONTACTS, wait_timeout=5)),
    ("cyclr_template_info", dict(connector="Mailchimp", include_icons=True)),
]


@pytest.mark.parametrize("number", range(len(_OF_CYCLES)))
def test_modules_of_integrations(with_cycles, number):
    module, options = _OF_CYCLES[number]

    @settings(max_examples=25 * TIMES, print_blob=True)
    @given(st.integers(2, 12), _PLACES, _WAYS, st.booleans())
    def holds(answer, place, how, check_mode):
        sandbox = with_cycles()
        if module == "cyclr_cycle_run":
            assert cycles.attempt(sandbox.url, dict(template=cycles.CONTACTS, account_id=cycles.ACCOUNT, state="present")).error is None
        wire = Meddling(answer, place, how)
        outcome = cycles.attempt(sandbox.url, dict(options, account_id=cycles.ACCOUNT), module, check_mode, retry_timeout=5, wire=wire)
        if outcome.error is not None:
            _is_harmless(outcome.error)

    holds()
