# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The connectors one can install: records, their serialised form and how they are found (facts 3)."""

from __future__ import annotations

import base64
import random
import re
import struct
import zlib
from functools import cached_property, lru_cache

from cyclr_sandbox.web.answers import dumps

# What a client may see; everything else in a seed entry is the sandbox's own.
_PARAMETER = {
    "Id": None,
    "Name": None,
    "Description": None,
    "TargetType": "MergeField",
    "TargetName": None,
    "IsAccountConnectorProperty": True,
    "IsSensitive": False,
    "IsOptional": False,
    "DataType": "Text",
    "TriggerName": None,
    "Values": None,
}


class Connector:
    """One release of a connector."""

    def __init__(self, record, *, custom=False, account_id=None, methods=(), scopes=()):
        self.record = record
        self.custom = custom
        self.account_id = account_id
        self.methods = list(methods)
        self.scopes = list(scopes)
        self.folded = record["Name"].casefold()
        self._with_default = None

    @property
    def id(self):
        return self.record["Id"]

    @property
    def name(self):
        return self.record["Name"]

    @property
    def version(self):
        return self.record["Version"]

    @property
    def draft(self):
        return self.record["Status"] == "Draft"

    @cached_property
    def serialised(self):
        return dumps(self.record)

    def body(self, settings):
        if not settings.AuthenticationIsDefault:
            return self.serialised
        if self._with_default is None:
            methods = [
                {**one, "IsDefault": number == 0} for number, one in enumerate(self.record["Authentication"])
            ]
            self._with_default = dumps({**self.record, "Authentication": methods})
        return self._with_default

    def parameter(self, name, case_sensitive=True):
        """The parameter with this TargetName."""
        for one in self.record["Parameters"]:
            target = one["TargetName"]
            if target == name or (not case_sensitive and target.lower() == name.lower()):
                return one
        return None

    def method(self, auth_id):
        """An entry of `Authentication[]` by its id; the first one for None."""
        methods = self.record["Authentication"]
        if auth_id is None:
            return methods[0] if methods else None
        for one in methods:
            if one["Id"].lower() == auth_id.lower():
                return one
        return None

    def needs_nothing(self):
        """AuthType None or a system connector (facts 3.1 [3P])."""
        return self.record["AuthType"] == "None" or self.record["IsSystemConnector"]


@lru_cache(maxsize=1024)
def icon(name, octets=11_000):
    """A valid PNG of noise, about 15 kB as a data URI: the size seen in a real dump (facts 3.1)."""
    side = max(4, int((octets / 3) ** 0.5))
    noise = random.Random(f"icon {name}")
    rows = b"".join(b"\0" + noise.randbytes(side * 3) for _row in range(side))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 0))
    return "data:image/png;base64," + base64.b64encode(png + chunk(b"IEND", b"")).decode()


def _guid(number):
    return f"{number & 0xFFFFFFFF:08x}-0000-4000-8000-{number:012x}"


def _parameter(given, number):
    record = {**_PARAMETER, **given}
    record["Id"] = record["Id"] or number
    record["TargetName"] = record["TargetName"] or re.sub(r"\W", "", record["Name"] or "")
    record["Name"] = record["Name"] or record["TargetName"]
    if record["Values"]:
        record["Values"] = [str(value) for value in record["Values"]]
    return record


def _authentications(given, connector_id):
    entries = given.get("Authentication")
    if entries is None:
        entries = [{key: given.get(key) for key in ("AuthType", "OAuth2Type", "AuthScheme")}]
    result = []
    for number, entry in enumerate(entries, 1):
        auth_type = entry.get("AuthType") or given.get("AuthType") or "None"
        result.append(
            {
                "Id": entry.get("Id") or _guid(connector_id * 10 + number),
                "AuthName": entry.get("AuthName") or auth_type,
                "AuthDescription": entry.get("AuthDescription"),
                "AuthType": auth_type,
                "OAuth2Type": entry.get("OAuth2Type")
                or ("AuthorisationCode" if auth_type == "OAuth2" else "Unknown"),
                "AuthScheme": entry.get("AuthScheme"),
            }
        )
    return result


