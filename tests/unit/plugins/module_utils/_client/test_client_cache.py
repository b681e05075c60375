# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a chain of modules has read is not read again before something was written."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.cache import ReadCache
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import Clients, outcome
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account_info
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import client, get, message, put, scripted, validated

PATH = "/v1.0/accounts/c1"
READ = Request("GET", PATH, "reading")


def remembering():
    return client(cache=ReadCache())


def test_a_read_is_sent_once():
    with scripted([get(PATH, account())]):
        one = remembering()
        assert one.read(READ) == one.read(READ) == account()


def test_each_asker_gets_an_answer_of_its_own():
    with scripted([get(PATH, account())]):
        one = remembering()
        one.read(READ)["Name"] = "spoiled"
        assert one.read(READ)["Name"] == account()["Name"]


@pytest.mark.parametrize("answer", [200, 400, 503])
def test_a_write_forgets(answer):
    """Whatever came of it."""
    with scripted([get(PATH, account()), put(PATH, dict(Name="x"), account(), answer), get(PATH, account(Name="x"))]):
        one = remembering()
        one.read(READ)
        try:
            one.write(Request("PUT", PATH, "writing", body=dict(Name="x")))
        except Exception as exc:
            assert answer != 200 and exc.status == answer
        assert one.read(READ)["Name"] == "x"


def test_a_failure_is_not_remembered():
    with scripted([get(PATH, message("Oops."), 400), get(PATH, account())]):
        one = remembering()
        with pytest.raises(ApiError):
            one.read(READ)
        assert one.read(READ) == account()


def test_other_accounts_and_pages_are_other_reads():
    with scripted([get(PATH, account(), account="a"), get(PATH, account(), account="b"), get(PATH, account(), account="a", query=dict(page=2))]):
        one = remembering()
        one.read(Request("GET", PATH, "reading", "a"))
        one.read(Request("GET", PATH, "reading", "b"))
        one.read(Request("GET", PATH, "reading", "a", dict(page=2)))


def test_only_for_those_who_share_a_cache():
    clients = Clients()
    params = validated(cyclr_account_info, dict(account_id="c1"))
    with scripted([get(PATH, account())] * 3):
        for _chain in range(2):
            cache = ReadCache()
            for _module in range(2):
                assert "failed" not in outcome(cyclr_account_info.run, params, False, clients, cache=cache)
        assert "failed" not in outcome(cyclr_account_info.run, params, False, clients)


def test_what_another_client_writes_is_forgotten_too():
    cache = ReadCache()
    with scripted([get(PATH, account()), put(PATH, {}, account()), get(PATH, account(Name="x"))]):
        one, other = client(cache=cache), client(cache=cache)
        one.read(READ)
        other.send(Request("PUT", PATH, "writing", body={}))
        assert one.read(READ)["Name"] == "x"
