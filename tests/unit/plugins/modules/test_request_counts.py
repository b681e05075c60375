# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many requests a task takes: at most three for what is new, at most two for what is there. An integration takes five to install and start.

The scripts are complete, so their length is the number of requests.
"""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.modules import (
    cyclr_account,
    cyclr_account_info,
    cyclr_connector_info,
    cyclr_connector_install,
    cyclr_cycle,
    cyclr_cycle_info,
    cyclr_oauth_link,
    cyclr_partner_connector,
    cyclr_template_info,
)
from ansible_collections.cyclr.ipaas.tests.support.api_objects import (
    CYCLE_ID,
    STEP_ID,
    TEMPLATE_ID,
    account,
    connector,
    cycle,
    cycles,
    installed,
    listing,
    lookup,
    mapped,
    named,
    parameter,
    step,
    steps,
    template,
    templates,
    used,
    variable,
    variables,
)
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import Call, get, play, post, put

FULL = connector(parameters=[parameter("A"), parameter("Key", IsSensitive=True)])
EVERYTHING = dict(
    account_id="c1", connector="Mailchimp", description="D", api_key="the-api-key", properties=dict(A="1"), sensitive_properties=dict(Key="the-secret"),
    partner_connector=True,
)
STATE = installed(FULL, [("A", "1"), ("Key", "the-secret")], Description="D", AuthValue="the-api-key", Authenticated=True, IsPartnerIntegrationConnector=True)
BODY = {
    "Name": "Mailchimp", "Description": "D", "AuthenticationId": "id-of-ApiKey", "AuthValue": "the-api-key", "IsPartnerIntegrationConnector": True,
    "Properties": [{"Id": 7, "Name": "A", "Value": "1"}, {"Id": 7, "Name": "Key", "Value": "the-secret"}],
}


def test_a_new_connector_with_everything_takes_three_requests():
    calls = [listing(), lookup(FULL), post("/v1.0/connectors/20/install", BODY, STATE, account="c1")]
    assert len(calls) == 3
    assert play(cyclr_connector_install, EVERYTHING, calls)["changed"] is True


# -- integrations --------------------------------------------------------------------------------------------------

BY_NAME = dict(account_id="c1", template="Contacts")
BY_ID = dict(account_id="c1", template_id=TEMPLATE_ID)
CYCLE, STEP = "/v1.0/cycles/" + CYCLE_ID, "/v1.0/steps/" + STEP_ID
ONE_TEMPLATE = get("/v1.0/templates/" + TEMPLATE_ID, template())
RUNNING = cycle(Status="Active")
MINE = [used(AccountConnectorId=501, Authenticated=True)]

STATUS = named(8, "Status")
MAPPED = dict(MappingType="StaticValue", Value="x")
SETTINGS = dict(
    nothing=({}, [], []),
    schedule=(dict(interval=60, start_time="2030-01-31T12:00:00Z"), [], []),
    description=(dict(description="D"), [], [put(CYCLE, {"Description": "D"}, cycle(Description="D"), account="c1")]),
    connectors=(dict(connectors=dict(Mailchimp="Mine")), [listing(installed(Id=501, Name="Mine"))], []),
)
EXPORT = get("/v1.0/templates/%s/export" % TEMPLATE_ID, {"Name": "Contacts", "Variables": [variable()], "Steps": [step(fields=[STATUS])]}, account="c1")


def of_a_new_one(reads, writes, interval, start, found, shown):
    install = post("/v1.0/templates/%s/install" % TEMPLATE_ID, {}, dict(cycle(), **shown), account="c1")
    body = dict({"RunOnce": False}, **({"Interval": interval} if interval else {}), **({"StartTime": start} if start else {}))
    return [cycles(), found, *reads, install, *writes, put(CYCLE + "/activate", body, account="c1"), cycles(dict(RUNNING, **shown))]


@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize("options, found", [(BY_NAME, templates()), (BY_ID, ONE_TEMPLATE)])
def test_installing_and_starting_takes_five_requests_and_one_for_each_kind_of_setting(options, found, kind):
    wanted, reads, writes = SETTINGS[kind]
    shown = dict(Connectors=MINE) if kind == "connectors" else {}
    calls = of_a_new_one(reads, writes, wanted.get("interval"), wanted.get("start_time"), found, shown)
    assert len(calls) <= (5 if kind in ("nothing", "schedule") else 6)
    assert play(cyclr_cycle, dict(options, **wanted), calls)["cycle"]["running"] is True


def test_variables_of_a_new_integration_take_one_request_to_check_and_one_to_set():
    patch = Call("PATCH", CYCLE + "/variables", body=[variable(value="x")], answer=[variable(value="x")], account="c1")
    calls = of_a_new_one([EXPORT], [patch], None, None, templates(), {})
    assert len(calls) == 7
    play(cyclr_cycle, dict(BY_NAME, variables={"Welcome Tag": "x"}), calls)


def test_mappings_of_a_new_integration_take_two_requests_and_one_for_each():
    wanted = [dict(step="Add member", field=name, value="x") for name in ("Status", "Tag")]
    there = step(fields=[STATUS, named(9, "Tag")])
    export = get(EXPORT.path, {"Name": "Contacts", "Steps": [there]}, account="c1")
    writes = [put("%s/fieldmappings/%d" % (STEP, number), MAPPED, mapped(STATUS, **MAPPED), account="c1") for number in (8, 9)]
    calls = of_a_new_one([export], [steps(there), *writes], None, None, templates(), {})
    assert len(calls) == 5 + 2 + 2
    play(cyclr_cycle, dict(BY_NAME, mappings=wanted), calls)


SAME = cycle(Status="Active", Description="D", Connectors=MINE)
FIELDS = get(STEP + "/fieldmappings", [mapped(STATUS, **MAPPED)], account="c1")


@pytest.mark.parametrize("wanted, reads", [
    (dict(description="D", interval=60), []),
    (dict(connectors=dict(Mailchimp="Mine")), [listing(installed(Id=501, Name="Mine"))]),
    (dict(variables={"Welcome Tag": "x"}), [variables(variable(value="x"))]),
    (dict(mappings=[dict(step="Add member", field="Status", value="x")]), [steps(step(fields=[STATUS])), FIELDS]),
])
def test_a_second_run_reads_only_what_was_given(wanted, reads):
    for check_mode in (False, True):
        assert play(cyclr_cycle, dict(BY_NAME, **wanted), [cycles(SAME), templates(), *reads], check_mode)["changed"] is False


# -- what is there -------------------------------------------------------------------------------------------------

SECOND_RUNS = [
    (cyclr_account, dict(account_id="c1", name="c1"), [get("/v1.0/accounts/c1", account())]),
    (cyclr_account, dict(account_id="c1", state="absent"), [get("/v1.0/accounts/c1", status=404)]),
    (cyclr_account_info, dict(account_id="c1"), [get("/v1.0/accounts/c1", account())]),
    (cyclr_connector_install, EVERYTHING, [listing(STATE)]),
    (cyclr_connector_install, dict(EVERYTHING, connector="mailchimp"), [listing(STATE)]),
    (cyclr_connector_install, dict(account_id="c1", connector_id=20), [listing(STATE)]),
    (cyclr_connector_install, dict(account_id="c1", name="x", state="absent"), [listing(STATE)]),
    (cyclr_connector_install, dict(account_id="c1", name="Mailchimp", state="deauthenticated"), [listing(installed())]),
    (cyclr_connector_info, dict(account_id="c1", name="Mailchimp"), [lookup(FULL), listing(STATE)]),
    (cyclr_oauth_link, dict(account_id="c1", name="Mailchimp", service_domain="a.example", target_origin="https://b.example"),
     [listing(installed(connector("OAuth2"), Authenticated=True))]),
    (cyclr_oauth_link, dict(account_id="c1", account_connector_id=500, service_domain="a.example", target_origin="https://b.example"),
     [get("/v1.0/account/connectors/500", installed(connector("OAuth2"), Authenticated=True), account="c1")]),
    (cyclr_partner_connector, dict(account_id="c1", source_account_id="templates"), [listing(STATE, account="templates"), listing(STATE)]),
    (cyclr_cycle, BY_NAME, [cycles(RUNNING), templates()]),
    (cyclr_cycle, BY_ID, [cycles(RUNNING), ONE_TEMPLATE]),
    (cyclr_cycle, dict(BY_ID, name="Contacts", description="D"), [cycles(SAME)]),
    (cyclr_cycle, dict(account_id="c1", cycle_id=CYCLE_ID), [get(CYCLE, RUNNING, account="c1")]),
    (cyclr_cycle, dict(BY_NAME, state="stopped"), [cycles(cycle()), templates()]),
    (cyclr_cycle, dict(BY_NAME, state="absent"), [cycles(), templates()]),
    (cyclr_cycle_info, dict(account_id="c1", name="Contacts"), [cycles(RUNNING)]),
    (cyclr_template_info, dict(name="Contacts"), [templates()]),
]


@pytest.mark.parametrize("module, options, calls", SECOND_RUNS)
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_second_run_takes_two_requests_at_most(module, options, calls, check_mode):
    assert len(calls) <= 2
    assert play(module, options, calls, check_mode)["changed"] is False


def test_the_connectors_of_an_account_are_no_catalogue():
    """The list of what is installed grows with the account alone, a hundred to a page."""
    many = [installed(Id=number, Name="Connector %d" % number) for number in range(150)]
    calls = [listing(*many[:100]), get("/v1.0/account/connectors", many[100:], account="c1", query=dict(page=2, pageSize=100))]
    assert play(cyclr_connector_install, dict(account_id="c1", name="Connector 149", connector="Mailchimp"), calls)["changed"] is False
