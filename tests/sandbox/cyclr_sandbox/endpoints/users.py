# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Account users (facts 9.6 [QA])."""

from __future__ import annotations

from cyclr_sandbox.endpoints.accounts import in_path
from cyclr_sandbox.web.answers import ApiError, answer, deleted, not_found
from cyclr_sandbox.web.binding import TEXT
from cyclr_sandbox.web.routing import PARTNER, Routes

routes = Routes()

_PATH = "/v1.0/accounts/{account_id}/users"


def _user_name(call):
    name = call.required_fields.get("UserName", TEXT)
    if not name:
        raise ApiError(400, "UserName is required")
    return name


def _answer(user):
    return answer({"UserName": user.name})


@routes.add("GET", _PATH, level=PARTNER)
def list_users(call):
    return answer(call.store.users_of(in_path(call).id))


@routes.add("PUT", _PATH, level=PARTNER)
def add_user(call):
    """Adds, creating the user if needed."""
    account = in_path(call)
    password = call.required_fields.get("Password", TEXT)
    user = call.store.user_in(account.id, _user_name(call), password)
    if password is not None:
        user.password = password
    return _answer(user)


@routes.add("DELETE", _PATH, level=PARTNER)
def remove_user(call):
    """The name comes in a JSON body."""
    account = in_path(call)
    user = call.store.users.get(_user_name(call).lower())
    if user is None or account.id not in user.accounts:
        raise not_found(call.settings, "User not found")
    user.accounts.remove(account.id)
    return deleted(call.settings, {"UserName": user.name})


@routes.add("PUT", "/v1.0/users", level=PARTNER)
def set_password(call):
    user = call.store.users.get(_user_name(call).lower())
    if user is None:
        raise not_found(call.settings, "User not found")
    user.password = call.required_fields.get("Password", TEXT)
    return _answer(user)
