# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Templates from a seed or a template file, and cycles copied from them (facts 21)."""

from __future__ import annotations

import re

from cyclr_sandbox.state import catalogue, graph_seed
from cyclr_sandbox.state.cycles import (
    OPTIONS,
    SPLIT_TYPES,
    STEP_ERROR_ACTIONS,
    Cycle,
    Edge,
    Template,
)
from cyclr_sandbox.state.seed_checks import BadSeed, check_keys, entries, guid, one_of

GRAPH_KEYS = {"Id", "Name", "Description", "Tags", "Connectors", "Steps", "Edges", "Variables", "Interval", *OPTIONS}
_KEYS = {*GRAPH_KEYS, "Published", "FolderId", "Release"}
_CONNECTOR_KEYS = {"Id", "Name", "Version", "Installation", "StepCount", "Icon"}


def options_from(entry, where):
    """The settings of a cycle that a seed may give, the enumerations checked."""
    options = {key: entry[key] for key in OPTIONS if key in entry}
    for key, allowed in (("StepErrorAction", STEP_ERROR_ACTIONS), ("CollectionSplitType", SPLIT_TYPES)):
        if key in options:
            options[key] = one_of(options[key], allowed, f"{where}.{key}")
    return options


def tags_from(entry, where):
    tags = entry.get("Tags") or []
    if not isinstance(tags, list):
        raise BadSeed(f"{where}.Tags: must be a list.")
    return [str(tag) for tag in tags]


def _connectors(store, given, where):
    """[(connector, fresh)] of a list of names or {Name, Version, Installation}."""
    given = [{"Name": one} if isinstance(one, str) else one for one in given or ()]
    for number, entry in enumerate(entries(given, where)):
        place = f"{where}[{number}]"
        check_keys(entry, _CONNECTOR_KEYS, place)
        if entry.get("Name") is None and entry.get("Id") in store.connectors:
            connector = store.connectors[entry["Id"]]
        else:
            wanted = {"Connector": entry.get("Name"), "Version": entry.get("Version")}
            connector = graph_seed.find_connector(store, wanted, place)
        yield connector, str(entry.get("Installation", "Existing")).lower() == "fresh"


def _with_release(step, releases):
    """`Connectors` says which release the steps use, unless a step says it itself."""
    name = step.get("Connector")
    if not isinstance(name, str) or "Version" in step or name.casefold() not in releases:
        return step
    return {**step, "Version": releases[name.casefold()]}


def template_from(store, random, settings, entry, where):
    check_keys(entry, _KEYS, where)
    listed = list(_connectors(store, entry.get("Connectors"), f"{where}.Connectors"))
    releases = {connector.folded: connector.version for connector, _fresh in listed}
    if entry.get("Steps"):
        given = [_with_release(one, releases) for one in entries(entry["Steps"], f"{where}.Steps")]
        steps = graph_seed.steps_from(store, random, given, f"{where}.Steps")
    else:
        steps = graph_seed.plain_steps(store, random, [connector for connector, _fresh in listed])
    fresh = {connector.folded for connector, is_fresh in listed if is_fresh}
    for step in steps:
        step.fresh = step.fresh or (step.connector is not None and step.connector.folded in fresh)
    used = {step.connector.folded for step in steps if step.connector is not None}
    folder = entry.get("FolderId")
    template = Template(
        id=guid(entry.get("Id"), random, where),
        name=str(entry.get("Name") or "Template"),
        description=entry.get("Description"),
        tags=tags_from(entry, where),
        steps=steps,
        edges=graph_seed.edges_from(random, steps, entry.get("Edges"), f"{where}.Edges"),
        variables=graph_seed.variables_from(entry.get("Variables"), settings, f"{where}.Variables"),
        options={**OPTIONS, **options_from(entry, where)},
        interval=entry.get("Interval") or 60,
        release=entry.get("Release") or 1,
        published=entry.get("Published", True) is not False,
        folder_id=folder and guid(folder, random, f"{where}.FolderId"),
        unused=[connector for connector, _fresh in listed if connector.folded not in used],
    )
    if template.id in store.templates:
        raise BadSeed(f"{where}: Id '{template.id}' is used twice.")
    return template


# From template to cycle


