# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was created or changed in AWX, from the results of its modules."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.filter.configuration_summary import summary

CREATED, CHANGED, SAME = dict(changed=True, id=1, name="x"), dict(changed=True, id=1), dict(changed=False, id=1)


def test_names_by_kind():
    applied = [
        ["credentials", ["A", "B", "C"], dict(changed=True, results=[SAME, CREATED, CHANGED])], ["projects", ["P"], CREATED], ["workflows", ["W"], None],
        ["templates", ["S", "F"], dict(failed=True, results=[dict(skipped=True), dict(failed=True, changed=True)])],
    ]  # fmt: skip
    assert summary(applied, next_step="launch it") == [
        "created  credentials: B", "created  projects: P", "changed  credentials: C", "ok       credentials: A", "next     launch it",
    ]  # fmt: skip
    assert summary(applied, failure="no room", next_step="launch it")[::5] == ["failed   no room", "next     correct what failed, then run this again"]


def test_nothing_to_do_after_a_run_that_created_nothing():
    assert summary([["projects", ["P"], CHANGED]], next_step="launch it") == ["changed  projects: P"]
    assert summary([["projects", ["P"], SAME]], check_mode=True, next_step="launch it") == ["ok       projects: P"]


def test_check_mode_knows_no_id_of_what_would_be_created():
    applied = [["projects", ["P", "Q"], dict(results=[dict(changed=True), CHANGED])]]
    assert summary(applied, check_mode=True) == ["create   projects: P", "change   projects: Q", "next     run this without --check to make the changes"]


def test_one_screen_however_many_there_are():
    many = ["a job template with a long name %d" % number for number in range(40)]
    applied = [["kind %d" % kind, many, dict(results=[CREATED, CHANGED, SAME, *[CREATED] * 37])] for kind in range(5)]
    lines = summary(applied, next_step="launch it")
    assert len(lines) == 16 and max(map(len, lines)) < 70 and "created  kind 0: a job template with a long name 0 and 37 more" in lines
    alone = summary([["templates", many, dict(results=[CREATED] * 40)]])
    assert len(alone) <= 3 and alone[-1].endswith(" more"), alone


def test_nothing_can_change_the_screen():
    assert "".join(summary([["kind\x1b[2J", ["a\u202e"], SAME]], failure="x\ny")).isprintable()


def test_misused():
    with pytest.raises(AnsibleFilterError, match="configuration_summary"):
        summary([1])
