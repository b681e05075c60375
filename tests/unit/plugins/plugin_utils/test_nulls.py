# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Null is kept apart from empty text, on every core."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.nulls import as_written, with_nulls
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import trust_as_template


def trusted(value):
    if isinstance(value, dict):
        return {name: trusted(item) for name, item in value.items()}
    if isinstance(value, list):
        return [trusted(item) for item in value]
    return trust_as_template(value) if isinstance(value, str) else value


def templated(written, **variables):
    """The arguments of a task as its action sees them, with what is null in them."""
    variables = dict(trusted(variables), omit="__omit_place_holder__")
    templar = Templar(DataLoader(), variables=variables)
    written_task = {"name": "x", "cyclr.ipaas.cyclr_account": trusted(written)}
    task = SimpleNamespace(action="cyclr.ipaas.cyclr_account", get_ds=lambda: written_task)
    return with_nulls(templar.template(trusted(written)), as_written(task), templar)


@pytest.mark.parametrize(
    "written, variables",
    [
        ("{{ one }}", dict(one=None)),
        ("{{ one | default(omit) }}", dict(one=None)),
        ("{{ one }}", dict(one="{{ other.inner }}", other=dict(inner=None))),
        ("{{ one | default(omit) }}", dict(one="{{ other | default(omit) }}", other=None)),
    ],
)
def test_null_stays_null(written, variables):
    assert templated(dict(description=written), **variables) == dict(description=None)
    nested = templated(dict(settings=dict(deep=[dict(description=written, name="x")])), **variables)
    assert nested == dict(settings=dict(deep=[dict(description=None, name="x")]))
    assert templated(dict(settings="{{ whole }}"), whole=dict(description=written), **variables) == dict(settings=dict(description=None))


def test_empty_text_stays_empty_text():
    written = dict(literal="", template="{{ one }}", whole="{{ two }}", other="{{ three }} ")
    assert templated(written, one="", two=dict(a=""), three="x") == dict(literal="", template="", whole=dict(a=""), other="x ")
