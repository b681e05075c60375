# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Runs of cycles and the data that went through their steps (facts 28.2)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.cycle_paths import guid, in_path
from cyclr_sandbox.state import runs
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.web.answers import answer, not_found
from cyclr_sandbox.web.paging import paged
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/cycles"


def _shown(call, cycle, one):
    record = {"Id": one.id, "CycleId": cycle.id}
    if call.settings.TransactionFields == "documented":
        return record
    return {
        **record,
        "Status": one.status(call.sandbox.clock.now()),
        "SplitType": one.split_type,
        "StartedOnUtc": iso(one.started),
        "CompletedOnUtc": iso(one.ended),
    }


def _listing(call, cycles):
    after, before, now = call.moment("after"), call.moment("before"), call.sandbox.clock.now()
    status, split = (call.query.get(name, "").casefold() for name in ("status", "splittype"))
    found = []
    for cycle in cycles:
        runs.catch_up(call.sandbox, cycle)
        found += [
            (one.started, cycle, one)
            for one in cycle.transactions
            if status in ("", one.status(now).casefold())
            and split in ("", one.split_type.casefold())
            and (after is None or one.started >= after)
            and (before is None or one.started <= before)
        ]
    found.sort(key=lambda entry: entry[0], reverse=not call.flag("sortOrderAsc", True))
    page, headers = paged(call, found)
    return answer([_shown(call, cycle, one) for _started, cycle, one in page], headers=headers)


@routes.add("GET", _PATH + "/transactions", level=ACCOUNT)
def transactions_of_account(call):
    return _listing(call, call.store.cycles_of(call.account))


@routes.add("GET", _PATH + "/{cycle_id}/transactions", level=ACCOUNT)
def transactions_of_cycle(call):
    return _listing(call, [in_path(call)])


@routes.add("GET", _PATH + "/{cycle_id}/transactions/{transaction_id}", level=ACCOUNT)
def transaction_items(call):
    """An array of what each step sent and received; `query` searches in both (facts 28.2 [QA][3P])."""
    wanted = guid(call, "transaction_id")
    cycle = in_path(call)
    runs.catch_up(call.sandbox, cycle)
    for one in cycle.transactions:
        if one.id == wanted:
            break
    else:
        raise not_found(call.settings, "Transaction not found")
    text = call.query.get("query", "").casefold()
    return answer(
        [item for item in one.items if text in f"{item['Request'] or ''}\n{item['Response'] or ''}".casefold()]
    )
