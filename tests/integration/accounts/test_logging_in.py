from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.accounts.credentials import hashing
from services.accounts.keys.tokens import digest
from services.accounts.log_in import use_cases as logging_in
from services.accounts.sessions.rules import LogInRefused
from services.accounts.throttling import rows as throttle_rows
from services.accounts.throttling.rows import Bucket
from services.accounts.throttling.rules import AN_ACCOUNT, TryLater
from services.chassis.errors import Unavailable
from services.chassis.event_store import commands, db, signals
from tests.integration.accounts.own_space import Holder, holder_of
from tests.integration.accounts.service import PASSWORD, Accounts
from tests.support.at_once import at_once


def guess(accounts: Accounts, times: int, username: str = "camille.exemple", seen: str = "198.51.100.7") -> None:
    for _ in range(times):
        with pytest.raises(LogInRefused):
            accounts.log_in(username, "un mot de passe faux", seen)


def no_slot_is_free(*_: object) -> bool:
    raise Unavailable


def test_unknown_name_wrong_password_and_inactive_space_get_the_same_refusal(accounts: Accounts) -> None:
    accounts.create()
    refusals = []
    for username, password in (
        ("personne", PASSWORD),
        ("camille.exemple", "faux faux faux"),
        ("camille.exemple", PASSWORD),
    ):
        with pytest.raises(LogInRefused) as refused:
            accounts.log_in(username, password)
        refusals.append((refused.value.code, refused.value.message, refused.value.fields, refused.value.details))
    assert refusals[0] == refusals[1] == refusals[2]


def test_the_name_is_typed_in_any_case_and_guesses_do_not_lock_the_holder_out(active: Accounts) -> None:
    assert active.log_in(" CAMILLE.Éxemple ")["kind"] == "citizen"
    active.log_in(seen="192.0.2.10")
    guess(active, 5)
    assert active.log_in(seen="192.0.2.10")["session"]


@pytest.mark.parametrize("username", ["camille.exemple", "personne"])
def test_guessing_waits_more_and_more_whether_or_not_the_name_exists(active: Accounts, username: str) -> None:
    guess(active, 5, username)
    with pytest.raises(TryLater) as refused:
        active.log_in(username, PASSWORD, "198.51.100.7")
    assert refused.value.details == {"retry_after_seconds": 15}
    active.clock.move(seconds=15)
    guess(active, 1, username)
    with pytest.raises(TryLater) as refused:
        active.log_in(username, PASSWORD, "203.0.113.9")
    assert refused.value.details == {"retry_after_seconds": 30}


def test_tries_are_taken_back_in_the_order_in_which_they_are_locked(accounts: Accounts) -> None:
    first, last = (Bucket(key=key * 16, allowance=AN_ACCOUNT) for key in (b"a", b"b"))
    with accounts.store.transaction() as tx:
        throttle_rows.count_a_try(tx.conn, [last, first], tx.now, 1)
        locked: list[bytes] = []

        class Watched:
            def execute(self, statement: str, given: dict[str, Any]) -> Any:
                locked.append(given["bucket"])
                return tx.conn.execute(statement, given)

        throttle_rows.take_back(Watched(), tx.now, all_on=[last], one_on=[first])  # type: ignore[arg-type]
    assert locked == [first.key, last.key]


def test_the_right_password_clears_the_account_but_not_the_address(active: Accounts) -> None:
    guess(active, 4)
    active.log_in(seen="198.51.100.7")
    guess(active, 4)
    counted = active.rows("SELECT tries FROM tries ORDER BY tries DESC LIMIT 1")
    assert counted == [{"tries": 8}]


def test_an_address_that_tries_many_names_waits(accounts: Accounts) -> None:
    for number in range(30):
        guess(accounts, 1, f"personne{number}")
    with pytest.raises(TryLater):
        accounts.log_in("personne31", "faux faux faux", "198.51.100.7")


def test_a_burst_of_guesses_gains_nothing(accounts: Accounts) -> None:
    bucket = Bucket(key=b"one account", allowance=AN_ACCOUNT)

    def guess(_: int) -> None:
        with accounts.store.transaction() as tx:
            throttle_rows.count_a_try(tx.conn, [bucket], tx.now, 1)

    assert len(at_once(guess, range(40), TryLater)) == 5


def test_a_session_is_prolonged_by_use_and_ends_two_minutes_after_the_idle_limit(active: Accounts) -> None:
    token = active.log_in()["session"]
    active.clock.move(minutes=19)
    asked_at, answer = active.clock.now(), active.session(token)
    assert answer["warned_at"] == (asked_at + timedelta(minutes=20)).isoformat()
    assert answer["idle_expires_at"] == (asked_at + timedelta(minutes=22)).isoformat()
    active.clock.move(minutes=21, seconds=59)
    logging_in.forget_what_is_over(active.store)
    active.session(token)
    active.clock.move(minutes=22)
    assert not active.is_open(token)


def test_no_use_puts_off_the_end_after_twelve_hours_and_the_warning_comes_before(active: Accounts) -> None:
    opened = active.clock.now()
    token = active.log_in()["session"]
    for _ in range(46):
        active.clock.move(minutes=15)
        active.session(token)
    active.clock.move(minutes=15)
    answer = active.session(token)
    last_moment = (opened + timedelta(hours=12)).isoformat()
    assert (answer["idle_expires_at"], answer["ends_at"]) == (last_moment, last_moment)
    assert answer["warned_at"] == (opened + timedelta(hours=12) - timedelta(minutes=2)).isoformat()
    active.clock.move(minutes=15)
    assert not active.is_open(token)


