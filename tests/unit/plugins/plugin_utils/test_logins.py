# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The memory that workers share, tried with real forks."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import AuthenticationFailed, TransportError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.logins import Claims, SharedLogins, expiry_of

FORK = multiprocessing.get_context("fork")
ACME = Connection(api_url="https://api.cyclr.com", client_id="acme", client_secret="s1")


def later(seconds=3600):
    return datetime.now(timezone.utc) + timedelta(seconds=seconds)


def in_workers(work, count=8):
    """What `work(number)` returns or raises in as many forked processes, all at the same time."""
    answers, start = FORK.Queue(), FORK.Event()

    def worker(number):
        start.wait()
        try:
            answers.put(work(number))
        except Exception as exc:
            answers.put((type(exc).__name__, str(exc)))

    workers = [FORK.Process(target=worker, args=(number,)) for number in range(count)]
    for one in workers:
        one.start()
    start.set()
    found = [answers.get(timeout=30) for one in workers]
    for one in workers:
        one.join()
    return found


@pytest.fixture
def logins():
    return SharedLogins()


@pytest.fixture
def fetched():
    """How often a token was fetched, over all processes."""
    return FORK.Value("i", 0)


def fetching(fetched, seconds=0.2, expires_at=None):
    def fetch():
        with fetched.get_lock():
            fetched.value += 1
            number = fetched.value
        time.sleep(seconds)
        return "token-%d" % number, expires_at or later()

    return fetch


def test_one_worker_logs_in_and_the_others_wait_for_its_token(logins, fetched):
    found = in_workers(lambda number: logins.token(ACME, None, fetching(fetched)))
    assert found == ["token-1"] * 8 and fetched.value == 1


@pytest.mark.parametrize(
    "other",
    [dict(client_id="globex"), dict(client_secret="s2"), dict(api_url="https://api.eu.cyclr.com"), dict(validate_certs=False)],
    ids=lambda other: next(iter(other)),
)
def test_a_token_is_used_for_one_api_and_one_client_only(logins, fetched, other):
    connections = [ACME, Connection(**dict(vars(ACME), **other))]
    found = in_workers(lambda number: (number % 2, logins.token(connections[number % 2], None, fetching(fetched))))
    assert len(set(found)) == 2 and fetched.value == 2


def test_other_clients_do_not_wait(logins):
    def work(number):
        connection = Connection(client_id="c%d" % number, client_secret="s")
        return logins.token(connection, None, lambda: (time.sleep(1), ("token", later()))[1])

    began = time.monotonic()
    assert in_workers(work, 4) == ["token"] * 4
    assert time.monotonic() - began < 3


def test_a_refused_token_is_renewed_once_for_all(logins, fetched):
    old = logins.token(ACME, None, fetching(fetched, 0))
    assert in_workers(lambda number: logins.token(ACME, old, fetching(fetched))) == ["token-2"] * 8
    assert logins.token(ACME, None, fetching(fetched)) == "token-2"


@pytest.mark.parametrize("seconds, count", [(1, 2), (3600, 1)])
def test_a_token_near_its_end_is_renewed(fetched, seconds, count):
    now = [time.time()]
    logins = SharedLogins(clock=lambda: now[0])
    logins.token(ACME, None, fetching(fetched, 0, later(120)))
    now[0] += 121 - 12 if seconds == 1 else 0
    logins.token(ACME, None, fetching(fetched, 0, later(3600)))
    assert fetched.value == count


def test_a_token_that_lives_for_seconds_is_shared_all_the_same(logins, fetched):
    assert {logins.token(ACME, None, fetching(fetched, 0, later(20))) for time_ in range(3)} == {"token-1"}


def test_a_token_without_an_end_is_kept(logins, fetched):
    assert [logins.token(ACME, None, lambda: ("forever", None)), logins.token(ACME, None, fetching(fetched))] == ["forever"] * 2


def test_a_token_that_was_given_serves_one_host_alone(logins, fetched):
    given = Connection(**dict(vars(ACME), access_token="given"))
    assert logins.token(given, None, fetching(fetched, 0)) == "given" and fetched.value == 0
    assert logins.token(ACME, None, fetching(fetched, 0)) == "token-1"
    # Once it is refused, the client logs in like any other.
    assert logins.token(given, "given", fetching(fetched, 0)) == "token-1"


def test_a_failed_login_is_not_repeated_by_every_worker(logins, fetched):
    def refuse():
        fetching(fetched)()
        raise AuthenticationFailed("Logging in failed: no", 400, "POST", "/oauth/token", "no")

    found = in_workers(lambda number: logins.token(ACME, None, refuse))
    assert set(found) == {("AuthenticationFailed", "Logging in failed: no")} and fetched.value == 1


def test_whoever_failed_may_try_again_and_so_may_others_later(fetched):
    now = [time.time()]
    logins = SharedLogins(clock=lambda: now[0])

    def fail():
        raise TransportError("down", 503, "POST", "/oauth/token", "m")

    for attempt in range(2):
        with pytest.raises(TransportError) as caught:
            logins.token(ACME, None, fail)
    ((kind, msg),) = in_workers(lambda number: logins.token(ACME, None, fetching(fetched, 0)), 1)
    assert (kind, msg, caught.value.status) == ("TransportError", "down", 503)
    now[0] += 6
    assert in_workers(lambda number: logins.token(ACME, None, fetching(fetched, 0)), 1) == ["token-1"]


