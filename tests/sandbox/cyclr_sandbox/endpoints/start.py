# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The start page for a person: what the accounts contain, and the latest requests. No secrets, never journaled."""

from __future__ import annotations

from starlette.responses import RedirectResponse

from cyclr_sandbox.web import pages
from cyclr_sandbox.web.routing import OPEN, Routes

routes = Routes()

_LATEST = 100


@routes.add("GET", "/", level=OPEN)
def root(_call):
    return RedirectResponse("/_sandbox/", status_code=302)


@routes.add("GET", "/_sandbox/", level=OPEN)
def start(call):
    store, journal = call.store, call.sandbox.journal
    accounts = [
        {
            "id": account.id,
            "name": account.record["Name"],
            "connectors": [one for one in store.account_connectors.values() if one.account is account],
            "cycles": [one for one in store.cycles.values() if one.account is account],
        }
        for account in store.accounts.values()
    ]
    return pages.render("start.html", accounts=accounts, requests=journal[: -_LATEST - 1 : -1], number=len(journal), url=call.service_url)
