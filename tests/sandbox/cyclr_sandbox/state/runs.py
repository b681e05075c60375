# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What a running cycle does on the sandbox's clock: transactions and incidents, the same ones from the same seed (facts 22.4, 28)."""

from __future__ import annotations

import json
import random
import uuid
from datetime import timedelta

from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.state.cycles import ACTIVE, DELETED, PAUSED, Incident, Transaction

_MOST_AT_ONCE = 200  # when the clock is put forward by months
_MOST_KEPT = 1000
_FIRST = ("Ann", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gita", "Hugo")
_LAST = ("Archer", "Brook", "Carter", "Dale", "Ellis", "Frost", "Grant", "Hale")


def full_message(short):
    """A status line, the body, and the request; somebody's key is in it, as in real ones (facts 28.1)."""
    return "\r\n".join(
        (
            "400 Bad Request",
            f'{{"error":"{short}","email":"ann.archer@example.com"}}',
            "",
            "HTTP Request:",
            "POST https://third-party.example/api/contacts?api_key=sandbox-leaked-key",
            "Authorization: REDACTED",
        )
    )


# Life


def begin(store, cycle, plan, settings):
    """Make it active; a webhook step waits for its first call."""
    first = cycle.first()
    cycle.status, cycle.schedule, cycle.due = ACTIVE, plan, None
    store.due.pop(cycle.id, None)
    if first is not None and first.action_type == "Webhook":
        plan.next_run = None
        return
    plan.next_run = plan.next_run or plan.start
    if plan.run_once:
        _later(store, cycle, plan.next_run + timedelta(seconds=settings.RunSeconds), PAUSED)


def _later(store, cycle, moment, status):
    cycle.due = (moment, status)
    store.due[cycle.id] = cycle


def pause(sandbox, cycle, status=PAUSED):
    """At once: what is in progress is lost (facts 22.4 [D])."""
    now = sandbox.clock.now()
    catch_up(sandbox, cycle)
    cycle.transactions = [one for one in cycle.transactions if one.ended <= now]
    cycle.status, cycle.schedule, cycle.due = status, None, None
    sandbox.store.due.pop(cycle.id, None)


def finish(sandbox, cycle):
    """What is in progress ends first; the status until then is not known (facts 22.4 [U])."""
    catch_up(sandbox, cycle)
    now, seconds = sandbox.clock.now(), sandbox.settings.QueueSeconds
    end = max([now, *(one.ended for one in cycle.transactions)]) if seconds is None else now + timedelta(seconds=seconds)
    cycle.schedule = None
    cycle.status = sandbox.settings.StatusWhileFinishing
    _later(sandbox.store, cycle, end, PAUSED)
    settle(sandbox)


def schedule_deletion(sandbox, cycle):
    pause(sandbox, cycle, DELETED)
    _later(sandbox.store, cycle, sandbox.clock.after(sandbox.settings.DeleteScheduledSeconds), None)
    settle(sandbox)


def settle(sandbox):
    """Whatever is due by now."""
    now = sandbox.clock.now()
    for cycle in list(sandbox.store.due.values()):
        moment, status = cycle.due
        if moment > now:
            continue
        if status is None:
            sandbox.store.remove_cycle(cycle)
            continue
        catch_up(sandbox, cycle, moment)
        for one in cycle.transactions:
            one.ended = min(one.ended, moment)
        cycle.status, cycle.schedule, cycle.due = status, None, None
        del sandbox.store.due[cycle.id]


# Runs


def catch_up(sandbox, cycle, until=None):
    """Make the transactions that fell due since the last look."""
    plan, now = cycle.schedule, until or sandbox.clock.now()
    if plan is not None and plan.next_run is not None and cycle.status == ACTIVE:
        every = timedelta(minutes=plan.interval)
        waiting = (now - plan.next_run) // every + 1
        if waiting > _MOST_AT_ONCE:
            plan.next_run += (waiting - _MOST_AT_ONCE) * every
            cycle.runs += waiting - _MOST_AT_ONCE
        while plan.next_run is not None and plan.next_run <= now:
            run(sandbox, cycle, plan.next_run)
            plan.next_run = None if plan.run_once else plan.next_run + every
    del cycle.transactions[:-_MOST_KEPT]


def webhook_called(sandbox, cycle, payload):
    """One run for one call; with `RunOnce` the first call past the start is the last."""
    plan, now = cycle.schedule, sandbox.clock.now()
    if plan is None or now < plan.start:
        return
    one = run(sandbox, cycle, now, payload)
    if plan.run_once:
        _later(sandbox.store, cycle, one.ended, PAUSED)


def run(sandbox, cycle, started, payload=None):
    settings = sandbox.settings
    cycle.runs += 1
    rng = random.Random(f"{sandbox.seed_number} {cycle.id} {cycle.runs}")
    number = str(uuid.UUID(bytes=rng.randbytes(16), version=4))
    one = Transaction(number, started, started + timedelta(seconds=settings.RunSeconds))
    cycle.transactions.append(one)
    locked = next((step for step in cycle.steps if not _authenticated(sandbox.store, step)), None)
    outcome = settings.RunOutcome
    if locked is not None:
        _fail(cycle, one, locked, "Error", "Failed to authenticate the connector")
    elif outcome == "error":
        _fail(cycle, one, _last_action(cycle), "Error", "Failed to call the method")
    elif outcome == "warning":
        _fail(cycle, one, _last_action(cycle), "Warning", "Required source is empty")
    if one.outcome == "Completed":
        one.items = _items(cycle, rng, payload)
        cycle.counts["TasksUsed"] = cycle.counts.get("TasksUsed", 0) + len(one.items)
        cycle.last_success = iso(one.ended)
    return one


def _authenticated(store, step):
    if step.account_connector_id is None:
        return True
    connector = store.account_connectors.get(step.account_connector_id)
    return connector is not None and connector.authenticated


def _last_action(cycle):
    actions = [one for one in cycle.steps if one.action_type == "Action"]
    return actions[-1] if actions else None


def _fail(cycle, transaction, step, level, short):
    if level == "Error":
        transaction.outcome = "Errored"
    cycle.incidents.append(
        Incident(
            level,
            short,
            full_message(short),
            transaction.ended,
            step.id if step else None,
            step.name if step else None,
            transaction.id,
        )
    )


# Data


def _invented(name, person, rng):
    """A value that suits the name of the field."""
    first, last = person
    folded = name.casefold().replace(" ", "")
    if folded.endswith("id"):
        return rng.randrange(1000, 9999)
    if "email" in folded:
        return f"{first}.{last}@example.com".lower()
    if folded in ("firstname", "givenname"):
        return first
    if folded in ("lastname", "familyname", "surname"):
        return last
    if "name" in folded:
        return f"{first} {last}"
    if "status" in folded:
        return "ok"
    if "date" in folded or folded.endswith("at"):
        return "2026-01-01T09:00:00Z"
    if "amount" in folded or "total" in folded:
        return rng.randrange(10, 990)
    return f"{name} {rng.randrange(1, 99)}"


def _sent(cycle, step, received):
    """What the mappings of a step send."""
    sent = {}
    for one in step.inputs:
        mapping = one.mapping
        if not one.is_mapped():
            continue
        value = mapping["Value"]
        if mapping["MappingType"] == "PreviousStep":
            source = cycle.step(mapping["SourceStepId"])
            field = source.source(mapping["SourceFieldId"]) if source else None
            value = received.get(source.id, {}).get(field["Name"]) if field else None
        elif mapping["MappingType"] == "Variable":
            variable = cycle.variable(value)
            value = variable.value if variable else None
        sent[one.name] = value
    return sent


def _items(cycle, rng, payload):
    person = rng.choice(_FIRST), rng.choice(_LAST)
    received, items = {}, []
    for step in cycle.steps:
        if step.action_type not in ("Action", "Webhook"):
            continue
        sent = _sent(cycle, step, received)
        answer = {one["Name"]: _invented(one["Name"], person, rng) for one in step.response_fields}
        # What was written comes back, as most third parties do it.
        answer.update({name: value for name, value in sent.items() if name in answer})
        if step.action_type == "Webhook" and isinstance(payload, dict):
            answer.update(payload)
        received[step.id] = answer
        logged = json.dumps(sent) if cycle.options["LogStepDataRequests"] else None
        items.append({"StepId": step.id, "Request": logged, "Response": json.dumps(answer)})
    return items
