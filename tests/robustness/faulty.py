# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A network on which the Nth request of an onboarding goes wrong, and what has to hold all the same."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import writes
from ansible_collections.cyclr.ipaas.tests.robustness.onboarding import (
    REQUESTS,
    Wire,
    assert_converged,
    assert_fit_for_a_user,
    assert_single,
    connectors,
    onboard,
    seed,
    untouchable,
)

BUILTIN = Path(__file__).resolve().parents[1] / "sandbox" / "cyclr_sandbox" / "state" / "builtin.yml"

# Longer than the client waits.
TIMEOUT = 0.2
SLOW = "slow:0.3"
# Nobody listens there: the port of the discard service, which no system offers any more.
CLOSED = "127.0.0.1:9"

# name -> what the sandbox is told
FAULTS = {
    "refused": None,
    "drop_before": dict(fault="drop_before"),
    "drop_after_commit": dict(fault="drop_after_commit"),
    "429": dict(fault="status:429"),
    "429_seconds": dict(fault="status:429", retry_after=2),
    "429_date": dict(fault="status:429", retry_after="date:3"),
    "429_for_hours": dict(fault="status:429", retry_after=7200),
    "500": dict(fault="status:500"),
    "502": dict(fault="status:502"),
    "503": dict(fault="status:503"),
    "503_seconds": dict(fault="status:503", retry_after=1),
    "504": dict(fault="status:504"),
    "401": dict(fault="status:401"),
    "slow": dict(fault=SLOW),
    "truncate": dict(fault="truncate"),
    "bad_json": dict(fault="bad_json"),
    "html_error": dict(fault="html_error"),
    "empty_body": dict(fault="empty_body"),
}

# What a client gets over by itself, when it happens once or twice: more of it if nothing was to be written.
READS_OVERCOME = set(FAULTS) - {"429_for_hours"}
OVERCOME = READS_OVERCOME - {"500", "html_error", "bad_json", "empty_body"}


class Network:
    """`faults`: (number of the request in a run without faults, name, times)."""

    def __init__(self, faults):
        self.faults = faults

    def __repr__(self):
        return "Network(%r)" % (self.faults,)

    def begin(self, sandbox, account_id):
        """Tell the sandbox. A place in the flow is a method, a path, and how many of these have passed before."""
        table = REQUESTS[account_id]
        told = []
        self.refusals = []
        for number, name, times in self.faults:
            method, path = table[number % len(table)]
            skip = sum(1 for one in table[: number % len(table)] if one == table[number % len(table)])
            if name == "refused":
                self.refusals.append([method, path, skip, times])
            else:
                told.append(dict(FAULTS[name], method=method, path=path, skip=skip, times=times))
        sandbox.faults(told)
        return _Refusing(self.refusals)


class _Refusing(Wire):
    """Sends some requests to where nobody listens."""

    def __init__(self, refusals):
        self.refusals = refusals
        super().__init__()

    def send(self, request, **kwargs):
        for refusal in self.refusals:
            method, path, skip, times = refusal
            if request.method != method or not _is(request, path) or not times:
                continue
            if skip:
                refusal[2] -= 1
            else:
                refusal[3] -= 1
                request.url = request.url.replace(request.url.split("/")[2], CLOSED, 1)
                break
        return super().send(request, **kwargs)


def _is(request, path):
    asked = request.path_url.partition("?")[0]
    return fnmatchcase(asked, path)


def prepared(sandbox):
    """A function that hands out the sandbox, reset to the seed of these tests."""
    data = seed(yaml.safe_load(BUILTIN.read_text(encoding="utf-8")))

    def fresh(**switches):
        sandbox.reset(data)
        if switches:
            sandbox.options(**switches)
        return sandbox

    return fresh


def check(sandbox, account_id, network, look_first=False, settled=True):
    """Onboard over a bad network and then over a good one. Returns the outcome over the bad one."""
    before = untouchable(sandbox.state())
    if look_first:
        _looking_writes_nothing(sandbox, account_id, network)
    outcome = onboard(sandbox.url, account_id, timeout=TIMEOUT, wire=network.begin(sandbox, account_id))
    sandbox.faults([])
    if any(name == "slow" for number, name, times in network.faults):
        # The clock of the client runs ahead: what it has waited for is still under way.
        time.sleep(TIMEOUT)
    assert_looked_before_sending_again(sandbox.journal())
    state = sandbox.state()
    assert_single(state, account_id)
    assert untouchable(state) == before
    if outcome.error is None:
        assert_converged(state, account_id)
    else:
        assert_fit_for_a_user(outcome.error, outcome.step)
    again = onboard(sandbox.url, account_id)
    assert again.error is None, again.error.msg
    state = sandbox.state()
    assert_converged(state, account_id)
    assert untouchable(state) == before
    if settled:
        _settled(sandbox, account_id)
    return outcome


def assert_looked_before_sending_again(journal):
    """No write is repeated at once, but where the API said that it did nothing (401, 429), and where it hands out a new token each time."""
    for one, following in zip(journal, journal[1:]):
        again = (one["method"], one["path"]) == (following["method"], following["path"])
        harmless = one["method"] == "GET" or one["status"] in (401, 429) or one["path"].endswith(("/signintoken", "/accounts/tokens", "/oauth/token"))
        assert harmless or not again, f"sent twice in a row: {one['method']} {one['path']}"


def _looking_writes_nothing(sandbox, account_id, network):
    """Check mode over the same bad network."""
    before = len(sandbox.journal())
    outcome = onboard(sandbox.url, account_id, check_mode=True, timeout=TIMEOUT, wire=network.begin(sandbox, account_id))
    assert writes(sandbox.journal()[before:]) == []
    if outcome.error is not None:
        assert_fit_for_a_user(outcome.error, outcome.step)


def _settled(sandbox, account_id):
    """One more run finds nothing to do but to issue a link that is still needed."""
    before = len(sandbox.journal())
    outcome = onboard(sandbox.url, account_id)
    assert outcome.error is None
    written = [one["path"].rpartition("/")[2] for one in writes(sandbox.journal()[before:])]
    waiting = [one for one in connectors(sandbox.state(), account_id) if not one["Authenticated"]]
    assert [name in ("signintoken", "tokens") for name in written] == [True] * len(waiting)
