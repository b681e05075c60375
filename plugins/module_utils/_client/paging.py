# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The end of a list that is read page by page."""

from __future__ import annotations

import json

PAGE_SIZE = 100

# No server limits pages to fewer items.
_SMALLEST_LIMIT = 10


def is_last_page(number, length, first_length, fresh, total_pages=""):
    """Whether page `number` with `length` items, `fresh` of them new, is the last one. `total_pages` is the header of this name.

    The API's default and largest page size are unknown and `Total-Pages` was seen once only, so the last page is one that is shorter than
    the first, an empty one, one without new items, or the one that the header names.
    """
    if not fresh or length > PAGE_SIZE:
        return True
    if length == PAGE_SIZE:
        return False
    total = total_pages.strip()[:9]
    if total.isdecimal():
        return number >= int(total)
    # A short first page may be the server's own largest page instead of the last one.
    return length < first_length or length < _SMALLEST_LIMIT


def identity(item):
    """What makes an item of a list the same one on another page."""
    if isinstance(item, dict) and item.get("Id") is not None:
        return "%s %s" % (type(item["Id"]).__name__, item["Id"])
    return json.dumps(item, sort_keys=True)
