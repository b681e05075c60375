# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Templates: list, one, install (facts 21)."""

from __future__ import annotations

from cyclr_sandbox.endpoints import cycle_paths
from cyclr_sandbox.endpoints.cycles import uses_connector
from cyclr_sandbox.state import installing, prerequisites, template_seed
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.web.answers import ApiError, answer, not_found
from cyclr_sandbox.web.binding import TEXT, Fields
from cyclr_sandbox.web.paging import ordered, paged
from cyclr_sandbox.web.routing import ACCOUNT, PARTNER, Routes

routes = Routes()

_PATH = "/v1.0/templates"


def in_path(call):
    template = call.store.templates.get(cycle_paths.guid(call, "template_id"))
    if template is None:
        raise not_found(call.settings, "Template not found")
    return template


def shown(call, template):
    record = {
        "Id": template.id,
        "Name": template.name,
        "Description": template.description,
        "Tags": template.tags,
        "Connectors": [
            {
                "Id": one.id,
                "Name": one.name,
                "Version": one.version,
                "StepCount": sum(step.connector is one for step in template.steps),
                "Icon": cycle_paths.icon(call, one),
            }
            for one in template.connectors
        ],
    }
    if call.flag("includePrerequisites", False):
        record["Prerequisites"] = prerequisites.of_template(template, call.flag("includeOptional", False))
    return record


def _has_tag(call, template):
    wanted = call.query.get("tag")
    if not wanted or wanted in template.tags:
        return True
    folds = not call.settings.TemplateTagCaseSensitive
    return folds and wanted.casefold() in (tag.casefold() for tag in template.tags)


@routes.add("GET", _PATH, level=PARTNER)
def list_templates(call):
    """Only what is published (facts 21.1 [D])."""
    found = [one for one in call.store.templates.values() if one.published and _has_tag(call, one)]
    shown_ones = [shown(call, one) for one in found]
    if call.query.get("connectorname") or call.query.get("connectorversion"):
        shown_ones = [one for one in shown_ones if uses_connector(call, one["Connectors"])]
    page, headers = paged(call, ordered(call, shown_ones, dict.get, ("Id", "Name")))
    return answer(page, headers=headers)


@routes.add("GET", _PATH + "/{template_id}", level=PARTNER)
def get_template(call):
    return answer(shown(call, in_path(call)))


# Install


def _candidates(call, connector):
    """The account's own, else those of its parent (facts 21.3 [D/I])."""
    owners = [call.account.id]
    if call.settings.InstallUsesParentConnectors and call.account.parent_id:
        owners.append(call.account.parent_id)
    for owner in owners:
        found = [one for one in call.store.installed.get(owner, ()) if one.connector.folded == connector.folded]
        if found:
            return found
    return []


def _add(call, connector):
    """Without authentication; its name, if the plain one is taken, is not known (facts 21.3 [U])."""
    taken = {one.name.casefold() for one in call.store.installed[call.account.id]}
    name, number = connector.name, 1
    while name.casefold() in taken:
        number += 1
        name = f"{connector.name} {number}"
    return installing.install(call, call.account, connector, Fields(), name=name).id


def _choose(call, connector, fresh):
    how, found = call.settings.InstallConnector, _candidates(call, connector)
    if fresh or how == "fresh" or not found:
        return _add(call, connector)
    if how == "error" and len(found) > 1:
        raise ApiError(400, f"More than one account connector fits '{connector.name}'.")
    pick = max if how == "newest" else min
    return pick(one.id for one in found)


@routes.add("POST", _PATH + "/{template_id}/install", level=ACCOUNT)
def install(call):
    """Every call makes another cycle (facts 27)."""
    fields, settings = call.fields or Fields(), call.settings
    template = in_path(call)
    if not template.published and settings.InstallUnpublished == "not_found":
        raise not_found(settings, "Template not found")
    for connector in template.connectors:
        if connector.draft:
            raise ApiError(400, f"Connector {connector.id} is a draft and cannot be installed.")
    created = iso(call.sandbox.clock.now())
    cycle = template_seed.cycle_of(template, call.sandbox.random, settings, call.account.id, created)
    template_seed.bind(cycle, template, lambda connector, fresh: _choose(call, connector, fresh))
    name = fields.get("Name", TEXT)
    if name and settings.InstallName == "honour":
        cycle.name = name
    call.store.cycles[cycle.id] = cycle
    return answer(cycle_paths.shown(call, cycle))
