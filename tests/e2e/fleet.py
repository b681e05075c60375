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
    return {
        "Accounts": accounts,
        "Connectors": [
            {"Id": OLD_ACME, "Name": "Acme Platform", "Version": "1.3", **API_KEY},
            {"Id": 2, "Name": "Acme Platform", "Version": "1.4", **API_KEY},
            {"Id": 3, "Name": "HubSpot", **OAUTH},
            {"Id": 4, "Name": "Mailchimp", **API_KEY},
            {"Id": 5, "Name": "Salesforce", "Version": "v60.0", **OAUTH},
            {"Id": 6, "Name": "Slack", **OAUTH},
            {"Id": 7, "Name": "Xero", **OAUTH},
        ],
        "AccountConnectors": installed,
    }