def _with_new_ids(text, new_ids):
    """`{{<step> <field>}}` refers to a step of the copy, not of the template."""
    return re.sub(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", lambda found: new_ids.get(found.group().lower(), found.group()), text)


def copied_steps(template, random, keep_values):
    """The template's steps with ids of their own; values to configure are empty (facts 21.3 [D, contradictory])."""
    new_ids = {step.id: random.guid() for step in template.steps}
    steps = [step.copy(new_ids[step.id]) for step in template.steps]
    for step in steps:
        if step.webhook is not None:
            step.webhook = random.alphanumeric(12)
        for one in step.inputs:
            one.mapping["SourceStepId"] = new_ids.get(one.mapping["SourceStepId"], one.mapping["SourceStepId"])
            if one.launch_visible and not keep_values:
                one.mapping = one.unmapped()
            elif one.mapping["Value"]:
                one.mapping["Value"] = _with_new_ids(one.mapping["Value"], new_ids)
    edges = [Edge(random.guid(), new_ids[one.head], new_ids[one.tail], one.kind) for one in template.edges]
    return steps, edges


def copied_variables(template, keep_values):
    result = []
    for one in template.variables:
        value = one.value if keep_values or not one.launch_visible else None
        result.append(type(one)(**{**vars(one), "value": value}))
    return result


def cycle_of(template, random, settings, account_id, created):
    """A cycle as `install` makes it; the caller binds its steps to account connectors."""
    keep = settings.UserConfigurableValues == "copied"
    steps, edges = copied_steps(template, random, keep)
    return Cycle(
        id=random.guid(),
        name=template.name,
        description=template.description,
        tags=list(template.tags),
        steps=steps,
        edges=edges,
        variables=copied_variables(template, keep),
        options=dict(template.options),
        interval=template.interval,
        release=template.release,
        account_id=account_id,
        template_id=template.id,
        created=created,
    )


def bind(cycle, template, choose):
    """Each connector of the template gets one account connector, chosen by `choose(connector, fresh)`."""
    chosen = {}
    fresh = {step.connector.id for step in template.steps if step.fresh}
    for connector in template.connectors:
        chosen[connector.id] = choose(connector, connector.id in fresh)
    for step in cycle.steps:
        if step.connector is not None:
            step.account_connector_id = chosen[step.connector.id]
    cycle.unused_ids = [chosen[one.id] for one in template.unused]


# Template files


def _exported_input(one, steps):
    entry = {**one.record, **{key: value for key, value in one.mapping.items() if value is not None}}
    entry["IsLaunchVisible"], entry["IsEntityIdentifier"] = one.launch_visible, one.entity_identifier
    source = next((step for step in steps if step.id == entry.get("SourceStepId")), None)
    if source is not None:
        entry.update(SourceStep=source.name, SourceField=one.mapping["SourceFieldId"])
    if one.launch_visible:
        for key in ("Value", "TriggerValue", "TriggerValueDisplayName"):
            entry.pop(key, None)
    return entry


def _exported_step(step, steps):
    entry = {
        "Id": step.id,
        "Name": step.name,
        "Description": step.description,
        "ActionType": step.action_type,
        "DisplayPositionLeft": step.left,
        "DisplayPositionTop": step.top,
        "Parameters": [_exported_input(one, steps) for one in step.parameters],
        "Fields": [_exported_input(one, steps) for one in step.fields],
        "ResponseFields": step.response_fields,
        "Lacks": step.lacks,
    }
    if step.connector is not None:
        entry.update(Connector=step.connector.name, Version=step.connector.version)
        if step.fresh:
            entry["Installation"] = "Fresh"
    if step.connector is not None and step.method and step.method["Id"] in (one["Id"] for one in step.connector.methods):
        entry["Method"] = step.method["Name"]
    return entry


def export(template):
    """The template as a seed would spell it, its connector releases with it (facts 21.4 [D])."""
    return {
        "Name": template.name,
        "Description": template.description,
        "Tags": template.tags,
        "Interval": template.interval,
        **template.options,
        "Connectors": [
            {"Name": one.name, "Version": one.version, "Release": {**one.record, "Methods": one.methods}}
            for one in template.connectors
        ],
        "Steps": [_exported_step(one, template.steps) for one in template.steps],
        "Edges": [{"HeadStepId": one.head, "TailStepId": one.tail, "EdgeType": one.kind} for one in template.edges],
        "Variables": [
            {
                "DisplayName": one.display_name,
                "SystemName": one.system_name,
                "Value": None if one.launch_visible else one.value,
                "MappingType": one.mapping_type,
                "UserConfigurable": one.launch_visible,
                "IsOptional": one.optional,
                "Values": one.values,
            }
            for one in template.variables
        ],
    }


def import_release(store, entry):
    """A connector release that the file holds and this installation lacks (facts 21.4 [D])."""
    release = entry.get("Release")
    known = catalogue.by_name(store, str(entry.get("Name")), entry.get("Version"), drafts=True)
    if known or not isinstance(release, dict):
        return
    free = max(store.connectors, default=19999) + 1
    given = {**release, "Id": release["Id"] if release.get("Id") not in store.connectors else free}
    store.add_connector(catalogue.connector_from(given, free))
