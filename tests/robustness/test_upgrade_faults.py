# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The upgrade of a connector over a bad network: whichever request fails, nothing that is in use goes, and the next run goes on."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tests.robustness.cycles import attempt
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import BUILTIN, FAULTS, TIMEOUT, Refusing, assert_looked_before_sending_again
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import writes

ACCOUNT = "hooli"
KEY, SECRET = "CANARY-key-of-zendesk", "CANARY-secret-of-zendesk"
KINDS = ("401", "500", "503", "bad_json", "drop_after_commit", "drop_before", "refused")

ZENDESK = dict(Name="Zendesk", AuthType="ApiKey", Authentication=[dict(AuthName="API token", AuthType="ApiKey")])
PARAMETERS = [dict(Name="Subdomain", TargetName="Subdomain"), dict(Name="Signature", TargetName="Signature", IsSensitive=True, IsOptional=True)]
SEED = {
    "Accounts": [{"Id": ACCOUNT, "Name": "Hooli Inc."}],
    "Connectors": [
        dict(ZENDESK, Id=30001, Version="v3", Parameters=PARAMETERS),
        dict(ZENDESK, Id=30002, Version="v4", Parameters=PARAMETERS),
    ],
    "AccountConnectors": [
        {"AccountId": ACCOUNT, "Id": 901, "Name": "Zendesk", "ConnectorId": 30001, "AuthValue": KEY,
         "Properties": [{"Name": "Subdomain", "Value": "hooli"}, {"Name": "Signature", "Value": SECRET}]},
        {"AccountId": ACCOUNT, "Id": 902, "Name": "Salesforce", "ConnectorId": 20003, "AuthValue": "tokens"},
        # What belongs to somebody else and must not be touched.
        {"AccountId": ACCOUNT, "Id": 903, "Name": "Another", "ConnectorId": 20005, "AuthValue": "x"},
    ],
    "Templates": [{"Id": "11111111-2222-4333-8444-555555555555", "Name": "Accounts", "Connectors": [{"Name": "Salesforce", "Version": "v58.0"}]}],
    "Cycles": [{"AccountId": ACCOUNT, "TemplateId": "11111111-2222-4333-8444-555555555555", "Name": "Accounts", "Status": "Active"}],
}
BY_KEY = dict(account_id=ACCOUNT, connector="Zendesk", connector_version="v4", remove_replaced=True)
BY_CONSENT = dict(account_id=ACCOUNT, connector="Salesforce", connector_version="v60.0", remove_replaced=True)


@pytest.fixture(scope="module")
def fresh(_sandbox):
    data = yaml.safe_load(BUILTIN.read_text(encoding="utf-8"))
    data.update({key: data.get(key, []) + entries for key, entries in SEED.items()})

    def reset():
        _sandbox.reset(data)
        return _sandbox

    return reset


def run(sandbox, options, **how):
    return attempt(sandbox.url, options, module="cyclr_connector_upgrade", **how)


def versions(sandbox):
    return {one["Name"]: one["ConnectorId"] for one in sandbox.state()["AccountConnectors"] if one["AccountId"] == ACCOUNT}


def requests_of(sandbox, options):
    before = len(sandbox.journal())
    assert run(sandbox, options).error is None
    return [(one["method"], one["path"]) for one in sandbox.journal()[before:]]


BY_KEY_DONE = {"Zendesk": 30002, "Salesforce": 20003, "Another": 20005}
BY_CONSENT_DONE = {"Zendesk": 30001, "Salesforce": 20004, "Salesforce (replaced by v60.0)": 20003, "Another": 20005}
CASES = [
    *((BY_KEY, BY_KEY_DONE, fault, 1) for fault in KINDS),
    # For longer than anybody's patience
    *((BY_KEY, BY_KEY_DONE, fault, 6) for fault in ("500", "drop_after_commit")),
    *((BY_CONSENT, BY_CONSENT_DONE, fault, 6) for fault in ("500", "drop_after_commit")),
]


@pytest.mark.parametrize("options, expected, fault, times", CASES, ids=["%s-%s-%d" % (one[0]["connector"], *one[2:]) for one in CASES])
def test_each_request(fresh, options, expected, fault, times):
    table = requests_of(fresh(), options)
    assert {"PUT", "POST"} <= {method for method, dummy in table}
    for number, (method, path) in enumerate(table):
        sandbox = fresh()
        skip = table[:number].count((method, path))
        refusals = [[method, path, skip, times]] if fault == "refused" else []
        sandbox.faults([] if refusals else [dict(FAULTS[fault], method=method, path=path, skip=skip, times=times)])
        outcome = run(sandbox, options, timeout=TIMEOUT, wire=Refusing(refusals))
        sandbox.faults([])
        assert_looked_before_sending_again(sandbox.journal())
        there = versions(sandbox)
        # Never without any, never two of one name, and what a running integration uses stays.
        assert len(there) == len([one for one in sandbox.state()["AccountConnectors"] if one["AccountId"] == ACCOUNT])
        assert 20003 in there.values() and {30001, 30002} & set(there.values()), (method, path, there)
        if outcome.error is not None:
            assert KEY not in str(outcome.error.as_result()) and SECRET not in str(outcome.error.as_result())
        again = run(sandbox, options)
        assert again.error is None, again.error.msg
        assert versions(sandbox) == expected, (method, path)
        (new,) = [one for one in sandbox.state()["AccountConnectors"] if one["ConnectorId"] in (30002, 20004)]
        if options is BY_KEY:
            assert new["AuthValue"] == KEY and {one["Name"]: one["Value"] for one in new["Properties"]} == dict(Subdomain="hooli", Signature=SECRET)
        before = len(sandbox.journal())
        last = run(sandbox, options)
        assert last.error is None and last.result["changed"] is False and not writes(sandbox.journal()[before:])


def test_a_failure_says_what_was_done_before(fresh):
    sandbox = fresh()
    sandbox.faults([dict(fault="status:500", method="POST", path="/v1.0/connectors/*/install", times=9)])
    error = run(sandbox, BY_KEY).error
    assert error.as_result()["changed"] is True
    assert "Done before: 'Zendesk' renamed to 'Zendesk (replaced by v4)'. Run it again to continue" in error.msg
