# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A believable fleet: some forty customers, most of them ready, some not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

CUSTOMERS = [
    name.strip()
    for name in """
Aperture Optics | Baxter Freight | Birchwood Dental | Bluth Homes | Cobalt Analytics | Crestline Insurance |
Dunder Paper | Eastgate Logistics | Fennimore Foods | Gekko Capital | Globex Ltd | Greenhill Surgery |
Harbour Lights Hotels | Hooli | Initech | Juniper Clinics | Kestrel Cycles | Lakeside Motors | Larkspur Books
| Massive Dynamic | Meridian Travel | Northwind Traders | Oakridge Schools | Octan Energy | Paper Street Soap
| Pied Piper | Prestige Worldwide | Quayside Brewing | Redwood Legal | Rosewater Spa | Soylent Catering |
Stark Components | Sterling Cooper | Tidewater Boats | Tyrell Robotics | Umbra Lighting | Vandelay Imports |
Wayne Facilities | Wernham Hogg | Zephyr Airways
""".split("|")
]

# name: connector id
CATALOGUE = {"Acme Platform": 2, "HubSpot": 3, "Mailchimp": 4, "Salesforce": 5, "Slack": 6, "Xero": 7}
OLD_ACME = 1
CONTACTS, SIGN_UPS = "New Acme contacts to HubSpot", "Acme sign-ups to Mailchimp"
CONTACTS_ID, SIGN_UPS_ID = "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b", "7c2e4d6f-8a91-4b3c-9d5e-1f2a3b4c5d6e"
# What a customer wrote, which is for nobody who reads the report
DETAILS = "POST /3.0/lists/42/members {email_address: someone@customer.example}"
KEY = "a-key-of-a-customer"
OAUTH = {
    "AuthType": "OAuth2",
    "Icon": None,
    "Authentication": [{"AuthName": "OAuth 2.0", "AuthType": "OAuth2", "OAuth2Type": "AuthorisationCode"}],
}
API_KEY = {"AuthType": "ApiKey", "Icon": None}


def days_ago(days):
    return (datetime.now(timezone.utc) - timedelta(days=days, hours=1)).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


def seed(customers=CUSTOMERS):
    accounts = [{"Id": "templates", "Name": "Templates", "CreatedDate": days_ago(900)}]
    cycles = []
    installed = [{"AccountId": "templates", "ConnectorId": 2, "AuthValue": "acme-partner-key", "IsPartnerIntegrationConnector": True}]
    for number, name in enumerate(customers):
        account = f"customer-{number + 101}"
        accounts.append({"Id": account, "Name": name, "CreatedDate": days_ago(3 + number * 37 % 640 if number % 6 else number % 45)})

        def install(connector, authenticated=True, account=account):
            installed.append({"AccountId": account, "ConnectorId": connector, "AuthValue": KEY if authenticated else None})

        if number % 13 != 5:
            install(OLD_ACME if number % 9 == 4 else CATALOGUE["Acme Platform"])
        install(CATALOGUE["HubSpot"], authenticated=number % 6 != 0)
        if number % 2:
            install(CATALOGUE["Mailchimp"], authenticated=number % 17 != 3)
        if number % 5 in (1, 2):
            install(CATALOGUE["Salesforce"], authenticated=number % 10 != 2)
        if number % 4 == 3:
            install(CATALOGUE["Slack"])
        if number % 7 == 1:
            install(CATALOGUE["Xero"])
        if number % 13 != 5:
            running = number % 6 and number % 11 != 4
            cycles.append({"AccountId": account, "TemplateId": CONTACTS_ID, "Status": "Active" if running else "Paused"})
        if number % 4 == 1 and number % 13 != 5:
            cycles.append(sign_ups(account, complete=number % 8 == 1, failed=number % 16 == 1))
    return {
        "Accounts": accounts,
        "Connectors": [
            {"Id": OLD_ACME, "Name": "Acme Platform", "Version": "1.3", **API_KEY},
            {"Id": 2, "Name": "Acme Platform", "Version": "1.4", **API_KEY, "Methods": [{"Name": "List Contacts"}]},
            {"Id": 3, "Name": "HubSpot", **OAUTH, "Methods": [{"Name": "Create Contact"}]},
            {"Id": 4, "Name": "Mailchimp", **API_KEY, "Methods": [{"Name": "Add List Member", "Parameters": [{"Name": "List Id"}]}]},
            {"Id": 5, "Name": "Salesforce", "Version": "v60.0", **OAUTH},
            {"Id": 6, "Name": "Slack", **OAUTH},
            {"Id": 7, "Name": "Xero", **OAUTH},
        ],
        "AccountConnectors": installed,
        "Templates": [
            {"Id": CONTACTS_ID, "Name": CONTACTS, "Steps": [
                {"Name": "List new contacts", "Connector": "Acme Platform", "Method": "List Contacts"},
                {"Name": "Create contact", "Connector": "HubSpot", "Method": "Create Contact"},
            ]},
            {"Id": SIGN_UPS_ID, "Name": SIGN_UPS, "Steps": [
                {"Name": "List sign-ups", "Connector": "Acme Platform", "Method": "List Contacts"},
                {"Name": "Add member", "Connector": "Mailchimp", "Method": "Add List Member"},
            ]},
        ],
        "Cycles": cycles,
    }  # fmt: skip


def sign_ups(account, complete, failed):
    """An integration that needs the ID of a list."""
    lists = [{"Name": "Add member", "Parameters": [{"Name": "List Id", "Value": "42"}]}] if complete else []
    messages = ["Mailchimp: the list is full", "Mailchimp: too many requests"] if failed else []
    incidents = [{"ShortMessage": text, "FullMessage": text + "\r\n" + DETAILS, "CreatedOnUtc": days_ago(number)} for number, text in enumerate(messages)]
    return {
        "AccountId": account, "TemplateId": SIGN_UPS_ID, "Status": "Active" if complete else "Paused", "Steps": lists, "Incidents": incidents,
        "ErrorCount": len(incidents),
    }  # fmt: skip
