# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chain of modules, with modules that are scripted."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_steps import StepFailed, onboard, onboarding_artifact, planned

NOTHING = dict(
    account_id="c1", name=None, description=None, timezone=None, settings=None, partner=None, connectors=None, oauth=None,
    wait_for_oauth=0, reveal_links=False,
)
ACCOUNT = dict(changed=True, account=dict(id="c1"), diff=dict(before={}, after=dict(name="c1")))
OAUTH = dict(target_origin="https://app.example.com")


def record(name, oauth=False, authenticated=False, number=7, kind="OAuth2"):
    return dict(id=number, name=name, requires_oauth=oauth, authenticated=authenticated, auth_type=kind)


def installed(*args, changed=True, **kwargs):
    return dict(changed=changed, account_connector=record(*args, **kwargs), diff=dict(before={}, after=dict(name=args[0])))


def link(name):
    return dict(changed=True, oauth_link=dict(name=name, url="https://secret", expires_at="soon", account_connector_id=7))


class Script:
    """Modules with their answers in order; an extra call fails, a missing call fails."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.called = []
        self.lines = []

    def call(self, module, options):
        self.called.append((module, options))
        expected, answer = self.answers.pop(0)
        assert module == expected
        return answer

    def onboard(self, check_mode=False, **params):
        result = onboard(dict(NOTHING, **params), self.call, self.lines.append, check_mode)
        assert not self.answers
        return result


def test_an_account_alone():
    script = Script(("cyclr_account", ACCOUNT))
    result = script.onboard(name="Globex", timezone="Europe/London", settings=dict(audit_info="x"))
    assert script.called == [("cyclr_account", dict(account_id="c1", name="Globex", timezone="Europe/London", audit_info="x"))]
    assert result["account"] == dict(id="c1")
    assert (result["ready"], result["changed"], result["changes"]) == (True, True, ["account created"])
    assert (result["partner_connector"], result["deployment"], result["account_connectors"], result["oauth_links"]) == (None, None, [], [])


def test_all_steps_in_order():
    partner = dict(installed("Acme", authenticated=True, number=1), partner_connector=dict(name="Acme"), deployment=dict(via="launch", url="u", token="t"))
    script = Script(
        ("cyclr_account", ACCOUNT),
        ("cyclr_partner_connector", partner),
        ("cyclr_connector_install", installed("HubSpot", oauth=True)),
        ("cyclr_connector_install", installed("Logger", kind="None", number=9, changed=False)),
        ("cyclr_oauth_link", link("HubSpot")),
    )
    connectors = [dict(connector="HubSpot"), dict(connector="Logger")]
    result = script.onboard(name="Globex", partner=dict(source_account_id="t"), connectors=connectors, oauth=OAUTH)
    assert script.called[1][1] == dict(account_id="c1", source_account_id="t", account_name="Globex")
    assert script.called[4][1] == dict(OAUTH, account_id="c1", name="HubSpot")
    assert [one["name"] for one in result["account_connectors"]] == ["Acme", "HubSpot", "Logger"]
    assert result["partner_connector"] == dict(name="Acme") and result["deployment"]["via"] == "launch"
    assert not result["ready"]
    # The link is none of them.
    assert result["changes"] == ["account created", "Acme installed", "HubSpot installed"]
    assert [one["before_header"] for one in result["diff"]][1:] == ["Bring in the partner connector", "Install further connectors: HubSpot"]


def test_the_callers_name_for_the_partner_wins():
    steps = list(planned(dict(NOTHING, name="Globex", partner=dict(source_account_id="t", account_name="Other"))))
    assert steps[1][2]["account_name"] == "Other"


@pytest.mark.parametrize("failing, step, changes", [(0, "Ensure that the account exists", []), (1, "Install further connectors: HubSpot", ["account created"])])
def test_a_failure_names_the_step_and_ends_it(failing, step, changes):
    answers = [("cyclr_account", ACCOUNT), ("cyclr_connector_install", installed("HubSpot"))][:failing]
    failed = dict(failed=True, msg="No.", error=dict(status=500))
    script = Script(*answers, (("cyclr_account", "cyclr_connector_install")[failing], failed))
    with pytest.raises(StepFailed, match=step + ": No") as caught:
        script.onboard(connectors=[dict(connector="HubSpot"), dict(connector="Never")])
    assert caught.value.changes == changes and caught.value.result["error"] == dict(status=500)


def test_links_are_shown_before_the_wait_if_asked_for():
    waited = dict(changed=False, authenticated=[7], waiting_for=[])
    steps = [("cyclr_account", ACCOUNT), ("cyclr_connector_install", installed("HubSpot", oauth=True)), ("cyclr_oauth_link", link("HubSpot"))]
    script = Script(*steps, ("cyclr_oauth_wait", waited))
    result = script.onboard(connectors=[dict(connector="HubSpot")], oauth=OAUTH, wait_for_oauth=60, reveal_links=True)
    assert script.lines == ["account c1, open within five minutes, works once, HubSpot: https://secret"]
    assert script.called[-1][1] == dict(account_id="c1", names=["HubSpot"], wait_timeout=60)
    assert result["ready"] and result["account_connectors"][0]["authenticated"]
    silent = Script(*steps)
    silent.onboard(connectors=[dict(connector="HubSpot")], oauth=OAUTH, reveal_links=True)
    assert silent.lines == []


def test_nobody_waits_in_check_mode_or_for_nothing():
    steps = [("cyclr_account", ACCOUNT), ("cyclr_connector_install", installed("HubSpot", oauth=True))]
    Script(*steps).onboard(check_mode=True, connectors=[dict(connector="HubSpot")], wait_for_oauth=60)
    done = [("cyclr_account", ACCOUNT), ("cyclr_connector_install", installed("HubSpot", oauth=True, authenticated=True))]
    assert Script(*done).onboard(connectors=[dict(connector="HubSpot")], oauth=OAUTH, wait_for_oauth=60)["oauth_links"] == []


def test_warnings_are_passed_on():
    script = Script(("cyclr_account", dict(ACCOUNT, warnings=["a"])), ("cyclr_connector_install", dict(installed("X"), warnings=["b"])))
    assert script.onboard(connectors=[dict(connector="X")])["warnings"] == ["a", "b"]


@pytest.mark.parametrize("reveal", [True, False])
def test_the_artifact_holds_links_on_request_only(reveal):
    result = dict(
        account=dict(id="c1"), partner_connector=None, account_connectors=[], ready=True, changed=False, changes=[], failed=False,
        deployment=dict(via="launch", url="u", token="t"), oauth_links=[dict(name="HubSpot", url="u", expires_at="soon")],
    )
    made = onboarding_artifact([result], reveal)["c1"]
    assert set(made) == {"account", "partner_connector", "deployment", "account_connectors", "oauth_links", "ready", "changed"}
    assert made["oauth_links"] == [dict(name="HubSpot", url="u" if reveal else None, expires_at="soon")]
    assert made["deployment"] == dict(via="launch", url="u" if reveal else None, token="t" if reveal else None)
