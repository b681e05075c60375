# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What came from the API is never a template."""

from __future__ import annotations

import ansible.template

__all__ = ["wrap_var"]

if hasattr(ansible.template, "trust_as_template"):
    # Since ansible-core 2.19 no text is a template that is not marked as one.
    def wrap_var(value):
        return value

else:
    from ansible.utils.unsafe_proxy import wrap_var
