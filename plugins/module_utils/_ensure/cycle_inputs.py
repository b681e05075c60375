# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The variables and mappings of a cycle: what may be set, and what has to be written. Inputs are addressed by name, never by id."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.properties import as_text
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.suggestions import did_you_mean
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import is_masked
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle_inputs import (
    FIELD,
    IGNORED,
    PARAMETER,
    Input,
    Mapping,
    Step,
    Variable,
    has_secret_name,
)
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput, LostAnswer, NotTaken

HIDDEN = "(hidden)"


@dataclass(frozen=True)
class WantedMapping:
    step: str
    kind: str
    name: str
    # None: the input is not sent
    value: str | None = None
    source_step: str | None = None
    source_field: str | None = None

    @property
    def label(self):
        return "%s: %s" % (self.step, self.name)

    @property
    def shown(self):
        if self.source_step is not None:
            return "%s: %s" % (self.source_step, self.source_field)
        return self.value if self.value is None or not has_secret_name(self.name) else HIDDEN


@dataclass(frozen=True)
class Change:
    """One mapping that has to be written, or one variable."""

    label: str
    of: Variable | Input
    new: object
    before: object
    after: object
    is_secret: bool = False
    step: Step | None = None


# -- what the user wants -------------------------------------------------------------------------------------------


def desired_variables(variables, sensitive_variables):
    """Name -> text of all variables to set. Raises InvalidInput."""
    variables, sensitive = variables or {}, sensitive_variables or {}
    twice = sorted(set(variables) & set(sensitive))
    if twice:
        raise InvalidInput("given in both variables and sensitive_variables: %s" % ", ".join(twice))
    return {name: as_text("variable %r" % name, value) for name, value in dict(variables, **sensitive).items()}


def desired_mappings(mappings):
    wanted = [_desired_mapping(number, one) for number, one in enumerate(mappings or (), 1)]
    labels = [(one.step, one.kind, one.name) for one in wanted]
    twice = sorted({"%s: %s" % (step, name) for step, kind, name in labels if labels.count((step, kind, name)) > 1})
    if twice:
        raise InvalidInput("mappings: given more than once: %s" % ", ".join(twice))
    return wanted


def _desired_mapping(number, given):
    where = "mappings (item %d)" % number
    named = [kind for kind in (FIELD, PARAMETER) if given.get(kind) is not None]
    if len(named) != 1:
        raise InvalidInput("%s: give either field or parameter" % where)
    source = given.get("value_from")
    ways = [given.get("value") is not None, source is not None, bool(given.get("ignore"))]
    if sum(ways) != 1:
        raise InvalidInput("%s: give exactly one of value, value_from and ignore=true" % where)
    kind = named[0]
    return WantedMapping(
        step=given["step"],
        kind=kind,
        name=given[kind],
        value=as_text(where + ": value", given["value"]) if ways[0] else None,
        source_step=source["step"] if source else None,
        source_field=source["field"] if source else None,
    )


# -- what differs --------------------------------------------------------------------------------------------------


def variable_changes(api, account_id, cycle, wanted, secret):
    """The variables to write. `secret` are names that the user calls sensitive. Names everything that is wrong at once."""
    if not wanted:
        return []
    known = api.cycles.variables(account_id, cycle)
    api.client.secrets.add(*(one.value for one in known if one.is_secret))
    problems, changes = [], []
    names = [one.name for one in known]
    for name, value in sorted(wanted.items()):
        found = [one for one in known if name == one.display_name] or [one for one in known if name == one.system_name]
        if len(found) != 1:
            reason = "does not exist" if not found else "exists %d times" % len(found)
            problems.append("variable %r %s; allowed are: %s%s" % (name, reason, ", ".join(names) or "none", "" if found else did_you_mean(name, names)))
            continue
        variable = found[0]
        is_secret = name in secret or variable.is_secret
        if is_secret:
            api.client.secrets.add(value, variable.value)
        if variable.values and value not in variable.values:
            problems.append("variable %r cannot be %s; allowed are: %s" % (name, _quoted(value, is_secret), ", ".join(variable.values)))
        elif _differs(variable.value, value, is_secret):
            before, after = (HIDDEN, HIDDEN + " changed") if is_secret else (variable.value, value)
            changes.append(Change(name, variable, value, before, after, is_secret))
    if problems:
        raise InvalidInput("variables of integration %s: %s" % (cycle.label, "; ".join(problems)))
    return changes


def mapping_changes(api, account_id, cycle, wanted):
    """The mappings to write. Names everything that is wrong at once."""
    if not wanted:
        return []
    steps = api.cycles.steps(account_id, cycle)
    inputs, sources, problems, changes = {}, {}, [], []
    for one in wanted:
        try:
            step = _step(steps, one.step)
            key = step.id, one.kind
            if key not in inputs:
                inputs[key] = api.cycles.inputs(account_id, step, one.kind)
            found = _input(step, inputs[key], one)
            if one.source_step is not None and step.id not in sources:
                sources[step.id] = api.cycles.sources(account_id, step)
            mapping = _mapping(steps, step, found, sources.get(step.id, ()), one)
        except InvalidInput as exc:
            problems.append(exc.msg)
            continue
        is_secret = found.is_secret
        current = found.mapping.value if found.mapping else None
        if is_secret:
            api.client.secrets.add(one.value, current)
        if found.mapping is None or (found.mapping != mapping and (one.value is None or _differs(current, mapping.value, is_secret))):
            after = HIDDEN + " changed" if is_secret and one.value is not None else one.shown
            changes.append(Change(one.label, found, mapping, _shown(found, steps), after, is_secret, step))
    if problems:
        raise InvalidInput("mappings of integration %s: %s" % (cycle.label, "; ".join(problems)))
    return changes


