# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an onboarding says of integrations."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_cycles import change_of_cycle, foreseen, is_uncertain, why_not


def record(state, name="HubSpot", number=7, connector=None):
    return dict(id=number, name=name, state=state, authenticated=state == "ready", connector=dict(name=connector or name))


def unmet(number=7, **more):
    return dict(dict(code=20, reason="Unauthenticated connector", object_type="AccountConnector", object_id=number, step=None, field=None, values=[]), **more)


def of_step(**more):
    return unmet(None, object_type="ConnectorFieldMapping", reason="Missing field mapping", **more)


def cycle(prerequisites=(), running=False, uses=(("HubSpot", 7),), authenticated=False):
    connectors = [dict(name=name, account_connector_id=number, version=None, authenticated=authenticated) for name, number in uses]
    return dict(id="i1", name="Contacts", template_id="t1", running=running, status=None, connectors=connectors, prerequisites=list(prerequisites))


def predicted(uses=(("HubSpot", None),), prerequisites=(), **more):
    one = dict(cycle(uses=uses, running=None, authenticated=None), id=None)
    del one["prerequisites"]
    after = dict(name="Contacts", template_id="t1", running=True)
    return dict(dict(changed=True, cycle=one, prerequisites=list(prerequisites), ready=True, diff=dict(before={}, after=after)), **more)


@pytest.mark.parametrize(
    "prerequisites, records, words",
    [
        ([unmet()], [record("waits_for_oauth", "HubSpot of sales", connector="HubSpot")], "HubSpot of sales has to be authorized"),
        ([unmet()], [record("needs_key")], "HubSpot needs a key"),
        ([unmet()], [], "HubSpot is not authenticated"),
        ([unmet()], [record("waits_for_oauth", number=8)], "HubSpot is not authenticated"),
        ([unmet(9)], [], "connector 9 is not authenticated"),
        ([of_step(step="Add member", field="Status")], [], "step 'Add member', field 'Status': Missing field mapping"),
        (
            [of_step(step="Add member", field="Status", values=["subscribed", "pending"])],
            [],
            "step 'Add member', field 'Status': Missing field mapping (allowed are: subscribed, pending)",
        ),
        ([of_step(step="Add member")], [], "step 'Add member': Missing field mapping"),
        ([of_step()], [], "Missing field mapping"),
        ([unmet(), unmet(), of_step()], [], "HubSpot is not authenticated; Missing field mapping"),
        ([dict(of_step(), reason=None)], [], "reason 20"),
    ],
)
def test_why_an_integration_does_not_run(prerequisites, records, words):
    assert why_not(cycle(prerequisites), records) == words


def test_a_new_integration_waits_for_a_connector_that_is_predicted_to_wait():
    result = foreseen(predicted(), [record("waits_for_oauth", number=None)])
    assert result["cycle"]["running"] is False and result["ready"] is False and result["diff"]["after"]["running"] is False
    assert why_not(dict(result["cycle"], prerequisites=result["prerequisites"]), [record("waits_for_oauth", number=None)]) == "HubSpot has to be authorized"
    assert not is_uncertain(dict(result["cycle"], prerequisites=result["prerequisites"]))


def test_several_connectors_that_are_predicted_are_each_named_once():
    records = [record("waits_for_oauth", number=None), record("needs_key", "Mailchimp", number=None), record("ready", "Acme", number=None)]
    result = foreseen(predicted(uses=[("HubSpot", None), ("Mailchimp", None), ("Acme", None)]), records)
    words = why_not(dict(result["cycle"], prerequisites=result["prerequisites"]), records)
    assert words.count("HubSpot") == words.count("Mailchimp") == 1 and "Acme" not in words


@pytest.mark.parametrize(
    "records",
    [[], [record("ready")], [record("waits_for_oauth", "Xero")], [record("waits_for_oauth", "A", 1, "HubSpot"), record("ready", "B", 2, "HubSpot")]],
    ids=["unknown", "ready", "another", "several"],
)
def test_otherwise_it_is_uncertain_whether_a_new_integration_starts(records):
    result = foreseen(predicted(), records)
    assert is_uncertain(dict(result["cycle"], prerequisites=result["prerequisites"]))
    assert change_of_cycle(result["cycle"], **result["diff"]) == "integration Contacts installed and started if nothing is missing"


def existing(prerequisites):
    one = cycle(prerequisites)
    return dict(changed=False, cycle=one, prerequisites=one.pop("prerequisites"), ready=False, diff=dict(before={}, after={}))


def test_an_integration_is_predicted_to_start_if_an_earlier_step_authenticates_what_it_waits_for():
    result = foreseen(existing([unmet()]), [record("ready")])
    assert result["changed"] and result["ready"] and result["cycle"]["running"] and result["prerequisites"] == []
    assert change_of_cycle(result["cycle"], **result["diff"]) == "integration Contacts started"


@pytest.mark.parametrize(
    "prerequisites, records",
    [([unmet()], [record("needs_key")]), ([unmet(), of_step()], [record("ready")]), ([unmet()], []), ([], [record("ready")])],
    ids=["not authenticated", "more is missing", "unknown connector", "nothing is missing"],
)
def test_otherwise_the_prediction_is_what_the_module_says(prerequisites, records):
    result = existing(prerequisites)
    assert foreseen(result, records) == result


@pytest.mark.parametrize(
    "result", [dict(failed=True, msg="no"), dict(changed=True, account={}), predicted(cycle=None), dict(predicted(), prerequisites=None)],
)
def test_nothing_is_foreseen_of_what_should_not_run(result):
    assert foreseen(result, [record("waits_for_oauth")]) == result