def test_a_worker_that_is_killed_while_it_logs_in_does_not_stop_the_others(logins, fetched):
    started = FORK.Event()
    killed = FORK.Process(target=lambda: logins.token(ACME, None, lambda: (started.set(), time.sleep(60))))
    killed.start()
    assert started.wait(10)
    os.kill(killed.pid, signal.SIGKILL)
    killed.join()
    assert in_workers(lambda number: logins.token(ACME, None, fetching(fetched)), 3) == ["token-1"] * 3


def test_an_interrupted_login_is_no_failure(logins, fetched):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        logins.token(ACME, None, interrupt)
    assert logins.token(ACME, None, fetching(fetched, 0)) == "token-1"


def test_a_wait_has_an_end(logins, fetched):
    patient = Connection(**dict(vars(ACME), timeout=0.2, retry_timeout=0.2))
    started, done = FORK.Event(), FORK.Event()
    slow = FORK.Process(target=lambda: logins.token(ACME, None, lambda: (started.set(), done.wait(20), ("slow", None))[2]))
    slow.start()
    assert started.wait(10)
    assert logins.token(patient, None, fetching(fetched, 0)) == "token-1"
    done.set()
    slow.join()


def test_without_shared_memory_every_process_logs_in_by_itself(monkeypatch, fetched):
    def no_memory(*args):
        raise OSError("no memory")

    monkeypatch.setattr("mmap.mmap", no_memory)
    logins, claims = SharedLogins(), Claims()
    assert sorted(in_workers(lambda number: logins.token(ACME, None, fetching(fetched, 0)), 3)) == ["token-1", "token-2", "token-3"]
    assert claims.other_host("task", ACME, "a", "one") is claims.other_host("task", ACME, "a", "two") is None


@pytest.mark.parametrize("length, count", [(3000, 1), (100000, 2)])
def test_a_token_that_is_too_long_is_not_shared(logins, fetched, length, count):
    def fetch():
        fetched.value += 1
        return "t" * length, None

    assert [len(logins.token(ACME, None, fetch)) for time_ in range(2)] == [length] * 2
    assert fetched.value == count


def test_more_clients_than_there_is_room_for_log_in_by_themselves(fetched):
    logins = SharedLogins(slots=4)
    for number in range(20):
        connection = Connection(client_id="c%d" % number, client_secret="s")
        assert logins.token(connection, None, fetching(fetched, 0)) == "token-%d" % (number + 1)


def test_two_hosts_with_one_account_are_noticed_across_workers():
    claims = Claims()
    assert claims.other_host("task", ACME, "customer", "one") is None
    ((first,), (other,)) = in_workers(lambda number: (claims.other_host("task", ACME, "customer", "two"),), 2)
    assert first == other == "one"
    assert claims.other_host("task", ACME, "customer", "one") is None
    # Another task, account, API or client is another matter.
    assert claims.other_host("later", ACME, "customer", "two") is None
    assert claims.other_host("task", ACME, "another", "two") is None
    assert claims.other_host("task", Connection(client_id="globex", client_secret="x"), "customer", "two") is None
    assert claims.other_host("task", Connection(**dict(vars(ACME), api_url="https://api.eu.cyclr.com")), "customer", "two") is None


def shared_kilobytes():
    (line,) = [line for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if line.startswith("RssShmem:")]
    return int(line.split()[1])


def test_thousands_of_accounts_are_claimed_in_little_memory():
    before = shared_kilobytes()
    claims = Claims()
    for number in range(20000):
        assert claims.other_host("task", ACME, "account-%d" % number, "customer-%d" % number) is None
        if number == 5000:
            assert shared_kilobytes() - before < 700
    assert all(claims.other_host("task", ACME, "account-%d" % number, "other") == "customer-%d" % number for number in range(20000))


@pytest.mark.parametrize("limits", [dict(slots=10), dict(size=400)])
def test_more_accounts_than_there_is_room_for_are_not_claimed(limits):
    claims = Claims(**limits)
    assert [claims.other_host("task", ACME, "account-%d" % number, "one") for number in range(100)] == [None] * 100
    noticed = [claims.other_host("task", ACME, "account-%d" % number, "two") for number in range(100)]
    assert {"one", None} == set(noticed) and noticed.count("one") == 10


def test_the_names_of_hosts_may_be_long_and_begin_alike():
    claims = Claims()
    names = ["größe-" * 50 + end for end in ("one", "two")]
    assert claims.other_host("task", ACME, "customer", names[0]) is None
    assert claims.other_host("task", ACME, "customer", names[1]) == names[0]


def test_expiry_of_reads_what_the_module_returns():
    assert expiry_of("2030-01-02T03:04:05Z") == datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    assert expiry_of(None) is expiry_of("soon") is None
