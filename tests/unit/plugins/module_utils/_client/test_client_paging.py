# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.paging import is_last_page
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, TransportError
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import client, page, scripted

LIST = Request("GET", "/x", "listing")


def items(first, last):
    return [{"Id": number} for number in range(first, last)]


def read(*pages, **more):
    calls = [page("/x", found, number, **more) for number, found in enumerate(pages, 1)]
    with scripted(calls):
        return [one["Id"] for one in client().pages(LIST)]


@pytest.mark.parametrize("pages, total", [
    ([[]], 0),
    ([items(0, 1)], 1),
    ([items(0, 9)], 9),
    ([items(0, 99), []], 99),
    ([items(0, 100), []], 100),
    ([items(0, 100), items(100, 101)], 101),
    ([items(0, 100), items(100, 200), []], 200),
])
def test_until_a_short_or_empty_page(pages, total):
    assert read(*pages) == list(range(total))


@pytest.mark.parametrize("pages, total", [
    ([items(0, 25), items(25, 50), items(50, 53)], 53),
    ([items(0, 50), items(50, 100), []], 100),
    ([items(0, 10), items(10, 11)], 11),
    ([items(0, 25), []], 25),
    ([items(0, 28), items(28, 56), items(56, 60)], 60),
])
def test_a_server_with_a_smaller_limit(pages, total):
    assert read(*pages) == list(range(total))


def test_a_server_with_a_smaller_limit_that_tells_the_number_of_pages():
    headers = {"Total-Pages": "3"}
    assert read(items(0, 7), items(7, 14), items(14, 16), headers=headers) == list(range(16))
    assert read(items(0, 7), items(7, 14), items(14, 21), headers=headers) == list(range(21))


def test_the_number_of_pages_saves_a_request():
    assert read(items(0, 25), headers={"Total-Pages": "1"}) == list(range(25))


@pytest.mark.parametrize("told", ["", "many", "-1", "0"])
def test_a_useless_number_of_pages_ends_nothing_early(told):
    assert read(items(0, 100), items(100, 105), headers={"Total-Pages": told}) == list(range(105))


@pytest.mark.parametrize("length", [25, 100])
def test_a_server_that_ignores_paging(length):
    assert read(items(0, length), items(0, length)) == list(range(length))


def test_a_server_that_sends_more_than_a_page():
    assert read(items(0, 150)) == list(range(150))


def test_an_item_that_moved_to_the_next_page_comes_once():
    assert read(items(0, 100), items(99, 110)) == list(range(110))


def test_items_without_id_are_told_apart_by_what_they_hold():
    with scripted([page("/x", [1, "1", {"a": 1}, None])]):
        assert list(client().pages(LIST)) == [1, "1", {"a": 1}, None]


@pytest.mark.parametrize("answer, what", [({"a": 1}, "dict"), ("text", "str"), (7, "int")])
def test_what_is_no_list(answer, what):
    with pytest.raises(TransportError, match="Listing failed: GET /x returned %s instead of a list" % what), scripted([page("/x", answer)]):
        list(client().pages(LIST))


def test_a_second_page_that_fails_is_no_end():
    with pytest.raises(ApiError), scripted([page("/x", items(0, 100)), page("/x", [], 2, status=400)]):
        list(client().pages(LIST))


def test_pages_are_read_as_they_are_needed():
    with scripted([page("/x", items(0, 100))]):
        assert next(client().pages(LIST)) == {"Id": 0}


def test_the_query_goes_along():
    with scripted([page("/x", items(0, 100), query={"q": "a b"}), page("/x", [], 2, query={"q": "a b"})]):
        assert len(list(client().pages(Request("GET", "/x", "listing", query={"q": "a b"})))) == 100


@pytest.mark.parametrize("number, length, first_length, fresh, total_pages, last", [
    # A full page
    (1, 100, 100, 100, "", False),
    (7, 100, 100, 1, "", False),
    (1, 100, 100, 100, "1", False),
    # Nothing, or nothing new
    (1, 0, 0, 0, "", True),
    (3, 0, 100, 0, "9", True),
    (2, 100, 100, 0, "", True),
    # More than was asked for
    (1, 101, 101, 101, "", True),
    # A shorter one: the server's own limit, or the end
    (1, 9, 9, 9, "", True),
    (1, 10, 10, 10, "", False),
    (1, 99, 99, 99, "", False),
    (2, 99, 99, 99, "", False),
    (2, 98, 99, 98, "", True),
    (2, 40, 100, 40, "", True),
    # The header's word for it
    (1, 7, 7, 7, "2", False),
    (2, 7, 7, 7, "2", True),
    (1, 40, 40, 40, " 1 ", True),
    (1, 40, 40, 40, "0", True),
    (1, 40, 40, 40, "-1", False),
    (1, 9, 9, 9, "many", True),
])
def test_the_last_page(number, length, first_length, fresh, total_pages, last):
    assert is_last_page(number, length, first_length, fresh, total_pages) is last
