# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Templates: integrations that are built in the Console and installed into accounts as cycles."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import segment
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import usable_cycle
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle_inputs import Named, Variable
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import integer, objects, strings, text
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import LostAnswer, TransportError


@dataclass(frozen=True)
class TemplateConnector:
    """A connector that the steps of a template use: the release that it was built with."""

    id: int | None = None
    name: str | None = None
    version: str | None = None
    step_count: int | None = None
    icon: str | None = None


@dataclass(frozen=True)
class Template:
    id: str | None = None
    name: str | None = None
    description: str | None = None
    tags: tuple = ()
    connectors: tuple = ()
    # Whether it stands for one that could not be looked up, because nothing exists yet
    is_predicted: bool = False

    @classmethod
    def from_api(cls, raw):
        return cls(
            id=text(raw, "Id"),
            name=text(raw, "Name"),
            description=text(raw, "Description"),
            tags=tuple(strings(raw, "Tags")),
            connectors=tuple(map(_connector, objects(raw, "Connectors"))),
        )

    def record(self, icons=False):
        def shown(one):
            record = dict(id=one.id, name=one.name, version=one.version, step_count=one.step_count)
            return dict(record, icon=one.icon) if icons else record

        return dict(
            id=self.id, name=self.name, description=self.description, tags=list(self.tags), connectors=[shown(one) for one in self.connectors]
        )


def _connector(raw):
    return TemplateConnector(
        id=integer(raw, "Id"),
        name=text(raw, "Name"),
        version=text(raw, "Version"),
        step_count=integer(raw, "StepCount"),
        icon=text(raw, "Icon"),
    )


@dataclass(frozen=True)
class TemplateStep:
    """A step in an export. None: the export does not say which parameters or fields it has."""

    name: str | None = None
    parameters: tuple | None = None
    fields: tuple | None = None
    outputs: tuple = ()


@dataclass(frozen=True)
class TemplateExport:
    """What can be recognized of an export, whose content is not documented. None: it does not show its variables or steps."""

    variables: tuple | None = None
    steps: tuple | None = None

    @classmethod
    def from_api(cls, raw):
        variables = [Variable.from_api(one) for one in _listed(raw, "Variables") or ()]
        steps = [_step(one) for one in _listed(raw, "Steps") or ()]
        return cls(
            variables=tuple(variables) if _listed(raw, "Variables") is not None and all(one.name for one in variables) else None,
            steps=tuple(steps) if steps and all(one.name for one in steps) else None,
        )


def _listed(raw, key):
    """A list of objects, or None."""
    value = raw.get(key)
    return value if isinstance(value, list) and len(objects(raw, key)) == len(value) else None


def _step(raw):
    method = raw["Method"] if isinstance(raw.get("Method"), dict) else {}

    def described(raw, key, kind):
        found = _listed(raw, key)
        # As a plain record, or as in a list of mappings
        about = [Named.from_api(one[kind] if isinstance(one.get(kind), dict) else one) for one in found or ()]
        return tuple(about) if found is not None and all(one.name for one in about) else None

    def first(*found):
        return next((one for one in found if one is not None), None)

    return TemplateStep(
        name=text(raw, "Name"),
        parameters=first(described(raw, "Parameters", "Parameter"), described(method, "Parameters", "Parameter")),
        fields=first(described(raw, "Fields", "Field"), described(method, "RequestFields", "Field")),
        outputs=first(described(raw, "ResponseFields", "Field"), described(method, "ResponseFields", "Field")) or (),
    )


class Templates:
    def __init__(self, client):
        self._client = client

    def all(self, account_id=None, tag=None, connector=None, version=None, icons=False):
        """The published templates, page by page. The API has no filter by name."""
        wanted = dict(tag=tag, connectorName=connector, connectorVersion=version, includeIcons="true" if icons else None)
        asked = {name: value for name, value in wanted.items() if value}
        request = Request("GET", "/v1.0/templates", "listing the templates", account_id, query=asked)
        return (_usable(raw, request) for raw in self._client.pages(request))

    def find(self, template_id, account_id=None, icons=False):
        """One template, which need not be published, or None."""
        query = dict(includeIcons="true") if icons else None
        request = Request("GET", _path(template_id), "reading template %s" % template_id, account_id, query=query)
        raw = self._client.find(request)
        return None if raw is None else _usable(raw, request)

    def export(self, template, account_id=None):
        """What a template consists of."""
        request = Request("GET", _path(template.id) + "/export", "reading what template %r has" % template.name, account_id)
        raw = self._client.read(request)
        return TemplateExport.from_api(raw) if isinstance(raw, dict) else TemplateExport()

    def install(self, account_id, template, name=None):
        """A new cycle with each call. Without a `name`, it is called like the template."""
        doing = "installing template %r into account %r" % (template.name or template.id, account_id)
        body = dict(Name=name) if name else {}
        request = Request("POST", _path(template.id) + "/install", doing, account_id, body=body)
        return usable_cycle(self._client.write(request), LostAnswer, request)


def _path(template_id):
    return "/v1.0/templates/" + segment(template_id)


def _usable(raw, request):
    found = Template.from_api(raw) if isinstance(raw, dict) else Template()
    if found.id is None or found.name is None:
        raise request.unexpected(TransportError, "a template that has no Id or no Name")
    return found
