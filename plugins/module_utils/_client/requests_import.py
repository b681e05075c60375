# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The one place that imports requests, so that its absence is a message and not a traceback."""

from __future__ import annotations

import traceback

__all__ = ["HTTPAdapter", "REQUESTS_IMPORT_ERROR", "requests", "urllib3"]

REQUESTS_IMPORT_ERROR = None
try:
    import requests
    import urllib3.connectionpool
    import urllib3.exceptions
    from requests.adapters import HTTPAdapter
except ImportError:
    requests = None
    urllib3 = None
    HTTPAdapter = object
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
