# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several playbooks need stands in one file, so that all of them mean the same by it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"
FILES = {str(path.relative_to(PLAYBOOKS)): path for path in sorted(PLAYBOOKS.rglob("*.yml"))}
ACCOUNT, DRY_RUN = "vars/account.yml", "tasks/predict_onboarding.yml"


def texts(value):
    """All texts of a file except for its comments."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [str(value)]


def load(name):
    return yaml.safe_load(FILES[name].read_text(encoding="utf-8"))


def files_with(pattern):
    return {name for name in FILES if any(re.search(pattern, text) for text in texts(load(name)))}


def texts_with_imports(path):
    """The texts of a file, and of the files of tasks that it imports or includes."""
    found = texts(yaml.safe_load(path.read_text(encoding="utf-8")))
    others = [(path.parent / text).resolve() for text in found if re.fullmatch(r"(\.\./)?(tasks/)?\w+\.yml", text)]
    return found + [text for other in others if other.parent.name == "tasks" for text in texts_with_imports(other)]


def plays_of(name):
    found = load(name)
    return [play for play in found if "hosts" in play] if isinstance(found, list) else []


def test_the_account_of_a_host_is_spelled_out_once():
    assert files_with(r"\bonboard_account_id\b(?s:.*)\binventory_hostname\b") == {ACCOUNT}
    assert files_with(r"\bcyclr_account_id\b") - {ACCOUNT} == set()
    assert list(load(ACCOUNT)) == ["cyclr_id"] and "cyclr_id" not in {name for file in FILES for play in plays_of(file) for name in play.get("vars") or {}}


USERS = [name for name, path in FILES.items() if plays_of(name) and any("cyclr_id" in text for text in texts_with_imports(path))]


def test_playbooks_that_use_it_through_their_tasks_are_found():
    assert {"remove_connector.yml", "roll_out_integration.yml", "awx/report_onboarding.yml"} <= set(USERS) and "onboard_accounts.yml" not in USERS


@pytest.mark.parametrize("name", USERS)
def test_a_playbook_takes_the_account_of_a_host_from_there(name):
    for play in plays_of(name):
        (file,) = play["vars_files"]
        assert (FILES[name].parent / file).resolve() == FILES[ACCOUNT]


def test_the_dry_run_of_an_onboarding_is_spelled_out_once():
    assert files_with("^__onboard_account_predict_only$") == {DRY_RUN}
    imports = {name for name in FILES if any(re.fullmatch(r"(\.\./)?" + DRY_RUN, text) for text in texts(load(name)))}
    assert imports == {"onboard_accounts.yml", "awx/onboard_by_survey.yml"}
