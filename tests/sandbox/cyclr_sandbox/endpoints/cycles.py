# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Cycles: list, create, change, delete, upgrade (facts 22)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.cycle_paths import check_editable, conflict, enumerated, in_path, shown, tags
from cyclr_sandbox.state import runs, template_seed
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.state.cycles import DELETED, OPTIONS, SPLIT_TYPES, STEP_ERROR_ACTIONS, Cycle
from cyclr_sandbox.web.answers import ApiError, answer, deleted, nothing, not_found
from cyclr_sandbox.web.binding import TEXT, TRUTH, WHOLE, Fields
from cyclr_sandbox.web.paging import ordered, paged
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/cycles"
_ORDER = ("Id", "Name", "Status", "CreatedOnUtc")
_KINDS = {
    "LogStepDataRequests": TRUTH,
    "Shareable": TRUTH,
    "ContinueOnStepError": TRUTH,
    "StepDataSuccessRetentionHours": WHOLE,
    "StepDataErroredRetentionHours": WHOLE,
}


def _options(fields):
    """What a body says of the settings; a wrong enumeration is 400."""
    options = {
        "StepErrorAction": enumerated(fields, "StepErrorAction", STEP_ERROR_ACTIONS),
        "CollectionSplitType": enumerated(fields, "CollectionSplitType", SPLIT_TYPES),
    }
    return {**{key: value for key, value in options.items() if value}, **fields.bind(**_KINDS)}


def uses_connector(call, connectors):
    """`connectorName` and `connectorVersion` against [{Name, Version}]."""
    name, version = call.query.get("connectorname"), call.query.get("connectorversion")
    return any(
        (not name or one["Name"].casefold() == name.casefold()) and (not version or one["Version"] == version)
        for one in connectors
    )


def _connectors(cycle):
    return [{"Name": one.connector.name, "Version": one.connector.version} for one in cycle.steps if one.connector]


def _sort_value(cycle, key):
    return {"Id": cycle.id, "Name": cycle.name, "Status": cycle.status, "CreatedOnUtc": cycle.created}[key]


@routes.add("GET", _PATH, level=ACCOUNT)
def list_cycles(call):
    cycles = call.store.cycles_of(call.account)
    tag = call.query.get("tag")
    found = [one for one in cycles if not tag or tag in one.tags]
    if call.query.get("connectorname") or call.query.get("connectorversion"):
        found = [one for one in found if uses_connector(call, _connectors(one))]
    page, headers = paged(call, ordered(call, found, _sort_value, _ORDER))
    return answer([shown(call, one) for one in page], headers=headers)


@routes.add("POST", _PATH, level=ACCOUNT)
def create(call):
    """The only 201 of the API (facts 32.7 [QA])."""
    fields = call.required_fields
    bound = fields.bind(Name=TEXT, Description=TEXT)
    options = _options(fields)
    if not bound.get("Name"):
        raise ApiError(400, "Name is required")
    cycle = Cycle(
        id=call.sandbox.random.guid(),
        name=bound["Name"],
        description=bound.get("Description"),
        tags=tags(fields) or [],
        options={**OPTIONS, **options},
        account_id=call.account.id,
        created=iso(call.sandbox.clock.now()),
    )
    call.store.cycles[cycle.id] = cycle
    return answer(shown(call, cycle), 201)


@routes.add("GET", _PATH + "/{cycle_id}", level=ACCOUNT)
def get(call):
    return answer(shown(call, in_path(call)))


@routes.add("PUT", _PATH + "/{cycle_id}", level=ACCOUNT)
def update(call):
    """A patch (facts 22.2 [QA]); whether name and tags are taken is not known."""
    fields, settings = call.fields or Fields(), call.settings
    options, new_tags = _options(fields), tags(fields)
    bound = fields.bind(Name=TEXT, Description=TEXT)
    cycle = in_path(call)
    check_editable(call, cycle)
    if bound.get("Name") and settings.PutCycleName == "honour":
        cycle.name = bound["Name"]
    if "Description" in bound:
        cycle.description = bound["Description"]
    if new_tags is not None and settings.PutCycleTags == "honour":
        cycle.tags = new_tags
    cycle.options.update(options)
    return answer(shown(call, cycle))


@routes.add("DELETE", _PATH + "/{cycle_id}", level=ACCOUNT)
def delete(call):
    """A cycle with work to do lingers for a while (facts 22.2 [3P])."""
    cycle, settings = in_path(call, deleted=True), call.settings
    record = {"Id": cycle.id}
    if cycle.status == DELETED:
        if settings.DeleteScheduledAgain == 404:
            raise not_found(settings, "Cycle not found")
        return deleted(settings, record)
    how = settings.DeleteRunningCycle if cycle.running else settings.DeletePausedCycle
    if how == "conflict":
        raise conflict(call)
    if how == "scheduled":
        runs.schedule_deletion(call.sandbox, cycle)
    else:
        call.store.remove_cycle(cycle)
    return deleted(settings, record)


# New releases of the template


@routes.add("GET", _PATH + "/upgradeable", level=ACCOUNT)
def upgradeable(call):
    """Cycles whose template has a newer release (facts 21.5 [QA])."""
    templates = call.store.templates
    return answer(
        [
            shown(call, one)
            for one in call.store.cycles_of(call.account)
            if one.template_id in templates and one.release < templates[one.template_id].release
        ]
    )


@routes.add("PUT POST", _PATH + "/{cycle_id}/upgrade", level=ACCOUNT)
def upgrade(call):
    """No source names this call (facts 21.5 [U]). Values to configure and variables stay, everything else is replaced."""
    if not call.settings.UpgradeCall:
        return nothing(404)
    cycle = in_path(call)
    check_editable(call, cycle)
    template = call.store.templates.get(cycle.template_id)
    if template is None:
        raise not_found(call.settings, "Template not found")
    old, connectors = cycle.steps, {one.connector.folded: one.account_connector_id for one in cycle.steps if one.connector}
    cycle.steps, cycle.edges = template_seed.copied_steps(template, call.sandbox.random, keep_values=False)
    for step in cycle.steps:
        if step.connector is not None:
            step.account_connector_id = connectors.get(step.connector.folded)
        kept = {(one.kind, one.name): one.mapping for was in old if was.name == step.name for one in was.inputs}
        for one in step.inputs:
            if one.launch_visible:
                one.mapping = kept.get((one.kind, one.name), one.mapping)
    known = {one.system_name for one in cycle.variables}
    cycle.variables += [one for one in template_seed.copied_variables(template, False) if one.system_name not in known]
    cycle.release = template.release
    return answer(shown(call, cycle))
