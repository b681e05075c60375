# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Accounts (facts 9)."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from cyclr_sandbox.web.answers import ApiError, answer, deleted, not_found
from cyclr_sandbox.web.binding import TEXT, TRUTH, WHOLE
from cyclr_sandbox.state import runs
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.web.paging import ordered, paged
from cyclr_sandbox.web.routing import PARTNER, Routes
from cyclr_sandbox.state.store import Account

routes = Routes()

_KINDS = {
    "Id": TEXT,
    "Name": TEXT,
    "Description": TEXT,
    "AuditInfo": TEXT,
    "TaskAuditInfo": TEXT,
    "Timezone": TEXT,
    "NextBillDateUtc": TEXT,
    "StepDataSuccessRetentionHours": WHOLE,
    "StepDataErroredRetentionHours": WHOLE,
    "TransactionErrorWebhookEnabled": TRUTH,
    "TransactionErrorWebhookUrl": TEXT,
    "TransactionErrorWebhookIncludeWarnings": TRUTH,
    "ParentAccountId": TEXT,
}
_ORDER = ("CreatedDate", *_KINDS)
_RETENTION = ("StepDataSuccessRetentionHours", "StepDataErroredRetentionHours")
_MOST_HOURS = 744  # 31 days


def blank(clock, random):
    return {
        "CreatedDate": iso(clock.now()),
        "Id": random.guid(),
        "Name": None,
        "Description": None,
        "AuditInfo": None,
        "TaskAuditInfo": None,
        "Timezone": None,
        "NextBillDateUtc": "0001-01-01T00:00:00",
        "StepDataSuccessRetentionHours": None,
        "StepDataErroredRetentionHours": None,
        "TransactionErrorWebhookEnabled": False,
        "TransactionErrorWebhookUrl": None,
        "TransactionErrorWebhookIncludeWarnings": False,
    }


def from_seed(entry, clock, random, settings):
    record = blank(clock, random)
    record["Timezone"] = settings.DefaultTimezone
    record.update({key: value for key, value in entry.items() if key in record})
    record["Id"] = str(record["Id"])
    record["Name"] = record["Name"] or record["Id"]
    guid = entry.get("Guid") or random.guid()
    return Account(record, guid.lower(), entry.get("ParentAccountId"))


def shown(call, account):
    if call.settings.ParentAccountIdReturned:
        return {**account.record, "ParentAccountId": account.parent_id}
    return account.record


def in_path(call):
    """The account named in the path; unknown is 404 (facts 8 [QA])."""
    account = call.store.find_account(call.params["account_id"], call.settings)
    if account is None:
        raise not_found(call.settings, "Account not found")
    return account


def create(call, account_id, name, **more):
    """A new account with these fields; also what LAUNCH does with an unknown id (facts 13)."""
    record = blank(call.sandbox.clock, call.sandbox.random)
    record["Timezone"] = call.settings.DefaultTimezone
    record.update(more)
    record["Id"] = account_id or record["Id"]
    record["Name"] = name
    return call.store.add_account(Account(record, call.sandbox.random.guid()))


@lru_cache(maxsize=1024)
def _known_timezone(name):
    if not available_timezones():  # a system without a time zone database
        return "/" in name or name == "UTC"
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _check_timezone(call, bound):
    zone = bound.get("Timezone")
    how = call.settings.InvalidTimezone
    if not zone or how == "accept" or _known_timezone(zone):
        return
    if how == "error":
        raise ApiError(400, f"Timezone '{zone}' is not valid")
    del bound["Timezone"]


def _check_retention(bound):
    """Negative is an error, more than 744 is silently clamped (facts 9.2 [QA])."""
    for name in _RETENTION:
        hours = bound.get(name)
        if hours is None:
            continue
        if hours < 0:
            raise ApiError(400, f"{name} ({hours}): must be non negative")
        bound[name] = min(hours, _MOST_HOURS)


def _check_webhook(bound):
    """Enabled without a URL in the same body is an error, even when one is stored (facts 9.3 [QA])."""
    url = bound.get("TransactionErrorWebhookUrl")
    if bound.get("TransactionErrorWebhookEnabled") and not url:
        raise ApiError(
            400,
            "Transaction Error Webhook enabled: Transaction Error Webhook URL must be defined",
        )
    if not url:
        return
    if "://" not in url:
        url = f"https://{url}"
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if not host or any(letter.isspace() for letter in host):
        raise ApiError(400, f"{url} is not a valid URL")
    bound["TransactionErrorWebhookUrl"] = url


