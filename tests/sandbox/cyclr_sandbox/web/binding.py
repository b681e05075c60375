# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""How the API reads a JSON body (facts 1.5 [QA]).

Keys in any case, scalars coerced, values of the wrong type silently dropped.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone

_DROPPED = object()


def _text(value):
    if isinstance(value, str):
        # Half a surrogate pair has no UTF-8 form.
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return _DROPPED


def _whole(value):
    if isinstance(value, bool):
        return _DROPPED
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else _DROPPED
    if isinstance(value, str):
        try:
            return int(value.strip())
        except ValueError:
            return _DROPPED
    return _DROPPED


def _truth(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return bool(value)
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    return _DROPPED


def _list(value):
    return value if isinstance(value, list) else _DROPPED


def _object(value):
    return Fields(value) if isinstance(value, dict) else _DROPPED


def moment(value):
    """`M/D/YYYY`, an ISO date, or an ISO time with `Z` or an offset, whose plus a query turns into a blank."""
    text = re.sub(r" (\d\d:?\d\d)$", r"+\1", str(value or "").strip()).replace("Z", "+00:00")
    # Seven digits of a second are the API's own form, six are Python's.
    text = re.sub(r"(\.\d{6})\d+", r"\1", text)
    for read in (datetime.fromisoformat, lambda one: datetime.strptime(one, "%m/%d/%Y")):
        try:
            found = read(text)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
    return None


def _moment(value):
    return moment(value) or _DROPPED


def _any(value):
    return value


TEXT, WHOLE, TRUTH, LIST, OBJECT, MOMENT, ANY = _text, _whole, _truth, _list, _object, _moment, _any


class Malformed(ValueError):
    """The body is not JSON at all."""


class Fields:
    """A JSON object whose keys are found whatever their case."""

    def __init__(self, values=None):
        self._values = {str(key).lower(): value for key, value in (values or {}).items()}

    def bind(self, **kinds):
        """Only what was sent with a usable type; an explicit null stays None."""
        bound = {}
        for name, kind in kinds.items():
            value = self._values.get(name.lower(), _DROPPED)
            if value is not None and value is not _DROPPED:
                value = kind(value)
            if value is not _DROPPED:
                bound[name] = value
        return bound

    def get(self, name, kind, default=None):
        value = self.bind(**{name: kind}).get(name)
        return default if value is None else value

    def raw(self, name):
        """The value as it was sent; None when it was not."""
        return self._values.get(name.lower())

    def names(self):
        """The keys, in lower case."""
        return list(self._values)

    def objects(self, name):
        """The objects in a list; anything else in it is dropped. None when the list was not sent."""
        values = self.get(name, LIST)
        if values is None:
            return None
        return [Fields(value) for value in values if isinstance(value, dict)]


def _json(body):
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def parse(body):
    """The Fields of a body, or None for no body, `null` or something that is no object."""
    values = _json(body)
    return Fields(values) if isinstance(values, dict) else None


def parse_list(body):
    """The Fields of each object in a list."""
    values = _json(body)
    values = values if isinstance(values, list) else [values]
    return [Fields(value) for value in values if isinstance(value, dict)]
