from uuid import UUID, uuid4

import pytest

from services.accounts.closures import rows as closure_rows
from services.accounts.keys.tokens import digest
from services.accounts.log_in import use_cases as logging_in
from services.accounts.schemas.sessions import EndOtherSessions, EndSession, ListSessions, Sessions
from services.accounts.sessions import use_cases as own_sessions, views
from services.accounts.sessions.rules import LogInRefused, SessionNotFound
from services.accounts.spaces.rules import NotYours
from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from tests.integration.accounts.service import VISITOR, Accounts


def listed(accounts: Accounts, token: str) -> Sessions:
    return accounts.send(views.list_sessions, ListSessions(presented=token), accounts.actor(token))


def end(accounts: Accounts, actor: Actor, id: str, command_id: str | None = None) -> None:
    accounts.send(own_sessions.end_session, EndSession(id=UUID(id)), actor, command_id)


def test_each_open_session_is_listed_with_its_device_and_without_its_secret(active: Accounts) -> None:
    first = active.log_in(device="Safari sur iPhone")["session"]
    opened = active.clock.now()
    active.clock.move(minutes=5)
    second = active.log_in(device="Firefox sur Windows")["session"]

    answer = listed(active, second)

    assert [(one.device, one.current) for one in answer.sessions] == [
        ("Firefox sur Windows", True),
        ("Safari sur iPhone", False),
    ]
    assert answer.sessions[1].opened_at == opened.isoformat()
    assert [one.device for one in answer.log_ins] == ["Firefox sur Windows", "Safari sur iPhone"]
    for token in (first, second):
        assert token not in str(to_json(answer)) and digest(token)[:8] not in str(to_json(answer))
    assert active.is_open(first)


def test_a_stolen_session_is_ended_once_and_its_end_is_published(active: Accounts) -> None:
    stolen, mine = active.log_in()["session"], active.log_in()["session"]
    [theirs] = [one.id for one in listed(active, mine).sessions if not one.current]

    command_id = str(uuid4())
    for _ in range(2):
        end(active, active.actor(mine), theirs, command_id)
    with pytest.raises(SessionNotFound):
        end(active, active.actor(mine), theirs)
    assert (active.is_open(stolen), active.is_open(mine)) == (False, True)
    said = active.rows("SELECT subject FROM events WHERE type = 'SessionEnded'")
    assert said == [{"subject": digest(stolen)}]


def test_a_session_is_ended_and_listed_by_its_holder_alone(active: Accounts) -> None:
    mine = active.log_in()["session"]
    [id] = [one.id for one in listed(active, mine).sessions]
    stranger = Actor(kind="citizen", id=str(uuid4()))

    with pytest.raises(SessionNotFound):
        end(active, stranger, id)
    active.send(own_sessions.end_other_sessions, EndOtherSessions(), stranger)

    assert active.is_open(mine)
    assert active.send(views.list_sessions, ListSessions(presented=mine), stranger) == Sessions()


@pytest.mark.parametrize("actor", [VISITOR, Actor(kind="tracking", id="x"), Actor(kind="system", id="messaging")])
def test_actors_other_than_citizens_and_agents_have_no_sessions(accounts: Accounts, actor: Actor) -> None:
    for use_case, asked in (
        (views.list_sessions, ListSessions()),
        (own_sessions.end_session, EndSession(id=uuid4())),
        (own_sessions.end_other_sessions, EndOtherSessions()),
    ):
        with pytest.raises(NotYours):
            accounts.send(use_case, asked, actor)


def test_all_other_sessions_end_at_once_and_the_present_one_stays(active: Accounts) -> None:
    others = [active.log_in()["session"] for _ in range(3)]
    mine = active.log_in()["session"]

    ended = active.send(own_sessions.end_other_sessions, EndOtherSessions(presented=mine), active.actor(mine))

    assert ended.ended == 3
    assert [active.is_open(token) for token in (*others, mine)] == [False, False, False, True]
    said = {row["subject"] for row in active.rows("SELECT subject FROM events WHERE type = 'SessionEnded'")}
    assert said == set(map(digest, others))


