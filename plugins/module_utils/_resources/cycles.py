# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The cycles of an account: reading, changing, starting and stopping them."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import segment
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import Incident, Prerequisite, usable_cycle
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle_inputs import PARAMETER, Input, Named, Step, Variable
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import LostAnswer, TransportError

_LIST = "/v1.0/cycles"
_FIELDS = dict(name="Name", description="Description")


class Cycles:
    def __init__(self, client):
        self._client = client

    # -- cycles ----------------------------------------------------------------------------------------------------

    def all(self, account_id, tag=None):
        """All cycles of an account, those that are about to be deleted included. The API has no filter by template or name."""
        request = Request("GET", _LIST, "listing the integrations of account %r" % account_id, account_id, query=dict(tag=tag) if tag else {})
        return [usable_cycle(raw, TransportError, request) for raw in self._client.pages(request)]

    def find(self, account_id, cycle_id):
        """The cycle, or None if it does not exist or is about to be deleted."""
        request = Request("GET", _path(cycle_id), "reading integration %s of account %r" % (cycle_id, account_id), account_id)
        raw = self._client.find(request)
        found = None if raw is None else usable_cycle(raw, TransportError, request)
        return None if found is None or found.gone else found

    def update(self, account_id, cycle, values):
        """Fields that are absent stay as they are."""
        body = {_FIELDS[name]: value for name, value in values.items()}
        request = Request("PUT", _path(cycle.id), _doing("updating", cycle, account_id), account_id, body=body)
        return usable_cycle(self._client.write(request), LostAnswer, request)

    def delete(self, account_id, cycle):
        self._client.delete(Request("DELETE", _path(cycle.id), _doing("deleting", cycle, account_id), account_id, body={}))

    def activate(self, account_id, cycle, interval=None, start_time=None, once=False):
        body = dict(RunOnce=once)
        if interval is not None:
            body["Interval"] = interval
        if start_time is not None:
            body["StartTime"] = start_time
        doing = _doing("running" if once else "starting", cycle, account_id)
        self._client.send(Request("PUT", _path(cycle.id) + "/activate", doing, account_id, body=body))

    def deactivate(self, account_id, cycle, finish_queued):
        query = dict(finishQueuedTransactions="true" if finish_queued else "false")
        path = _path(cycle.id) + "/deactivate"
        self._client.send(Request("PUT", path, _doing("stopping", cycle, account_id), account_id, query=query, body={}))

    def upgradeable_ids(self, account_id):
        """The ids of the cycles whose template has a newer release."""
        request = Request("GET", _LIST + "/upgradeable", "listing the upgradeable integrations of account %r" % account_id, account_id)
        return {one["Id"] for one in self._objects(request) if isinstance(one.get("Id"), str)}

    def incidents(self, account_id, cycle, since=None):
        """The errors and warnings of a cycle, the newest first, page by page."""
        query = dict(sortOrderAsc="false", **(dict(after=since) if since else {}))
        doing = _doing("reading the incidents of", cycle, account_id)
        request = Request("GET", _path(cycle.id) + "/incidents", doing, account_id, query=query)
        return (Incident.from_api(raw) for raw in self._client.pages(request) if isinstance(raw, dict))

    # -- what keeps one from starting ------------------------------------------------------------------------------

    def prerequisites(self, account_id, cycle):
        doing = _doing("reading the prerequisites of", cycle, account_id)
        return self._prerequisites(Request("GET", _path(cycle.id) + "/prerequisites", doing, account_id))

    def step_prerequisites(self, account_id, step):
        return self._prerequisites(Request("GET", _step(step) + "/prerequisites", _of_step("the prerequisites", step), account_id))

    def _prerequisites(self, request):
        return [Prerequisite.from_api(one) for one in self._objects(request)]

    # -- what can be set -------------------------------------------------------------------------------------------

    def steps(self, account_id, cycle):
        request = Request("GET", _path(cycle.id) + "/steps", _doing("reading the steps of", cycle, account_id), account_id)
        return [Step.from_api(one) for one in self._objects(request)]

    def inputs(self, account_id, step, kind):
        """The parameters or the fields of a step."""
        request = Request("GET", _step(step) + _inputs(kind), _of_step("the %ss" % kind, step), account_id)
        return [Input.from_api(kind, one) for one in self._objects(request)]

    def find_input(self, account_id, step, one):
        doing = _of_step("%s %r" % (one.kind, one.about.name), step)
        raw = self._client.find(Request("GET", _step(step) + _inputs(one.kind) + "/%d" % one.about.id, doing, account_id))
        return Input.from_api(one.kind, raw) if isinstance(raw, dict) else None

    def sources(self, account_id, step):
        """Fields of earlier steps that can be mapped to inputs of this one."""
        request = Request("GET", _step(step) + "/fieldsformapping", _of_step("the possible sources", step), account_id)
        return [Named.from_api(one) for one in self._objects(request)]

    def map_input(self, account_id, step, one, mapping):
        doing = "mapping %s %r of step %r in account %r" % (one.kind, one.about.name, step.name, account_id)
        body = mapping.written(one.kind, one.about.values)
        request = Request("PUT", _step(step) + _inputs(one.kind) + "/%d" % one.about.id, doing, account_id, body=body)
        raw = self._client.write(request)
        if not isinstance(raw, dict):
            raise request.unexpected(LostAnswer, "no mapping")
        return Input.from_api(one.kind, raw)

    def variables(self, account_id, cycle):
        request = Request("GET", _path(cycle.id) + "/variables", _doing("reading the variables of", cycle, account_id), account_id)
        return [Variable.from_api(one) for one in self._objects(request)]

    def set_variables(self, account_id, cycle, values):
        """`values` are pairs of a variable and its new value. Returns the variables that the API shows afterwards, which need not be all."""
        body = [variable.written(value) for variable, value in values]
        request = Request("PATCH", _path(cycle.id) + "/variables", _doing("setting variables of", cycle, account_id), account_id, body=body)
        raw = self._client.write(request)
        if not isinstance(raw, list):
            raise request.unexpected(LostAnswer, "no list of variables")
        return [Variable.from_api(one) for one in raw if isinstance(one, dict)]

    def _objects(self, request):
        """The JSON objects in a list that has no pages."""
        raw = self._client.read(request)
        if not isinstance(raw, list):
            raise request.unexpected(TransportError, "%s instead of a list" % type(raw).__name__)
        return [one for one in raw if isinstance(one, dict)]


def _path(cycle_id):
    return "%s/%s" % (_LIST, segment(cycle_id))


def _step(step):
    return "/v1.0/steps/" + segment(step.id)


def _inputs(kind):
    return "/parameters" if kind == PARAMETER else "/fieldmappings"


def _doing(verb, cycle, account_id):
    return "%s integration %s in account %r" % (verb, cycle.label, account_id)


def _of_step(what, step):
    return "reading %s of step %r" % (what, step.name)
