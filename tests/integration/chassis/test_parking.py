"""Events that could not be applied: each is tried in its turn, and none holds up what is not of its subject."""

import json
from argparse import Namespace
from typing import Any
from uuid import UUID

import pytest

from deploy.operator import operate as operator_calls
from services.chassis.bus import parking
from services.chassis.bus.envelope import Received, unpack
from services.chassis.bus.reactions import Reaction
from services.chassis.errors import Invalid, Unavailable
from services.chassis.event_store.transaction import Transaction
from services.chassis.process import operate
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import MovedClock, listening, looping, until
from tests.integration.chassis.facts import Noted, letter
from tests.servers.broker import publish
from tests.servers.notebook import Notebook

TOO_LONG = ("SET LOCAL statement_timeout = '50ms'", "SELECT pg_sleep(20)")
OF_ONE_TRANSACTION = ["57014", "55P03", "40P01", "40001", "25P03", "54000", "54001"]


def raising(state: str) -> tuple[str]:
    """What makes the server say this of a statement."""
    return (f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$",)


class Effects:
    """A reaction that does something hopeless for the subject `hopeless`, and notes all others."""

    def __init__(self, *hopeless: Any) -> None:
        self._hopeless = hopeless
        self.subjects: list[str] = []
        self.reactions = {"Noted": Reaction(Noted, self._react)}

    def _react(self, tx: Transaction, received: Received[Noted]) -> None:
        if received.subject == "hopeless":
            for statement in self._hopeless:
                tx.conn.execute(statement)
            tx.conn.receive()
        self.subjects.append(received.subject)


def park(store: Notebook, *subjects: str) -> list[dict[str, Any]]:
    """Events of these subjects, put aside and due; what they are tried again by."""
    for position, subject in enumerate(subjects, start=1):
        body = letter(position, subject).body.decode()
        parking.park(store, unpack(body), body, ZeroDivisionError())
    with store.connection() as conn:
        conn.execute("UPDATE parked SET next_try = NULL")
    return parking.due(store)


def parked(store: Notebook) -> list[tuple[str, int, str]]:
    rows = store.ask("SELECT subject, tries, reason FROM parked ORDER BY position")
    return [(row["subject"], row["tries"], row["reason"].partition(" at ")[0]) for row in rows]


def test_an_effect_that_takes_too_long_is_counted_and_those_behind_it_are_tried(
    store: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "LOOK_SECONDS", 0.05)
    effects = Effects(*TOO_LONG)
    park(store, "hopeless", "well")
    with looping(store, parking.keep_trying, {"tests": effects.reactions}):
        until(lambda: parked(store) == [("hopeless", 2, "QueryCanceled")], 20)
    assert effects.subjects == ["well"]


@pytest.mark.parametrize("state", OF_ONE_TRANSACTION)
def test_a_server_error_about_one_effect_counts_against_its_event(store: Notebook, state: str) -> None:
    [key] = park(store, "hopeless")
    assert not parking.try_again(store, {"tests": Effects(*raising(state)).reactions}, key)
    [(_, tries, _)] = parked(store)
    assert tries == 2


@pytest.mark.parametrize("state", ["57P01", "57P02", "57P03", "53300", "08006", "25006"])
def test_a_server_that_is_away_counts_against_no_event(store: Notebook, state: str) -> None:
    [key] = park(store, "hopeless")
    with pytest.raises(Unavailable):
        parking.try_again(store, {"tests": Effects(*raising(state)).reactions}, key)
    [(_, tries, _)] = parked(store)
    assert tries == 1


@pytest.mark.parametrize("state", ["54000", "40P01"])
def test_an_effect_that_the_server_ends_each_time_does_not_stay_in_hand(store: Notebook, state: str) -> None:
    effects = Effects(*raising(state))
    with listening(store, effects.reactions):
        publish(store.settings.amqp_url, [letter(1, "hopeless"), letter(2, "well")])
        until(lambda: effects.subjects == ["well"], 30)
    assert [subject for subject, _, _ in parked(store)] == ["hopeless"]


def test_an_event_with_a_misfit_known_field_is_parked_with_its_name(store: Notebook) -> None:
    effects, body = Effects("SELECT"), letter(1, "well").body.decode()
    misfit = body.replace('"number":1', '"number":"one"').replace('"number": 1', '"number": "one"')
    parking.park(store, unpack(misfit), misfit, ZeroDivisionError())
    with store.connection() as conn:
        conn.execute("UPDATE parked SET next_try = NULL")

    assert not parking.try_again(store, {"tests": effects.reactions}, *parking.due(store))

    assert (effects.subjects, parked(store)) == ([], [("well", 2, "Misfit of Noted: number")])


class Mended:
    """A reaction that fails for the first event, until it is mended."""

    def __init__(self) -> None:
        self.mended = False
        self.positions: list[int] = []
        self.reactions = {"tests": {"Noted": Reaction(Noted, self._react)}}

    def _react(self, _: Transaction, received: Received[Noted]) -> None:
        if received.sequence == 1 and not self.mended:
            raise ZeroDivisionError
        self.positions.append(received.sequence)


def given_up(store: Notebook, clock: MovedClock, effects: Mended) -> UUID:
    """Two events of one subject, of which the first fails at each of its times; its id."""
    heard = []
    for position in (1, 2):
        body = letter(position, "one").body.decode()
        heard.append(unpack(body))
        parking.park(store, heard[-1], body, ZeroDivisionError())
    for seconds in (5, 30, 300, 3600, 21600):
        clock.move(seconds=seconds - 1)
        assert parking.due(store) == [], f"before {seconds} s have passed, neither it nor what stands behind it"
        clock.move(seconds=1)
        [key] = parking.due(store)
        assert key["event_id"] == heard[0].event_id
        assert not parking.try_again(store, effects.reactions, key)
    return heard[0].event_id


def test_an_event_that_fails_each_time_is_given_up_and_holds_up_its_subject_no_more(
    store: Notebook, clock: MovedClock
) -> None:
    effects = Mended()
    first = given_up(store, clock, effects)
    dead = operate.dead_letter(store.settings, "tests", str(first))
    assert (dead["tries"], dead["next_try"], dead["dead_at"]) == (6, None, clock.now())

    [behind] = parking.due(store)
    assert parking.try_again(store, effects.reactions, behind)

    assert effects.positions == [2]
    assert parking.due(store) == []
    assert not parking.try_again(store, effects.reactions, {"event_id": first, "source": "tests"})


def test_an_operator_is_shown_what_was_given_up_and_has_it_tried_again(
    store: Notebook, clock: MovedClock, own_settings: Settings, operator: None
) -> None:
    effects = Mended()
    first = Namespace(service="tests", id=str(given_up(store, clock, effects)))

    listed = "\n".join(operator_calls.list_dead_letters(Namespace(service=None, dismissed=False)))
    assert f"{first.id}  tests.Noted  abandonné le" in listed
    assert "1 abandonnés" in listed
    shown = json.loads(operator_calls.show_dead_letter(first))
    assert (shown["event_id"], shown["subject"], shown["dead_at"] is None) == (first.id, "one", False)
    assert shown["reason"].startswith("ZeroDivisionError at ")
    assert first.id in shown["body"]

    effects.mended = True
    operator_calls.retry_dead_letter(first)
    assert operate.dead_letter(own_settings, "tests", first.id)["dead_at"] is None
    [key] = parking.due(store)
    assert parking.try_again(store, effects.reactions, key)
    assert effects.positions == [1]


def counted(store: Notebook, conn: Any) -> tuple[int, int]:
    """How many wait, and how many are dead."""
    [state] = conn.execute(parking.STATE, {"now": store.clock.now()}).fetchall()
    return state["waiting"], state["dead"]


def test_a_dismissed_dead_letter_is_neither_counted_nor_received_again(store: Notebook, own_settings: Settings) -> None:
    body = letter(1, "hopeless").body.decode()
    event = unpack(body)
    parking.park(store, event, body, ZeroDivisionError())
    with store.connection() as conn:
        conn.execute("UPDATE parked SET dead_at = now(), next_try = NULL")
        assert counted(store, conn) == (0, 1)

    operate.dismiss_dead_letter(own_settings, "tests", str(event.event_id), why="sans objet", by="Anne Martin")

    with store.connection() as conn:
        assert counted(store, conn) == (0, 0)
        given = {**vars(event), "body": body}
        again = "SELECT hear(%(event_id)s, %(source)s, %(type)s, %(subject)s, %(position)s, %(body)s) AS outcome"
        assert conn.execute(again, given).fetchall() == [{"outcome": "known"}]
    [kept] = operate.dismissed(own_settings, "tests")
    assert (kept["letter"], kept["reason"], kept["dismissed_by"]) == (str(event.event_id), "sans objet", "Anne Martin")
    assert kept["failure"].startswith("ZeroDivisionError")


def test_events_behind_a_dismissed_one_go_on_in_their_order(store: Notebook, own_settings: Settings) -> None:
    effects = Effects(*TOO_LONG)
    park(store, "behind", "behind", "behind")
    with store.connection() as conn:
        conn.execute("UPDATE parked SET next_try = now() + interval '1 day' WHERE position = 1")
        [first] = conn.execute("SELECT event_id FROM parked WHERE position = 1").fetchall()
    assert parking.due(store) == []

    operate.dismiss_dead_letter(own_settings, "tests", str(first["event_id"]), why="sans objet", by="Anne Martin")

    order = []
    while due := parking.due(store):
        [key] = due
        assert parking.try_again(store, {"tests": effects.reactions}, key)
        order.append(key["event_id"])
    with store.connection() as conn:
        heard = conn.execute("SELECT event_id, position FROM heard ORDER BY position").fetchall()
    assert [row["position"] for row in heard] == [2, 3]
    assert order == [row["event_id"] for row in heard]


def test_no_parked_event_is_dismissed_without_a_reason(store: Notebook, own_settings: Settings) -> None:
    [key] = park(store, "hopeless")

    with pytest.raises(Invalid):
        operate.dismiss_dead_letter(own_settings, "tests", str(key["event_id"]), why=" ", by="Anne Martin")

    assert parking.due(store) == [key]
