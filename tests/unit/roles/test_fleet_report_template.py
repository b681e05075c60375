# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible escapes nothing in templates, and ignores the tag `autoescape`: each expression of the page has to do it."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[3] / "roles" / "fleet_report" / "templates"

# A macro whose expressions are checked themselves.
MACROS = {"chip(one)"}


def test_every_expression_is_escaped():
    text = (TEMPLATES / "fleet_report.html.j2").read_text(encoding="utf-8")
    expressions = [found.strip(" -") for found in re.findall(r"\{\{(.*?)\}\}", text, re.DOTALL)]
    assert len(expressions) > 40
    assert [found for found in expressions if found not in MACROS and not found.endswith("| e")] == []
    # An inline condition binds weaker than the filter.
    assert [found for found in expressions if " if " in found and not re.match(r"^\(.*\)(?: \| round\(3\))? \| e$", found)] == []
    assert 'safe' not in re.findall(r"\|\s*(\w+)", text)


def test_styles_and_script_hold_no_expression():
    for name in ("fleet_report.css.j2", "fleet_report.js.j2"):
        assert "{{" not in (TEMPLATES / name).read_text(encoding="utf-8")


def test_attributes_are_quoted():
    text = (TEMPLATES / "fleet_report.html.j2").read_text(encoding="utf-8")
    assert not re.findall(r"=\s*\{\{", re.sub(r"\{%.*?%\}", "", text))
    assert not re.findall(r"\son\w+=", text)


def test_nothing_from_elsewhere():
    for path in TEMPLATES.iterdir():
        assert not re.findall(r"https?://|@import|url\(", path.read_text(encoding="utf-8")), path.name
