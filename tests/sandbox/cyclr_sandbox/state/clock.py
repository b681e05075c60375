# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Real time plus an offset, so that a test can let tokens expire."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime


class Clock:
    def __init__(self):
        self.offset = timedelta()

    def now(self):
        return datetime.now(timezone.utc) + self.offset

    def advance(self, seconds):
        self.offset += timedelta(seconds=seconds)

    def after(self, seconds):
        return self.now() + timedelta(seconds=seconds)


def iso(moment):
    """ISO-8601 UTC with 7 fractional digits (facts 1.5 [D])."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def http_date(moment):
    """RFC 1123 GMT, as in `.expires` (facts 2 [3P])."""
    return format_datetime(moment, usegmt=True)
