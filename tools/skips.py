# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run of the tests has left out, and why: `make test` shows it in the end. Each part appends to the file that it names."""

from __future__ import annotations

import os
from collections.abc import Iterable

VARIABLE = "CYCLR_TESTS_SKIPPED"


def keep(lines: Iterable[str]) -> None:
    """Append the lines, if somebody wants to know."""
    if os.environ.get(VARIABLE):
        with open(os.environ[VARIABLE], "a", encoding="utf-8") as file:
            file.writelines(f"  {line}\n" for line in sorted(set(lines)))
