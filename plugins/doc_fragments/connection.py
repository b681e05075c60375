# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations


class ModuleDocFragment:
    # How to reach the API: plugins/module_utils/arguments.py, connection()
    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Scheme, host and port of the Cyclr API, without a path.
      - Each region has its own, for example V(https://api.cyclr.com) (US), V(https://api.us2.cyclr.com) (US2), V(https://api.cyclr.uk)
        (UK) and V(https://api.eu.cyclr.com) (EU). Private instances have their own host. Credentials are valid in one region only.
      - Plain C(http) is accepted for loopback addresses only.
      - If not set, the environment variable E(CYCLR_API_URL) is used.
    type: str
    default: https://api.cyclr.com
  client_id:
    description:
      - The ID of the OAuth client credentials (Console, Settings, Security Settings).
      - Required together with O(client_secret), unless O(access_token) is given.
      - If not set, the environment variable E(CYCLR_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - The secret for O(client_id).
      - If not set, the environment variable E(CYCLR_CLIENT_SECRET) is used.
    type: str
  access_token:
    description:
      - An access token to use instead of fetching one, for example from M(cyclr.ipaas.cyclr_access_token).
      - If O(client_id) and O(client_secret) are given too, a token that the API refuses is renewed once.
      - If not set, the environment variable E(CYCLR_ACCESS_TOKEN) is used.
    type: str
  validate_certs:
    description:
      - Whether to check the certificate of the API's server. Turning this off exposes the credentials and causes a warning.
      - If not set, the environment variable E(CYCLR_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder of CA certificates to trust instead of the bundle of the Python library requests.
      - If not set, the environment variable E(CYCLR_CA_PATH) is used.
    type: path
  timeout:
    description:
      - Time limit in seconds for one request, from the connection to the last byte of the response.
      - If not set, the environment variable E(CYCLR_TIMEOUT) is used.
    type: float
    default: 30
  retry_timeout:
    description:
      - Total time in seconds for retries of one request.
      - Reads are retried if the API returns 429, 500, 502, 503, 504 or an unreadable body, and if the connection fails. A write that may have
        reached the API is sent again only after a read has shown that it had no effect.
      - Until the API has responded once, a login gives up after ten seconds if it gets no connection.
      - If not set, the environment variable E(CYCLR_RETRY_TIMEOUT) is used.
    type: float
    default: 120
requirements:
  - requests >= 2.31.0
notes:
  - Proxies are taken from the usual environment variables (E(HTTPS_PROXY), E(NO_PROXY)).
  - The connection options can be set once for all modules with C(module_defaults) for C(group/cyclr.ipaas.cyclr).
"""

    # For plugins, which read the environment through ansible-core. No ini: a secret does not belong there, and modules would not see the rest.
    PLUGIN = r"""
options:
  api_url:
    env:
      - name: CYCLR_API_URL
  client_id:
    env:
      - name: CYCLR_CLIENT_ID
  client_secret:
    env:
      - name: CYCLR_CLIENT_SECRET
  access_token:
    env:
      - name: CYCLR_ACCESS_TOKEN
  validate_certs:
    env:
      - name: CYCLR_VALIDATE_CERTS
  ca_path:
    env:
      - name: CYCLR_CA_PATH
  timeout:
    env:
      - name: CYCLR_TIMEOUT
  retry_timeout:
    env:
      - name: CYCLR_RETRY_TIMEOUT
"""
