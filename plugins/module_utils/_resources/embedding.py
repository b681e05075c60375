# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What embeds Cyclr in the company's own product: sign-in tokens, the OAuth link, LAUNCH and Marketplace.

Each of these calls hands out a token that opens a customer's account once, within five minutes.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import segment
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import LostAnswer
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import written
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import pascal_case, text

URL_FIELDS = dict(launch="LaunchUrl", marketplace="MarketplaceUrl")

# The path of the link, today and in the form of 2019.
_OAUTH_PATH = "/connectorauth/updateaccountconnectoroauth"
_OAUTH_PATH_2019 = "/web/connector/updateaccountconnectoroauth"


# Fields whose name does not follow from that of the option
_NAMES = dict(inline_oauth="InlineOAuth")


class Embedding:
    def __init__(self, client):
        self._client = client

    def sign_in_token(self, account_id, username=None):
        """A token for `username`, who is created if that user does not exist. Returns token and expiry."""
        path = "/v1.0/accounts/%s/signintoken" % segment(account_id)
        doing = "fetching a sign-in token for account %r" % account_id
        return self._issued(Request("POST", path, doing, body=dict(Username=username) if username else {}))

    def sign_in_token_2019(self, account_id):
        """The older call, which names the account in the header."""
        doing = "fetching a sign-in token for account %r" % account_id
        return self._issued(Request("POST", "/v1.0/accounts/tokens", doing, account_id, body={}))

    def partner_entry(self, connector, values, sensitive=()):
        """The partner connector as LAUNCH and Marketplace take it. The catalogue's name and version say which one it is."""
        return dict(written(self._client, connector, values, sensitive), Name=connector.name, Version=connector.version)

    def deploy(self, via, account_id, options, username=None, password=None):
        """LAUNCH or Marketplace for an account, or for one of its users. Creates an account for an unknown id.

        `options` are the fields of the request in snake_case. Returns token, expiry and url, which are secrets.
        """
        body = {_NAMES.get(name, pascal_case(name)): value for name, value in options.items()}
        if username is None:
            path = "/v1.0/accounts/%s/%s" % (segment(account_id), via)
        else:
            path = "/v1.0/users/" + via
            self._client.secrets.add(password)
            body.update(AccountId=account_id, Username=username, Password=password)
        doing = "%s for account %r" % ("LAUNCH" if via == "launch" else "Marketplace", account_id)
        request = Request("POST", path, doing, body=body)
        raw = self._client.write(request)
        url = text(raw, URL_FIELDS[via]) if isinstance(raw, dict) else None
        token, expires_at = self._token(raw, request)
        self._client.secrets.add(url)
        return dict(url=url, token=token, expires_at=expires_at)

    def oauth_link(self, account_connector_id, token, target_origin, callback_message, service_domain=None):
        """The link on the partner's service domain (an origin), or without one in the form of 2019, on the API's own domain."""
        base = service_domain + _OAUTH_PATH if service_domain else self._client.connection.api_url + _OAUTH_PATH_2019
        query = dict(id=account_connector_id, token=token, targetOrigin=target_origin)
        if callback_message:
            query["callbackMessage"] = callback_message
        return base + "?" + urlencode(query, quote_via=quote)

    def _issued(self, request):
        return self._token(self._client.write(request), request)

    def _token(self, raw, request):
        token = text(raw, "Token") if isinstance(raw, dict) else None
        if not token:
            raise request.unexpected(LostAnswer, "no token")
        self._client.secrets.add(token, quote(token, safe=""))
        return token, text(raw, "ExpiresAtUtc")
