# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every plugin, role, option and result says with which version it came. changelogs/surface.yml knows the released versions."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tools import surface

ROOT = Path(__file__).resolve().parents[3]
NEXT = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]


@pytest.fixture(scope="module")
def documented(collections_path):
    return surface.read(collections_path)


def expected(name, released):
    """(the version that a name came with, what `version_added` may say)."""
    version = released.get(name, NEXT)
    owner = name.rsplit(".", 1)[0] if "." in name.split(" ")[-1] else " ".join(name.split(" ")[:2])
    # What came together with the thing that it is a part of need not say so again.
    return {version, None} if owner != name and released.get(owner, NEXT) == version else {version}


def test_version_added_is_the_version_it_came_with(documented):
    released = surface.recorded()
    wrong = {name: (says, expected(name, released)) for name, says in documented.items() if says not in expected(name, released)}
    assert wrong == {}


def test_knows_plugins_of_every_kind(documented):
    assert {name.split(" ")[0] for name in documented} == {"module", "filter", "inventory", "callback", "role"}
    folders = {"module": "modules", "filter": "filter", "inventory": "inventory", "callback": "callback"}
    for kind, folder in folders.items():
        for path in (ROOT / "plugins" / folder).glob("*.py"):
            assert f"{kind} {path.stem}" in documented


@pytest.mark.parametrize(
    "name, allowed",
    [
        ("module cyclr_account", {"0.1.0"}),
        ("module cyclr_account option name", {"0.1.0", None}),
        ("module cyclr_account option something_new", {NEXT}),
        ("module something_new", {NEXT}),
        ("module something_new option name", {NEXT, None}),
        ("module cyclr_account result account.something_new", {NEXT}),
        ("module cyclr_account result something_new.id", {NEXT, None}),
    ],
)
def test_what_is_new_has_to_say_so(name, allowed):
    assert expected(name, surface.recorded()) == allowed
