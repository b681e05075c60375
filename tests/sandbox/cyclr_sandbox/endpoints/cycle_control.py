# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Control of cycles for tests: provoke an incident, publish a new release, show everything."""

from __future__ import annotations

import json

from cyclr_sandbox.endpoints.cycle_paths import webhook_url
from cyclr_sandbox.state import runs
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.state.cycle_seed import incident_from
from cyclr_sandbox.state.seed_checks import BadSeed
from cyclr_sandbox.web.answers import ApiError, answer
from cyclr_sandbox.web.routing import OPEN, Routes

routes = Routes()


def _body(call):
    try:
        value = json.loads(call.body or b"null")
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"Not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ApiError(400, "The body must be an object.")
    return value


def _named(known, value, what):
    found = known.get(str(value).lower())
    if found is None:
        raise ApiError(400, f"{what} '{value}' does not exist. Known: {', '.join(known) or 'none'}.")
    return found


@routes.add("POST", "/_sandbox/incidents", level=OPEN)
def provoke(call):
    """`CycleId` and what a seed may say of an incident."""
    entry = _body(call)
    cycle = _named(call.store.cycles, entry.get("CycleId"), "CycleId")
    try:
        incident = incident_from(cycle, entry, call.sandbox.clock.now(), "Incident")
    except BadSeed as error:
        raise ApiError(400, str(error)) from error
    cycle.incidents.append(incident)
    return answer(_incident(incident))


@routes.add("POST", "/_sandbox/releases", level=OPEN)
def publish_release(call):
    """A newer live release of `TemplateId`: its cycles can be upgraded."""
    template = _named(call.store.templates, _body(call).get("TemplateId"), "TemplateId")
    template.release += 1
    return answer({"TemplateId": template.id, "Release": template.release})


# State


def _incident(one):
    return {
        "IncidentLevel": one.level,
        "ShortMessage": one.short,
        "FullMessage": one.full,
        "StepId": one.step_id,
        "StepName": one.step_name,
        "TransactionId": one.transaction_id,
        "CreatedOnUtc": iso(one.created),
    }


def _step(call, one):
    return {
        "Id": one.id,
        "Name": one.name,
        "Description": one.description,
        "ActionType": one.action_type,
        "Connector": one.connector.name if one.connector else None,
        "AccountConnectorId": one.account_connector_id,
        "Method": one.method["Name"] if one.method else None,
        "WebhookUrl": webhook_url(call, one) if one.webhook else None,
        "Parameters": [each.shown() for each in one.parameters],
        "Fields": [each.shown() for each in one.fields],
        "ResponseFields": one.response_fields,
        "Lacks": one.lacks,
    }


def _graph(call, one):
    return {
        "Id": one.id,
        "Name": one.name,
        "Description": one.description,
        "Tags": one.tags,
        "Release": one.release,
        **one.options,
        "Steps": [_step(call, step) for step in one.steps],
        "Edges": [edge.shown() for edge in one.edges],
        "Variables": [
            {**each.shown(), "UserConfigurable": each.launch_visible, "Values": each.values} for each in one.variables
        ],
    }


def templates(call):
    return [
        {
            **_graph(call, one),
            "Published": one.published,
            "FolderId": one.folder_id,
            "Interval": one.interval,
            "Connectors": [
                {"Id": each.id, "Name": each.name, "Version": each.version} for each in one.connectors
            ],
        }
        for one in call.store.templates.values()
    ]


def cycles(call):
    result, now = [], call.sandbox.clock.now()
    for one in call.store.cycles.values():
        runs.catch_up(call.sandbox, one)
        result.append(
            {
                **_graph(call, one),
                "AccountId": one.account_id,
                "TemplateId": one.template_id,
                "Status": one.status,
                "CreatedOnUtc": one.created,
                "AccountConnectorIds": one.account_connector_ids,
                "LastSuccessfulRunDate": one.last_success,
                **one.shown_schedule(),
                "Incidents": [_incident(each) for each in one.incidents],
                "Transactions": [
                    {
                        "Id": each.id,
                        "Status": each.status(now),
                        "SplitType": each.split_type,
                        "StartedOnUtc": iso(each.started),
                        "CompletedOnUtc": iso(each.ended),
                        "Items": each.items,
                    }
                    for each in one.transactions
                ],
            }
        )
    return result
