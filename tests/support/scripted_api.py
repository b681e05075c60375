# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripts of the HTTP calls that a run has to make: these, in this order, and no other.

    result = play(cyclr_account, dict(account_id="c1"), [
        get("/v1.0/accounts/c1", status=404),
        post("/v1.0/accounts", {"Id": "c1", "Name": "c1"}, answer=account()),
    ])

A call that is not in the script fails the test, and so does one that is never made.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses
from responses.registries import OrderedRegistry

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.client import Client
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.api import Api
from ansible_collections.cyclr.ipaas.tests.support.clock import Clock

API = "https://api.cyclr.com"
TOKEN = "token-of-the-tests"
WITH_TOKEN = dict(access_token=TOKEN)
WITH_CREDENTIALS = dict(client_id="the-client", client_secret="the-client-secret")

_NO_BODY = object()


# -- the calls of a script -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """One expected request, and what it is answered with: JSON, bytes as they are, or an exception of requests."""

    method: str
    path: str
    account: str | None = None
    query: dict = field(default_factory=dict)
    body: object = _NO_BODY
    form: dict | None = None
    token: str | None = TOKEN
    status: int = 200
    answer: object = b""
    headers: dict = field(default_factory=dict)
    base: str = API

    @property
    def writes(self):
        return self.method != "GET" and self.form is None

    def response(self):
        raw = isinstance(self.answer, (bytes, Exception))
        body = self.answer if raw else json.dumps(self.answer)
        return responses.Response(self.method, self.base + self.path, body=body, status=self.status, headers=self.headers, match=[self._matches])

    def _matches(self, request):
        given = request.headers.get("X-Cyclr-Account")
        found = dict(
            account=given.decode("utf-8") if isinstance(given, bytes) else given,
            token=request.headers.get("Authorization"),
            query=dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)),
        )
        wanted = dict(
            account=self.account,
            token=None if self.token is None else "Bearer " + self.token,
            query={name: str(value) for name, value in self.query.items()},
        )
        if self.form is not None:
            found["form"], wanted["form"] = dict(parse_qsl(request.body)), self.form
        elif self.body is _NO_BODY:
            found["body"], wanted["body"] = request.body, None
        else:
            found["body"], wanted["body"] = json.loads(request.body), self.body
        wrong = ["%s is %r instead of %r" % (name, found[name], wanted[name]) for name in found if found[name] != wanted[name]]
        return not wrong, "; ".join(wrong)


def get(path, answer=b"", status=200, **more):
    return Call("GET", path, answer=answer, status=status, **more)


def post(path, body, answer=b"", status=200, **more):
    return Call("POST", path, body=body, answer=answer, status=status, **more)


def put(path, body, answer=b"", status=200, **more):
    return Call("PUT", path, body=body, answer=answer, status=status, **more)


def delete(path, answer=b"", status=200, body=_NO_BODY, **more):
    return Call("DELETE", path, body=body, answer=answer, status=status, **more)


def login(token=TOKEN, scope=None, answer=None, status=200, **more):
    """The call of the token endpoint."""
    form = dict(grant_type="client_credentials", client_id="the-client", client_secret="the-client-secret")
    if scope:
        form["scope"] = scope
    if answer is None:
        answer = {"access_token": token, "token_type": "bearer", "expires_in": 1209599}
    return Call("POST", "/oauth/token", form=form, token=None, answer=answer, status=status, **more)


def page(path, items, number=1, **more):
    """One page of a list."""
    query = dict(more.pop("query", {}), page=number, pageSize=100)
    return get(path, items, query=query, **more)


def message(text):
    """The body of an error."""
    return {"Message": text}


# -- running -------------------------------------------------------------------------------------------------------


class _InOrder(OrderedRegistry):
    """Fails the test at once, with what no client takes for an answer: the library's own ConnectionError would be retried like any other."""

    def find(self, request):
        found, reasons = super().find(request)
        if found is None:
            pytest.fail("not in the script: %s %s (%s)" % (request.method, request.url, "; ".join(reasons)))
        return found, reasons


