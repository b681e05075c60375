# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""HTML pages: plain, phone-friendly, no external resources."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from cyclr_sandbox.web.answers import PageError, html

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("pages")),
    autoescape=True,
    trim_blocks=True,
)
# Nothing here may end up in a cache or a referrer: the address held a token.
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def render(name, status=200, **values):
    return html(_TEMPLATES.get_template(name).render(values), status, _HEADERS)


def failure(_call, error):
    return render("failure.html", error.status, heading=error.heading, text=error.message)


def denied():
    """A used, expired or invalid token (facts 10 [D], 12 [I])."""
    return PageError(
        403,
        "This link was used before, has expired or is not valid. Ask for a new one.",
        "Forbidden: Access is denied.",
    )


def wrong(text, status=400, heading="This link does not work"):
    return PageError(status, text, heading)
