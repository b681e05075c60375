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
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, InvalidInput


class Checked(NamedTuple):
    # The wanted variables as the template has them, or None if the API does not show them
    variables: list | None = None
    # What could not be checked, for people
    unknown: tuple = ()


def check_template_inputs(api, account_id, template, wanted):
    """Raises InvalidInput. The content of an export is not documented in detail, so only what can be recognized is compared."""
    if template.is_predicted or not (wanted.variables or wanted.mappings):
        return Checked()
    export = _export(api, account_id, template)
    problems, variables, unknown = [], None, []
    if wanted.variables and export.variables is None:
        unknown.append("variables")
    elif wanted.variables:
        try:
            variables = list(matched_variables(export.variables, wanted.variables, wanted.sensitive, "variables of template %r" % template.name).values())
        except InvalidInput as exc:
            problems.append(exc.msg)
    if wanted.mappings and export.steps is None:
        unknown.append("mappings")
    elif wanted.mappings:
        wrong = [problem for one in wanted.mappings for problem in _problems(export.steps, one)]
        if wrong:
            problems.append("mappings of template %r: %s" % (template.name, "; ".join(wrong)))
    if problems:
        raise InvalidInput("; ".join(problems))
    said = "%s cannot be checked before template %r is installed, because the API does not show what it has"
    return Checked(variables, tuple(said % (one, template.name) for one in unknown))


def _export(api, account_id, template):
    try:
        return api.templates.export(template, account_id)
    except CyclrError:
        # It only serves to find mistakes earlier.
        return TemplateExport()


def _problems(steps, wanted):
    try:
        step = named_step(steps, wanted.step)
        described = step.parameters if wanted.kind == PARAMETER else step.fields
        if described is not None:
            inputs = [Input(wanted.kind, one) for one in described]
            check_allowed(step, named_input(step, inputs, wanted), wanted)
        if wanted.source_step is not None:
            _check_source(named_step(steps, wanted.source_step), wanted)
    except InvalidInput as exc:
        yield exc.msg


def _check_source(source, wanted):
    if source.outputs and not any(one.is_called(wanted.source_field) for one in source.outputs):
        names = ", ".join(sorted(repr(one.name) for one in source.outputs))
        raise InvalidInput("value_from: step %r does not have the %s %r; allowed are: %s" % (source.name, FIELD, wanted.source_field, names))
