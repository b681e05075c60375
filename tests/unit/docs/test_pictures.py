# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every picture in a guide is one that a browser test takes, and `make pictures` has put where the guide looks for it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
IMAGES = ROOT / "docs" / "docsite" / "images"
DIRECTIVE = re.compile(r"^( *)\.\. (?:image|figure):: (\S+)\n((?:\1   +:.*\n)*)", re.M)


def taken():
    """The names in `picture(page, NAME)` of the browser tests."""
    names = set()
    for path in (ROOT / "tests" / "e2e").glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "picture":
                names.add(ast.literal_eval(node.args[1]))
    return names


def shown():
    """(guide, path, options) of each picture in the guides."""
    for guide in sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst")):
        for _indent, path, options in DIRECTIVE.findall(guide.read_text(encoding="utf-8")):
            yield guide.name, path, options


@pytest.mark.parametrize("guide, path, options", list(shown()))
def test_is_taken_by_a_test(guide, path, options):
    folder, name = path.rsplit("/", 1)
    assert folder == "../images" and name.endswith(".png")
    assert name[:-4] in taken(), f"{guide} shows {name}, which no browser test takes"
    assert (IMAGES / name).is_file(), f"{guide} shows {name}: run `make pictures`"
    alt = re.search(r":alt: (.+)", options)
    assert alt and len(alt[1]) > 20, f"{guide}: say what {name} shows"


def test_none_is_left_over():
    kept = {path.name for path in IMAGES.iterdir()}
    assert kept == {path.rsplit("/", 1)[1] for _guide, path, _options in shown()}
    assert {path.stem for path in IMAGES.iterdir()} == taken()


def test_they_are_small():
    assert {path.name: path.stat().st_size for path in IMAGES.iterdir() if path.stat().st_size > 100_000} == {}
