# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chain of modules, with modules that answer as a test says."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import published
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_steps import StepFailed, is_new, onboard, plan_of

NOTHING = dict(
    account_id="c1", name=None, description=None, timezone=None, settings=None, partner=None, connectors=None, oauth=None, wait_for_oauth=0, cycles=None,
)
NEW = dict(changed=True, account=dict(id="c1"), diff=dict(before={}, after=dict(name="c1")))
THERE = dict(changed=False, account=dict(id="c1"), diff=dict(before={}, after={}))
OAUTH = dict(target_origin="https://app.example.com")


def record(name, state="ready", number=7):
    authenticated, kind = dict(ready=(True, "OAuth2"), waits_for_oauth=(False, "OAuth2"), needs_key=(False, "ApiKey"))[state]
    return dict(
        id=number, name=name, state=state, authenticated=authenticated, requires_oauth=kind == "OAuth2", auth_type=kind, connector=dict(name=name),
    )


def installed(*args, changed=True, **kwargs):
    return dict(changed=changed, account_connector=record(*args, **kwargs), diff=dict(before={}, after=dict(name=args[0])))


def link(name):
    return dict(changed=True, oauth_link=dict(name=name, url="https://secret", expires_at="soon", account_connector_id=7))


def unmet(number=7):
    return dict(code=100, reason="not authenticated", object_type="AccountConnector", object_id=number, step=None, field=None)


def cycle(name="Contacts", running=True, number="i1", prerequisites=(), changed=True, uses="HubSpot"):
    connectors = [dict(account_connector_id=None if number is None else 7, name=uses, version=None, authenticated=None)]
    one = dict(id=number, name=name, template_id="t1", running=running, connectors=connectors, status="Active" if running else None)
    after = dict(name=name, template_id="t1", running=running is not False) if changed else {}
    return dict(changed=changed, cycle=one, prerequisites=list(prerequisites), ready=not prerequisites, diff=dict(before={}, after=after))


class Modules:
    """Answers by module, in order for those that run several times; the same in check mode, with what `predicted` says instead."""

    def __init__(self, predicted=None, **answers):
        self.answers = {name: answer if isinstance(answer, list) else [answer] for name, answer in answers.items()}
        self.predicted = dict(self.answers, **{name: answer if isinstance(answer, list) else [answer] for name, answer in (predicted or {}).items()})
        self.ran, self.lines = [], []

    def run(self, step, check_mode):
        self.ran.append((step.module, check_mode, step.options))
        position = len([one for one in self.ran[:-1] if one[:2] == (step.module, check_mode)])
        return (self.predicted if check_mode else self.answers)[step.module][position]

    def onboard(self, check_mode=False, must_exist=False, **params):
        plan = plan_of(dict(NOTHING, **params))
        return onboard(plan, self.run, lambda account_id, one: self.lines.append((account_id, one["name"])), check_mode, must_exist)

    def called(self, check_mode=False):
        return [module for module, in_check_mode, options in self.ran if in_check_mode == check_mode]

    def options(self, module):
        return [options for name, check_mode, options in self.ran if name == module and not check_mode]


def test_an_account_alone():
    modules = Modules(cyclr_account=NEW)
    result = modules.onboard(name="Globex", timezone="Europe/London", settings=dict(audit_info="x"))
    assert modules.options("cyclr_account") == [dict(account_id="c1", name="Globex", timezone="Europe/London", audit_info="x")]
    assert result["account"] == dict(id="c1")
    assert (result["ready"], result["changed"], result["changes"], result["failed"]) == (True, True, ["account created"], False)
    assert result["msg"] == "nothing installed"
    assert (result["partner_connector"], result["deployment"], result["account_connectors"], result["oauth_links"]) == (None, None, [], [])


