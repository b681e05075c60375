# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What came from the API is never a template; what we wrote may be one. The same on all cores."""

from __future__ import annotations

import ansible.template

__all__ = ["plain", "trust_as_template", "wrap_var"]

if hasattr(ansible.template, "trust_as_template"):
    # Since ansible-core 2.19, only a text that is marked as a template is one.
    trust_as_template = ansible.template.trust_as_template

    def wrap_var(value):
        return value

else:
    # Before, every text that was not wrapped was a template.
    from ansible.utils.unsafe_proxy import wrap_var

    def trust_as_template(value):
        return value


def plain(value):
    """A copy of JSON-like data without any marks, such as that of a template that may be evaluated. Anything else is a TypeError."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    raise TypeError("%s is not plain data" % type(value).__name__)
