# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What a seed may contain: errors say where, what is wrong and what is allowed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from uuid import UUID


class BadSeed(ValueError):
    """A seed that cannot be built."""


def entries(given, where):
    """A list of objects; nothing counts as an empty list."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise BadSeed(f"{where}: must be a list.")
    for number, one in enumerate(given):
        if not isinstance(one, dict):
            raise BadSeed(f"{where}[{number}]: must be an object.")
    return given


def check_keys(entry, known, where):
    unknown = sorted(set(map(str, entry)) - set(known))
    if unknown:
        raise BadSeed(f"{where}: unknown key {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")


def guid(value, random, where):
    """The given GUID in lower case, or a new one."""
    if value is None:
        return random.guid()
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise BadSeed(f"{where}: Id '{value}' is not a GUID.") from None


def one_of(value, allowed, where):
    """The allowed spelling of a value, whatever its case."""
    for name in allowed:
        if str(value).lower() == name.lower():
            return name
    raise BadSeed(f"{where}: unknown value '{value}'. Allowed: {', '.join(allowed)}.")


def missing(what, name, known, where):
    return BadSeed(f"{where}: {what} '{name}' does not exist. Known: {', '.join(map(str, known)) or 'none'}.")


def moment(value, default, where):
    """A point in time (YAML has read it already, JSON has not), or so many seconds after the start (negative: before)."""
    if value is None:
        return default
    if isinstance(value, (int, float)) and not isinstance(value, bool) and default is not None:
        return default + timedelta(seconds=value)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            raise BadSeed(f"{where}: '{value}' is not an ISO 8601 time.") from None
    if not isinstance(value, datetime):
        raise BadSeed(f"{where}: '{value}' is not an ISO 8601 time.")
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
