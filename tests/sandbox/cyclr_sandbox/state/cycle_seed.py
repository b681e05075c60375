# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Cycles from a seed: what is left out comes from the template."""

from __future__ import annotations

import json
from datetime import timedelta

from cyclr_sandbox.state import graph_seed, runs, template_seed
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.state.cycles import ACTIVE, OPTIONS, Cycle, Edge, Incident, Schedule, Transaction
from cyclr_sandbox.state.seed_checks import BadSeed, check_keys, entries, guid, missing, moment, one_of

_COUNTS = ("TasksUsed", "ErrorCount", "WarningCount")
_KEYS = {
    *template_seed.GRAPH_KEYS, *_COUNTS, "AccountId", "TemplateId", "Status", "CreatedOnUtc", "LastSuccessfulRunDate", "AccountConnectorIds",
    "Incidents", "Transactions", "StartTime", "RunOnce", "Upgradeable", "Release",
}  # fmt: skip
_CONNECTOR_KEYS = {"Id", "AccountConnectorId", "AccountConnector", "Name", "Version", "Authenticated", "StepCount", "Icon"}
_INCIDENT_KEYS = {
    "CycleId", "CycleName", "IncidentLevel", "ShortMessage", "FullMessage", "StepId", "StepName", "TransactionId", "CreatedOnUtc",
}  # fmt: skip
_TRANSACTION_KEYS = {"Id", "CycleId", "Status", "SplitType", "StartedOnUtc", "CompletedOnUtc", "Items"}
_ITEM_KEYS = {"Step", "StepId", "StepName", "Request", "Response"}


