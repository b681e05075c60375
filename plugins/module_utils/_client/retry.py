# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""When to try again: Retry-After, backoff and the time a task may spend in all."""

from __future__ import annotations

import random
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

# Answers after which the same read may be sent again.
RETRIED_STATUSES = frozenset((429, 500, 502, 503, 504))

# Even if the API allows a request at once.
_SHORTEST_PAUSE = 0.5

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0


def parse_retry_after(value, now=None):
    """Seconds to wait from a `Retry-After` header (seconds or an HTTP date), or None if it cannot be read."""
    if value is None:
        return None
    value = value.strip()
    if value.isdigit() and value.isascii():
        return float(value)
    when = parse_date(value)
    return None if when is None else max(0.0, (when - (now or datetime.now(timezone.utc))).total_seconds())


def parse_date(value):
    """An HTTP date as an aware datetime in UTC, or None if the text is not one."""
    try:
        when = parsedate_to_datetime(value)
        return when.replace(tzinfo=timezone.utc) if when.tzinfo is None else when.astimezone(timezone.utc)
    except (TypeError, ValueError, AttributeError, OverflowError):
        return None


class Patience:
    """The pauses of one operation, within `seconds` in all, and within `connect_within` until there is a connection."""

    def __init__(self, seconds, clock=time.monotonic, sleep=time.sleep, connect_within=None):
        self._ends = clock() + seconds
        self._connected_by = None if connect_within is None else clock() + connect_within
        self._clock = clock
        self._sleep = sleep
        self.pauses = 0

    def left(self):
        """Seconds that are left."""
        return max(0.0, self._ends - self._clock())

    def time_to_connect(self):
        """Seconds for a connection, or None if nothing limits them but the timeout of a request."""
        return None if self._connected_by is None else max(0.1, self._connected_by - self._clock())

    def pause_unconnected(self):
        """As `pause`, after a request that got no connection."""
        return self._pause_until(self._ends if self._connected_by is None else min(self._ends, self._connected_by), None)

    def pause(self, retry_after=None):
        """Wait before the next try. False, without waiting, if the time left is too short."""
        return self._pause_until(self._ends, retry_after)

    def _pause_until(self, ends, retry_after):
        if retry_after is None:
            # Full jitter, so that the hosts of one play do not come back in step.
            ceiling = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self.pauses, 10))
            seconds = random.uniform(ceiling / 2, ceiling)
        else:
            seconds = max(retry_after, _SHORTEST_PAUSE)
        if self._clock() + seconds > ends:
            return False
        self.pauses += 1
        self._sleep(seconds)
        return True
