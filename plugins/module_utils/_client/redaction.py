# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What must never be shown, however it is spelled."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from urllib.parse import quote, quote_plus, unquote, unquote_plus

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
LEFT_OUT = "(left out, because it repeats a secret)"

# Shorter values are parts of ordinary words: replacing them would make messages unreadable.
_SHORTEST = 4

# Shorter ones are words, too: these are hidden as they are spelled, longer ones in upper and lower case as well.
_SHORTEST_IN_ANY_CASE = 6

# A run of that many characters gives away most of a secret.
_PART = 20
_SHORTEST_PART = 8

# How much of a text is searched, and how much of it is compared in other spellings. No message shows more than the second.
_SEARCHED = 64 * 1024
_COMPARED = 4 * 1024

# How often a text is decoded over and over, and how many spellings are looked at in all.
_LAYERS = 4
_COPIES = 80

_USERINFO = re.compile(r"(//)[^/\s\"'<>]*@|(^|[\s\"'(])[^/\s\"'<>@:]+:[^\s\"'<>@]+@(?=[\w.\[-]*:\d)")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{5,}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){4,}")
_BETWEEN_HEX = re.compile(r"\\x|0x|%|[\s:,-]")
_ESCAPE = re.compile(r'\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|["\'\\/bfnrt])')
_NAMED = dict(b="\b", f="\f", n="\n", r="\r", t="\t")


class Secrets:
    """The secret values that a client has come to know, to be taken out of every text that leaves it."""

    def __init__(self, *values):
        self._texts = set()
        self._patterns = None
        self._parts = None
        self.add(*values)

    def add(self, *values):
        new = {text for value in texts_in(values) for text in _lines_and_all(value) if len(text) >= _SHORTEST}
        if not new <= self._texts:
            self._texts |= new
            self._patterns = self._parts = None

    def replace(self, text):
        """The text with secrets replaced that are spelled in a usual way."""
        if self._texts and self._patterns is None:
            spellings = {spelling for secret in self._texts for spelling in _spellings(secret)}
            self._patterns = [
                _any_of(spellings, re.IGNORECASE, lambda spelling: len(spelling) >= _SHORTEST_IN_ANY_CASE),
                _any_of(spellings, 0, lambda spelling: _SHORTEST <= len(spelling) < _SHORTEST_IN_ANY_CASE),
            ]
        for pattern in self._patterns or ():
            text = pattern.sub(HIDDEN, text)
        return text

    def hide(self, text):
        """The text without secrets: replaced if they are spelled in a usual way, else without the whole text."""
        text = without_userinfo(text)
        if not self._texts or len(text) < _SHORTEST:
            return text
        cut = len(text) > _SEARCHED
        hidden = self.replace(text[:_SEARCHED])
        if cut:
            # The cut may have gone through a secret.
            hidden = hidden[: -6 * max(len(secret) for secret in self._texts)]
        hidden = hidden[:_COMPARED]
        return LEFT_OUT if self._shows(hidden.replace(HIDDEN, " ")) else hidden

    def _shows(self, text):
        """Whether a secret or most of one is in the text, in any spelling."""
        if self._parts is None:
            self._parts = _parts(self._texts)
        return any(self._gives_away(copy) for copy in _copies(text))

    def _gives_away(self, copy):
        for spelled in (copy, _folded(copy)):
            for length, parts in self._parts.items():
                if len(spelled) >= length and not parts.isdisjoint(spelled[at : at + length] for at in range(len(spelled) - length + 1)):
                    return True
        return False


def without_userinfo(text):
    """The text without user names and passwords in its URLs."""
    return _USERINFO.sub(lambda found: (found.group(1) or found.group(2) or ""), text) if "@" in text else text


