# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Reading what the API sent without believing its types. Missing or wrongly typed values become None (or an empty list)."""

from __future__ import annotations


def text(raw, key):
    value = raw.get(key)
    return value if isinstance(value, str) else None


def integer(raw, key):
    value = raw.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(raw, key):
    value = raw.get(key)
    return value if isinstance(value, bool) else None


def objects(raw, key):
    """The JSON objects in a list."""
    value = raw.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def strings(raw, key):
    value = raw.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def pascal_case(name):
    """`task_audit_info` -> `TaskAuditInfo`."""
    return "".join(part.capitalize() for part in name.split("_"))
