# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Names that the user may have meant."""

from __future__ import annotations

import difflib


def did_you_mean(name, known):
    """The end of a message about an unknown name, or nothing. Names that are alike or contain it are suggested."""
    by_lower = {one.lower(): one for one in known if one}
    wanted = str(name).lower()
    close = difflib.get_close_matches(wanted, by_lower, n=3)
    close += sorted(one for one in by_lower if len(wanted) > 2 and wanted in one and one not in close)
    return "; did you mean %s?" % " or ".join(repr(by_lower[one]) for one in close[:3]) if close else ""
