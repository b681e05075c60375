# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Integrations over a bad network: installed exactly once, and whatever fails is put right by the next run."""

from __future__ import annotations

import random

import pytest
from ansible_collections.cyclr.ipaas.tests.robustness.cycles import (
    CASES,
    EDIT,
    EVERYTHING,
    INSTALL,
    NAMED,
    WAITING,
    assert_converged,
    assert_fit_for_a_user,
    assert_single,
    found,
    prepared,
    requests_of,
    run,
    untouched,
)
from ansible_collections.cyclr.ipaas.tests.robustness.examples import TIMES
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import (
    FAULTS,
    OVERCOME,
    READS_OVERCOME,
    TIMEOUT,
    Refusing,
    assert_looked_before_sending_again,
)
from ansible_collections.cyclr.ipaas.tests.robustness.test_two_runs import together
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import writes
from hypothesis import given, seed, settings
from hypothesis import strategies as st

# A slow answer takes real time, and is for the client the same as a lost one.
QUICK = sorted(set(FAULTS) - {"slow"})
# Those that are also tried for longer than anybody's patience.
LASTING = ("drop_after_commit", "429", "500", "503")


@pytest.fixture(scope="module")
def seeded(_sandbox):
    return prepared(_sandbox)


def _bad(sandbox, table, faults):
    """Tell the sandbox what goes wrong: (number of the request, fault, times). Returns the network of the client."""
    told, refusals = [], []
    for number, name, times in faults:
        method, path = table[number % len(table)]
        skip = table[: number % len(table)].count((method, path))
        if name == "refused":
            refusals.append([method, path, skip, times])
        else:
            told.append(dict(FAULTS[name], method=method, path=path, skip=skip, times=times))
    sandbox.faults(told)
    return Refusing(refusals)


def _check(sandbox, case, table, faults, settled=True):
    """Run over a bad network and then over a good one. Returns the outcome over the bad one."""
    before = untouched(sandbox.state())
    outcome = run(sandbox.url, case, timeout=TIMEOUT, wire=_bad(sandbox, table, faults))
    sandbox.faults([])
    assert_looked_before_sending_again(sandbox.journal())
    state = sandbox.state()
    assert_single(state, case)
    assert untouched(state) == before
    if outcome.error is None:
        assert_converged(state, case)
    else:
        assert_fit_for_a_user(outcome.error)
    again = run(sandbox.url, case)
    assert again.error is None, again.error.msg
    state = sandbox.state()
    assert_single(state, case)
    assert_converged(state, case)
    assert untouched(state) == before
    if settled:
        journal = len(sandbox.journal())
        last = run(sandbox.url, case)
        assert last.error is None and last.result["changed"] is False
        assert not writes(sandbox.journal()[journal:])
    return outcome


@pytest.mark.parametrize("fault", QUICK)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_request(seeded, case, fault):
    table = requests_of(seeded(), case)
    for number, (method, path) in enumerate(table):
        is_login = path == "/oauth/token"
        is_write = method != "GET" and not is_login
        # An export only serves to find mistakes earlier, and what lacks something would not start in any case.
        is_optional = path.endswith("/export") or case is WAITING
        for times in (1, 6) if fault in LASTING else (1,):
            outcome = _check(seeded(), case, table, [(number, fault, times)], settled=fault in LASTING and times == 1)
            if times == 1 and fault in (OVERCOME if is_write else READS_OVERCOME) and not (fault == "401" and is_login):
                assert outcome.error is None, (method, path, outcome.error.msg)
            if fault == "429_for_hours" and not is_optional:
                assert outcome.error is not None, (method, path)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("case", [INSTALL, NAMED, EVERYTHING, WAITING], ids=str)
def test_a_server_error_after_the_install_was_done(seeded, case, status):
    """The sandbox loses the answer after it has installed the template; a proxy in between makes a status of that."""
    sandbox = seeded()
    table = requests_of(sandbox, case)
    number = next(number for number, one in enumerate(table) if one[1].endswith("/install"))
    outcome = _check(seeded(), case, table, [(number, "drop_after_commit", 1), (number + 1, str(status), 1)])
    assert outcome.error is None, outcome.error.msg


