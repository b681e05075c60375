# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Threads have no order, so the API is played by a function here and not by a script."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, AuthenticationFailed, InvalidInput, TransportError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.account_reader import all_run, is_ready, needs_oauth, read_fleet, some_do_not_run
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import API, WITH_CREDENTIALS

ONCE = dict(WITH_CREDENTIALS, retry_timeout=0)


class Cyclr:
    """Accounts by id with their parents and connectors. `tokens` are valid; `before` sees each request and may answer it."""

    def __init__(self):
        self.accounts, self.parents, self.connectors, self.cycles, self.hidden = {}, {}, {}, {}, set()
        self.tells_parents = True
        self.tokens = set()
        self.calls = Counter()
        self.used = set()
        self.lock = threading.Lock()
        self.before = lambda path, account: None

    def add(self, account_id, parent=None, connectors=(), cycles=()):
        self.cycles[account_id] = list(cycles)
        self.accounts[account_id] = {"Id": account_id, "Name": "Name of " + account_id}
        self.parents[account_id] = parent
        self.connectors[account_id] = list(connectors)

    def shown(self, account_id):
        return dict(self.accounts[account_id], ParentAccountId=self.parents[account_id] if self.tells_parents else None)

    def answer(self, request):
        url = urlsplit(request.url)
        account = (request.headers.get("X-Cyclr-Account") or b"").decode()
        with self.lock:
            self.calls[url.path] += 1
        given = self.before(url.path, account)
        if given is None:
            given = self.route(url.path, account, parse_qs(url.query), request.headers.get("Authorization"))
        status, body = given
        return status, {}, body if isinstance(body, str) else json.dumps(body)

    def route(self, path, account, query, authorization):
        if path == "/oauth/token":
            token = "token-%d" % self.calls[path]
            self.tokens.add(token)
            return 200, {"access_token": token, "expires_in": 1209599}
        token = (authorization or "").replace("Bearer ", "")
        if token not in self.tokens:
            return 401, {"Message": "Authorization has been denied for this request."}
        self.used.add((threading.get_ident(), token))
        if path == "/v1.0/account/connectors":
            return (200, self.connectors[account]) if account in self.accounts else (401, "")
        if path == "/v1.0/cycles":
            return (200, self.cycles[account]) if account in self.accounts else (401, "")
        if path == "/v1.0/accounts":
            everyone = [self.shown(one) for one in self.accounts if one not in self.hidden]
            start = (int(query["page"][0]) - 1) * 100
            return 200, everyone[start:start + 100]
        account, _slash, rest = path[len("/v1.0/accounts/"):].partition("/")
        if account not in self.accounts:
            return 404, ""
        return 200, [self.shown(one) for one in self.accounts if self.parents[one] == account] if rest else self.shown(account)


@pytest.fixture
def cyclr():
    fake = Cyclr()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in ("GET", "POST"):
            mock.add_callback(method, re.compile(re.escape(API) + "/.*"), callback=fake.answer)
        yield fake


def read(threads=4, options=None, **more):
    return read_fleet(Connection(**(options or ONCE)), threads, **more)


def ids(fleet):
    return [entry["account"]["id"] for entry in fleet]


def connector(number, kind="ApiKey", authenticated=True, name="Mailchimp"):
    method = {"Id": "m", "AuthName": kind, "AuthType": kind}
    inner = {"Id": 20, "Name": name, "Version": None, "Icon": "data:" + "A" * 1000, "Authentication": [method]}
    return {"Id": number, "Name": name, "Authenticated": authenticated, "AuthValue": "the-secret", "Connector": inner}


def test_reads_every_page_in_order(cyclr):
    for number in range(250):
        cyclr.add("c%03d" % number)
    fleet = read()
    assert ids(fleet) == ["c%03d" % number for number in range(250)]
    assert fleet[0]["account"]["name"] == "Name of c000"
    assert {entry["connectors"] for entry in fleet} == {None}
    assert cyclr.calls == {"/oauth/token": 1, "/v1.0/accounts": 3}


def test_no_accounts(cyclr):
    assert read(connectors=True, sub_accounts=True) == []