def test_a_session_is_written_at_most_every_thirty_seconds(active: Accounts) -> None:
    token = active.log_in()["session"]
    opened = active.clock.now()
    active.clock.move(seconds=29)
    active.session(token)
    assert active.rows("SELECT seen_at FROM sessions") == [{"seen_at": opened}]
    active.clock.move(seconds=1)
    active.session(token)
    assert active.rows("SELECT seen_at FROM sessions") == [{"seen_at": opened + timedelta(seconds=30)}]


def test_logging_out_ends_the_session_and_publishes_its_digest(active: Accounts) -> None:
    token = active.log_in()["session"]
    active.ask(logging_in.log_out, active.call(session=token))
    active.ask(logging_in.log_out, active.call(session=token))
    assert not active.is_open(token)
    said = active.rows("SELECT subject, public FROM events WHERE type = 'SessionEnded'")
    assert said == [{"subject": digest(token), "public": f'{{"session":"{digest(token)}"}}'}]


def test_the_end_of_a_session_wakes_the_relay_in_its_own_commit(
    active: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = active.log_in()["session"]
    monkeypatch.setattr(signals.Signals, "committed", lambda *_: None)  # as where the process ends with its commit
    with db.connect(active.store.settings.database("accounts"), "tests") as listening:
        listening.execute(signals.LISTEN)
        active.ask(logging_in.log_out, active.call(session=token))
        assert list(listening.notifies(timeout=30, stop_after=1)), "another gateway would go on with this session"


def test_a_log_in_ends_the_session_it_comes_with_unless_it_is_refused(active: Accounts) -> None:
    session = active.log_in()["session"]
    with pytest.raises(LogInRefused):
        active.log_in(password="faux faux faux", presented=session)
    assert active.session(session)
    elsewhere, presented = session, active.log_in()["session"]
    new = active.log_in(presented=presented)["session"]
    assert active.session(new)
    assert active.session(elsewhere)
    assert not active.is_open(presented)
    said = active.rows("SELECT subject FROM events WHERE type = 'SessionEnded'")
    assert said == [{"subject": digest(presented)}], "every gateway receives it"


def test_a_log_in_sent_again_gives_its_session_without_a_hash(
    active: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = active.log_in_call("camille.exemple")
    session = active.ask(logging_in.log_in, asked)["session"]
    again = replace(asked, body={**asked.body, "presented": session})
    assert active.ask(logging_in.log_in, again)["session"] == session
    assert active.session(session)
    monkeypatch.setattr(hashing, "is_password", lambda *_: pytest.fail("hashed again"))
    assert active.ask(logging_in.log_in, asked)["session"] == session


def test_a_try_refused_for_want_of_a_hashing_slot_is_not_counted(
    active: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, counted = (
        active.log_in_call("camille.exemple", "faux faux faux"),
        "SELECT sum(tries)::int AS tries FROM tries",
    )
    [before] = active.rows(counted)
    with monkeypatch.context() as crowded:
        crowded.setattr(hashing, "is_password", no_slot_is_free)
        for _ in range(40):
            with pytest.raises(Unavailable):
                active.ask(logging_in.log_in, asked)
    assert active.rows(counted) == [before]

    with pytest.raises(LogInRefused):
        active.ask(logging_in.log_in, asked)
    assert active.rows(counted) == [{"tries": before["tries"] + 2}], "the same command, now judged, is a try of both"
    with monkeypatch.context() as crowded:
        crowded.setattr(hashing, "is_password", no_slot_is_free)
        with pytest.raises(Unavailable):
            active.ask(logging_in.log_in, asked)
    assert active.rows(counted) == [{"tries": before["tries"] + 2}], "what was judged once stays counted"


def test_a_closure_refused_for_want_of_a_free_slot_is_no_try(camille: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as crowded:
        crowded.setattr(hashing, "is_password", no_slot_is_free)
        for _ in range(10):
            with pytest.raises(Unavailable):
                camille.close()
    camille.close()


def test_an_expired_session_is_swept_and_an_open_one_stays(active: Accounts) -> None:
    active.log_in()
    active.clock.move(minutes=30)
    kept = active.log_in()["session"]
    logging_in.forget_what_is_over(active.store)
    assert active.rows("SELECT digest FROM sessions") == [{"digest": digest(kept)}]


def test_a_log_in_whose_answer_was_lost_is_the_same_try_and_the_same_session(active: Accounts) -> None:
    right = active.log_in_call("camille.exemple")
    wrong = active.log_in_call("camille.exemple", "faux faux faux")

    first = active.ask(logging_in.log_in, right)
    for _ in range(6):
        assert active.ask(logging_in.log_in, right) == first
        with pytest.raises(LogInRefused):
            active.ask(logging_in.log_in, wrong)

    assert active.rows("SELECT count(*) AS opened FROM sessions") == [{"opened": 1}]
    assert active.rows("SELECT max(tries) AS tries FROM tries") == [{"tries": 1}]


def test_no_command_is_remembered_by_a_password_in_clear(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed, keyed = [], commands._keyed

    def noted(master: bytes, content: dict[str, Any]) -> bytes:
        hashed.append(str(content))
        return keyed(master, content)

    monkeypatch.setattr(commands, "_keyed", noted)
    accounts.active_account()
    accounts.log_in()
    with pytest.raises(LogInRefused):
        accounts.log_in(password=f"{PASSWORD} faux")
    holder_of(accounts).close()

    assert sum("password" in content for content in hashed) >= 4
    assert [content for content in hashed if PASSWORD in content] == []
