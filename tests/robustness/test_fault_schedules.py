# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several things go wrong in one run, over an API that may behave in any of the ways that are possible."""

from __future__ import annotations

import random

import pytest
from ansible_collections.cyclr.ipaas.tests.robustness.examples import TIMES
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import FAULTS, Network, check, prepared
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from ansible_collections.cyclr.ipaas.tests.robustness.onboarding import CUSTOMERS, REQUESTS

# A quarter of them for each customer
SCHEDULES = 520

# Each request of a run can fail, those for the integration at the end included.
_PLACES = st.integers(0, max(map(len, REQUESTS.values())) - 1)
# A slow answer takes real time: one is enough.
_QUICK = st.tuples(_PLACES, st.sampled_from(sorted(set(FAULTS) - {"slow"})), st.sampled_from([1, 1, 1, 2, 3, 6]))
_SLOW = st.tuples(_PLACES, st.just("slow"), st.just(1))
faults = st.tuples(st.lists(_QUICK, min_size=1, max_size=5), st.lists(_SLOW, max_size=1)).map(lambda both: both[0] + both[1])

switches = st.fixed_dictionaries(
    {},
    optional=dict(
        UnauthorizedBody=st.sampled_from(["empty", "html"]),
        NotFoundBody=st.just("message"),
        UnknownAccountHeader=st.sampled_from([403, 404]),
        TokenErrorStatus=st.sampled_from([401, 403]),
        InUseStatus=st.just(409),
        LaunchExistingAccount=st.just("skip"),
        LaunchExistingConnector=st.just("ignore"),
        LaunchConnectorAuthentications=st.just("ignore"),
        PutProperties=st.just("replace"),
        OAuthAuthValueEcho=st.sampled_from(["masked", "clear"]),
        DefaultPageSize=st.just(2),
        MaxPageSize=st.just(10),
        TotalPagesHeader=st.just(False),
        Gzip=st.just(False),
    ),
)


@pytest.fixture(scope="module")
def seeded(_sandbox):
    return prepared(_sandbox)


@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize("account_id", CUSTOMERS)
def test_schedules(seeded, account_id, part):
    # Parts share the work among the processes of pytest; each has a seed of its own.
    tried = []

    @seed(part if TIMES == 1 else random.random())
    @settings(max_examples=SCHEDULES * TIMES // 8, print_blob=True)
    @given(faults, switches)
    def holds(chosen_faults, chosen_switches):
        check(seeded(**chosen_switches), account_id, Network(chosen_faults), look_first=True)
        tried.append((chosen_faults, chosen_switches))

    holds()
    assert len(tried) >= SCHEDULES * TIMES // 8