def _bind(call):
    bound = call.required_fields.bind(**_KINDS)
    _check_retention(bound)
    _check_webhook(bound)
    _check_timezone(call, bound)
    for name in ("TransactionErrorWebhookEnabled", "TransactionErrorWebhookIncludeWarnings"):
        if name in bound:
            bound[name] = bool(bound[name])
    return bound


def _parent(call, parent_id):
    if not parent_id:
        return None
    parent = call.store.find_account(parent_id, call.settings)
    if parent is None and call.settings.UnknownParent == "error":
        raise ApiError(400, f"Parent account '{parent_id}' not found")
    return parent


@routes.add("GET", "/v1.0/accounts", level=PARTNER)
def list_accounts(call):
    settings, store = call.settings, call.store
    found = [
        one
        for one in store.accounts.values()
        if (settings.SubAccountsInAccountsList or one.parent_id is None)
        and (settings.TemplatesInAccountsList or one.id != store.templates_account)
    ]
    found = ordered(call, found, lambda one, key: one.record.get(key), _ORDER)
    page, headers = paged(call, found)
    return answer([shown(call, one) for one in page], headers=headers)


@routes.add("POST", "/v1.0/accounts", level=PARTNER)
def create_account(call):
    fields = call.required_fields
    if not (fields.get("Name", TEXT) or "").strip():
        raise ApiError(400, "Name is required")
    bound = _bind(call)
    account_id = bound.pop("Id", None)
    parent_id = bound.pop("ParentAccountId", None)
    longest = call.settings.AccountIdMaxLength
    if account_id and longest is not None and len(account_id) > longest:
        raise ApiError(400, f"Id must not be longer than {longest} characters")
    if account_id and call.store.find_account(account_id, call.settings):
        raise ApiError(400, "ID already in use")
    parent = _parent(call, parent_id)
    if bound.get("NextBillDateUtc") is None:
        bound.pop("NextBillDateUtc", None)
    name = bound.pop("Name")
    account = create(call, account_id, name, **bound)
    account.parent_id = parent.id if parent else None
    return answer(shown(call, account))


@routes.add("GET", "/v1.0/accounts/{account_id}", level=PARTNER)
def get_account(call):
    return answer(shown(call, in_path(call)))


@routes.add("PUT", "/v1.0/accounts/{account_id}", level=PARTNER)
def update_account(call):
    """A patch: absent is unchanged, null clears (facts 9.3 [QA])."""
    account = in_path(call)
    bound = _bind(call)
    if "Name" in bound and not (bound["Name"] or "").strip():
        raise ApiError(400, "Name is required")
    new_id = bound.pop("Id", None)
    parent_given = "ParentAccountId" in bound
    parent_id = bound.pop("ParentAccountId", None)
    honours = call.settings.PutParentAccountId == "honour"
    parent = _parent(call, parent_id) if parent_given and honours else None
    if new_id and new_id != account.id and call.settings.AccountIdChange == "honour":
        if call.store.find_account(new_id, call.settings) not in (None, account):
            raise ApiError(400, "ID already in use")
        call.store.rename_account(account, new_id)
    if parent_given and honours:
        account.parent_id = parent.id if parent else None
    if bound.get("NextBillDateUtc", "") is None:
        bound["NextBillDateUtc"] = "0001-01-01T00:00:00"
    account.record.update(bound)
    return answer(shown(call, account))


@routes.add("DELETE", "/v1.0/accounts/{account_id}", level=PARTNER)
def delete_account(call):
    account = in_path(call)
    store = call.store
    in_use = (
        store.installed[account.id]
        or store.subaccounts(account.id)
        or store.cycles_of(account)
    )
    if in_use and call.settings.DeleteAccountWithContent == "conflict":
        raise ApiError(409, f"Account '{account.id}' is in use.")
    store.remove_account(account)
    return deleted(call.settings, account.record)


@routes.add("GET", "/v1.0/accounts/{account_id}/subaccounts", level=PARTNER)
def list_subaccounts(call):
    children = call.store.subaccounts(in_path(call).id)
    children = ordered(call, children, lambda one, key: one.record.get(key), _ORDER)
    page, headers = paged(call, children)
    return answer([shown(call, one) for one in page], headers=headers)


@routes.add("GET", "/v1.0/accounts/{account_id}/usage", level=PARTNER)
def usage(call):
    """Sub-account tasks are not counted in the parent (facts 9.5 [D])."""
    account = in_path(call)
    tasks = 0
    for cycle in call.store.cycles_of(account):
        runs.catch_up(call.sandbox, cycle)
        tasks += cycle.counts.get("TasksUsed", 0)
    now = call.sandbox.clock.now()
    start = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return answer({"Id": account.id, "TasksUsed": tasks, "StartTime": iso(start), "EndTime": iso(now)})