@pytest.mark.parametrize("wanted, expected", [
    (dict(include=["a*"]), ["a1", "a2"]),
    (dict(exclude=["a*"]), ["b1", "B1"]),
    (dict(include=["?1"], exclude=["a1"]), ["b1", "B1"]),
    (dict(include=["b1", "a2"]), ["a2", "b1"]),
    (dict(include=[], exclude=None), ["a1", "a2", "b1", "B1"]),
    (dict(include=["c*"]), []),
])
def test_include_and_exclude(cyclr, wanted, expected):
    for one in ("a1", "a2", "b1", "B1"):
        cyclr.add(one)
    assert ids(read(**wanted)) == expected


def cycle(number, status="Active"):
    return {"Id": "i%d" % number, "Name": "Contacts %d" % number, "Status": status, "TemplateId": "t1", "Tags": [], "Connectors": []}


def test_integrations_are_read_but_not_those_that_are_about_to_be_deleted(cyclr):
    cyclr.add("a", cycles=[cycle(1), cycle(2, "Paused"), cycle(3, "DeleteScheduled")])
    cyclr.add("b")
    fleet = read(cycles=True)
    assert [[(one["id"], one["running"]) for one in entry["cycles"]] for entry in fleet] == [[("i1", True), ("i2", False)], []]
    assert {entry["connectors"] for entry in fleet} == {None}
    assert cyclr.calls["/v1.0/cycles"] == 2 and cyclr.calls["/oauth/token"] == 1


@pytest.mark.parametrize("running, all_of_them, some_not", [([], False, False), ([True], True, False), ([True, False], False, True), ([False], False, True)])
def test_which_integrations_run(running, all_of_them, some_not):
    cycles = [dict(running=one) for one in running]
    assert (all_run(cycles), some_do_not_run(cycles)) == (all_of_them, some_not)


def test_connectors_are_read_for_wanted_accounts_only_and_without_secrets(cyclr):
    cyclr.add("a", connectors=[connector(1)])
    cyclr.add("b", connectors=[connector(2)])
    fleet = read(connectors=True, exclude=["a"])
    assert [(entry["account"]["id"], [one["id"] for one in entry["connectors"]]) for entry in fleet] == [("b", [2])]
    assert "the-secret" not in repr(fleet) and "data:" not in repr(fleet)
    assert cyclr.calls["/v1.0/account/connectors"] == 1


def test_threads_share_one_login(cyclr):
    barrier = threading.Barrier(4, timeout=10)
    for number in range(8):
        cyclr.add("c%d" % number)

    def wait_for_the_others(path, account):
        if path == "/v1.0/account/connectors":
            barrier.wait()

    cyclr.before = wait_for_the_others
    assert len(read(4, connectors=True)) == 8
    assert cyclr.calls["/oauth/token"] == 1
    assert len({thread for thread, token in cyclr.used}) == 5


def test_a_given_token_needs_no_login(cyclr):
    cyclr.tokens.add("given")
    cyclr.add("c1")
    assert ids(read(options=dict(access_token="given"), connectors=True)) == ["c1"]
    assert cyclr.calls["/oauth/token"] == 0


@pytest.mark.parametrize("options", [ONCE, dict(ONCE, access_token="stale")])
def test_a_token_that_ends_meanwhile_is_renewed_once_for_all(cyclr, options):
    barrier = threading.Barrier(4, action=cyclr.tokens.clear, timeout=10)
    passed = []

    def revoke(path, account):
        # All tokens end while four requests with the old one are under way.
        if path == "/v1.0/account/connectors" and len(passed) < 4:
            passed.append(account)
            barrier.wait()

    for number in range(20):
        cyclr.add("c%d" % number)
    cyclr.before = revoke
    assert len(read(4, options=options, connectors=True)) == 20
    assert cyclr.calls["/oauth/token"] == 2


def test_a_login_that_fails_is_tried_once(cyclr):
    barrier = threading.Barrier(4, timeout=10)

    def deny(path, account):
        if path == "/v1.0/account/connectors":
            barrier.wait()
            return 401, ""
        if path == "/oauth/token" and cyclr.calls[path] > 1:
            return 400, {"error": "invalid_client"}
        return None

    for number in range(4):
        cyclr.add("c%d" % number)
    cyclr.before = deny
    with pytest.raises(AuthenticationFailed, match="invalid_client"):
        read(4, connectors=True)
    assert cyclr.calls["/oauth/token"] == 2


