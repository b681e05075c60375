# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Checking variables and mappings before a template is installed, as far as the API shows what a template has."""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_inputs import check_allowed, matched_variables, named_input, named_step
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle_inputs import FIELD, PARAMETER, Input
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.templates import TemplateExport
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, InvalidInput, printable


class Checked(NamedTuple):
    # The wanted variables as the template has them, or None if the API does not show them
    variables: list | None = None
    # What could not be checked, for people
    unknown: tuple = ()
    # Labels of variables and mappings that the template knows as secrets
    secrets: frozenset = frozenset()


def check_template_inputs(api, account_id, template, wanted):
    """Raises InvalidInput. The content of an export is not documented in detail, so only what can be recognized is compared."""
    if template.is_predicted or not (wanted.variables or wanted.mappings):
        return Checked()
    export = _export(api, account_id, template)
    problems, variables, inputs, unknown = [], None, {}, []
    if wanted.variables and export.variables is None:
        unknown.append("variables")
    elif wanted.variables:
        try:
            variables = matched_variables(export.variables, wanted.variables, wanted.sensitive, "variables of template %r" % template.name)
        except InvalidInput as exc:
            problems.append(exc.msg)
    if wanted.mappings and export.steps is None:
        unknown.append("mappings")
    elif wanted.mappings:
        try:
            inputs = _matched_inputs(export.steps, wanted.mappings, "mappings of template %r" % template.name)
        except InvalidInput as exc:
            problems.append(exc.msg)
    if problems:
        raise InvalidInput("; ".join(problems))
    secrets = frozenset(label for label, one in {**(variables or {}), **inputs}.items() if one.is_secret)
    said = "%s cannot be checked before template %r is installed, because the API does not show what it has"
    return Checked(
        variables=None if variables is None else list(variables.values()),
        unknown=tuple(printable(said % (one, template.name)) for one in unknown),
        secrets=secrets,
    )


def _export(api, account_id, template):
    try:
        return api.templates.export(template, account_id)
    except CyclrError:
        # It only serves to find mistakes earlier.
        return TemplateExport()


def _matched_inputs(steps, wanted, what):
    """Label -> parameter or field, as far as the export describes the steps. Names everything that is wrong at once."""
    problems, matched = [], {}
    for one in wanted:
        try:
            step = named_step(steps, one.step)
            described = step.parameters if one.kind == PARAMETER else step.fields
            if described is not None:
                matched[one.label] = named_input(step, [Input(one.kind, about) for about in described], one)
                check_allowed(step, matched[one.label], one)
            if one.source_step is not None:
                _check_source(named_step(steps, one.source_step), one)
        except InvalidInput as exc:
            problems.append(exc.msg)
    if problems:
        raise InvalidInput("%s: %s" % (what, "; ".join(problems)))
    return matched


def _check_source(source, wanted):
    if source.outputs and not any(one.is_called(wanted.source_field) for one in source.outputs):
        names = ", ".join(sorted(repr(one.name) for one in source.outputs))
        raise InvalidInput("value_from: step %r does not have the %s %r; allowed are: %s" % (source.name, FIELD, wanted.source_field, names))
