# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a chain of modules has read is not read again before something was written."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils import module_runner
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account_info
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import client, get, message, put, scripted, validated

PATH = "/v1.0/accounts/c1"


def remembering():
    made = client()
    made.remember_reads()
    return made


def test_a_read_is_sent_once():
    with scripted([get(PATH, account())]):
        one = remembering()
        assert one.get(PATH, "reading") == one.get(PATH, "reading") == account()


def test_each_asker_gets_an_answer_of_its_own():
    with scripted([get(PATH, account())]):
        one = remembering()
        one.get(PATH, "reading")["Name"] = "spoiled"
        assert one.get(PATH, "reading")["Name"] == account()["Name"]


@pytest.mark.parametrize("answer", [200, 400, 503])
def test_a_write_forgets(answer):
    """Whatever came of it."""
    with scripted([get(PATH, account()), put(PATH, dict(Name="x"), account(), answer), get(PATH, account(Name="x"))]):
        one = remembering()
        one.get(PATH, "reading")
        try:
            one.write("PUT", PATH, "writing", dict(Name="x"))
        except Exception as exc:
            assert answer != 200 and exc.status == answer
        assert one.get(PATH, "reading")["Name"] == "x"


def test_a_failure_is_not_remembered():
    with scripted([get(PATH, message("Oops."), 500), get(PATH, account())]):
        one = remembering()
        with pytest.raises(ApiError):
            one.get(PATH, "reading")
        assert one.get(PATH, "reading") == account()


def test_other_accounts_and_pages_are_other_reads():
    with scripted([get(PATH, account(), account="a"), get(PATH, account(), account="b"), get(PATH, account(), account="a", query=dict(page=2))]):
        one = remembering()
        one.get(PATH, "reading", "a")
        one.get(PATH, "reading", "b")
        one.get(PATH, "reading", "a", dict(page=2))


def test_only_within_a_chain(monkeypatch):
    monkeypatch.setattr(module_runner, "_clients", {})
    params = validated(cyclr_account_info, dict(account_id="c1"))
    with scripted([get(PATH, account())] * 3):
        for _chain in range(2):
            with module_runner.remembered_reads():
                for _module in range(2):
                    assert "failed" not in module_runner.outcome(cyclr_account_info.run, params, False)
        assert "failed" not in module_runner.outcome(cyclr_account_info.run, params, False)
