# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations


class ModuleDocFragment:
    # How an account connector authenticates: plugins/module_utils/arguments.py, authentication() and properties()
    DOCUMENTATION = r"""
options:
  authentication:
    description:
      - The authentication method of the connector, by its name or its type (for example V(OAuth 2.0) or V(ApiKey)).
      - Needed only if the connector has several methods and the other options do not select one.
    type: str
  authentication_id:
    description:
      - The authentication method of the connector, by its ID.
    type: str
  auth_value:
    description:
      - The authentication in the form in which Cyclr stores it. For Basic, this is the Base64 form of C(user:password), for OAuth a JSON text.
    type: str
  api_key:
    description:
      - The key for a connector that authenticates with an API key. Blanks and line ends around a key are refused.
    type: str
  oauth_tokens:
    description:
      - Tokens for an OAuth connector, so that nobody has to authorize it in a browser.
      - They are written while the connector is not authenticated and left unchanged afterwards, because Cyclr refreshes them itself.
      - With an empty dictionary, Cyclr fetches the tokens on first use with the properties C(ClientId) and C(ClientSecret).
    type: dict
    suboptions:
      access_token:
        description: The access token.
        type: str
      refresh_token:
        description: The refresh token.
        type: str
      expires:
        description: When the access token expires, as an ISO 8601 date and time.
        type: str
      refresh_expires:
        description: When the refresh token expires, as an ISO 8601 date and time.
        type: str
  properties:
    description:
      - Properties of the account connector, by the C(target_name) of the connector's parameters. Values are sent as text, V(true) and
        V(false) in lower case.
      - Properties that you do not specify are left unchanged.
    type: dict
  sensitive_properties:
    description:
      - Further properties, with values that must not be shown.
    type: dict
"""
