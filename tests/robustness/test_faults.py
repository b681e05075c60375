# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request of an onboarding, failing in every way: once, a few times in a row, and for longer than anybody's patience."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import FAULTS, OVERCOME, READS_OVERCOME, Network, check, prepared
from ansible_collections.cyclr.ipaas.tests.robustness.onboarding import CUSTOMERS, KNOWN, MARKET, NEW, REQUESTS, STALE, asked, assert_converged, onboard

# Of the last two customers only what the first two do not ask in the same way.
PLACES = [(account_id, number) for account_id in (NEW, KNOWN) for number in range(len(REQUESTS[account_id]))]
PLACES += [(MARKET, number) for number, one in enumerate(REQUESTS[MARKET]) if one not in REQUESTS[NEW]]
PLACES += [(STALE, number) for number, one in enumerate(REQUESTS[STALE]) if one not in REQUESTS[KNOWN]]


def _name(place):
    account_id, number = place
    method, path = REQUESTS[account_id][number]
    return f"{account_id}-{number + 1}-{method}-{path.rpartition('/')[2]}"


@pytest.fixture(scope="module")
def seeded(_sandbox):
    return prepared(_sandbox)


@pytest.mark.parametrize("account_id", CUSTOMERS)
def test_without_faults(seeded, account_id):
    """The table of requests is that of a real run: a request that is missing there would not be tested."""
    sandbox = seeded()
    outcome = onboard(sandbox.url, account_id)
    assert outcome.error is None
    assert asked(sandbox.journal()) == REQUESTS[account_id]
    assert_converged(sandbox.state(), account_id)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("place", PLACES, ids=_name)
def test_each_request(seeded, place, fault):
    account_id, number = place
    is_login = number == 0
    is_write = REQUESTS[account_id][number][0] != "GET" and not is_login
    for times in (1, 2, 6):
        outcome = check(seeded(), account_id, Network([(number, fault, times)]), settled=times == 1)
        # An install that is still under way is looked for and not repeated. The clock of these tests does not wait that long.
        is_under_way = fault == "slow" and REQUESTS[account_id][number][1].startswith("/v1.0/templates/")
        if fault in (OVERCOME if is_write else READS_OVERCOME) and times <= 2 and not (fault == "401" and (times > 1 or is_login) or is_under_way):
            assert outcome.error is None, outcome.error.msg
        # After a 500, the modules for integrations look and try again.
        is_refused = is_write and not REQUESTS[account_id][number][1].startswith(("/v1.0/cycles/", "/v1.0/templates/"))
        if fault == "429_for_hours" or is_refused and fault in ("500", "html_error"):
            assert outcome.error is not None
