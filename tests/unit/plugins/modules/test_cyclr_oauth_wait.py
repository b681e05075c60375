# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_oauth_wait
from ansible_collections.cyclr.ipaas.tests.support.api_objects import connector, installed, listing, no_account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import Clock, play, rejects

WAITING = installed(connector("OAuth2"), Authenticated=False, AuthValue=None)
DONE = installed(connector("OAuth2"), Authenticated=True)
KEY = dict(installed(connector("ApiKey"), Authenticated=False, AuthValue=None), Name="Other", Id=99)


def test_looks_until_somebody_has_consented():
    result = play(cyclr_oauth_wait, dict(account_id="c1"), [listing(WAITING), listing(WAITING), listing(DONE)])
    assert result == dict(changed=False, authenticated=[DONE["Id"]], waiting_for=[])


def test_ends_when_the_time_is_over():
    result = play(cyclr_oauth_wait, dict(account_id="c1", wait_timeout=12), [listing(WAITING)] * 3)
    assert result == dict(changed=False, authenticated=[], waiting_for=[WAITING["Name"]])


@pytest.mark.parametrize("check_mode, timeout", [(True, 300), (False, 0)])
def test_looks_once(check_mode, timeout):
    result = play(cyclr_oauth_wait, dict(account_id="c1", wait_timeout=timeout), [listing(WAITING)], check_mode=check_mode)
    assert result["waiting_for"] == [WAITING["Name"]]


def test_who_needs_no_consent_is_not_waited_for_unless_named():
    assert play(cyclr_oauth_wait, dict(account_id="c1"), [listing(KEY, DONE)])["waiting_for"] == []
    assert play(cyclr_oauth_wait, dict(account_id="c1", names=["Other"], wait_timeout=0), [listing(KEY, DONE)])["waiting_for"] == ["Other"]


def test_a_name_that_is_not_there():
    with pytest.raises(InvalidInput, match="has no connector 'Nope'; installed"):
        play(cyclr_oauth_wait, dict(account_id="c1", names=["Nope"]), [listing(DONE)])
    predicted = play(cyclr_oauth_wait, dict(account_id="c1", names=["Nope"]), [listing(DONE)], check_mode=True)
    assert predicted["waiting_for"] == ["Nope"]


def test_waits_for_connectors_by_their_ids():
    result = play(cyclr_oauth_wait, dict(account_id="c1", account_connector_ids=[99], wait_timeout=0), [listing(KEY, DONE)])
    assert result == dict(changed=False, authenticated=[], waiting_for=["Other"])
    result = play(cyclr_oauth_wait, dict(account_id="c1", account_connector_ids=[500]), [listing(KEY, WAITING), listing(KEY, DONE)])
    assert result == dict(changed=False, authenticated=[500], waiting_for=[])


def test_an_id_that_is_not_there():
    for check_mode in (False, True):
        with pytest.raises(InvalidInput, match="has no connector 7; installed: 'Mailchimp'"):
            play(cyclr_oauth_wait, dict(account_id="c1", account_connector_ids=[7]), [listing(DONE)], check_mode=check_mode)
    predicted = play(cyclr_oauth_wait, dict(account_id="c1", account_connector_ids=[7]), no_account(), check_mode=True)
    assert predicted == dict(changed=False, authenticated=[], waiting_for=["7"])


def test_names_and_ids_exclude_each_other():
    rejects(cyclr_oauth_wait, dict(account_id="c1", names=["x"], account_connector_ids=[1]), "mutually exclusive")


def test_the_interval_has_an_older_name():
    clock = Clock()
    play(cyclr_oauth_wait, dict(account_id="c1", interval=7), [listing(WAITING), listing(DONE)], clock=clock)
    play(cyclr_oauth_wait, dict(account_id="c1", poll_interval=9), [listing(WAITING), listing(DONE)], clock=clock)
    assert clock.slept == [7, 9]


@pytest.mark.parametrize("options, told", [
    (dict(wait_timeout=-1), "wait_timeout"), (dict(interval=0), "poll_interval"), (dict(poll_interval=0), "poll_interval"),
])
def test_bad_times(options, told):
    with pytest.raises(InvalidInput, match=told):
        play(cyclr_oauth_wait, dict(options, account_id="c1"), [])