def _numbered(entries, base):
    """The ids of inputs are those of one release of the connector (facts 3.3 [D])."""
    return [{**entry, "Id": entry.get("Id") or base + number} for number, entry in enumerate(entries or (), 1)]


def _methods(given, connector_id):
    result = []
    for number, entry in enumerate(given.get("Methods") or (), 1):
        method_id = entry.get("Id") or connector_id * 100 + number
        result.append(
            {
                "Id": method_id,
                "Name": entry.get("Name") or f"Method {number}",
                "Description": entry.get("Description"),
                "EndPoint": entry.get("EndPoint") or "/",
                "MethodUniqueIdentifier": entry.get("MethodUniqueIdentifier") or _guid(method_id),
                "Category": entry.get("Category"),
                "MethodType": entry.get("MethodType") or "Rest",
                "Parameters": _numbered(entry.get("Parameters"), method_id * 1000),
                "Fields": _numbered(entry.get("Fields"), method_id * 1000 + 300),
                "ResponseFields": _numbered(entry.get("ResponseFields"), method_id * 1000 + 600),
            }
        )
    return result


def connector_from(given, fallback_id):
    """A catalogue entry from a seed: what is left out gets a believable value."""
    connector_id = given.get("Id") or fallback_id
    auth = _authentications(given, connector_id)
    first = auth[0] if auth else {"AuthType": "None", "OAuth2Type": "Unknown", "AuthScheme": None}
    name = given.get("Name") or f"Connector {connector_id}"
    record = {
        "Id": connector_id,
        "Name": name,
        "Description": given.get("Description"),
        "Status": given.get("Status") or "Approved",
        "Version": None if given.get("Version") is None else str(given["Version"]),
        "Icon": given["Icon"] if "Icon" in given else icon(name),
        "AuthDescription": given.get("AuthDescription"),
        "AuthType": given.get("AuthType") or first["AuthType"],
        "OAuth2Type": given.get("OAuth2Type") or first["OAuth2Type"],
        "AuthScheme": given.get("AuthScheme") or first["AuthScheme"],
        "Categories": given.get("Categories") or [],
        "IsSystemConnector": bool(given.get("IsSystemConnector")),
        "Parameters": [
            _parameter(entry, connector_id * 100 + number)
            for number, entry in enumerate(given.get("Parameters") or (), 1)
        ],
        "Authentication": auth,
        "Triggers": given.get("Triggers") or [],
    }
    return Connector(
        record,
        custom=bool(given.get("IsCustom")),
        account_id=given.get("AccountId"),
        methods=_methods(given, connector_id),
        scopes=given.get("Scopes") or ["read", "write"],
    )


def visible(call, account):
    """What the listing shows to an account (facts 3.1 [D])."""
    settings = call.settings
    with_custom = call.flag("includeCustomConnectors", settings.CustomConnectorsByDefault)
    return [
        one
        for one in call.store.connectors.values()
        if (settings.DraftsInCatalogue or not one.draft)
        and (with_custom or not one.custom)
        and (one.account_id is None or (account is not None and one.account_id == account.id))
    ]


def matches_query(name, query, how):
    """Lower case finds `Salesforce`, so case does not matter (facts 3.1 [I])."""
    name, query = name.casefold(), query.casefold()
    if how == "exact":
        return name == query
    return name.startswith(query) if how == "prefix" else query in name


def by_name(store, name, version=None, drafts=False):
    """All releases of that name."""
    wanted = name.casefold()
    return [
        one
        for one in store.connectors.values()
        if one.folded == wanted
        and (drafts or not one.draft)
        and (version is None or (one.version or "").casefold() == version.casefold())
    ]


def newest(connectors):
    """Which version an install by bare name takes is not known: the newest release."""
    return max(connectors, key=lambda one: one.id)
