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
    # Whether it may be set already: the API shows no value, and need not show a secret
    is_doubtful: bool = False
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


def variable_changes(api, account_id, cycle, wanted, secret, is_new=False, known=None):
    """The variables to write. `secret` are names that the user calls sensitive, `known` the variables if they need not be read."""
    if not wanted:
        return []
    known = api.cycles.variables(account_id, cycle) if known is None else known
    api.client.secrets.add(*(one.value for one in known if one.is_secret))
    changes = []
    for name, variable in matched_variables(known, wanted, secret, "variables of integration %s" % cycle.label).items():
        value, is_secret = wanted[name], name in secret or variable.is_secret
        if is_secret:
            api.client.secrets.add(value, variable.value)
        doubt = _doubt(variable.value, value, is_secret, cycle.running, is_new)
        if doubt is not None:
            before, after = (HIDDEN, HIDDEN + " changed") if is_secret else (variable.value, value)
            changes.append(Change(name, variable, value, before, after, is_secret, doubt))
    return changes


def matched_variables(known, wanted, secret, what):
    """Wanted name -> variable. Names everything that is wrong at once. `what` begins the message."""
    problems, matched = [], {}
    names = [one.name for one in known if one.name]
    for name, value in sorted(wanted.items()):
        found = [one for one in known if name == one.display_name] or [one for one in known if name == one.system_name]
        if len(found) != 1:
            reason = "does not exist" if not found else "exists %d times" % len(found)
            problems.append("variable %r %s; allowed are: %s%s" % (name, reason, ", ".join(names) or "none", "" if found else did_you_mean(name, names)))
            continue
        matched[name] = found[0]
        if found[0].values and value not in found[0].values:
            shown = _quoted(value, name in secret or found[0].is_secret)
            problems.append("variable %r cannot be %s; allowed are: %s" % (name, shown, ", ".join(found[0].values)))
    if problems:
        raise InvalidInput("%s: %s" % (what, "; ".join(problems)))
    return matched


def mapping_changes(api, account_id, cycle, wanted, is_new=False):
    """The mappings to write. Names everything that is wrong at once."""
    if not wanted:
        return []
    steps = api.cycles.steps(account_id, cycle)
    inputs, sources, problems, changes = {}, {}, [], []
    for one in wanted:
        try:
            step = named_step(steps, one.step)
            key = step.id, one.kind
            if key not in inputs:
                inputs[key] = _inputs(api, account_id, step, one, is_new)
            found = named_input(step, inputs[key], one)
            if one.source_step is not None and step.id not in sources:
                sources[step.id] = api.cycles.sources(account_id, step)
            mapping = _mapping(steps, step, found, sources.get(step.id, ()), one)
        except InvalidInput as exc:
            problems.append(exc.msg)
            continue
        current = found.mapping.value if found.mapping else None
        if found.is_secret:
            api.client.secrets.add(one.value, current)
        if found.mapping == mapping:
            continue
        # Only a value is hidden, never that there is one.
        is_hideable = found.is_secret and current is not None and one.value is not None
        doubt = _doubt(current, mapping.value, is_hideable, cycle.running, is_new) if is_hideable else False
        if doubt is not None:
            after = HIDDEN + " changed" if found.is_secret and one.value is not None else one.shown
            changes.append(Change(one.label, found, mapping, _shown(found, steps), after, found.is_secret, doubt, step))
    if problems:
        raise InvalidInput("mappings of integration %s: %s" % (cycle.label, "; ".join(problems)))
    return changes


def _inputs(api, account_id, step, wanted, is_new):
    """What can be mapped in a step. What is mapped in a new one makes no difference, so the step itself says enough."""
    described = step.parameters if wanted.kind == PARAMETER else step.fields
    if is_new and any(one.is_called(wanted.name) for one in described):
        return [Input(wanted.kind, one, None) for one in described]
    return api.cycles.inputs(account_id, step, wanted.kind)


def _doubt(stored, wanted, is_secret, is_running, is_new):
    """None if a value is stored, False if it differs, True if the API may hide that it is stored.

    A masked secret cannot be compared and counts as stored. So does one without a value if the integration runs, because it has what it needs.
    """
    if (stored or "") == wanted:
        return None
    if is_new or not (is_secret and is_masked(stored)):
        return False
    return None if stored or is_running else True


def _quoted(value, is_secret):
    return "the given value" if is_secret else repr(value)