def test_all_steps_in_order():
    partner = dict(installed("Acme", number=1), partner_connector=dict(name="Acme", connector_id=5), deployment=dict(via="launch", url="u", token="t"))
    modules = Modules(
        cyclr_account=NEW,
        cyclr_partner_connector=partner,
        cyclr_connector_install=[installed("HubSpot", "waits_for_oauth"), installed("Logger", number=9, changed=False)],
        cyclr_oauth_link=link("HubSpot"),
    )
    connectors = [dict(connector="HubSpot"), dict(connector="Logger")]
    result = modules.onboard(name="Globex", partner=dict(source_account_id="t"), connectors=connectors, oauth=OAUTH)
    order = ["cyclr_account", "cyclr_partner_connector", "cyclr_connector_install", "cyclr_connector_install", "cyclr_oauth_link"]
    assert modules.called(check_mode=True) == modules.called() == order
    assert modules.options("cyclr_partner_connector") == [dict(account_id="c1", source_account_id="t", account_name="Globex")]
    assert [one["name"] for one in result["account_connectors"]] == ["Acme", "HubSpot", "Logger"]
    assert result["partner_connector"]["name"] == "Acme" and result["deployment"]["via"] == "launch"
    assert not result["ready"] and result["msg"] == "waits for OAuth: HubSpot"
    # The link is none of them.
    assert result["changes"] == ["account created", "Acme installed", "HubSpot installed"]
    assert [one["before_header"] for one in result["diff"]][1:] == ["Install the partner connector", "Install further connectors: HubSpot"]


def test_a_connector_is_addressed_by_its_id():
    waits = installed("QuickBooks test", "waits_for_oauth", number=77)
    modules = Modules(cyclr_account=NEW, cyclr_connector_install=waits, cyclr_oauth_link=link("QuickBooks test"))
    modules.onboard(connectors=[dict(connector="QuickBooks", name="QuickBooks test")], oauth=OAUTH)
    assert modules.options("cyclr_oauth_link") == [dict(OAUTH, account_id="c1", account_connector_id=77)]


def test_everything_is_predicted_before_the_first_write():
    modules = Modules(dict(cyclr_connector_install=dict(failed=True, msg="No.")), cyclr_account=NEW)
    with pytest.raises(StepFailed, match=r"^Install further connectors: HubSpot: No\.$") as caught:
        modules.onboard(connectors=[dict(connector="HubSpot")])
    assert modules.called() == [] and caught.value.changes == []


def test_an_account_that_needs_nothing_is_asked_once():
    modules = Modules(cyclr_account=THERE, cyclr_connector_install=installed("HubSpot", changed=False))
    result = modules.onboard(connectors=[dict(connector="HubSpot")], oauth=OAUTH, wait_for_oauth=60)
    assert modules.called() == [] and result["ready"] and not result["changed"]


def test_check_mode_is_the_prediction():
    modules = Modules(cyclr_account=NEW, cyclr_connector_install=installed("HubSpot", "waits_for_oauth", number=None), cyclr_oauth_link=link("HubSpot"))
    result = modules.onboard(check_mode=True, connectors=[dict(connector="HubSpot")], oauth=OAUTH, wait_for_oauth=60)
    assert modules.called() == [] and modules.ran[-1][2] == dict(OAUTH, account_id="c1", name="HubSpot")
    assert result["changes"] == ["account created", "HubSpot installed"] and modules.lines == []


def test_the_callers_name_for_the_partner_wins():
    plan = plan_of(dict(NOTHING, name="Globex", partner=dict(source_account_id="t", account_name="Other")))
    assert plan.partner.options["account_name"] == "Other"


def test_the_account_with_the_partner_connector_has_to_be_there_before_the_first_write():
    partner = dict(installed("None", number=None), partner_connector=dict(name=None, connector_id=None), deployment=None)
    modules = Modules(cyclr_account=NEW, cyclr_partner_connector=partner)
    with pytest.raises(StepFailed, match="^Install the partner connector: source_account_id: account 't' does not exist"):
        modules.onboard(partner=dict(source_account_id="t"))
    assert modules.called() == []
    modules = Modules(cyclr_account=NEW, cyclr_partner_connector=partner)
    assert modules.onboard(check_mode=True, partner=dict(source_account_id="t"))["changes"]


def test_names_are_checked_in_the_catalogue_of_the_source_account():
    plan = plan_of(dict(NOTHING, partner=dict(source_account_id="t"), connectors=[dict(connector="HubSpot")]))
    assert plan.connectors[0].options == dict(connector="HubSpot", account_id="c1", catalogue_account_id="t")


