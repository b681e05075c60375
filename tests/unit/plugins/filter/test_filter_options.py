# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A filter takes the options that its documentation and its fragments name, and no others."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.plugins import filter as filters

FILTERS = sorted(path.stem for path in Path(filters.__path__[0]).glob("*.py") if path.stem != "__init__")


def fragment(name):
    fragments = importlib.import_module("ansible_collections.cyclr.ipaas.plugins.doc_fragments." + name.rpartition(".")[2])
    return yaml.safe_load(fragments.ModuleDocFragment.DOCUMENTATION)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_takes_what_is_documented(name):
    plugin = importlib.import_module("ansible_collections.cyclr.ipaas.plugins.filter." + name)
    documentation = yaml.safe_load(plugin.DOCUMENTATION)
    options = set(documentation["options"]).union(*(fragment(one)["options"] for one in documentation.get("extends_documentation_fragment", ())))
    _input, *others = inspect.signature(plugin.FilterModule().filters()[name]).parameters
    assert options - {"_input"} == set(others)
