# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Faults a test asks for: which request, what goes wrong, how often."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

_NAMES = ("drop_before", "drop_after_commit", "truncate", "bad_json", "html_error", "empty_body")
_KNOWN = "status:NNN, slow:SECONDS, " + ", ".join(_NAMES)
_KEYS = {"method", "path", "fault", "times", "retry_after", "skip"}


class BadFault(ValueError):
    """A fault that does not exist."""


@dataclass
class Fault:
    method: str
    path: str
    kind: str
    argument: float
    times: int | None  # None: for ever
    skip: int
    retry_after: int | float | str | None

    def matches(self, method, path):
        """True when it strikes now; counts `skip` and `times` down."""
        if self.method not in ("*", method) or not fnmatchcase(path, self.path):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            if self.times <= 0:
                return False
            self.times -= 1
        return True


def _check_retry_after(value):
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    if isinstance(value, str) and value.startswith("date:"):
        float(value[5:])
        return value
    if isinstance(value, str):
        return str(int(value))
    raise ValueError(value)


def _one(entry):
    if not isinstance(entry, dict) or not isinstance(entry.get("fault"), str):
        raise BadFault("A fault is an object with at least `fault`.")
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise BadFault(f"Unknown key {', '.join(unknown)}. Known: {', '.join(sorted(_KEYS))}.")
    kind, colon, argument = entry["fault"].partition(":")
    try:
        number = float(argument) if colon else 0
        if (kind not in ("status", "slow")) == bool(colon):
            raise ValueError(kind)
        if kind not in ("status", "slow", *_NAMES) or (kind == "status" and not 200 <= number < 600):
            raise ValueError(kind)
        times, skip = entry.get("times", 1), int(entry.get("skip") or 0)
        return Fault(
            method=str(entry.get("method") or "*").upper(),
            path=entry.get("path") or "*",
            kind=kind,
            argument=number,
            times=None if times is None or int(times) < 0 else int(times),
            skip=skip,
            retry_after=_check_retry_after(entry.get("retry_after")),
        )
    except (TypeError, ValueError) as error:
        raise BadFault(f"Fault {entry!r} is not known. Known: {_KNOWN}.") from error


def parse(entries):
    if not isinstance(entries, list):
        raise BadFault("Faults come as a list.")
    return [_one(entry) for entry in entries]


def strike(faults, method, path):
    """The first fault that matches, or None."""
    for fault in faults:
        if fault.matches(method, path):
            return fault
    return None
