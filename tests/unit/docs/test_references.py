# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the documentation refers to exists: files, and variables of the environment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible import constants as C

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/docsite/rst/*.rst")] if path.name != "CHANGELOG.md")

# AWX sets it, and ansible-core has stopped reading it.
OTHERS = {"ANSIBLE_COLLECTIONS_PATHS"}


def core_variables():
    definitions = C.config.get_configuration_definitions()
    return {one["name"] for definition in definitions.values() for one in definition.get("env") or []}


def product_variables():
    paths = [path for folder in ("plugins", "playbooks", "extensions", "roles", "tests", "tools") for path in (ROOT / folder).rglob("*")]
    texts = [path.read_text(encoding="utf-8") for path in paths if path.suffix in (".py", ".yml")]
    return set(re.findall(r"\bCYCLR_[A-Z_]+\b", "\n".join(texts)))


@pytest.fixture(scope="module")
def known():
    return core_variables() | product_variables() | OTHERS


@pytest.mark.parametrize("page", PAGES)
def test_variables_of_the_environment(page, known):
    named = set(re.findall(r"\b(?:ANSIBLE|CYCLR)_[A-Z_]*[A-Z]\b", (ROOT / page).read_text(encoding="utf-8")))
    assert sorted(named - known) == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.endswith(".md")])
def test_links_to_files(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_promise_about_security_names_its_tests():
    table = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("| Promise | Tests |")[2].partition("\n\n")[0]
    promises = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(promises) > 10
    assert [line for line in promises if not re.search(r"\]\(tests/[^)]+/test_\w+\.py\)", line)] == []
