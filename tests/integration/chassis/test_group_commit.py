"""What several threads write at about the same time is one transaction, and each knows what became of its own."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.chassis.errors import Unavailable
from services.chassis.event_store import group_commit
from services.chassis.event_store.group_commit import GroupCommit
from services.chassis.event_store.store import Transaction
from tests.servers.notebook import Notebook

FOREVER = 600.0
DUE = "INSERT INTO owed (id, due_at) VALUES (%s, %s)"


Ask = Callable[[], int]
Commits = GroupCommit[int, int]


@pytest.fixture(autouse=True)
def none_owed(store: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group is written only once all members wait."""
    monkeypatch.setattr(group_commit, "LINGER_SECONDS", FOREVER)
    with store.transaction() as tx:
        tx.conn.execute("DELETE FROM owed")


def write(tx: Transaction, ones: Sequence[int]) -> list[int]:
    """The transaction of each."""
    for one in ones:
        tx.conn.execute(DUE, (one, tx.now))
    [row] = tx.conn.execute("SELECT txid_current() AS id").fetchall()
    return [row["id"]] * len(ones)


def all_at_once(commits: Commits, *asked: Ask) -> list[int | Exception]:
    """What each gets; none asks before all are members."""
    ready = threading.Barrier(len(asked))

    def ask(one: Ask) -> int | Exception:
        with commits.member():
            ready.wait(30)
            try:
                return one()
            except Exception as error:
                return error

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(ask, asked))


def each_of(commits: Commits, keys: Mapping[int, object]) -> list[int | Exception]:
    def asking(one: int) -> Ask:
        return lambda: commits.commit(one, keys[one])

    return all_at_once(commits, *map(asking, keys))


def kept(store: Notebook) -> list[int]:
    return [row["id"] for row in store.ask("SELECT id FROM owed ORDER BY id")]


def test_what_members_ask_at_the_same_time_is_one_transaction(store: Notebook) -> None:
    got = each_of(GroupCommit(store, write), {one: one for one in range(1, 7)})

    assert len(set(got)) == 1
    assert kept(store) == [1, 2, 3, 4, 5, 6]


def test_one_that_is_alone_waits_for_no_other(store: Notebook) -> None:
    commits = GroupCommit(store, write)
    with commits.member():
        commits.commit(1, 1)

    assert kept(store) == [1]


def test_a_member_that_gives_up_is_waited_for_no_longer(store: Notebook) -> None:
    commits = GroupCommit(store, write)

    def give_up() -> int:
        raise ZeroDivisionError

    got = all_at_once(commits, give_up, lambda: commits.commit(1, 1), lambda: commits.commit(2, 2))

    assert isinstance(got[0], ZeroDivisionError)
    assert kept(store) == [1, 2]


def test_a_member_that_lasts_delays_the_others_no_longer_than_they_linger(
    store: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "LINGER_SECONDS", 0.05)
    commits, others_are_kept = GroupCommit(store, write), threading.Event()

    def last() -> int:
        assert others_are_kept.wait(30)
        return commits.commit(2, 2)

    def first() -> int:
        done = commits.commit(1, 1)
        others_are_kept.set()
        return done

    got = all_at_once(commits, last, first)

    assert not [one for one in got if isinstance(one, Exception)]
    assert kept(store) == [1, 2]


def test_two_of_one_key_are_never_in_one_transaction(store: Notebook) -> None:
    got = each_of(GroupCommit(store, write), {1: "a", 2: "a", 3: "b", 4: "a"})

    assert len({got[0], got[1], got[3]}) == 3
    assert got[2] in (got[0], got[1], got[3])
    assert kept(store) == [1, 2, 3, 4]


def test_one_that_fails_fails_by_itself(store: Notebook) -> None:
    def write_but_two(tx: Transaction, ones: Sequence[int]) -> list[int]:
        done = write(tx, ones)
        if 2 in ones:
            raise ZeroDivisionError
        return done

    got = each_of(GroupCommit(store, write_but_two), {1: 1, 2: 2, 3: 3})

    assert [type(one).__name__ for one in got] == ["int", "ZeroDivisionError", "int"]
    assert kept(store) == [1, 3]


def test_a_lost_server_fails_the_whole_group(store: Notebook) -> None:
    asked: list[int] = []

    def lose(tx: Transaction, ones: Sequence[int]) -> list[int]:
        asked.extend(ones)
        done = write(tx, ones)
        tx.conn.execute("SELECT pg_terminate_backend(pg_backend_pid())").fetchall()
        return done

    got = each_of(GroupCommit(store, lose), {1: 1, 2: 2, 3: 3})

    assert all(isinstance(one, Unavailable) for one in got)
    assert sorted(asked) == [1, 2, 3]
    assert kept(store) == []
