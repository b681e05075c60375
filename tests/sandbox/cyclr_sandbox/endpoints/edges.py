# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The connections of steps (facts 25.4)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.cycle_paths import check_editable, guid, in_path
from cyclr_sandbox.state.cycles import Edge
from cyclr_sandbox.web.answers import ApiError, answer, deleted, not_found
from cyclr_sandbox.web.binding import TEXT
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/cycles/{cycle_id}/edges"


def _edge(call):
    edge_id = guid(call, "edge_id")
    cycle = in_path(call)
    for one in cycle.edges:
        if one.id == edge_id:
            return cycle, one
    raise not_found(call.settings, "Edge not found")


@routes.add("GET", _PATH, level=ACCOUNT)
def list_edges(call):
    return answer([one.shown() for one in in_path(call).edges])


@routes.add("GET", _PATH + "/{edge_id}", level=ACCOUNT)
def get_edge(call):
    return answer(_edge(call)[1].shown())


@routes.add("POST", _PATH, level=ACCOUNT)
def create_edge(call):
    cycle = in_path(call)
    check_editable(call, cycle)
    bound = call.required_fields.bind(HeadStepId=TEXT, TailStepId=TEXT, EdgeType=TEXT)
    ends = [str(bound.get(name)).lower() for name in ("HeadStepId", "TailStepId")]
    for end in ends:
        if cycle.step(end) is None:
            raise ApiError(400, f"There is not a step with id '{end}'.")
    edge = Edge(call.sandbox.random.guid(), *ends, bound.get("EdgeType") or "Forward")
    cycle.edges.append(edge)
    return answer(edge.shown())


@routes.add("DELETE", _PATH + "/{edge_id}", level=ACCOUNT)
def delete_edge(call):
    cycle, edge = _edge(call)
    check_editable(call, cycle)
    cycle.edges.remove(edge)
    return deleted(call.settings, {"Id": edge.id})