class CycleSeed:
    """Reads the cycles of one seed. `install` adds an account connector that is missing."""

    def __init__(self, store, clock, random, settings, install):
        self.store, self.random, self.settings, self.install = store, random, settings, install
        self.now = clock.now()

    def read(self, given):
        for number, entry in enumerate(entries(given, "Cycles")):
            cycle = self._cycle(entry, f"Cycles[{number}]")
            self.store.cycles[cycle.id] = cycle

    def _cycle(self, entry, where):
        check_keys(entry, _KEYS, where)
        account = self.store.accounts.get(str(entry.get("AccountId")))
        if account is None:
            raise missing("account", entry.get("AccountId"), self.store.accounts, where)
        template_id = entry.get("TemplateId")
        template = self.store.templates.get(str(template_id).lower())
        created = iso(moment(entry.get("CreatedOnUtc"), self.now, f"{where}.CreatedOnUtc"))
        if template is not None:
            cycle = template_seed.cycle_of(template, self.random, self.settings, account.id, created)
        else:
            cycle = Cycle(id="", name="Cycle", account_id=account.id, created=created)
            cycle.template_id = template_id and guid(template_id, self.random, f"{where}.TemplateId")
        cycle.id = guid(entry.get("Id"), self.random, where)
        if cycle.id in self.store.cycles:
            raise BadSeed(f"{where}: Id '{cycle.id}' is used twice.")
        self._describe(cycle, entry, where)
        self._steps(cycle, entry, where)
        self._connectors(cycle, template, account, entry, where)
        self._variables(cycle, entry, where)
        self._past(cycle, entry, where)
        self._status(cycle, entry, where)
        return cycle

    @staticmethod
    def _describe(cycle, entry, where):
        cycle.name = str(entry.get("Name") or cycle.name)
        cycle.description = entry.get("Description", cycle.description)
        if "Tags" in entry:
            cycle.tags = template_seed.tags_from(entry, where)
        cycle.options = {**OPTIONS, **cycle.options, **template_seed.options_from(entry, where)}
        cycle.interval = entry.get("Interval") or cycle.interval
        cycle.release = entry.get("Release") or cycle.release
        if entry.get("Upgradeable"):
            cycle.release -= 1

    # Steps and variables

    def _steps(self, cycle, entry, where):
        """Steps of the template are changed by name; others are added at the end."""
        given = entries(entry.get("Steps"), f"{where}.Steps")
        added = False
        for number, one in enumerate(given):
            place = f"{where}.Steps[{number}]"
            step = next((step for step in cycle.steps if step.name == one.get("Name")), None)
            if step is None:
                step, added = graph_seed.step_from(self.store, self.random, one, place), True
                cycle.steps.append(step)
            else:
                self._change(cycle, step, one, place)
        graph_seed.link_sources(cycle.steps, given, f"{where}.Steps")
        if added or "Edges" in entry:
            cycle.edges = graph_seed.edges_from(self.random, cycle.steps, entry.get("Edges"), f"{where}.Edges")

    def _change(self, cycle, step, entry, where):
        next_id = self.store.input_ids.__next__
        if entry.get("Id") is not None:
            self._renumber(cycle, step, guid(entry["Id"], self.random, where))
        step.description = entry.get("Description", step.description)
        step.lacks = list(entry.get("Lacks", step.lacks))
        step.webhook = entry.get("WebhookIdentifier", step.webhook)
        graph_seed.overlay_inputs(step.parameters, entry.get("Parameters"), "Parameter", next_id, f"{where}.Parameters")
        graph_seed.overlay_inputs(step.fields, entry.get("Fields"), "Field", next_id, f"{where}.Fields")
        graph_seed.choose_connector(step, entry)

    @staticmethod
    def _renumber(cycle, step, new_id):
        old_id, step.id = step.id, new_id
        cycle.edges = [
            Edge(one.id, *(new_id if end == old_id else end for end in (one.head, one.tail)), one.kind) for one in cycle.edges
        ]
        for one in (one for other in cycle.steps for one in other.inputs):
            if one.mapping["SourceStepId"] == old_id:
                one.mapping["SourceStepId"] = new_id

    def _variables(self, cycle, entry, where):
        given = entries(entry.get("Variables"), f"{where}.Variables")
        for number, one in enumerate(given):
            new = graph_seed.variable_from(one, self.settings, f"{where}.Variables[{number}]")
            old = cycle.variable(new.system_name) or cycle.variable(new.display_name)
            if old is None:
                cycle.variables.append(new)
            elif "Value" in one:
                old.value = new.value

    # Connectors

    def _account_connector(self, account, wanted, where):
        """By id or name, in the account or its parent."""
        known = [
            one
            for owner in (account.id, account.parent_id)
            for one in self.store.installed.get(owner, ())
        ]
        for one in known:
            if wanted in (one.id, one.name):
                return one
        raise missing("account connector", wanted, [f"{one.id} ({one.name})" for one in known], where)

    def _connectors(self, cycle, template, account, entry, where):
        chosen = [
            self._account_connector(account, number, f"{where}.AccountConnectorIds")
            for number in entry.get("AccountConnectorIds") or ()
        ]
        for number, one in enumerate(entries(entry.get("Connectors"), f"{where}.Connectors")):
            place = f"{where}.Connectors[{number}]"
            check_keys(one, _CONNECTOR_KEYS, place)
            wanted = one.get("AccountConnectorId", one.get("AccountConnector"))
            if wanted is not None:
                chosen.append(self._account_connector(account, wanted, place))
        if not cycle.steps and template is None:
            cycle.steps = graph_seed.plain_steps(self.store, self.random, [one.connector for one in chosen])
            # One account connector each, even if two of them are of the same connector.
            for place, step in enumerate(cycle.steps):
                step.account_connector_id = chosen[place % len(chosen)].id
            cycle.edges = graph_seed.edges_from(self.random, cycle.steps, None, where)
            return
        made = {}
        for step in cycle.steps:
            if step.connector is None:
                continue
            if step.wanted_connector is not None:
                step.account_connector_id = self._account_connector(account, step.wanted_connector, where).id
                continue
            fitting = [one for one in chosen if one.connector.folded == step.connector.folded]
            if not fitting and step.connector.id not in made:
                made[step.connector.id] = self._fitting(account, step.connector)
            step.account_connector_id = fitting[0].id if fitting else made[step.connector.id].id

    def _fitting(self, account, connector):
        """What an install would take: the first of that connector, or a new one without authentication."""
        fitting = [one for one in self.store.installed[account.id] if one.connector.folded == connector.folded]
        if fitting:
            return min(fitting, key=lambda one: one.id)
        return self.install({"AccountId": account.id, "ConnectorId": connector.id})

    # What happened so far

    def _past(self, cycle, entry, where):
        cycle.counts = {key: int(entry[key]) for key in _COUNTS if entry.get(key) is not None}
        if entry.get("LastSuccessfulRunDate") is not None:
            cycle.last_success = iso(moment(entry["LastSuccessfulRunDate"], self.now, f"{where}.LastSuccessfulRunDate"))
        for number, one in enumerate(entries(entry.get("Transactions"), f"{where}.Transactions")):
            cycle.transactions.append(self._transaction(cycle, one, f"{where}.Transactions[{number}]"))
        for number, one in enumerate(entries(entry.get("Incidents"), f"{where}.Incidents")):
            cycle.incidents.append(incident_from(cycle, one, self.now, f"{where}.Incidents[{number}]"))

    def _transaction(self, cycle, entry, where):
        check_keys(entry, _TRANSACTION_KEYS, where)
        started = moment(entry.get("StartedOnUtc"), self.now, f"{where}.StartedOnUtc")
        items = []
        for number, one in enumerate(entries(entry.get("Items"), f"{where}.Items")):
            place = f"{where}.Items[{number}]"
            check_keys(one, _ITEM_KEYS, place)
            wanted = one.get("StepId", one.get("StepName", one.get("Step")))
            step = graph_seed.step_named(cycle.steps, wanted, place)
            texts = {
                key: one.get(key) if isinstance(one.get(key), str) or one.get(key) is None else json.dumps(one[key])
                for key in ("Request", "Response")
            }
            items.append({"StepId": step.id, **texts})
        return Transaction(
            id=guid(entry.get("Id"), self.random, where),
            started=started,
            ended=moment(entry.get("CompletedOnUtc"), started, f"{where}.CompletedOnUtc"),
            outcome=str(entry.get("Status") or "Completed"),
            split_type=str(entry.get("SplitType") or "Unsplit"),
            items=items,
        )

    def _status(self, cycle, entry, where):
        cycle.status = str(entry.get("Status") or cycle.status)
        if cycle.status != ACTIVE:
            return
        once = bool(entry.get("RunOnce"))
        start = moment(entry.get("StartTime"), self.now, f"{where}.StartTime")
        if "StartTime" not in entry and not once:
            # It has just finished its first run.
            start -= timedelta(seconds=self.settings.RunSeconds)
        plan = Schedule(start, cycle.interval, once)
        # A cycle that has been running for long does not start over: its next run is ahead.
        if "StartTime" in entry and start < self.now:
            passed = (self.now - start) // timedelta(minutes=cycle.interval) + 1
            plan.next_run = start + passed * timedelta(minutes=cycle.interval)
        runs.begin(self.store, cycle, plan, self.settings)


def incident_from(cycle, entry, now, where):
    """Also what the control endpoint provokes."""
    check_keys(entry, _INCIDENT_KEYS, where)
    step = None
    wanted = entry.get("StepId", entry.get("StepName"))
    if wanted is not None and cycle.steps:
        step = graph_seed.step_named(cycle.steps, wanted, where)
    short = str(entry.get("ShortMessage") or "Failed to call the method")
    return Incident(
        level=one_of(entry.get("IncidentLevel") or "Error", ("Error", "Warning"), f"{where}.IncidentLevel"),
        short=short,
        full=str(entry.get("FullMessage") or runs.full_message(short)),
        created=moment(entry.get("CreatedOnUtc"), now, f"{where}.CreatedOnUtc"),
        step_id=step.id if step else None,
        step_name=step.name if step else entry.get("StepName"),
        transaction_id=entry.get("TransactionId"),
    )
