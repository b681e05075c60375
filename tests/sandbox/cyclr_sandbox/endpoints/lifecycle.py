# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Starting and stopping cycles (facts 22.4, 23, 24)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.cycle_paths import conflict, in_path, shown
from cyclr_sandbox.state import prerequisites, runs
from cyclr_sandbox.state.cycles import ACTIVE, DELETED, Schedule
from cyclr_sandbox.web.answers import ApiError, answer, nothing
from cyclr_sandbox.web.binding import MOMENT, TRUTH, WHOLE, Fields
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/cycles/{cycle_id}"
INTERVALS = (1, 5, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080)
UNMET = "The cycle has unmet prerequisites."


def _done(call, cycle):
    """The body of a successful answer is not known (facts 24 [U])."""
    return nothing() if call.settings.LifecycleBody == "empty" else answer(shown(call, cycle))


@routes.add("GET", _PATH + "/prerequisites", level=ACCOUNT)
def list_prerequisites(call):
    return answer(prerequisites.of_cycle(call.store, in_path(call)))


def _schedule(call, cycle):
    bound = (call.fields or Fields()).bind(StartTime=MOMENT, Interval=WHOLE, RunOnce=TRUTH)
    once, interval = bool(bound.get("RunOnce")), bound.get("Interval")
    first = cycle.first()
    # The interval does not matter for a webhook or a single run (facts 24 [D]).
    matters = interval is not None and not once and not (first and first.action_type == "Webhook")
    if matters and interval not in INTERVALS and call.settings.ActivateInterval == "error":
        raise ApiError(400, f"Interval {interval} is not valid.")
    if not matters or not 1 <= interval <= 1_000_000:
        interval = cycle.interval
    now = call.sandbox.clock.now()
    return Schedule(max(bound.get("StartTime") or now, now), interval, once)


@routes.add("PUT", _PATH + "/activate", level=ACCOUNT)
def activate(call):
    cycle, settings = in_path(call), call.settings
    plan = _schedule(call, cycle)
    again = cycle.running and settings.ActivateActive == "conflict"
    if again or cycle.status == DELETED:
        raise conflict(call)
    if prerequisites.of_cycle(call.store, cycle):
        if settings.ActivateUnmet == "ok":
            return _done(call, cycle)
        raise ApiError(settings.ActivateUnmet, UNMET if settings.ActivateUnmetBody == "message" else None)
    if cycle.status == ACTIVE:
        runs.catch_up(call.sandbox, cycle)
    runs.begin(call.store, cycle, plan, settings)
    return _done(call, cycle)


@routes.add("PUT", _PATH + "/deactivate", level=ACCOUNT)
def deactivate(call):
    """Twice is 200 both times (facts 22.4 [QA])."""
    cycle = in_path(call)
    if cycle.running:
        if call.flag("finishQueuedTransactions", call.settings.FinishQueuedDefault):
            runs.finish(call.sandbox, cycle)
        else:
            runs.pause(call.sandbox, cycle)
    return _done(call, cycle)
