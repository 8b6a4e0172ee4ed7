"""Once many events come, several are applied in one transaction: each once, in the order of its subject, and none for another's failure."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from services.chassis.bus.listener import AT_ONCE, MANY, Delivered, Listener
from services.chassis.bus.reactions import Reaction
from services.chassis.event_store.transaction import Transaction
from tests.integration.chassis import facts
from tests.integration.chassis.conftest import Process, listening, until
from tests.integration.chassis.facts import Noted, letter
from tests.servers.broker import publish
from tests.servers.notebook import Notebook

HEARD = "SELECT xmin::text AS id, array_agg(subject ORDER BY position) AS subjects FROM heard GROUP BY 1 ORDER BY min(position)"
TOGETHER = Reaction(Noted, facts.keep, streams=lambda _: ())


def transactions(store: Notebook) -> list[list[str]]:
    """The subjects of the events that were heard in each."""
    return [row["subjects"] for row in store.ask(HEARD)]


def effects(store: Notebook) -> list[dict[str, Any]]:
    return store.ask("SELECT subject, sequence FROM effects ORDER BY id")


def say(store: Notebook, subjects: Sequence[str]) -> None:
    """An event of each, after as many as have a process see that many come."""
    first = [letter(position, f"first-{position}") for position in range(1, MANY + 1)]
    publish(store.settings.amqp_url, [*first, *(letter(MANY + n, one) for n, one in enumerate(subjects, 1))])


def test_many_events_are_applied_in_fewer_transactions(store: Notebook) -> None:
    subjects = [f"subject-{n}" for n in range(100)]
    say(store, subjects)
    with listening(store, {"Noted": TOGETHER}):
        until(lambda: len(effects(store)) == MANY + len(subjects))

    groups = transactions(store)
    assert [len(one) for one in groups[:MANY]] == [1] * MANY, "of a process that has just come up"
    assert 1 < max(map(len, groups)) <= AT_ONCE
    assert [row["subject"] for row in effects(store)][MANY:] == subjects


def test_two_events_of_a_subject_are_never_in_one_transaction(store: Notebook) -> None:
    subjects = ["a", "b", "a", "c", "a", "b", "d"] * 6
    say(store, subjects)
    with listening(store, {"Noted": TOGETHER}):
        until(lambda: len(effects(store)) == MANY + len(subjects))

    groups = transactions(store)
    assert max(map(len, groups)) > 1
    assert [one for one in groups if len(one) != len({*one})] == []
    for subject in "abcd":
        applied = [row["sequence"] for row in effects(store) if row["subject"] == subject]
        assert applied == sorted(applied)


def test_each_has_its_own_time_in_the_order_in_which_they_came(store: Notebook) -> None:
    say(store, [f"subject-{n}" for n in range(40)])
    with listening(store, {"Noted": TOGETHER}):
        until(lambda: len(effects(store)) == MANY + 40)

    heard = store.ask("SELECT position FROM heard ORDER BY heard_at")
    assert [row["position"] for row in heard] == list(range(1, MANY + 41))
    assert store.ask("SELECT count(DISTINCT heard_at) AS n FROM heard") == [{"n": MANY + 40}]


def test_what_a_reaction_appends_names_the_event_that_it_follows(store: Notebook) -> None:
    def append(tx: Transaction, received: Any) -> None:
        tx.append(f"note-{received.subject}", [Noted(number=2)])
        facts.keep(tx, received)

    known = Reaction(Noted, append, streams=lambda envelope: (f"note-{envelope.subject}",))
    say(store, [f"subject-{n}" for n in range(40)])
    with listening(store, {"Noted": known}):
        until(lambda: len(effects(store)) == MANY + 40)

    assert max(map(len, transactions(store))) > 1
    named = (
        "SELECT count(*) AS n FROM events e JOIN heard h ON h.subject = e.subject AND h.event_id::text = e.causation_id"
    )
    assert store.ask(named) == [{"n": MANY + 40}]


def test_a_reaction_that_names_no_streams_is_applied_by_itself(store: Notebook) -> None:
    say(store, [f"subject-{n}" for n in range(40)])
    with listening(store, {"Noted": Reaction(Noted, facts.keep)}):
        until(lambda: len(effects(store)) == MANY + 40)

    assert {len(one) for one in transactions(store)} == {1}


def test_one_that_fails_is_parked_and_those_beside_it_are_applied(store: Notebook) -> None:
    store.ask("INSERT INTO hopeless (subject) VALUES ('subject-2') RETURNING subject")
    subjects = [f"subject-{n}" for n in range(7)]
    say(store, subjects)
    with listening(store, {"Noted": TOGETHER}):
        until(lambda: len(effects(store)) == MANY + 6 and store.ask("SELECT FROM parked"))

    assert [row["subject"] for row in store.ask("SELECT subject FROM parked")] == ["subject-2"]
    assert [row["subject"] for row in effects(store)][MANY:] == [one for one in subjects if one != "subject-2"]


def test_a_server_lost_in_the_middle_leaves_each_event_its_one_effect(store: Notebook) -> None:
    lost: list[str] = []

    def lose(tx: Transaction, received: Any) -> None:
        if received.subject == "subject-3" and not lost:
            lost.append(received.subject)
            tx.conn.execute("SELECT pg_terminate_backend(pg_backend_pid())").fetchall()
        facts.keep(tx, received)

    say(store, [f"subject-{n}" for n in range(40)])
    with listening(store, {"Noted": Reaction(Noted, lose, streams=lambda _: ())}):
        until(lambda: len(effects(store)) == MANY + 40)

    assert lost
    assert len({row["subject"] for row in effects(store)}) == MANY + 40


def test_those_applied_and_not_acknowledged_are_not_applied_again(
    store: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledge, cut = Listener._acknowledge, threading.Event()

    def cut_once(listener: Listener, last: Delivered) -> None:
        if listener._prefetch > 1 and not cut.is_set():
            cut.set()
            listener._connection.shut()
        acknowledge(listener, last)

    monkeypatch.setattr(Listener, "_acknowledge", cut_once)
    say(store, [f"subject-{n}" for n in range(40)])
    with listening(store, {"Noted": TOGETHER}):
        until(lambda: len(effects(store)) >= MANY + 40)

    assert cut.is_set()
    assert len(effects(store)) == MANY + 40


def test_a_process_killed_in_the_middle_leaves_each_event_its_one_effect(
    store: Notebook, run: Callable[..., Process]
) -> None:
    store.ask("INSERT INTO hopeless VALUES ('subject-3', true) RETURNING subject")
    say(store, [f"subject-{n}" for n in range(40)])
    probe = run("probe")
    assert probe.child.wait(60) < 0
    probe.start()
    until(lambda: len(effects(store)) >= MANY + 40)

    assert len({row["subject"] for row in effects(store)}) == len(effects(store)) == MANY + 40