def texts_in(value):
    """All texts and numbers in it, and those in a text that is itself JSON, such as OAuth tokens."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
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


def secret_values(argument_spec, params):
    """The values of all options and suboptions that are marked with no_log."""
    for name, option in argument_spec.items():
        for key in (name, *(option.get("aliases") or ())):
            value = params.get(key) if isinstance(params, dict) else None
            if value is None:
                continue
            if option.get("no_log"):
                yield from texts_in(value)
            elif option.get("options"):
                for one in value if isinstance(value, list) else [value]:
                    yield from secret_values(option["options"], one)


def masked(argument_spec, params):
    """The options as they may be shown. An option that is not in the spec may be a misspelled secret."""
    known = {key: option for name, option in argument_spec.items() for key in (name, *(option.get("aliases") or ()))}
    return {name: _masked_value(known.get(name), value) for name, value in params.items()}


def _masked_value(option, value):
    if value is None:
        return None
    if option is None or option.get("no_log"):
        return HIDDEN
    if option.get("options"):
        if isinstance(value, dict):
            return masked(option["options"], value)
        if isinstance(value, list):
            return [masked(option["options"], one) if isinstance(one, dict) else one for one in value]
    return without_userinfo(value) if isinstance(value, str) else value


# -- spellings -----------------------------------------------------------------------------------------------------


def _lines_and_all(text):
    """A text as it is, trimmed, and each of its lines, since line ends change on the way."""
    yield text
    yield text.strip()
    lines = [line.strip() for line in text.splitlines()]
    if len(lines) > 1:
        yield "\n".join(lines)
        yield "\r\n".join(lines)
        # The frame of a key file is the same in all of them.
        yield from (line for line in lines if len(line) >= _SHORTEST_PART and not line.startswith("-----"))


def _spellings(text):
    """Echoed, a secret may come back as it was sent: in JSON, in a path, in a form."""
    yield text
    for ascii_only in (True, False):
        in_json = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield in_json
        yield in_json.replace("/", "\\/")
        yield json.dumps(in_json, ensure_ascii=ascii_only)[1:-1]
    for way in (quote, quote_plus):
        yield way(text, safe="", errors="replace")
    yield html.escape(text)
    yield html.escape(text, quote=False)
    data = text.encode("utf-8", "replace")
    yield base64.b64encode(data).decode("ascii")
    yield base64.urlsafe_b64encode(data).decode("ascii")
    yield data.hex()


def _any_of(spellings, flags, wanted):
    found = sorted({spelling for spelling in spellings if wanted(spelling)}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, found)) if found else r"(?!)", flags)


def _folded(text):
    """Without what gets lost or added on the way: upper and lower case, blanks, line ends."""
    return re.sub(r"[\s\x00]+", "", text).casefold()


def _parts(secrets):
    """Length -> the runs of this length that give a secret away."""
    parts = {}
    for secret in secrets:
        for spelled in {secret, _folded(secret)} if len(secret) >= _SHORTEST_IN_ANY_CASE else {secret}:
            length = min(len(spelled), _PART, max(_SHORTEST_PART, (len(spelled) + 1) // 2))
            if length >= _SHORTEST:
                parts.setdefault(length, set()).update(spelled[at : at + length] for at in range(len(spelled) - length + 1))
    return parts


def _copies(text):
    """The text and what it says if it is decoded, again and again."""
    seen = {text}
    layer = [text]
    yield text
    for _depth in range(_LAYERS):
        deeper = []
        for copy in layer:
            for decode in (unquote, unquote_plus, html.unescape, _without_escapes, _from_hex, _from_base64):
                found = decode(copy)[: 2 * _COMPARED]
                if len(found) >= _SHORTEST and found not in seen and len(seen) < _COPIES:
                    seen.add(found)
                    deeper.append(found)
                    yield found
        layer = deeper


def _without_escapes(text):
    def character(found):
        code = found.group()[1:]
        return chr(int(code[1:], 16)) if code[0] in "ux" and len(code) > 1 else _NAMED.get(code, code)

    return _ESCAPE.sub(character, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _from_hex(text):
    found = _HEX.findall(_BETWEEN_HEX.sub("", text))
    # A run may begin in the middle of a byte.
    runs = [run[first : len(run) - (len(run) - first) % 2] for run in found for first in (0, 1)]
    return " ".join(bytes.fromhex(run).decode("utf-8", "replace") for run in runs)


def _from_base64(text):
    """What the text says as base64, wherever in it a group of four begins."""
    decoded = []
    for run in _BASE64.findall(re.sub(r"\s+", "", text)):
        run = run.replace("-", "+").replace("_", "/")
        for first in range(4):
            part = run[first:]
            part = part[: len(part) - 1] if len(part) % 4 == 1 else part
            try:
                decoded.append(base64.b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "replace"))
            except (binascii.Error, ValueError):
                continue
    return " ".join(decoded)
