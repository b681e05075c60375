# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the roles has examples and results. tests/integration/test_role_examples.py runs the examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.plugins.plugin_utils import onboarding_results

ROOT = Path(__file__).resolve().parents[3]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
GUIDE = (ROOT / "docs" / "docsite" / "rst" / "guide_onboarding.rst").read_text(encoding="utf-8")


def main(role):
    specs = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return specs["argument_specs"]["main"]


def keys_of_result():
    account = dict(account=dict(id="customer-42"))
    return list(onboarding_results.onboarding_result(account, {}, [], [], [], []))


@pytest.mark.parametrize("role", ROLES)
def test_has_examples_with_variables_that_exist(role):
    spec = main(role)
    plays = yaml.safe_load(spec["examples"])
    assert all({"name", "hosts", "gather_facts"} <= set(play) for play in plays)
    assert f"cyclr.ipaas.{role}" in spec["examples"]
    named = set(re.findall(rf"^ +({role}_\w+):", spec["examples"], re.M))
    assert named and named <= set(spec["options"])


def test_every_key_of_the_result_is_documented():
    described = " ".join(main("onboard_account")["description"])
    table = GUIDE.partition("sets the fact ``onboard_account_result``")[2].partition("\nIf a step fails")[0]
    assert "C(onboard_account_result)" in described
    keys = keys_of_result()
    assert {"account", "ready", "msg"} <= set(keys)
    assert [key for key in keys if f"C({key})" not in described] == []
    assert re.findall(r"``(\w+)``", "\n".join(line for line in table.splitlines() if line.startswith("   * - "))) == keys
