# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What came from the API is never a template; what we wrote may be one. The same on all cores."""

from __future__ import annotations

import ansible.template

__all__ = ["trust_as_template", "wrap_var"]

if hasattr(ansible.template, "trust_as_template"):
    # Since ansible-core 2.19 no text is a template that is not marked as one.
    trust_as_template = ansible.template.trust_as_template

    def wrap_var(value):
        return value

else:
    # Before, every text was one that is not wrapped.
    from ansible.utils.unsafe_proxy import wrap_var

    def trust_as_template(value):
        return value
