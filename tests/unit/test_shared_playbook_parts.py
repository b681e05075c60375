# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several playbooks need stands in one file, so that all of them mean the same by it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.run_limits import limits_of

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
    assert list(load(ACCOUNT)) == ["cyclr_id", "cyclr_id_seen"]
    assert "cyclr_id" not in {name for file in FILES for play in plays_of(file) for name in play.get("vars") or {}}


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


def united(pairs):
    pairs = list(pairs)
    return set().union(*(facts for facts, variables in pairs)), set().union(*(variables for facts, variables in pairs))


def facts_and_variables(value):
    """The names that tasks set or register, and those in `vars`."""
    if isinstance(value, list):
        return united(map(facts_and_variables, value))
    if not isinstance(value, dict):
        return set(), set()
    facts, variables = facts_and_variables([one for key, one in value.items() if key not in ("ansible.builtin.set_fact", "vars")])
    facts |= {name for name in value.get("ansible.builtin.set_fact") or () if "{{" not in name}
    if "register" in value:
        facts.add(value["register"])
    return facts, variables | set(value.get("vars") or ())


def test_no_variable_is_called_like_a_fact():
    """The fact would win, also in another playbook of the same run."""
    facts, variables = united(facts_and_variables(load(name)) for name in FILES)
    assert {"cyclr_run_summary", "roll_out_result"} <= facts and {"cyclr_summary", "cyclr_lines"} <= variables
    assert facts & variables == set()


SERIAL = {play["serial"] for name in FILES for play in plays_of(name) if "cyclr_batch" in str(play.get("serial"))}


@pytest.mark.parametrize("value", [5, "5", "10%", "10 %", [1, "10 %", "100%"], "1, 10%,100 %", '[1,"50%"]'])
def test_the_keyword_serial_reads_what_the_check_of_the_limits_reads(value):
    (serial,) = SERIAL
    pattern = re.search(r"regex_findall\('(.+?)'\)", serial)[1]
    sizes = [int(one) if one.isdigit() else "%d%%" % int(one.replace("%", "")) for one in re.findall(pattern, str(value))]
    assert sizes == limits_of([dict(cyclr_batch=value)])["batch"]
