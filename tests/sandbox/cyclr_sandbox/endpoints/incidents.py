# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Errors and warnings of cycles (facts 28.1)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.cycle_paths import in_path
from cyclr_sandbox.state import runs
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.web.answers import answer, deleted, not_found
from cyclr_sandbox.web.paging import paged
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/cycles"


def _shown(call, cycle, one):
    record = {
        "CycleId": cycle.id,
        "CycleName": cycle.name,
        "IncidentLevel": one.level,
        "ShortMessage": one.short,
        "FullMessage": one.full,
        "StepId": one.step_id,
        "StepName": one.step_name,
        "TransactionId": one.transaction_id,
    }
    # A time stamp is not asserted (facts 28.1 [U]).
    return {**record, "CreatedOnUtc": iso(one.created)} if call.settings.IncidentTime else record


def _listing(call, cycles):
    level = call.params.get("level", "").casefold()
    if level not in ("", "error", "warning"):
        raise not_found(call.settings, "No such level")
    after, before, now = call.moment("after"), call.moment("before"), call.sandbox.clock.now()
    found = []
    for cycle in cycles:
        runs.catch_up(call.sandbox, cycle)
        found += [
            (one.created, cycle, one)
            for one in cycle.incidents
            if one.created <= now
            and level in ("", one.level.casefold())
            and (after is None or one.created >= after)
            and (before is None or one.created <= before)
        ]
    found.sort(key=lambda entry: entry[0], reverse=not call.flag("sortOrderAsc", True))
    page, headers = paged(call, found)
    return answer([_shown(call, cycle, one) for _created, cycle, one in page], headers=headers)


@routes.add("GET", _PATH + "/incidents/{level}", level=ACCOUNT)
def incidents_of_account(call):
    return _listing(call, call.store.cycles_of(call.account))


@routes.add("GET", _PATH + "/{cycle_id}/incidents", _PATH + "/{cycle_id}/incidents/{level}", level=ACCOUNT)
def incidents_of_cycle(call):
    return _listing(call, [in_path(call)])


@routes.add("DELETE", _PATH + "/{cycle_id}/incidents", level=ACCOUNT)
def clear_incidents(call):
    cycle = in_path(call)
    runs.catch_up(call.sandbox, cycle)
    cycle.incidents.clear()
    for name in ("ErrorCount", "WarningCount"):
        cycle.counts.pop(name, None)
    return deleted(call.settings, {"Id": cycle.id})
