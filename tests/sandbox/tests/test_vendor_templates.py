# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What the vendor's own tests ask of templates, their installation and their files (facts 21, 31 [QA])."""

import pytest

# templates: 5


def names(answer):
    assert answer.status_code == 200
    return [one["Name"] for one in answer.json()]


def test_list_templates(vendor, ids):
    found = {one["Id"]: one for one in vendor.get("/templates").json()}
    assert found[ids.template]["Tags"] == ["crm", "shared"]
    assert ids.unpublished not in found
    assert found[ids.template]["Connectors"] == [
        {"Id": 101, "Name": "Access CRM", "Version": "1.0", "StepCount": 1, "Icon": None},
        {"Id": 102, "Name": "Pipedrive", "Version": "2.0", "StepCount": 1, "Icon": None},
    ]


def test_templates_in_pages_and_past_the_end(vendor):
    path = "/templates?orderBy=Name&sortOrderAsc=false&pageSize=2"
    assert names(vendor.get(f"{path}&page=1")) == ["Webhook to deals", "Twins"]
    assert names(vendor.get(f"{path}&page=2")) == ["Twins", "Contacts to deals"]
    assert vendor.get("/templates?pageSize=100&page=10").json() == []


def test_templates_by_tag(vendor):
    assert names(vendor.get("/templates?tag=crm")) == ["Contacts to deals"]
    assert names(vendor.get("/templates?Tag=shared")) == ["Contacts to deals", "Webhook to deals"]
    assert names(vendor.get("/templates?tag=CRM")) == []


def test_templates_by_connector(vendor):
    assert names(vendor.get("/templates?connectorName=Access CRM&connectorVersion=1.0")) == ["Contacts to deals", "Twins"]
    assert names(vendor.get("/templates?connectorName=Access CRM&connectorVersion=9")) == []


def test_templates_with_icons_and_prerequisites(vendor, ids):
    path = "/templates?includeIcons=true&includePrerequisites=true&includeOptional=true&lookupCustomFields=true"
    found = next(one for one in vendor.get(path).json() if one["Id"] == ids.template)
    assert found["Connectors"][0]["Icon"].startswith("data:image/png")
    assert found["Prerequisites"]


# template: 2


def test_one_template_with_a_trailing_slash(vendor, ids):
    answer = vendor.get(f"/templates/{ids.template}/")
    assert (answer.status_code, answer.json()["Name"]) == (200, "Contacts to deals")


def test_unknown_template(vendor, ids):
    assert vendor.get(f"/templates/{ids.unknown}").status_code == 404
    assert vendor.get("/templates/nonsense").status_code == 400


# template_install: 3


def test_install(vendor, ids):
    answer = vendor.post(f"/templates/{ids.template}/install", {})
    cycle = answer.json()
    assert (answer.status_code, cycle["Status"], cycle["TemplateId"]) == (200, "Paused", ids.template)
    assert (cycle["Name"], cycle["Tags"]) == ("Contacts to deals", ["crm", "shared"])


def test_install_answers_with_connectors(vendor, ids):
    cycle = vendor.send("POST", f"/templates/{ids.template}/install?includeIcons=false").json()
    assert cycle["Connectors"] == [
        {"Id": 101, "AccountConnectorId": 51, "Name": "Access CRM", "Version": "1.0", "Authenticated": True, "StepCount": 1, "Icon": None},
        {"Id": 102, "AccountConnectorId": 52, "Name": "Pipedrive", "Version": "2.0", "Authenticated": True, "StepCount": 1, "Icon": None},
    ]  # fmt: skip


def test_install_of_an_unknown_template(vendor, ids):
    assert vendor.post(f"/templates/{ids.unknown}/install", {}).status_code == 404


# template_export: 5


def test_export(vendor, ids):
    answer = vendor.get(f"/templates/{ids.template}/export")
    assert (answer.status_code, answer.json()["Name"]) == (200, "Contacts to deals")


def test_import_without_a_body(vendor, says):
    says(vendor.send("POST", "/templates/import"), 400, "Failed to import template.")


def test_import_into_an_unknown_folder(vendor, ids, says):
    body = vendor.get(f"/templates/{ids.template}/export").json()
    says(vendor.post(f"/templates/import?folderid={ids.unknown}", body), 400, "Folder with provided ID could not be found.")


@pytest.mark.parametrize("folder", ["nonsense", "aaaaaaaa-0000-4000-8000-000000000001-and-more"])
def test_import_into_a_folder_with_an_invalid_id(vendor, says, folder):
    """Too short and too long; checked before the body."""
    says(vendor.send("POST", f"/templates/import?folderid={folder}"), 400, "Folder ID is invalid.")