@contextlib.contextmanager
def scripted(calls):
    with responses.RequestsMock(registry=_InOrder, assert_all_requests_are_fired=False) as mock:
        for call in calls:
            mock.add(call.response())
        try:
            yield
        except CyclrError as exc:
            _all_called(mock, exc.msg)
            raise
        _all_called(mock, "no error")


def _all_called(mock, outcome):
    left = ", ".join("%s %s" % (one.method, one.url) for one in mock.registered())
    assert not left, "never called: %s (%s)" % (left, outcome)


def client(clock=None, read_only=False, cache=None, **options):
    """A client that never sleeps for real. With the token of the tests, unless other credentials are given."""
    clock = clock or Clock()
    return Client(Connection(**(options or WITH_TOKEN)), read_only=read_only, cache=cache, clock=clock, sleep=clock.sleep)


class Rejected(Exception):
    """The argument spec does not accept the options."""


def validated(module, options):
    """The parameters as AnsibleModule hands them on, defaults and environment included."""
    spec = dict(module.SPEC)
    rules = {name: spec[name] for name in ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by") if name in spec}
    if not {"access_token", "client_id"} & set(options):
        options = dict(options, **WITH_TOKEN)
    outcome = ArgumentSpecValidator(spec["argument_spec"], **rules).validate(options)
    if outcome.error_messages:
        raise Rejected("; ".join(outcome.error_messages))
    return outcome.validated_parameters


def play(module, options, calls, check_mode=False, clock=None):
    """The result of a module's run() over a script."""
    if check_mode:
        assert not [call for call in calls if call.writes], "a script for check mode holds no write"
    params = validated(module, options)
    clock = clock or Clock()
    with scripted(calls):
        api = Api(Client(Connection.of(params), read_only=check_mode, clock=clock, sleep=clock.sleep))
        return module.run(params, api, check_mode)


def fails(module, options, calls, check_mode=False, kind=CyclrError, clock=None):
    """The error of a module's run() over a script."""
    with pytest.raises(kind) as caught:
        play(module, options, calls, check_mode, clock)
    return caught.value


def refuses(module, options, calls, *words):
    """Bad input: refused in check mode as for real, before anything is written, with a message that holds these words."""
    assert not [call for call in calls if call.writes]
    for check_mode in (False, True):
        error = fails(module, options, calls, check_mode, InvalidInput)
        missing = [word for word in words if word not in error.msg]
        assert not missing, "%r not in: %s" % (missing, error.msg)
    return error.msg


def rejects(module, options, *words):
    """Options that the argument spec itself turns down."""
    with pytest.raises(Rejected) as caught:
        validated(module, options)
    for word in words:
        assert word in str(caught.value)


# -- the four ways -------------------------------------------------------------------------------------------------


def shape(value):
    """The keys of a result, all the way down."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return None


def four_ways(module, options, calls, again, secrets=(), record="account_connector"):
    """Real, again (over the state that the first run left), check, check again. Returns the results of real and check.

    Check mode makes the same calls up to the first write and predicts the same diff and the same keys.
    """
    reads = list(itertools.takewhile(lambda call: not call.writes, calls))
    real = play(module, options, calls)
    second = play(module, options, again)
    check = play(module, options, reads, check_mode=True)
    check_again = play(module, options, again, check_mode=True)
    assert [real["changed"], second["changed"], check["changed"], check_again["changed"]] == [True, False, True, False]
    assert check["diff"] == real["diff"] != dict(before={}, after={})
    assert second["diff"] == check_again["diff"] == dict(before={}, after={})
    assert shape(check) == shape(real)
    assert second[record] == check_again[record] == real[record]
    for secret in secrets:
        assert secret not in repr([real, second, check, check_again])
    return real, check
