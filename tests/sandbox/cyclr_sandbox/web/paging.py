# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Paging and ordering: a bare array, `Total-Pages` as a hint (facts 1.6 [QA][3P])."""

from __future__ import annotations

from math import ceil


def _sort_key(value):
    # Mixed types and nulls must not break the order.
    if value is None:
        return (0, 0, "")
    if isinstance(value, (int, float)):
        return (1, value, "")
    return (2, 0, str(value).casefold())


def ordered(call, items, read, keys):
    """`orderBy` and `sortOrderAsc`; an unknown name changes nothing."""
    wanted = call.query.get("orderby", "").lower()
    for key in keys:
        if key.lower() == wanted:
            ascending = call.flag("sortOrderAsc", True)
            return sorted(items, key=lambda item: _sort_key(read(item, key)), reverse=not ascending)
    return items


def paged(call, items):
    """(the items of the page, headers)."""
    settings = call.settings
    size = call.number("pageSize")
    page = call.number("page")
    if settings.IgnorePaging:
        size, page = None, 1
    elif size is None or size < 1:
        size = settings.DefaultPageSize
    if size is not None and settings.MaxPageSize is not None:
        size = min(size, settings.MaxPageSize)
    page = page if page and page > 0 else 1
    pages = 1 if size is None else ceil(len(items) / size)
    headers = {"Total-Pages": str(pages)} if settings.TotalPagesHeader else {}
    if size is None:
        return (list(items) if page == 1 else []), headers
    if settings.RepeatLastPage:
        page = min(page, max(pages, 1))
    start = (page - 1) * size
    return items[start : start + size], headers
