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