def test_one_failure_fails_all_and_ends_the_other_requests(cyclr):
    for number in range(500):
        cyclr.add("c%03d" % number)
    cyclr.before = lambda path, account: (403, {"Message": "Not for you."}) if account == "c002" and "connectors" in path else None
    with pytest.raises(ApiError, match="Listing the connectors of account 'c002' failed: .* returned 403: Not for you") as info:
        read(2, connectors=True)
    assert info.value.status == 403
    assert cyclr.calls["/v1.0/account/connectors"] < 100
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]


def test_a_failure_does_not_wait_for_the_pauses_of_the_others(cyclr):
    cyclr.add("limited")
    cyclr.add("failing")
    retrying = threading.Event()

    def answer(path, account):
        if account == "limited":
            retrying.set()
            return 503, ""
        if account == "failing":
            retrying.wait(10)
            return 400, {"Message": "Broken."}
        return None

    cyclr.before = answer
    # Order decides what is seen first; the other one would pause for minutes.
    cyclr.accounts = dict(reversed(cyclr.accounts.items()))
    with pytest.raises(ApiError, match="400: Broken"):
        read(2, options=dict(ONCE, retry_timeout=600), connectors=True)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_failing_page_is_an_error(cyclr, status):
    for number in range(150):
        cyclr.add("c%d" % number)
    cyclr.tokens.add("given")
    cyclr.before = lambda path, account: (status, "") if cyclr.calls["/v1.0/accounts"] == 2 else None
    with pytest.raises(ApiError, match="Listing accounts failed"):
        read(options=dict(access_token="given"))


@pytest.mark.parametrize("item", ["c1", None, {}, {"Id": 5}, {"Id": ""}])
def test_an_account_without_an_id_is_an_error(cyclr, item):
    cyclr.before = lambda path, account: (200, [item]) if path == "/v1.0/accounts" else None
    with pytest.raises(TransportError, match="an account"):
        read()


def test_an_account_that_is_deleted_meanwhile_is_left_out(cyclr):
    for one in ("a", "b", "c"):
        cyclr.add(one)

    def delete(path, account):
        if path in ("/v1.0/account/connectors", "/v1.0/accounts/b/subaccounts"):
            cyclr.accounts.pop("b", None)

    cyclr.before = delete
    assert ids(read(1, sub_accounts=True, connectors=True)) == ["a", "c"]


def test_sub_accounts_that_cannot_be_read_are_an_error(cyclr):
    cyclr.add("a")
    cyclr.before = lambda path, account: (404, "") if path.endswith("/subaccounts") else None
    with pytest.raises(ApiError, match="Listing the sub-accounts of 'a' failed"):
        read(sub_accounts=True)


@pytest.mark.parametrize("tells_parents", [True, False])
@pytest.mark.parametrize("listed", [True, False])
def test_sub_accounts_of_any_depth(cyclr, tells_parents, listed):
    for one, parent in (("a", None), ("a1", "a"), ("a11", "a1"), ("b", None)):
        cyclr.add(one, parent)
    cyclr.tells_parents = tells_parents
    cyclr.hidden = set() if listed else {"a1", "a11"}
    fleet = {entry["account"]["id"]: entry["account"]["parent_account_id"] for entry in read(sub_accounts=True)}
    assert fleet == {"a": None, "a1": "a", "a11": "a1", "b": None}
    asked = sorted(path for path in cyclr.calls if path.endswith("/subaccounts"))
    assert asked == ["/v1.0/accounts/%s/subaccounts" % one for one in ("a", "a1", "a11", "b")]


def test_threads_must_be_positive():
    with pytest.raises(InvalidInput, match="threads: must be 1 or more, not 0"):
        read(0)


@pytest.mark.parametrize("states, oauth, ready", [
    ([], False, True),
    (["ready", "waits_for_oauth"], True, False),
    (["ready", "ready"], False, True),
    (["needs_key"], False, False),
    (["needs_key", "waits_for_oauth"], True, False),
])
def test_needs_oauth_and_is_ready(states, oauth, ready):
    connectors = [dict(state=state) for state in states]
    assert (needs_oauth(connectors), is_ready(connectors)) == (oauth, ready)