def test_a_failure_after_writes_says_what_is_finished():
    failed = dict(failed=True, msg="No.", error=dict(status=500))
    modules = Modules(
        dict(cyclr_connector_install=[installed("HubSpot"), installed("Never")]),
        cyclr_account=NEW, cyclr_connector_install=[installed("HubSpot"), failed],
    )
    with pytest.raises(StepFailed) as caught:
        modules.onboard(connectors=[dict(connector="HubSpot"), dict(connector="Never")])
    assert str(caught.value) == (
        "Install further connectors: Never: No. Finished before: Create or update the account; Install further connectors: HubSpot. "
        "Run it again to continue"
    )
    assert caught.value.changes == ["account created", "HubSpot installed"] and caught.value.error == dict(status=500)


def test_links_are_shown_before_the_wait():
    waited = dict(changed=False, authenticated=[7], waiting_for=[])
    modules = Modules(
        cyclr_account=NEW, cyclr_connector_install=installed("HubSpot", "waits_for_oauth"), cyclr_oauth_link=link("HubSpot"), cyclr_oauth_wait=waited,
    )
    result = modules.onboard(connectors=[dict(connector="HubSpot")], oauth=OAUTH, wait_for_oauth=60)
    assert modules.lines == [("c1", "HubSpot")]
    assert modules.called()[-2:] == ["cyclr_oauth_link", "cyclr_oauth_wait"]
    (wait,) = modules.options("cyclr_oauth_wait")
    assert wait == dict(account_id="c1", account_connector_ids=[7], wait_timeout=60)
    assert result["ready"] and result["account_connectors"][0]["authenticated"]


def test_integrations_are_set_up_after_the_wait():
    waited = dict(changed=False, authenticated=[7], waiting_for=[])
    modules = Modules(
        dict(cyclr_cycle=cycle(running=None, number=None)),
        cyclr_account=NEW, cyclr_connector_install=installed("HubSpot", "waits_for_oauth"), cyclr_oauth_wait=waited, cyclr_cycle=cycle(),
    )
    result = modules.onboard(connectors=[dict(connector="HubSpot")], wait_for_oauth=60, cycles=[dict(template="Contacts", interval=60)])
    assert modules.called()[-2:] == ["cyclr_oauth_wait", "cyclr_cycle"]
    assert modules.options("cyclr_cycle") == [dict(require_ready=False, template="Contacts", interval=60, account_id="c1")]
    assert result["cycles"] == [dict(cycle()["cycle"], prerequisites=[])]
    assert result["ready"] and result["msg"] == "ready"
    assert result["changes"][-1] == "integration Contacts installed and started"
    assert result["diff"][-1]["before_header"] == "Set up integrations: Contacts"


def test_an_integration_that_cannot_start_is_no_failure_and_not_ready():
    waits = cycle(running=False, prerequisites=[unmet()])
    waits["diff"]["after"]["running"] = False
    modules = Modules(cyclr_account=THERE, cyclr_cycle=waits)
    result = modules.onboard(cycles=[dict(template="Contacts")])
    assert not result["ready"] and result["msg"] == "does not run: Contacts (HubSpot is not authenticated)"
    assert result["changes"] == ["integration Contacts installed"]


def test_an_integration_whose_connector_will_wait_is_predicted_not_to_start():
    modules = Modules(
        cyclr_account=NEW, cyclr_connector_install=installed("HubSpot", "waits_for_oauth", number=None), cyclr_cycle=cycle(running=None, number=None),
    )
    result = modules.onboard(check_mode=True, connectors=[dict(connector="HubSpot")], cycles=[dict(template="Contacts")])
    assert result["cycles"][0]["running"] is False and not result["ready"]
    assert result["msg"] == "waits for OAuth: HubSpot; does not run: Contacts (HubSpot has to be authorized)"
    assert result["changes"][-1] == "integration Contacts installed" and result["diff"][-1]["after"]["running"] is False


@pytest.mark.parametrize("other", [cycle(running=None, number=None, uses="Mailchimp"), cycle()])
def test_a_prediction_is_left_alone_if_no_connector_of_the_integration_waits(other):
    modules = Modules(cyclr_account=NEW, cyclr_connector_install=installed("HubSpot", "waits_for_oauth"), cyclr_cycle=other)
    result = modules.onboard(check_mode=True, connectors=[dict(connector="HubSpot")], cycles=[dict(template="Contacts")])
    assert result["cycles"] == [dict(other["cycle"], prerequisites=[])]


