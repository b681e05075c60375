# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a message must not show, however the API spells it."""

from __future__ import annotations

import base64
import html
import json
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.redaction import HIDDEN, LEFT_OUT, Secrets, masked, secret_values, without_userinfo

SECRET = 'k3y/with+"quotes" & <tags> \u00fc-0123456789'
BYTES = SECRET.encode("utf-8")

REPLACED = dict(
    as_it_is=SECRET,
    in_json=json.dumps(SECRET)[1:-1],
    in_json_unescaped=json.dumps(SECRET, ensure_ascii=False)[1:-1],
    json_in_json=json.dumps(json.dumps(SECRET)[1:-1])[1:-1],
    percent=quote(SECRET, safe=""),
    percent_in_lower_case=quote(SECRET, safe="").lower(),
    form=quote_plus(SECRET),
    html=html.escape(SECRET),
    base64=base64.b64encode(BYTES).decode("ascii"),
    base64_for_urls=base64.urlsafe_b64encode(BYTES).decode("ascii"),
    hex=BYTES.hex(),
    hex_in_upper_case=BYTES.hex().upper(),
    upper_case=SECRET.upper(),
    lower_case=SECRET.lower(),
)
LEFT = dict(
    html_twice=html.escape(html.escape(SECRET)),
    html_by_number="".join("&#%d;" % ord(char) for char in SECRET),
    html_by_hex="".join("&#x%X;" % ord(char) for char in SECRET),
    all_percent="".join("%%%02x" % byte for byte in BYTES),
    percent_twice=quote(quote(SECRET, safe=""), safe=""),
    all_unicode_escapes="".join("\\u%04X" % ord(char) for char in SECRET),
    json_in_json_in_json=json.dumps(json.dumps(json.dumps(SECRET))),
    base64_after_one=base64.b64encode(b"x" + BYTES).decode("ascii"),
    base64_after_two=base64.b64encode(b"xy" + BYTES + b"z").decode("ascii"),
    base64_after_three=base64.urlsafe_b64encode(b"xyz" + BYTES).decode("ascii").rstrip("="),
    base64_twice=base64.b64encode(base64.b64encode(BYTES)).decode("ascii"),
    base64_in_lines=base64.encodebytes(b"user:" + BYTES * 3).decode("ascii"),
    base64_in_json=json.dumps({"raw": base64.b64encode(b"pr" + BYTES).decode("ascii")}),
    base64_in_a_url=quote(base64.b64encode(b"ab" + BYTES).decode("ascii"), safe=""),
    hex_with_colons=":".join("%02X" % byte for byte in BYTES),
    its_beginning=SECRET[:20],
    its_end=SECRET[-21:],
    its_middle=SECRET[7:28],
    beginning_in_percent=quote(SECRET[:24], safe="").lower(),
    spread=" ".join(SECRET),
    other_case_and_html=html.escape(html.escape(SECRET.upper())),
)


def said(spelling):
    return "The key %s is not known, see case 4711." % spelling


@pytest.mark.parametrize("spelling", REPLACED.values(), ids=REPLACED)
def test_a_usual_spelling_is_replaced(spelling):
    assert Secrets(SECRET).hide(said(spelling)) == said(HIDDEN)


@pytest.mark.parametrize("spelling", LEFT.values(), ids=LEFT)
def test_another_spelling_takes_the_whole_message_with_it(spelling):
    assert Secrets(SECRET).hide(said(spelling)) == LEFT_OUT


@pytest.mark.parametrize("echo", [" \tthe-key-of-theirs", "the-key-of-theirs\r\n", "the-key-of-theirs"])
@pytest.mark.parametrize("given_as", ["the-key-of-theirs\n", "  the-key-of-theirs", "the-key-of-theirs\r\n\r\n"])
def test_blanks_around_a_secret_are_no_part_of_it(given_as, echo):
    assert "the-key" not in Secrets(given_as).hide(said(echo))


PEM = "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n" % "\n".join(base64.b64encode(bytes(range(i, i + 48))).decode("ascii") for i in range(20))


LINES = [PEM.replace("\n", other) for other in ("\n", "\r\n", " ", "\\n")]