def test_a_session_that_ended_by_itself_is_listed_no_more_but_its_log_in_is(active: Accounts) -> None:
    active.log_in(device="Safari sur iPhone")
    active.clock.move(minutes=23)

    answer = listed(active, active.log_in()["session"])

    assert [one.current for one in answer.sessions] == [True]
    assert len(answer.log_ins) == 2


def test_refused_log_ins_are_counted_by_day_for_the_holder_and_once_for_each_try(active: Accounts) -> None:
    wrong = active.log_in_call("camille.exemple", "faux faux faux")
    for _ in range(2):  # the answer was lost
        with pytest.raises(LogInRefused):
            active.ask(logging_in.log_in, wrong)
    with pytest.raises(LogInRefused):
        active.log_in(password="encore faux")
    active.clock.move(days=1)
    with pytest.raises(LogInRefused):
        active.log_in(password="toujours faux")

    answer = listed(active, active.log_in()["session"])

    assert [(one.day, one.times) for one in answer.refused] == [("2026-11-26", 1), ("2026-11-25", 2)]


def test_an_unknown_name_costs_the_same_rows(active: Accounts) -> None:
    for name in ("camille.exemple", "personne"):
        with pytest.raises(LogInRefused):
            active.log_in(name, "faux faux faux")
    assert active.rows("SELECT times FROM refused_log_ins") == [{"times": 1}, {"times": 1}]


def test_log_ins_are_shown_for_eight_weeks_and_kept_for_six_months(active: Accounts) -> None:
    with pytest.raises(LogInRefused):
        active.log_in(password="faux faux faux")
    active.log_in()
    active.clock.move(weeks=8, seconds=1)
    answer = listed(active, active.log_in()["session"])
    assert (len(answer.log_ins), answer.refused) == (1, ())

    logging_in.forget_what_is_over(active.store)
    assert active.rows("SELECT count(*)::int AS kept FROM log_ins") == [{"kept": 2}]
    active.clock.move(days=183 - 56)
    logging_in.forget_what_is_over(active.store)
    assert active.rows("SELECT count(*)::int AS kept FROM log_ins") == [{"kept": 1}]
    assert active.rows("SELECT * FROM refused_log_ins") == []


def test_a_closed_space_leaves_no_log_in_behind(active: Accounts) -> None:
    with pytest.raises(LogInRefused):
        active.log_in(password="faux faux faux")
    actor = active.actor(active.log_in()["session"])

    active.erase(actor.id)

    for table in ("log_ins", "refused_log_ins", "sessions"):
        assert active.rows(f"SELECT * FROM {table}") == []


def without_password(accounts: Accounts) -> UUID:
    """The holder of an active space who has no user name and no password any more."""
    accounts.active_account()
    [row] = accounts.rows("DELETE FROM credentials RETURNING person_id")
    return row["person_id"]


def opened(accounts: Accounts, person_id: UUID) -> str:
    with accounts.store.transaction() as tx:
        return logging_in.open_session(tx, person_id, "citizen", presented="", device="Firefox sur Windows").session


def test_a_person_without_a_password_holds_a_session_until_the_space_is_locked(accounts: Accounts) -> None:
    person_id = without_password(accounts)
    token = opened(accounts, person_id)

    assert accounts.session(token)["actor"]["id"] == str(person_id)
    assert [one.current for one in listed(accounts, token).sessions] == [True]
    with accounts.store.transaction() as tx:
        closure_rows.may_log_in(tx.conn, person_id, active=False)
    assert not accounts.is_open(token)
    with accounts.store.transaction() as tx:
        closure_rows.may_log_in(tx.conn, person_id, active=True)
    assert accounts.is_open(token)
