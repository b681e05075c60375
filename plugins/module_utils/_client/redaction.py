# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What must never be shown."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

# Shorter values are no secrets worth the damage that replacing them in every text would do.
_SHORTEST = 4


class Secrets:
    """The secret values one client has come to know, to be taken out of every text that leaves it."""

    def __init__(self, *values):
        self._values = set()
        self.add(*values)

    def add(self, *values):
        for text in texts_in(values):
            # Echoed, a secret may come back as it was sent: in JSON, in a path, in a form.
            in_json = [json.dumps(text, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)]
            in_url = [way(text, safe="", errors="replace") for way in (quote, quote_plus)]
            self._values.update(spelling for spelling in [text] + in_json + in_url if len(spelling) >= _SHORTEST)

    def hide(self, text):
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text


def texts_in(value):
    """All texts and numbers in it, and those in a text that is itself JSON, such as OAuth tokens."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from texts_in(one)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, str) and value:
        yield value
        if value.lstrip()[:1] in ("{", "["):
            try:
                yield from texts_in(json.loads(value))
            except (ValueError, RecursionError):
                pass


def hidden_texts(argument_spec, params):
    """What the options that are marked with no_log hold, whatever form they were given in."""
    for name, option in argument_spec.items():
        if option.get("no_log"):
            yield from texts_in(params.get(name))