@pytest.mark.parametrize("echo", [*LINES, PEM.splitlines()[7], PEM.splitlines()[7][:40]])
def test_a_secret_of_many_lines(echo):
    hidden = Secrets(PEM).hide(said(echo))
    assert not any(line in hidden for line in PEM.splitlines()[1:-1])
    assert PEM.splitlines()[7][:20] not in hidden


def test_the_frame_of_a_key_is_no_secret():
    assert Secrets(PEM).hide("It has to begin with -----BEGIN") == "It has to begin with -----BEGIN"


@pytest.mark.parametrize("words", ["The name 'Initech' is taken.", "Account c-42 has no right to do that", '{"Name": ["is required"]}', "a" * 3000, ""])
def test_other_messages_stay(words):
    assert Secrets(SECRET, PEM, "the-client-secret").hide(words) == words


def test_short_texts_are_not_hunted():
    assert Secrets("a", "abc", "", None, True, "   \n").hide("abc is true") == "abc is true"
    assert Secrets("abcd").hide("abcd is true") == HIDDEN + " is true"


def test_numbers_and_what_is_in_json_are_secrets_too():
    secrets = Secrets(123456, '{"AccessToken": "of-yesterday", "more": ["of-tomorrow"]}')
    assert secrets.hide("123456, of-yesterday, of-tomorrow") == ", ".join([HIDDEN] * 3)


def test_a_long_message_is_not_cut_through_a_secret():
    for length in range(64 * 1024 - len(SECRET), 64 * 1024 + 2):
        assert SECRET[:8] not in Secrets(SECRET, "x" * 5000).hide("x" * length + SECRET + "y" * 10)


@pytest.mark.parametrize("piece", ["a b %41&amp;", "QUJD", "\\u0041", "&#65;", "4142"])
def test_a_huge_message_takes_no_time(piece):
    secrets = Secrets(SECRET, PEM, *("secret-%d-of-many" % number for number in range(50)))
    began = time.monotonic()
    secrets.hide(piece * (1024 * 1024 // len(piece)))
    assert time.monotonic() - began < 10


@given(st.text(min_size=8), st.text(), st.text())
def test_a_secret_in_any_text(secret, before, after):
    if len(secret.strip()) >= 8:
        hidden = Secrets(secret).hide(before + secret + after)
        assert secret not in hidden.replace(HIDDEN, "") or secret.strip().lower() in HIDDEN.lower()


@pytest.mark.parametrize("text, left", [
    ("https://jo:pw@host/x", "https://host/x"),
    ("http://jo@host", "http://host"),
    ("http://jo:p@ssw@host:80", "http://host:80"),
    ("proxy jo:pw@host:3128 refused", "proxy host:3128 refused"),
    ("Location //jo:pw@host", "Location //host"),
    ("write to jo@example.com", "write to jo@example.com"),
])
def test_userinfo_is_taken_out_of_urls(text, left):
    assert without_userinfo(text) == left


SPEC = dict(
    name=dict(type="str"),
    api_key=dict(type="str", no_log=True, aliases=["key"]),
    tokens=dict(type="dict", options=dict(access=dict(type="str", no_log=True), expires=dict(type="str"))),
    many=dict(type="list", elements="dict", options=dict(password=dict(type="str", no_log=True), user=dict(type="str"))),
    hidden=dict(type="dict", no_log=True),
    api_url=dict(type="str"),
)
PARAMS = dict(
    name="n",
    key="of-the-alias",
    tokens=dict(access="of-the-suboption", expires="soon"),
    many=[dict(password="of-the-list", user="jo")],
    hidden=dict(a=1234567),
    api_url="https://jo:pw@host",
    api_kye="misspelt",
)


def test_the_spec_says_what_is_secret():
    assert sorted(secret_values(SPEC, PARAMS)) == ["1234567", "of-the-alias", "of-the-list", "of-the-suboption"]


def test_options_are_shown_without_secrets():
    assert masked(SPEC, PARAMS) == dict(
        name="n",
        key=HIDDEN,
        tokens=dict(access=HIDDEN, expires="soon"),
        many=[dict(password=HIDDEN, user="jo")],
        hidden=HIDDEN,
        api_url="https://host",
        api_kye=HIDDEN,
    )
