# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many examples the property tests try: CYCLR_TESTS_EXAMPLES=20 for twenty times as many, and others each time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("CYCLR_TESTS_EXAMPLES", "1"))

settings.register_profile(
    "robustness",
    database=None,
    deadline=None,
    derandomize=TIMES == 1,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("robustness")
