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
