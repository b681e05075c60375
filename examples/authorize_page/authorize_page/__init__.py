# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""A page on which a customer sees the connectors of their own account, and connects those that wait for them.

`flask --app authorize_page run` and `gunicorn 'authorize_page:create_app()'` call create_app(); README.md says how to run it.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets

from flask import Flask, abort, redirect, render_template, request, session
from werkzeug.exceptions import Forbidden, HTTPException, InternalServerError

from .account import account_of
from .cyclr import Cyclr, CyclrError, NoSuchAccount
from .limits import Limit
from .settings import Settings, without_query

HEADERS = {
    # Nothing of the answers may be kept, and no other site may learn an address of ours.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(current_account=None):
    """The application. `current_account()` returns the API ID of the account of whoever is signed in, or None; by default as account.py says."""
    settings = Settings.from_environment(needs_login=current_account is None)
    cyclr = Cyclr(settings)
    current_account = current_account or account_of(settings)
    limit = Limit(settings.links_per_minute)

    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="authorize_page",
        SESSION_COOKIE_PATH=settings.path,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=16 * 1024,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(company=settings.company, support=settings.support)
    app.logger.setLevel(logging.INFO)
    logging.getLogger("werkzeug").addFilter(without_query)

    @app.context_processor
    def addresses():
        """The way from an address to the page, which may live in any folder of a site."""
        return dict(top="../" * (request.path.count("/") - 1) or "./")

    def signed_in():
        account_id = current_account()
        if not account_id:
            raise Forbidden("not_signed_in")
        return account_id

    def form_token(account_id):
        """The token that a form has to send. It works only with the cookie of this browser, and only for this account."""
        nonce = session.setdefault("nonce", secrets.token_urlsafe(16))
        return hmac.new(settings.secret_key.encode(), f"{nonce}\n{account_id}".encode(), hashlib.sha256).hexdigest()

    def home():
        """The address of the page, for the browser."""
        return settings.url or request.url_root

    @app.get("/")
    def page():
        account_id = signed_in()
        connectors = cyclr.connectors(account_id)
        # Whoever went to connect something, and is back, by whatever way
        asked = session.pop("asked", None)
        returned = next((one for one in connectors if one.id == asked), None)
        return render_template("connectors.html", connectors=connectors, returned=returned, form_token=form_token(account_id))

    @app.post("/connect")
    def connect():
        account_id = signed_in()
        if not hmac.compare_digest(request.form.get("form_token", "").encode(), form_token(account_id).encode()):
            abort(400, "form_token")
        wanted = request.form.get("connector", type=int)
        # Only what the account of whoever is signed in has: the form cannot name an account.
        connector = next((one for one in cyclr.connectors(account_id) if one.id == wanted), None)
        if connector is None:
            abort(404, "connector")
        session["asked"] = connector.id
        again = "again" in request.form
        if not (connector.can_connect or connector.can_connect_again and again):
            return redirect(home(), 303)
        if not limit.allows(account_id):
            abort(429)
        link = cyclr.link(account_id, connector, home(), force=again)
        if link is None:
            return redirect(home(), 303)
        app.logger.info("a link for connector %d of account %a", connector.id, account_id)
        return redirect(link, 303)

    @app.get("/connect")
    def connect_again():
        """For a browser that loads the address again. A link is never created here."""
        return redirect(home(), 303)

    @app.errorhandler(NoSuchAccount)
    def no_account(error):
        app.logger.warning("%s", error)
        return render_template("message.html", about="no_account"), 404

    @app.errorhandler(CyclrError)
    def failed(error):
        """The reasons are for the log. They contain neither secrets nor links."""
        reference = secrets.token_hex(4)
        app.logger.error("%s: %s", reference, error)
        return render_template("message.html", about="failed", reference=reference), 503, {"Retry-After": "60"}

    @app.errorhandler(HTTPException)
    def refused(error):
        known = error.description if error.description in ("not_signed_in", "form_token", "connector") else str(error.code)
        return render_template("message.html", about=known), error.code

    @app.errorhandler(InternalServerError)
    def broken(_error):
        return render_template("message.html", about="failed"), 500

    @app.after_request
    def with_headers(response):
        response.headers.update(HEADERS, **{"Content-Security-Policy": settings.content_security_policy})
        return response

    return app