def named_step(steps, name):
    found = [one for one in steps if one.name == name]
    names = [one.name for one in steps if one.name]
    if not found:
        raise InvalidInput("step %r does not exist; there are: %s%s" % (name, ", ".join(map(repr, names)) or "none", did_you_mean(name, names)))
    if len(found) > 1:
        raise InvalidInput("%d steps are named %r (ids %s). Rename all but one in the Console" % (len(found), name, ", ".join(str(one.id) for one in found)))
    return found[0]


def named_input(step, inputs, wanted):
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
        ids = ", ".join(str(one.about.id) for one in found)
        raise InvalidInput("step %r has %d %ss named %r (ids %s). Name its location instead" % (step.name, len(found), wanted.kind, wanted.name, ids))
    return found[0]


def _mapping(steps, step, found, sources, wanted):
    if wanted.source_step is not None:
        source = named_step(steps, wanted.source_step)
        return Mapping(source_step_id=source.id, source_field_id=_source(source, sources, step, wanted))
    check_allowed(step, found, wanted)
    return IGNORED if wanted.value is None else Mapping(value=wanted.value)


def check_allowed(step, found, wanted):
    allowed = found.about.values
    if wanted.value is not None and allowed and wanted.value not in allowed:
        shown = _quoted(wanted.value, found.is_secret)
        raise InvalidInput("%s %r of step %r cannot be %s; allowed are: %s" % (wanted.kind, wanted.name, step.name, shown, ", ".join(allowed)))


def _source(source, sources, step, wanted):
    """The id of a field that an earlier step receives. The API lists the possible sources without their step, or with it."""
    own = {one.id for one in source.outputs}
    possible = [one for one in sources if one.step_id == source.id or one.step_id is None and (not own or one.id in own)]
    found = [one for one in possible if one.name == wanted.source_field] or [one for one in possible if one.is_called(wanted.source_field)]
    if len({one.id for one in found}) != 1:
        allowed = ", ".join(sorted(repr(one.name) for one in possible)) or "none"
        ids = sorted({str(one.id) for one in found})
        reason = "has %d fields (ids %s) named" % (len(ids), ", ".join(ids)) if found else "does not have the field"
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
    """The changes that the API confirms. It may hide a secret, so that nobody can tell whether it was set before."""

    def values(stored):
        return {change.label: one.value for change in changes for one in stored if one.is_same(change.of)}

    def wrong(stored):
        shown = values(stored)
        return [change for change in changes if (shown.get(change.label) or "") != change.new or change.label not in shown]

    def left(stored):
        shown = values(stored)
        return [one for one in wrong(stored) if not (one.is_secret and one.label in shown and is_masked(shown[one.label]))]

    def find():
        # A secret that is not shown may be the one of before. To set it again does no harm.
        stored = api.cycles.variables(account_id, cycle)
        return None if wrong(stored) else values(stored)

    def send():
        stored = api.cycles.set_variables(account_id, cycle, [(change.of, change.new) for change in changes])
        if left(stored):
            # Whether all variables are returned is not documented.
            stored = api.cycles.variables(account_id, cycle)
        if left(stored):
            _not_stored("variables", cycle, left(stored))
        return values(stored)

    shown = send_once(uncertain(send), find, api.client.patience())
    return [one for one in changes if not one.is_doubtful or shown[one.label] == one.new]


def map_inputs(api, account_id, cycle, changes):
    """As `set_variables`."""
    return [one for one in changes if _map(api, account_id, cycle, one)]


def _map(api, account_id, cycle, change):
    def fits(one):
        if one is None or one.mapping is None:
            return False
        is_hidden = change.of.is_secret and None not in (change.new.value, one.mapping.value) and is_masked(one.mapping.value)
        return one.mapping == change.new or is_hidden

    def find():
        # As for variables.
        found = api.cycles.find_input(account_id, change.step, change.of)
        return found if found and found.mapping == change.new else None

    def send():
        stored = api.cycles.map_input(account_id, change.step, change.of, change.new)
        if not fits(stored):
            stored = api.cycles.find_input(account_id, change.step, change.of)
        if not fits(stored):
            _not_stored("mappings", cycle, [change])
        return stored

    stored = send_once(uncertain(send), find, api.client.patience())
    return not change.is_doubtful or stored.mapping == change.new


def _not_stored(what, cycle, changes):
    labels = ", ".join(change.label for change in changes)
    hint = ""
    if what == "variables" and not all(change.is_secret for change in changes):
        hint = ", or does not show it. Use sensitive_variables for a value that the API does not show"
    raise NotTaken("The API accepted the %s of integration %s but did not store: %s%s" % (what, cycle.label, labels, hint))