def test_a_removed_integration_is_not_in_the_result():
    gone = dict(changed=True, cycle=None, prerequisites=None, ready=None, diff=dict(before=dict(id="i1", name="Contacts", running=True), after={}))
    result = Modules(cyclr_account=THERE, cyclr_cycle=gone).onboard(cycles=[dict(template="Contacts", state="absent")])
    assert result["cycles"] == [] and result["changes"] == ["integration Contacts removed"] and result["ready"]


@pytest.mark.parametrize("before, after, words", [
    (dict(running=False), dict(running=True), "integration Contacts started"),
    (dict(running=True), dict(running=False), "integration Contacts stopped"),
    (dict(restarted=False), dict(restarted=True), "integration Contacts restarted"),
    (dict(variables={}), dict(variables={}), "integration Contacts: variables"),
    (dict(name="a", running=False), dict(name="b", running=True), "integration Contacts: name, started"),
])
def test_what_happened_to_an_integration_is_said_in_words(before, after, words):
    done = dict(cycle(), diff=dict(before=before, after=after))
    assert Modules(cyclr_account=THERE, cyclr_cycle=done).onboard(cycles=[dict(template="Contacts")])["changes"] == [words]


def test_warnings_are_passed_on_once():
    modules = Modules(
        cyclr_account=dict(NEW, warnings=["a"]), cyclr_connector_install=dict(installed("X"), warnings=["b", "a"]),
    )
    assert modules.onboard(connectors=[dict(connector="X")])["warnings"] == ["a", "b"]


def test_an_account_that_the_inventory_has_listed_is_not_created_again():
    modules = Modules(cyclr_account=NEW)
    with pytest.raises(StepFailed, match="account 'c1' was deleted since the inventory was read"):
        modules.onboard(must_exist=True)
    assert modules.called() == []
    assert Modules(cyclr_account=THERE).onboard(must_exist=True)["failed"] is False


@pytest.mark.parametrize(
    "result, new",
    [(NEW, True), (THERE, False), (dict(NEW, diff=dict(before=dict(timezone=None), after=dict(timezone="UTC"))), False)],
)
def test_an_account_is_new_if_nothing_was_there_before(result, new):
    assert is_new(result) is new


# -- what is refused before the first request ------------------------------------------------------------------------


@pytest.mark.parametrize("option", [*connection(), "account_id"])
@pytest.mark.parametrize(
    "where, given",
    [
        ("settings", lambda one: dict(settings=one)),
        ("partner", lambda one: dict(partner=dict(one, source_account_id="t"))),
        ("connectors: HubSpot", lambda one: dict(connectors=[dict(connector="Mailchimp"), dict(one, connector="HubSpot")])),
        ("oauth", lambda one: dict(oauth=dict(one, **OAUTH))),
        ("cycles: Contacts", lambda one: dict(cycles=[dict(template="Other"), dict(one, template="Contacts")])),
    ],
    ids=["settings", "partner", "connectors", "oauth", "cycles"],
)
def test_a_step_cannot_reach_another_api_or_account(option, where, given):
    with pytest.raises(InvalidInput, match="^%s: %s: cannot be set" % (where, option)):
        plan_of(dict(NOTHING, **given({option: "x"})))


@pytest.mark.parametrize("option", ["account_connector_id", "name"])
def test_the_onboarding_chooses_the_connectors_that_need_a_link(option):
    with pytest.raises(InvalidInput, match="^oauth: %s: cannot be set" % option):
        plan_of(dict(NOTHING, oauth=dict(OAUTH, **{option: "x"})))


def test_an_onboarding_does_not_delete():
    with pytest.raises(InvalidInput, match="^settings: state: must be present"):
        plan_of(dict(NOTHING, settings=dict(state="absent")))
    assert plan_of(dict(NOTHING, settings=dict(state="present")))