_FAULTS = st.lists(st.tuples(st.integers(0, 25), st.sampled_from(QUICK), st.sampled_from([1, 1, 1, 2, 3, 6])), min_size=1, max_size=5)
_SWITCHES = st.fixed_dictionaries(
    {},
    optional=dict(
        InstallName=st.just("ignore"),
        LifecycleBody=st.just("cycle"),
        ActivateActive=st.just("conflict"),
        ActivateUnmet=st.sampled_from([409, "ok"]),
        ActivateUnmetBody=st.just("empty"),
        ConflictBody=st.just("empty"),
        DeleteRunningCycle=st.sampled_from(["conflict", "ok"]),
        DeletePausedCycle=st.just("scheduled"),
        DeleteScheduledCycle=st.just("not_found"),
        DeleteScheduledAgain=st.just(200),
        StatusWhileFinishing=st.just("Stopping"),
        FieldsForMapping=st.just("with_step"),
        TemplateExport=st.sampled_from(["name", "not_found"]),
        VariableValues=st.just("hidden"),
        PatchVariableAnswer=st.just("all"),
        VariableSystemName=st.just("same"),
        UserConfigurableValues=st.just("copied"),
        CycleSchedule=st.just("shown"),
        DefaultPageSize=st.just(1),
        MaxPageSize=st.just(2),
        NotFoundBody=st.just("message"),
        UnknownAccountHeader=st.sampled_from([403, 404]),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_schedules(seeded, case):
    """Several things go wrong in one run, over an API that may behave in any of the ways that are possible."""
    tried = []

    @seed(1 if TIMES == 1 else random.random())
    @settings(max_examples=10 * TIMES, print_blob=True)
    @given(_FAULTS, _SWITCHES)
    def holds(faults, switches):
        table = requests_of(seeded(**switches), case)
        _check(seeded(**switches), case, table, faults)
        tried.append(faults)

    holds()
    assert len(tried) >= 10 * TIMES


# -- two runs at once ----------------------------------------------------------------------------------------------


def _two_are_reported(sandbox, case, order):
    """Either one of two runs finds what the other has installed, or at least one of them says that there are two now. Never do both run."""
    before = untouched(sandbox.state())
    outcomes = together(lambda wire: run(sandbox.url, case, wire=wire), order)
    state = sandbox.state()
    there = found(state, case)
    errors = [one.error.msg for one in outcomes if one.error is not None]
    assert untouched(state) == before
    assert 1 <= len(there) <= 2
    assert sum(one["Status"] == "Active" for one in there) <= 1, "both run"
    if len(there) == 2:
        reported = [msg for msg in errors if all(one["Id"] in msg for one in there)]
        assert reported, errors
        assert all("Two runs installed" in msg or "integrations of this template are named" in msg for msg in reported), errors
    else:
        assert not errors, errors
        assert_converged(state, case)


@pytest.mark.parametrize("case", [INSTALL, NAMED, EVERYTHING, WAITING], ids=str)
def test_two_runs_in_step(seeded, case):
    for order in ([0, 1] * 20, [0, 0, 1, 1] * 10, [0, 0, 0, 1, 1, 1] * 7):
        _two_are_reported(seeded(), case, order)


@pytest.mark.parametrize("case", [INSTALL, EVERYTHING], ids=str)
def test_two_runs_in_any_order(seeded, case):
    @settings(max_examples=15 * TIMES, print_blob=True)
    @given(st.lists(st.sampled_from([0, 1]), min_size=8, max_size=30))
    def holds(order):
        _two_are_reported(seeded(), case, order)

    holds()


def test_two_runs_edit_the_same(seeded):
    """What one of them stops and starts, the other finds in some state in between: it may fail, and the next run puts it right."""
    for order in ([0, 1] * 20, [0, 0, 1, 1] * 10):
        sandbox = seeded()
        before = untouched(sandbox.state())
        for outcome in together(lambda wire: run(sandbox.url, EDIT, wire=wire), order):
            if outcome.error is not None:
                assert_fit_for_a_user(outcome.error)
        assert run(sandbox.url, EDIT).error is None
        assert_converged(sandbox.state(), EDIT)
        assert untouched(sandbox.state()) == before