def _differs(stored, wanted, is_secret):
    """A secret that the API masks cannot be compared and counts as stored."""
    return stored != wanted and not (is_secret and stored and is_masked(stored))


def _quoted(value, is_secret):
    return "the given value" if is_secret else repr(value)


def _step(steps, name):
    found = [one for one in steps if one.name == name]
    names = [one.name for one in steps if one.name]
    if not found:
        raise InvalidInput("step %r does not exist; there are: %s%s" % (name, ", ".join(map(repr, names)) or "none", did_you_mean(name, names)))
    if len(found) > 1:
        raise InvalidInput("%d steps are named %r. Rename all but one in the Console" % (len(found), name))
    return found[0]


def _input(step, inputs, wanted):
    found = [one for one in inputs if one.about.name == wanted.name] or [one for one in inputs if one.about.is_called(wanted.name)]
    names = [one.about.name for one in inputs if one.about.name]
    if not found:
        others = step.parameters if wanted.kind == FIELD else step.fields
        hint = did_you_mean(wanted.name, names)
        if any(one.is_called(wanted.name) for one in others):
            hint = "; it is a %s" % (PARAMETER if wanted.kind == FIELD else FIELD)
        allowed = ", ".join(map(repr, names)) or "none"
        raise InvalidInput("step %r has no %s %r; allowed are: %s%s" % (step.name, wanted.kind, wanted.name, allowed, hint))
    if len(found) > 1:
        raise InvalidInput("step %r has %d %ss named %r. Name its location instead" % (step.name, len(found), wanted.kind, wanted.name))
    return found[0]


def _mapping(steps, step, found, sources, wanted):
    if wanted.source_step is not None:
        source = _step(steps, wanted.source_step)
        return Mapping(source_step_id=source.id, source_field_id=_source(source, sources, step, wanted))
    allowed = found.about.values
    if wanted.value is not None and allowed and wanted.value not in allowed:
        shown = _quoted(wanted.value, found.is_secret)
        raise InvalidInput("%s %r of step %r cannot be %s; allowed are: %s" % (wanted.kind, wanted.name, step.name, shown, ", ".join(allowed)))
    return IGNORED if wanted.value is None else Mapping(value=wanted.value)


def _source(source, sources, step, wanted):
    """The id of a field that an earlier step receives. The API lists the possible sources without their step, or with it."""
    own = {one.id for one in source.outputs}
    possible = [one for one in sources if one.step_id == source.id or one.step_id is None and (not own or one.id in own)]
    found = [one for one in possible if one.name == wanted.source_field] or [one for one in possible if one.is_called(wanted.source_field)]
    if len({one.id for one in found}) != 1:
        allowed = ", ".join(sorted(repr(one.name) for one in possible)) or "none"
        reason = "does not have the field" if not found else "has %d fields named" % len(found)
        raise InvalidInput("value_from: step %r %s %r that step %r could use; allowed are: %s"
                           % (source.name, reason, wanted.source_field, step.name, allowed))
    return found[0].id


def _shown(found, steps):
    """What is mapped today, for a diff."""
    mapping = found.mapping
    if mapping is None:
        return "(mapped in another way)"
    if mapping.source_step_id is not None:
        source = next((one for one in steps if one.id == mapping.source_step_id), None)
        names = {one.id: one.name for one in source.outputs} if source else {}
        return "%s: %s" % (source.name if source else mapping.source_step_id, names.get(mapping.source_field_id, mapping.source_field_id))
    return HIDDEN if mapping.value and found.is_secret else mapping.value


# -- writing -------------------------------------------------------------------------------------------------------


def uncertain(send):
    """`send`, with a LostAnswer for each failure of the server: it may have done what it was asked for."""

    def sent():
        try:
            return send()
        except ApiError as exc:
            if exc.status >= 500:
                raise LostAnswer(exc.msg, exc.status, exc.method, exc.path, exc.message) from exc
            raise

    return sent


def set_variables(api, account_id, cycle, changes):
    """True if the API shows what it stored: what it hides cannot be called a change."""

    def left(stored):
        values = {one.system_name or one.display_name: one.value for one in stored}
        keys = {change.label: change.of.system_name or change.of.display_name for change in changes}
        wrong = [change for change in changes if values.get(keys[change.label]) != change.new]
        return [one for one in wrong if not (one.is_secret and is_masked(values.get(keys[one.label])))]

    def find():
        return None if left(api.cycles.variables(account_id, cycle)) else True

    def send():
        stored = api.cycles.set_variables(account_id, cycle, [(change.of, change.new) for change in changes])
        # Whether all variables are returned is not documented.
        if left(stored) and find() is None:
            _not_stored("variables", cycle, [change.label for change in left(stored)])
        return True

    send_once(uncertain(send), find, api.client.patience())


def map_inputs(api, account_id, cycle, changes):
    for change in changes:
        _map(api, account_id, cycle, change)


def _map(api, account_id, cycle, change):
    def fits(one):
        if one is None or one.mapping is None:
            return False
        return one.mapping == change.new or bool(one.is_secret and change.new.value is not None and is_masked(one.mapping.value))

    def find():
        return True if fits(api.cycles.find_input(account_id, change.step, change.of)) else None

    def send():
        if not fits(api.cycles.map_input(account_id, change.step, change.of, change.new)) and find() is None:
            _not_stored("mappings", cycle, [change.label])
        return True

    send_once(uncertain(send), find, api.client.patience())


def _not_stored(what, cycle, labels):
    raise NotTaken("The API accepted the %s of integration %s but did not store: %s" % (what, cycle.label, ", ".join(labels)))
