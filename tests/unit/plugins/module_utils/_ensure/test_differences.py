# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, LostAnswer, NotTaken
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.differences import check_taken, differences
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.redaction import HIDDEN, Secrets
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.retry import Patience, parse_retry_after
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import Clock


@pytest.mark.parametrize("wanted, current, left", [
    (dict(a=1), dict(a=1, b=2), {}),
    (dict(a=1), dict(a=2), dict(a=1)),
    (dict(a=1), {}, dict(a=1)),
    (dict(a=""), dict(a=None), {}),
    (dict(a=False), dict(a=None), {}),
    (dict(a=0), dict(a=None), dict(a=0)),
    (dict(a=""), dict(a="x"), dict(a="")),
    (dict(a=False), dict(a=True), dict(a=False)),
    ({}, dict(a=1), {}),
])
def test_differences(wanted, current, left):
    assert differences(wanted, current) == left


def test_what_was_not_taken_is_named():
    check_taken(dict(a=1), dict(a=1), "x")
    with pytest.raises(NotTaken, match=r"the update of x but did not store: a \(sent 1, stored None\), b \(sent 2, stored 3\)"):
        check_taken(dict(a=1, b=2, c=3), dict(b=3, c=3), "x")


class Script:
    """Functions that answer in turn."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def __call__(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def patience(seconds=1000):
    clock = Clock()
    return Patience(seconds, clock, clock.sleep)


LOST = LostAnswer("lost")


@pytest.mark.parametrize("sends, finds, outcome", [
    (["done"], [], "done"),
    ([LOST], ["found"], "found"),
    ([LOST, "done"], [None], "done"),
    ([LOST, LOST, LOST, "done"], [None] * 3, "done"),
    ([ApiError("x", 400)], ["found"], "found"),
    ([ApiError("x", 409)], ["found"], "found"),
    ([LOST, ApiError("x", 400)], [None, "found"], "found"),
])
def test_a_write_counts_once(sends, finds, outcome):
    send, find = Script(*sends), Script(*finds)
    assert send_once(send, find, patience()) == outcome
    assert send.answers == find.answers == []


@pytest.mark.parametrize("sends, finds, kind", [
    ([LOST] * 4, [None] * 4, LostAnswer),
    ([ApiError("x", 400)], [None], ApiError),
    ([ApiError("x", 403)], [], ApiError),
    ([ApiError("x", 404)], [], ApiError),
    ([LOST, ApiError("x", 500)], [None], ApiError),
    ([LOST], [ApiError("x", 500)], ApiError),
])
def test_or_is_an_error(sends, finds, kind):
    send, find = Script(*sends), Script(*finds)
    with pytest.raises(kind):
        send_once(send, find, patience())
    assert send.answers == find.answers == []


def test_without_patience_there_is_one_look_and_no_second_write():
    send, find = Script(LOST), Script(None)
    with pytest.raises(LostAnswer):
        send_once(send, find, patience(0))
    assert send.answers == find.answers == []


@pytest.mark.parametrize("value, seconds", [
    (None, None), ("", None), ("x", None), ("0", 0), (" 12 ", 12), ("-1", None), ("1.5", None), ("\u00b2", None), ("\u0661", None),
    ("Thu, 02 Mar 2023 03:03:24 GMT", 0), ("Thu, 99 Mar 2023 03:03:24 GMT", None),
])
def test_retry_after(value, seconds):
    assert parse_retry_after(value) == seconds


def test_secrets():
    secrets = Secrets("long-secret", "long", None, "", "abc", 5)
    assert secrets.hide("a long-secret, a long one and abc") == "a %s, a %s one and abc" % (HIDDEN, HIDDEN)
