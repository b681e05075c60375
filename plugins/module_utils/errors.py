# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Typed errors. Every one carries a message fit for a user and no secret.

For an error, a module returns `msg` and `error` with status, method, path and message, which are None if the API did not respond.
"""

from __future__ import annotations

import re

# What a terminal acts on instead of showing it: controls, line separators, marks of the direction of writing, and half a surrogate pair.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def printable(text):
    """A text from anywhere, on one line and without power over a terminal."""
    return _UNPRINTABLE.sub(" ", text)


def some_of(names, most):
    """The first names of a list, and how many there are besides."""
    more = len(names) - most
    return ", ".join(names[:most]) + (" and %d more" % more if more > 0 else "")


class CyclrError(Exception):
    """Base of all errors of the collection."""

    def __init__(self, msg, status=None, method=None, path=None, message=None):
        self.msg = printable(msg)
        super().__init__(self.msg)
        self.status = status
        self.method = method
        self.path = path
        self.message = message

    def as_result(self):
        """The arguments of a failed module result."""
        error = dict(status=self.status, method=self.method, path=self.path, message=self.message)
        return dict(msg=self.msg, error=error)


class InvalidInput(CyclrError):
    """The input is invalid; nothing was written."""


class NoSuchAccount(InvalidInput):
    """The account does not exist."""


class AuthenticationFailed(CyclrError):
    """Logging in failed."""


class ApiError(CyclrError):
    """The API returned an error status."""


class TransportError(CyclrError):
    """No usable answer: connection, TLS, timeout, truncated or unreadable body."""


class LostAnswer(TransportError):
    """A write may have been carried out: its answer did not arrive or could not be read."""


class SlowAnswer(LostAnswer):
    """No answer within the timeout: a write may still be under way."""


class NotTaken(CyclrError):
    """The API accepted a write and stored something else."""


def no_such_account(error):
    """Whether an account-level call failed as it does for an account that does not exist (the API facts leave the status open)."""
    return isinstance(error, ApiError) and error.status in (401, 403, 404)
