# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Finding the template and the cycle that a user named. Failures say what there is instead."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import in_account, in_account_or_none
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.suggestions import did_you_mean
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import Cycle
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.templates import Template
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput, some_of

# Of a second
_FRACTION = re.compile(r"(?<=:\d\d)\.\d+")


@dataclass(frozen=True)
class Target:
    """Which cycle is meant. It is None if it does not exist yet."""

    # None if only the id of the cycle is known, or if an existing cycle could be found without reading the template
    template: Template | None
    name: str | None
    cycle: Cycle | None
    # The cycles of the account, or None if the account does not exist (check mode)
    cycles: tuple | None = None


def check_id(value, option):
    """A GUID in the API's spelling."""
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise InvalidInput("%s: %r is not an ID such as 3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b" % (option, value)) from None


def check_time(value, option):
    """A time as the API takes it: ISO 8601, in UTC."""
    if value is None:
        return None
    # The API's own times have seven digits after the second, which Python before 3.11 does not read.
    text = _FRACTION.sub("", value)
    try:
        when = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    except ValueError:
        raise InvalidInput("%s: %r is not a time such as 2030-01-31T12:00:00Z" % (option, value)) from None
    if when.tzinfo is None:
        raise InvalidInput("%s: %r has no time zone. Write a time in UTC, such as 2030-01-31T12:00:00Z" % (option, value))
    return when.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_since(value, option):
    """A day, or a time in UTC."""
    try:
        return value and datetime.strptime(value, "%Y-%m-%d").strftime("%Y-%m-%d")
    except ValueError:
        return check_time(value, option)


def find_target(api, account_id, params, check_mode):
    """The cycle that `cycle_id`, or a template and `name`, mean. In check mode an earlier task may be what would have created the account."""
    read = in_account_or_none if check_mode else in_account
    for option in ("template", "name"):
        if params[option] is not None and not params[option].strip():
            raise InvalidInput("%s: must not be empty" % option)
    if params["cycle_id"] is not None:
        return _by_id(api, account_id, check_id(params["cycle_id"], "cycle_id"), read)
    template_id = None if params["template_id"] is None else check_id(params["template_id"], "template_id")
    cycles = read(api, account_id, lambda: tuple(api.cycles.all(account_id)))
    if template_id and params["name"] and matching(cycles or (), template_id, params["name"]):
        return Target(None, params["name"], the_only(matching(cycles, template_id, params["name"])), cycles)
    template = _template(api, template_id, params["template"], may_be_missing=cycles is None)
    name = params["name"] or template.name
    return Target(template, name, the_only(matching(cycles or (), template.id, name)), cycles)


def _by_id(api, account_id, cycle_id, read):
    found = read(api, account_id, lambda: [api.cycles.find(account_id, cycle_id)])
    if found is None:
        return Target(None, None, Cycle(id=cycle_id, is_predicted=True), None)
    return Target(None, None, found[0], ())


def matching(cycles, template_id, name):
    """The cycles of that template and name. Those that are about to be deleted do not count."""
    return [one for one in cycles if not one.gone and is_of(one, template_id) and one.name == name]


def is_of(cycle, template_id):
    return (cycle.template_id or "").lower() == (template_id or "").lower()


def the_only(cycles):
    if len(cycles) > 1:
        ids = ", ".join(one.id for one in cycles)
        raise InvalidInput("name: %d integrations of this template are named %r (ids %s). Choose one with cycle_id, or remove all but one"
                           % (len(cycles), cycles[0].name, ids))
    return cycles[0] if cycles else None


def _template(api, template_id, name, may_be_missing):
    """With `may_be_missing`, a template is predicted if no template exists: on an empty system nothing can be looked up."""
    if template_id is not None:
        found = api.templates.find(template_id)
        if found is not None:
            return found
        if may_be_missing and not list(api.templates.all()):
            return Template(id=template_id, is_predicted=True)
        raise InvalidInput("template_id: template %s does not exist" % template_id)
    templates = list(api.templates.all())
    if may_be_missing and not templates:
        return Template(name=name, is_predicted=True)
    found = [one for one in templates if one.name == name]
    if not found:
        names = sorted({one.name for one in templates})
        there = some_of([repr(one) for one in names], 10) or "none"
        raise InvalidInput("template: %r is not the name of a published template; published are: %s%s" % (name, there, did_you_mean(name, names)))
    if len(found) > 1:
        listed = ", ".join("%s (tags: %s)" % (one.id, ", ".join(one.tags) or "none") for one in found)
        raise InvalidInput("template: %d templates are named %r, choose one with template_id: %s" % (len(found), name, listed))
    return found[0]


def no_such_cycle(api, account_id, params, target):
    """The error about a cycle that the account does not have."""
    if params["cycle_id"] is not None:
        return InvalidInput("cycle_id: account %r has no integration %s" % (account_id, params["cycle_id"]))
    there = [one for one in target.cycles or () if not one.gone]
    meant = did_you_mean(target.name, [one.name for one in there])
    return InvalidInput("name: account %r has no integration %r of this template%s" % (account_id, target.name, meant))
