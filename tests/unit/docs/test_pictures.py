# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A browser test takes every picture of the guides and of the README, and `make pictures` copies it to their folder."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
IMAGES = ROOT / "docs" / "docsite" / "images"
# In the README, with its address at the end of the page
MARKDOWN = re.compile(r"!\[([^\]]+)\]\[(\S+)\]")
DIRECTIVE = re.compile(r"^( *)\.\. (?:image|figure):: (\S+)\n((?:\1   +:.*\n)*)", re.M)


def taken():
    """The names in `picture(page, NAME)` of the browser tests."""
    names = set()
    for path in (ROOT / "tests" / "e2e").glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "picture":
                names.add(ast.literal_eval(node.args[1]))
    return names


def shown_in_the_readme():
    """(alternative text, URL) of each picture."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for words, label in MARKDOWN.findall(text):
        yield words, re.search(r"^\[%s\]: (\S+)$" % re.escape(label), text, re.M)[1]


def shown_in_guides():
    """(guide, path, options) of each picture."""
    for guide in sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst")):
        for _indent, path, options in DIRECTIVE.findall(guide.read_text(encoding="utf-8")):
            yield guide.name, path, options


@pytest.mark.parametrize("guide, path, options", list(shown_in_guides()))
def test_is_taken_by_a_test(guide, path, options):
    folder, name = path.rsplit("/", 1)
    assert folder == "../images" and name.endswith(".png")
    assert name[:-4] in taken(), f"{guide} shows {name}, which no browser test takes"
    assert (IMAGES / name).is_file(), f"{guide} shows {name}: run `make pictures`"
    alt = re.search(r":alt: (.+)", options)
    assert alt and len(alt[1]) > 20, f"{guide}: say what {name} shows"


@pytest.mark.parametrize("words, url", list(shown_in_the_readme()))
def test_of_the_readme_is_taken_by_a_test(words, url):
    name = url.rsplit("/", 1)[1]
    assert url.endswith(f"/docs/docsite/images/{name}") and (IMAGES / name).is_file()
    assert Path(name).stem in taken()
    assert len(words) > 20


def test_none_is_left_over():
    kept = {path.name for path in IMAGES.iterdir()}
    paths = [path for _guide, path, _options in shown_in_guides()] + [url for _words, url in shown_in_the_readme()]
    assert kept == {path.rsplit("/", 1)[1] for path in paths}
    assert {path.stem for path in IMAGES.iterdir()} == taken()


def test_they_are_small():
    assert {path.name: path.stat().st_size for path in IMAGES.iterdir() if path.stat().st_size > 100_000} == {}
