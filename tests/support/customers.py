# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a customer does in a browser, without one."""

from __future__ import annotations

import requests


def link_of(sandbox, connector):
    """An OAuth link of the customer's own for a connector, which is one of `AccountConnectors` in the state of the sandbox."""
    form = dict(grant_type="client_credentials", client_id="sandbox-client", client_secret="sandbox-secret")
    bearer = requests.post(sandbox.url + "/oauth/token", data=form, timeout=10).json()["access_token"]
    headers = {"Authorization": "Bearer " + bearer}
    path = "/v1.0/accounts/%s/signintoken" % connector["AccountId"]
    answer = requests.post(sandbox.url + path, json={"Username": "customer"}, headers=headers, timeout=10).json()
    query = dict(id=connector["Id"], token=answer["Token"], targetOrigin="https://app.example.com")
    return requests.Request("GET", sandbox.url + "/connectorauth/updateaccountconnectoroauth", params=query).prepare().url
