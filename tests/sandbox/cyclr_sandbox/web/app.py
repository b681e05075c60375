# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The ASGI application: find the route, check the caller, run the handler, keep the API's habits."""

from __future__ import annotations

import sys
import traceback
from inspect import isawaitable

from starlette.middleware.gzip import GZipMiddleware

from cyclr_sandbox.endpoints import (
    account_connectors,
    accounts,
    calls,
    connectors,
    control,
    custom,
    custom_fields,
    cycle_control,
    cycles,
    deploy,
    edges,
    incidents,
    lifecycle,
    mappings,
    oauth_token,
    properties,
    signin,
    start,
    steps,
    template_files,
    templates,
    transactions,
    users,
    variables,
    webhooks,
)
from cyclr_sandbox.state import runs
from cyclr_sandbox.web import browser, pages, security, third_party
from cyclr_sandbox.web.answers import ApiError, PageError, html, message, nothing
from cyclr_sandbox.web.asgi import Disconnected, read_body
from cyclr_sandbox.web.call import Call
from cyclr_sandbox.web.gate import Gate
from cyclr_sandbox.web.routing import Router

_ROUTER = Router(
    oauth_token.routes,
    accounts.routes,
    users.routes,
    connectors.routes,
    account_connectors.routes,
    properties.routes,
    custom.routes,
    custom_fields.routes,
    calls.routes,
    signin.routes,
    deploy.routes,
    templates.routes,
    template_files.routes,
    cycles.routes,
    lifecycle.routes,
    steps.routes,
    edges.routes,
    mappings.routes,
    variables.routes,
    incidents.routes,
    transactions.routes,
    webhooks.routes,
    browser.routes,
    third_party.routes,
    control.routes,
    start.routes,
    cycle_control.routes,
)


class Api:
    """Requests to answers."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    async def __call__(self, scope, receive, send):
        try:
            body = await read_body(receive)
        except Disconnected:
            return  # half a request does nothing
        call = Call(scope, body, self.sandbox, {})
        response = await self._respond(call)
        response.headers["x-content-type-options"] = "nosniff"
        await response(scope, receive, send)

    async def _respond(self, call):
        scope = call.scope
        # A mail scanner's HEAD must not be kinder to a link than its GET.
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        raw_path = scope.get("raw_path") or scope["path"].encode()
        try:
            route, params = _ROUTER.find(method, raw_path)
            if route is None:
                return self._no_route(method, params)
            call.params = params
            if self.sandbox.store.due:
                runs.settle(self.sandbox)
            security.check(call, route.level)
            response = route.handler(call)
            return await response if isawaitable(response) else response
        except PageError as error:
            return pages.failure(call, error)
        except security.Denied as error:
            return self._denied(call, error)
        except ApiError as error:
            if error.message is None:
                return nothing(error.status, error.headers)
            return message(error.message, error.status, error.headers)
        except Exception:
            # A defect of the sandbox: the client sees Web API's stock text, the developer the reason.
            traceback.print_exc(file=sys.stderr)
            return message("An error has occurred.", 500)

    def _no_route(self, method, wrong_method):
        if wrong_method:
            text = f"The requested resource does not support http method '{method}'."
            return message(text, 405)
        if self.sandbox.settings.NotFoundBody == "message":
            return message("No HTTP resource was found that matches the request URI.", 404)
        return nothing(404)

    @staticmethod
    def _denied(call, error):
        """The body of a 401 or 403 is not known (facts 8 [I])."""
        how = call.settings.UnauthorizedBody
        if how == "message":
            return message(error.message, error.status)
        if how == "html":
            return html("<!DOCTYPE html><title>Unauthorized</title><h1>Unauthorized</h1>", error.status)
        return nothing(error.status)


def create_app(sandbox):
    api = Api(sandbox)
    sandbox.app = api
    return Gate(GZipMiddleware(api, minimum_size=500, compresslevel=1), api, sandbox)
