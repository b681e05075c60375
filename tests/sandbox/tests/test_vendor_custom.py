# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What the vendor's own tests ask of custom connectors and custom fields (facts 25.5, 26, 31 [QA])."""

import pytest

PATH = "/account/connectors/custom"
FIELDS = "/account/connectors/51/fields"
DEFINITION = {
    "ProductAddon": {
        "Categories": [],
        "ConnectorName": "JO",
        "Currency": "USD",
        "Published": False,
        "CreatedOnUtc": "2023-01-01T00:00:00Z",
        "UpdatedOnUtc": "2023-01-01T00:00:00Z",
    },
    "Authentication": [{"IsDefault": True}],
    "Parameters": [],
    "Triggers": [],
    "MethodCategories": [],
    "Methods": [],
    "RateLimits": [],
    "Deprecations": [],
    "CreatedOnUtc": "2023-01-01T00:00:00Z",
    "Status": "Approved",
    "ReleaseStatus": "Draft",
    "UniqueIdentifier": "99999999-0000-4000-8000-000000000001",
    "Billable": True,
    "Name": "JO-Test",
}
FIELD = {
    "ConnectorField": "Root.[List].Name",
    "SystemField": "Name",
    "DisplayName": "Name",
    "Description": "d",
    "DataType": "Text",
    "MethodUniqueIdentifier": "00000000-0000-0000-0000-000000000000",
    "DataTypeFormat": None,
    "EntityIdentifier": False,
    "ForRequestFormat": False,
}


def without(name):
    return {key: value for key, value in DEFINITION.items() if key != name}


@pytest.fixture
def made(vendor):
    answer = vendor.post(PATH, DEFINITION)
    assert answer.status_code == 200, answer.text
    return answer.json()


# custom_connector: 12


def test_create(made):
    assert made["Id"] and made["Name"] == "JO-Test"


@pytest.mark.parametrize("slash", ["", "/"])
def test_list(vendor, made, slash):
    assert vendor.get(f"{PATH}{slash}").json() == [made]


def test_delete(vendor, made):
    assert vendor.delete(f"{PATH}/{made['Id']}", json={}).status_code == 200
    assert vendor.get(PATH).json() == []


def test_an_empty_account_header(vendor):
    assert vendor.post(PATH, DEFINITION, account="").status_code == 401


@pytest.mark.parametrize("identifier", ["", "nonsense"])
def test_an_invalid_identifier(vendor, identifier):
    assert vendor.post(PATH, {**DEFINITION, "UniqueIdentifier": identifier}).status_code == 400


def test_no_body(vendor):
    assert vendor.send("POST", PATH).status_code == 400


def test_an_empty_body(vendor):
    assert vendor.post(PATH, {}).status_code == 400


def test_no_name(vendor, says):
    says(vendor.post(PATH, without("Name")), 400, "Invalid connector: (Column 'Name' cannot be null)")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_definition(vendor, method):
    assert vendor.send(method, f"{PATH}/1").status_code == 404


# custom_fields: 5


@pytest.fixture
def field(vendor):
    answer = vendor.post(FIELDS, FIELD)
    assert answer.status_code == 200
    return answer.json()


def test_create_a_field(field):
    assert {key: field[key] for key in FIELD} == FIELD and field["Id"]


def test_list_fields(vendor, field):
    assert vendor.get(FIELDS).json() == [field]
    assert vendor.get("/account/connectors/51").json()["CustomFields"] == [field]


def test_one_field(vendor, field):
    assert vendor.get(f"{FIELDS}/{field['Id']}").json() == field


def test_update_a_field(vendor, field):
    answer = vendor.put(f"{FIELDS}/{field['Id']}", {"Description": "changed"})
    assert answer.json() == {**field, "Description": "changed"}


def test_delete_a_field(vendor, field):
    assert vendor.delete(f"{FIELDS}/{field['Id']}").status_code == 200
    assert vendor.get(FIELDS).json() == []
