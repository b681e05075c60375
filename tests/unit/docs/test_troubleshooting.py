# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages in the guide to troubleshooting are those of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_troubleshooting.rst"

# Where one text of the code ends and what is filled in begins: values, names of options, numbers, punctuation.
SEAMS = re.compile(
    r"\.\.\.|[:;,.()?'/]|\b(?:\d+|[a-z]+_[a-z_]+|POST|GET|OAuth\d?|ApiKey|account|connectors?|no partner|with|no answer within the timeout|invalid_client)\b"
    r"|certificate verify failed|unable to get local issuer certificate|an API key"
)
# Messages of ansible-core.
CORE = ("Failed to import the required Python library", "Failed to parse inventory with")


def texts():
    """Every text of the plugins, with a gap for what is filled in."""
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.sub(r"%[srd]", "\0", node.value)


def messages():
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    headings = [line for line, following in zip(lines, lines[1:]) if line.startswith("``") and following.startswith("    ")]
    return [re.match(r"``(.+?)``", heading).group(1) for heading in headings]


@pytest.mark.parametrize("message", messages())
def test_message_is_one_of_the_code(message):
    if any(words in message for words in CORE):
        return
    known = "\n".join(texts())
    fragments = [part.strip() for part in SEAMS.split(message)]
    long = [part for part in fragments if len(part) > 5]
    assert long or "oauth_link" in message
    assert [part for part in long if part not in known] == []


def test_there_are_many():
    assert len(messages()) > 35