@pytest.mark.parametrize(
    "one, other",
    [
        (dict(connector="HubSpot"), dict(connector="HubSpot")),
        (dict(connector="HubSpot"), dict(connector="hubspot")),
        (dict(connector="HubSpot", name="A"), dict(connector="Mailchimp", name="A")),
        (dict(connector="HubSpot"), dict(connector="Mailchimp", name="HubSpot")),
        (dict(connector="hubspot"), dict(connector="HubSpot", name="HubSpot")),
        (dict(connector="HubSpot"), dict(name="HubSpot", state="absent")),
        (dict(connector_id=5), dict(connector_id=5)),
    ],
)
def test_two_items_that_mean_the_same_instance_are_refused(one, other):
    for pair in ([one, other], [other, one]):
        with pytest.raises(InvalidInput, match=r"items 1 \(.*\) and 3 \(.*\) mean the same instance"):
            plan_of(dict(NOTHING, connectors=[pair[0], dict(connector="Between"), pair[1]]))


@pytest.mark.parametrize(
    "one, other",
    [
        (dict(connector="HubSpot", name="A"), dict(connector="HubSpot", name="B")),
        (dict(connector="HubSpot", name="A"), dict(connector="HubSpot")),
        (dict(connector="HubSpot", name="a"), dict(connector="HubSpot", name="A")),
        (dict(connector_id=5), dict(connector_id=6)),
        (dict(connector_id=5, name="A"), dict(connector_id=5)),
    ],
)
def test_two_instances_of_one_connector_are_fine(one, other):
    plan_of(dict(NOTHING, connectors=[one, other]))


def test_two_steps_that_turn_out_to_mean_the_same_instance_are_refused_before_the_first_write():
    modules = Modules(cyclr_account=NEW, cyclr_connector_install=[installed("HubSpot"), installed("HubSpot")])
    with pytest.raises(StepFailed, match="two steps install 'HubSpot' and mean the same instance"):
        modules.onboard(connectors=[dict(connector="HubSpot"), dict(connector_id=20002)])
    assert modules.called() == []


@pytest.mark.parametrize(
    "one, other",
    [
        (dict(template="A"), dict(template="A", interval=60)),
        (dict(template="A"), dict(template="A", name="A")),
        (dict(template="A", name="B"), dict(template="A", name="B")),
        (dict(template_id="ABC"), dict(template_id="abc")),
        (dict(cycle_id="ABC"), dict(cycle_id="abc", name="Other")),
    ],
)
def test_two_items_that_mean_the_same_integration_are_refused(one, other):
    with pytest.raises(InvalidInput, match=r"^cycles: items 1 \(.*\) and 3 \(.*\) mean the same integration"):
        plan_of(dict(NOTHING, cycles=[one, dict(template="Between"), other]))


@pytest.mark.parametrize("one, other", [(dict(template="A"), dict(template="A", name="B")), (dict(template="A"), dict(template="B", name="A"))])
def test_two_integrations_of_one_template_or_name_are_fine(one, other):
    plan_of(dict(NOTHING, cycles=[one, other]))


def test_two_steps_that_turn_out_to_mean_the_same_integration_are_refused_before_the_first_write():
    modules = Modules(cyclr_account=NEW, cyclr_cycle=[cycle(number=None), cycle(number=None)])
    with pytest.raises(StepFailed, match="two items install 'Contacts' and mean the same integration"):
        modules.onboard(cycles=[dict(template="Contacts"), dict(template_id="t1")])
    assert modules.called() == []


@pytest.mark.parametrize("reveal", [True, False])
def test_the_artifact_contains_what_later_jobs_read_and_links_on_request_only(reveal):
    result = dict(
        account=dict(id="c1", name="Globex", timezone="UTC"), partner_connector=None, ready=False, changed=True, changes=["x"], failed=False, msg="",
        account_connectors=[record("HubSpot", "waits_for_oauth"), record("Mailchimp", "needs_key"), record("Acme")],
        deployment=dict(via="launch", url="u", token="t"), oauth_links=[dict(name="HubSpot", url="u", expires_at="soon")],
        cycles=[dict(cycle()["cycle"], prerequisites=[]), dict(cycle("Sign-ups", running=False)["cycle"], prerequisites=[unmet()])],
    )
    assert published(result, reveal) == dict(
        account=dict(id="c1", name="Globex"),
        ready=False,
        changed=True,
        waits_for=["HubSpot"],
        needs_key=["Mailchimp"],
        oauth_links=[dict(name="HubSpot", url="u" if reveal else None, expires_at="soon")],
        cycles=[
            dict(name="Contacts", running=True, reason=None),
            dict(name="Sign-ups", running=False, reason="HubSpot has to be authorized"),
        ],
    )
