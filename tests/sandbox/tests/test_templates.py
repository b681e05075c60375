# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Templates: what an install takes over, what it is bound to, and what is not known of both (facts 21)."""

import pytest


def install(api, template, body=None, **more):
    answer = api.post(f"/templates/{template}/install", body, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def used(cycle):
    return {one["Name"]: one["AccountConnectorId"] for one in cycle["Connectors"]}


def own(api, account="globex"):
    return {one["Id"]: one["Name"] for one in api.get("/account/connectors", account=account).json()}


@pytest.mark.parametrize("sensitive, count", [(True, 0), (False, 1)])
def test_template_tag_case_sensitive(sandbox, vendor, sensitive, count):
    sandbox.options(TemplateTagCaseSensitive=sensitive)
    assert len(vendor.get("/templates?tag=CRM").json()) == count


def test_names_need_not_be_unique(vendor):
    assert [one["Name"] for one in vendor.get("/templates").json()].count("Twins") == 2


@pytest.mark.parametrize("how, name", [("honour", "Mine"), ("ignore", "Contacts to deals")])
def test_install_name(sandbox, vendor, ids, how, name):
    sandbox.options(InstallName=how)
    assert install(vendor, ids.template, {"name": "Mine", "Unknown": 1})["Name"] == name


def test_install_is_not_idempotent(vendor, ids):
    first, second = install(vendor, ids.template), install(vendor, ids.template)
    assert first["Id"] != second["Id"] and used(first) == used(second)


def test_install_gives_steps_ids_of_their_own(vendor, ids):
    def steps(cycle):
        return {one["Name"]: one["Id"] for one in vendor.get(f"/cycles/{cycle['Id']}/steps").json()}

    first, second = steps(install(vendor, ids.template)), steps(install(vendor, ids.template))
    assert not set(first.values()) & set(second.values())
    (mapping, _stage) = vendor.get(f"/steps/{second['Create deal']}/fieldmappings").json()
    assert (mapping["MappingType"], mapping["SourceStepId"]) == ("PreviousStep", second["List contacts"])


@pytest.mark.parametrize("how, status", [("ok", 200), ("not_found", 404)])
def test_install_unpublished(sandbox, vendor, ids, how, status):
    sandbox.options(InstallUnpublished=how)
    assert vendor.post(f"/templates/{ids.unpublished}/install").status_code == status


def test_install_with_a_draft_connector(vendor, ids):
    assert vendor.post(f"/templates/{ids.draft}/install").status_code == 400
    assert vendor.get("/cycles").json()[-1]["Name"] == "Running"


def test_install_needs_an_account(vendor, ids):
    assert vendor.post(f"/templates/{ids.template}/install", account=None).status_code == 401
    assert vendor.get("/templates", account=None).status_code == 200


@pytest.mark.parametrize("how", ["lowest", "newest", "error", "fresh"])
def test_install_connector(sandbox, vendor, ids, how):
    sandbox.options(InstallConnector=how)
    second = vendor.install("Pipedrive", {"Name": "Second"})["Id"]
    answer = vendor.post(f"/templates/{ids.template}/install")
    if how == "error":
        assert answer.status_code == 400
        return
    bound = used(answer.json())
    expected = {"lowest": 52, "newest": second, "fresh": second + 2}[how]
    assert bound["Pipedrive"] == expected
    if how == "fresh":
        assert own(vendor)[expected] == "Pipedrive 2"


def test_fresh_installation_in_the_template(sandbox, vendor):
    """`Installation: Fresh`: each install adds another account connector."""
    guid = "bbbbbbbb-0000-4000-8000-00000000000f"
    sandbox.reset(
        {
            "Accounts": [{"Id": "globex"}],
            "Connectors": [{"Id": 1, "Name": "A", "AuthType": "ApiKey"}],
            "Templates": [{"Id": guid, "Name": "T", "Connectors": [{"Name": "A", "Installation": "Fresh"}]}],
        }
    )
    vendor.token = None
    for _time in range(2):
        install(vendor, guid)
    assert list(own(vendor).values()) == ["A", "A 2"]


def test_install_adds_what_is_missing(vendor, ids):
    vendor.post("/accounts", {"Id": "new", "Name": "New"})
    cycle = install(vendor, ids.template, account="new")
    assert [one["Authenticated"] for one in cycle["Connectors"]] == [False, False]
    assert own(vendor, "new") == {one["AccountConnectorId"]: one["Name"] for one in cycle["Connectors"]}


@pytest.mark.parametrize("uses", [True, False])
def test_install_uses_parent_connectors(sandbox, vendor, ids, uses):
    sandbox.options(InstallUsesParentConnectors=uses)
    cycle = install(vendor, ids.template, account="globex-sub")
    assert (used(cycle) == {"Access CRM": 51, "Pipedrive": 52}) == uses
    assert (own(vendor, "globex-sub") == {}) == uses


@pytest.mark.parametrize("how, value", [("empty", None), ("copied", "open")])
def test_user_configurable_values(sandbox, vendor, ids, how, value):
    sandbox.options(UserConfigurableValues=how)
    cycle = install(vendor, ids.template)
    step = vendor.get(f"/cycles/{cycle['Id']}/steps").json()[1]["Id"]
    mapping = vendor.get(f"/steps/{step}/fieldmappings/{ids.stage}").json()
    assert (mapping["Value"], mapping["IsLaunchVisible"]) == (value, True)


@pytest.mark.parametrize("serves", [False, True])
def test_upgrade_call(sandbox, vendor, ids, serves):
    """No source names the call; values to configure and variables stay."""
    sandbox.options(UpgradeCall=serves)
    step = vendor.get(f"/cycles/{ids.idle}/steps").json()[1]["Id"]
    vendor.put(f"/steps/{step}/fieldmappings/{ids.stage}", {"MappingType": "ValueList", "Value": "won"})
    vendor.put(f"/steps/{step}/parameters/{ids.parameter}", {"MappingType": "StaticValue", "Value": "9"})
    vendor.put(f"/cycles/{ids.idle}/variables/Region", {"Value": "US"})
    assert [one["Name"] for one in vendor.get("/cycles/upgradeable").json()] == ["Running"]
    sandbox.release(ids.template)
    assert [one["Name"] for one in vendor.get("/cycles/upgradeable").json()] == ["Idle", "Running"]
    answer = vendor.put(f"/cycles/{ids.idle}/upgrade")
    assert answer.status_code == (200 if serves else 404)
    if serves:
        assert [one["Name"] for one in vendor.get("/cycles/upgradeable").json()] == ["Running"]
        step = vendor.get(f"/cycles/{ids.idle}/steps").json()[1]["Id"]
        assert vendor.get(f"/steps/{step}/fieldmappings/{ids.stage}").json()["Value"] == "won"
        assert vendor.get(f"/steps/{step}/parameters/{ids.parameter}").json()["Value"] == "1"
        assert vendor.get(f"/cycles/{ids.idle}/variables/Region").json()["Value"] == "US"


# Template files


def test_an_exported_template_can_be_imported(sandbox, vendor, ids):
    exported = vendor.get(f"/templates/{ids.template}/export").json()
    answer = vendor.post(f"/templates/import?folderid={ids.folder}", exported)
    assert (answer.status_code, answer.json()["Name"]) == (200, "Contacts to deals")
    assert answer.json()["Id"] != ids.template
    old, new = (
        {key: value for key, value in vendor.get(f"/templates/{one}").json().items() if key != "Id"}
        for one in (ids.template, answer.json()["Id"])
    )
    assert old == new
    template = next(one for one in sandbox.state()["Templates"] if one["Id"] == answer.json()["Id"])
    assert template["FolderId"] == ids.folder
    assert vendor.get(f"/cycles/{install(vendor, template['Id'])['Id']}/prerequisites").json() == []


def test_an_import_adds_missing_connectors(sandbox, vendor, ids):
    exported = vendor.get(f"/templates/{ids.template}/export").json()
    sandbox.reset({"Accounts": [{"Id": "globex"}]})
    vendor.token = None
    assert vendor.post("/templates/import", exported).status_code == 200
    assert [one["Name"] for one in vendor.get("/connectors").json()] == ["Access CRM", "Pipedrive"]


def test_values_to_configure_are_not_exported(vendor, ids):
    exported = vendor.get(f"/templates/{ids.template}/export").json()
    stage = exported["Steps"][1]["Fields"][1]
    assert (stage["IsLaunchVisible"], "Value" in stage) == (True, False)


@pytest.mark.parametrize(
    "body", [{}, {"Name": ""}, {"Name": "x", "Steps": [{"Connector": "Nobody"}]}, {"Name": "x", "Connectors": [1]}, ["x"]]
)
def test_an_import_that_fails_changes_nothing(sandbox, vendor, says, body):
    before = len(sandbox.state()["Templates"])
    says(vendor.post("/templates/import", body), 400, "Failed to import template.")
    assert len(sandbox.state()["Templates"]) == before


@pytest.mark.parametrize("how, status, keys", [("full", 200, {"Name", "Steps", "Variables"}), ("name", 200, {"Name"}), ("not_found", 404, set())])
def test_template_export(sandbox, vendor, ids, how, status, keys):
    sandbox.options(TemplateExport=how)
    answer = vendor.get(f"/templates/{ids.template}/export")
    assert answer.status_code == status
    assert status == 404 or keys <= set(answer.json()) and (how == "full") == ("Steps" in answer.json())
