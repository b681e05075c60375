# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs for the same customer at the same time, with their requests in every kind of order."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.cyclr.ipaas.tests.robustness.examples import TIMES
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import prepared
from hypothesis import given, settings
from hypothesis import strategies as st
from ansible_collections.cyclr.ipaas.tests.robustness.onboarding import (
    CUSTOMERS,
    Wire,
    assert_two_runs_ended,
    onboard,
    untouchable,
)


class Turns:
    """Lets requests through in a given order; when that is used up, or only one is left, everybody goes on."""

    def __init__(self, order):
        self._order = list(order)
        self._left = {0, 1}
        self._changed = threading.Condition()

    def mine(self, who):
        with self._changed:
            assert self._changed.wait_for(lambda: not self._order or self._order[0] == who or len(self._left) < 2, timeout=30)

    def done(self, finished=None):
        with self._changed:
            if finished is not None:
                self._left.discard(finished)
            elif self._order:
                self._order.pop(0)
            self._changed.notify_all()


class OneAfterTheOther(Wire):
    def __init__(self, turns, who):
        self._turns, self._who = turns, who
        super().__init__()

    def send(self, request, **kwargs):
        self._turns.mine(self._who)
        try:
            return super().send(request, **kwargs)
        finally:
            self._turns.done()


def together(run, order):
    """The outcomes of `run(wire)`, twice at the same time."""
    turns = Turns(order)
    outcomes, crashes = {}, []

    def one(who):
        try:
            outcomes[who] = run(OneAfterTheOther(turns, who))
        except BaseException as exc:
            crashes.append(exc)
        finally:
            turns.done(who)

    threads = [threading.Thread(target=one, args=(who,)) for who in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for crash in crashes:
        raise crash
    return list(outcomes.values())


@pytest.fixture(scope="module")
def seeded(_sandbox):
    return prepared(_sandbox)


def _both_are_done(seeded, account_id, order, switches):
    sandbox = seeded(**switches)
    before = untouchable(sandbox.state())
    outcomes = together(lambda wire: onboard(sandbox.url, account_id, wire=wire), order)
    state = sandbox.state()
    assert untouchable(state) == before
    assert_two_runs_ended(state, account_id, [f"{outcome.step}: {outcome.error.msg}" for outcome in outcomes if outcome.error])


@pytest.mark.parametrize("account_id", CUSTOMERS)
def test_in_step(seeded, account_id):
    """Each does what the other has just done."""
    _both_are_done(seeded, account_id, [0, 1] * 20, {})
    _both_are_done(seeded, account_id, [0, 0, 1, 1] * 10, {})


@pytest.mark.parametrize("switches", [{}, {"InUseStatus": 409}, {"LaunchExistingAccount": "skip"}, {"LaunchExistingConnector": "ignore"}])
@pytest.mark.parametrize("account_id", CUSTOMERS)
def test_any_order(seeded, account_id, switches):
    @settings(max_examples=20 * TIMES, print_blob=True)
    @given(st.lists(st.sampled_from([0, 1]), min_size=10, max_size=34))
    def holds(order):
        _both_are_done(seeded, account_id, order, switches)

    holds()
