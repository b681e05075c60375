# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the API sends, as Python objects, and the calls that nearly every script begins with."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.tests.support.scripted_api import get, page

DENIED = {"Message": "Authorization has been denied for this request."}


def account(**fields):
    return dict(
        {
            "CreatedDate": "2026-11-22T09:30:00.0000000Z",
            "Id": "c1",
            "Name": "c1",
            "Description": None,
            "AuditInfo": None,
            "TaskAuditInfo": None,
            "Timezone": "Europe/London",
            "NextBillDateUtc": None,
            "StepDataSuccessRetentionHours": None,
            "StepDataErroredRetentionHours": None,
            "TransactionErrorWebhookEnabled": False,
            "TransactionErrorWebhookUrl": None,
            "TransactionErrorWebhookIncludeWarnings": False,
            "FromTheFuture": [1],
        },
        **fields
    )


def parameter(target, **fields):
    return dict(
        {
            "Id": 7,
            "Name": target + " of the account",
            "Description": None,
            "TargetType": "MergeField",
            "TargetName": target,
            "IsAccountConnectorProperty": True,
            "IsSensitive": False,
            "IsOptional": True,
            "DataType": "Text",
            "Values": [],
        },
        **fields
    )


def method(kind, name=None, **fields):
    oauth2 = "AuthorisationCode" if kind == "OAuth2" else "Unknown"
    described = {"AuthName": name or kind, "AuthDescription": None, "AuthType": kind, "OAuth2Type": oauth2, "AuthScheme": None}
    return dict(described, **dict({"Id": "id-of-" + kind}, **fields))


def connector(*kinds, parameters=(), **fields):
    """A connector of the catalogue with these authentication types."""
    return dict(
        {
            "Id": 20,
            "Name": "Mailchimp",
            "Description": "Newsletters",
            "Status": "Approved",
            "Version": None,
            "Icon": "data:image/png;base64,AAAA",
            "Categories": ["Marketing"],
            "Authentication": [method(kind) for kind in kinds or ("ApiKey",)],
            "Parameters": list(parameters),
            "Triggers": [],
        },
        **fields
    )


def stored(number, name, value):
    return {"Id": number, "Name": name, "Value": value, "AccountConnectorId": 500}


def installed(of=None, properties=(), **fields):
    """An account connector."""
    of = of or connector()
    return dict(
        {
            "Id": 500,
            "Name": of["Name"],
            "Description": None,
            "AuthValue": None,
            "Authenticated": False,
            "Connector": of,
            "IsPartnerIntegrationConnector": False,
            "Properties": [stored(40 + number, name, value) for number, (name, value) in enumerate(properties, 1)],
            "CustomFields": [],
        },
        **fields
    )


def listing(*connectors, account="c1", **more):
    """What is installed in the account."""
    return page("/v1.0/account/connectors", list(connectors), account=account, **more)


def lookup(*connectors, name="Mailchimp", account="c1", **more):
    """The connectors of that name in the catalogue."""
    return get("/v1.0/connectors/" + name, list(connectors), account=account, **more)


def no_account(name="c1"):
    """How the API answers for an account that does not exist."""
    return [listing(account=name, status=401), get("/v1.0/accounts/" + name, status=404)]


# -- templates and cycles ------------------------------------------------------------------------------------------

TEMPLATE_ID = "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b"
CYCLE_ID = "0b1e8f0c-6a55-4b52-8c8e-1de0a6d1f2a3"
STEP_ID = "709b68ba-394e-4339-9550-abd0312e8dd5"
SOURCE_ID = "1f0c8a2e-2b1d-4d53-9a77-5b7a3f4e6d21"


def used(**fields):
    """A connector that a template or a cycle uses."""
    return dict({"Id": 20, "Name": "Mailchimp", "Version": None, "StepCount": 1, "Icon": None}, **fields)


def template(**fields):
    described = {"Id": TEMPLATE_ID, "Name": "Contacts", "Description": "Contacts to Mailchimp", "Tags": ["starter"], "Connectors": [used()]}
    return dict(described, **fields)


def cycle(**fields):
    return dict(
        {
            "Id": CYCLE_ID,
            "CreatedOnUtc": "2026-11-22T09:30:00.0000000Z",
            "Name": "Contacts",
            "Description": None,
            "TemplateId": TEMPLATE_ID,
            "Tags": ["starter"],
            "Status": "Paused",
            "Connectors": [used(AccountConnectorId=500, Authenticated=True)],
            "ErrorCount": 0,
            "WarningCount": 0,
            "LastSuccessfulRunDate": "0001-01-01T00:00:00",
        },
        **fields
    )


def step(name="Add member", number=STEP_ID, parameters=(), fields=(), outputs=(), **more):
    method_of = {"Name": name, "Parameters": list(parameters), "RequestFields": list(fields), "ResponseFields": list(outputs)}
    plain = {"Id": number, "Name": name, "Description": None, "ActionType": "Action", "AccountConnector": {"Name": "Mailchimp"}}
    return dict(plain, **dict(dict(Method=method_of), **more))


def named(number, name, **fields):
    """A parameter or a field of a step."""
    return dict({"Id": number, "Name": name, "Description": None, "IsOptional": False, "Values": None, "Location": None}, **fields)


def mapped(about, kind="Field", **fields):
    """What is mapped to a parameter or a field."""
    unmapped = {"MappingType": "Ignore" if kind == "Field" else None, "SourceFieldId": None, "SourceStepId": None, "Value": None}
    return dict({kind: about}, **dict(unmapped, **fields))


def variable(name="Welcome Tag", value=None, **fields):
    return dict({"DisplayName": name, "SystemName": name.replace(" ", ""), "Value": value, "MappingType": "StaticValue"}, **fields)


def cycles(*found, account="c1", **more):
    return page("/v1.0/cycles", list(found), account=account, **more)


def templates(*found, **more):
    return page("/v1.0/templates", list(found) or [template()], **more)


def prerequisites(*found, of=CYCLE_ID, **more):
    return get("/v1.0/cycles/%s/prerequisites" % of, list(found), account="c1", **more)


def steps(*found, **more):
    return get("/v1.0/cycles/%s/steps" % CYCLE_ID, list(found), account="c1", **more)


def variables(*found, **more):
    return get("/v1.0/cycles/%s/variables" % CYCLE_ID, list(found), account="c1", **more)
