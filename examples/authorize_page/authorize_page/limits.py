# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""How many links an account may get."""

from __future__ import annotations

import threading
import time
from collections import deque

_MINUTE = 60


class Limit:
    """At most `number` in a minute for each account, counted in this process."""

    def __init__(self, number, clock=time.monotonic):
        self._number = number
        self._clock = clock
        self._times = {}
        self._lock = threading.Lock()

    def allows(self, account_id):
        """Whether the account may have another one now, which is counted."""
        with self._lock:
            since = self._clock() - _MINUTE
            self._times = {one: times for one, times in self._times.items() if times[-1] > since}
            times = self._times.setdefault(account_id, deque(maxlen=self._number))
            if len(times) == self._number and times[0] > since:
                return False
            times.append(self._clock())
            return True
