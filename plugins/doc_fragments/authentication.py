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
      - Which of the connector's authentication methods to use, by its name or its type (for example V(OAuth 2.0) or V(ApiKey)).
      - Needed only where the connector has several and what else is given does not decide it.
    type: str
  authentication_id:
    description:
      - As O(authentication), by the method's id.
    type: str
  auth_value:
    description:
      - The value to authenticate with in the form in which Cyclr stores it. For Basic this is the Base64 form of C(user:password), for
        OAuth a JSON text.
    type: str
  api_key:
    description:
      - The key for a connector that authenticates with an API key.
    type: str
  oauth_tokens:
    description:
      - Tokens for an OAuth connector, so that nobody has to consent in a browser.
      - They are written while the connector is not authenticated and left alone afterwards, because Cyclr refreshes them by itself.
      - An empty dictionary tells Cyclr to fetch the tokens on first use from the properties C(ClientId) and C(ClientSecret).
    type: dict
    suboptions:
      access_token:
        description: The access token.
        type: str
      refresh_token:
        description: The refresh token.
        type: str
      expires:
        description: When the access token ends, as an ISO 8601 date and time.
        type: str
      refresh_expires:
        description: When the refresh token ends, as an ISO 8601 date and time.
        type: str
  properties:
    description:
      - Properties of the account connector, by the C(target_name) of the connector's parameters. Values are sent as text, V(true) and
        V(false) in lower case.
      - Properties that are not named stay as they are.
    type: dict
  sensitive_properties:
    description:
      - As O(properties), for values that must not be shown.
    type: dict
"""
