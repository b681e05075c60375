# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What the vendor's own tests ask of transactions (facts 28.2, 31 [QA]): all 7 are positive."""

import pytest


def numbers(answer):
    """The last digit of each id."""
    assert answer.status_code == 200
    return [int(one["Id"][-1]) for one in answer.json()]


def seeded(api, ids, query=""):
    return numbers(api.get(f"/cycles/{ids.idle}/transactions?{query}"))


def test_transactions_of_an_account(vendor, ids):
    found = vendor.get("/cycles/transactions?page=1&pageSize=100").json()
    assert {one["CycleId"] for one in found} == {ids.idle, ids.running}
    assert all(one["Id"] for one in found)


def test_transactions_of_a_cycle(vendor, ids):
    found = vendor.get(f"/cycles/{ids.idle}/transactions").json()
    assert found[0] == {"Id": ids.transaction, "CycleId": ids.idle}
    assert len(found) == 3


def test_transactions_in_pages(vendor, ids):
    assert seeded(vendor, ids, "page=2&pageSize=2") == [3]


@pytest.mark.parametrize("status", ["Completed", "completed"])
def test_transactions_by_status(vendor, ids, status):
    assert seeded(vendor, ids, f"status={status}") == [1, 3]


def test_transactions_by_split_type(vendor, ids):
    assert seeded(vendor, ids, "splitType=Unsplit") == [1, 2]


@pytest.mark.parametrize("after", ["11/21/2026", "2026-11-21", "2026-11-21T02:00:00+02:00", "2026-11-21T00:00:00.0000000Z"])
def test_transactions_by_date(vendor, ids, after):
    """Several forms are read; `after` behind `before` is empty, not an error."""
    assert seeded(vendor, ids, f"after={after}") == [2, 3]
    assert seeded(vendor, ids, f"after={after}&before=11/1/2026") == []


def test_items_of_a_transaction(vendor, ids):
    path = f"/cycles/{ids.idle}/transactions/{ids.transaction}"
    assert vendor.get(path).json() == [
        {"StepId": ids.list_step, "Request": None, "Response": '{"Email": "ann@example.com"}'},
        {"StepId": ids.deal_step, "Request": '{"Title": "ann@example.com"}', "Response": '{"Deal Id": 7}'},
    ]
    assert [one["StepId"] for one in vendor.get(f"{path}?query=deal").json()] == [ids.deal_step]
