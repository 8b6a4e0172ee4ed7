"""A space is closed by its holder: nothing of the person is left here, and the others are told."""

from __future__ import annotations

from typing import Any

import pytest

from services.accounts.account import AccountUnknown, NothingToSay, NotYours, PasswordWrong
from services.accounts.session import LogInRefused, SessionUnknown
from services.accounts.throttling import TryLater
from services.accounts.use_cases import closing, people
from services.chassis.actors import Actor
from services.chassis.operate import verify
from services.chassis.settings import Settings
from tests.integration.accounts.conftest import MESSAGING, PASSWORD, House


def holder(house: House) -> Actor:
    account_id = house.rows("SELECT account_id FROM accounts")[0]["account_id"]
    return Actor(kind="citizen", id=str(account_id))


def close(house: House, actor: Actor, password: str = PASSWORD, command_id: str | None = None) -> dict[str, Any]:
    return closing.close_account(house.store, house.call(actor, command_id, password=password))


def test_closing_takes_the_password_and_leaves_nobody(house: House, accounts_settings: Settings) -> None:
    house.active_account()
    actor, session = holder(house), house.log_in()["session"]

    assert close(house, actor) == {}

    assert house.rows("SELECT person_id FROM credentials") == house.rows("SELECT account_id FROM accounts") == []
    assert house.rows("SELECT wrapped FROM keys") == [{"wrapped": None}]
    assert sorted(house.facts())[-2:] == ["PersonErased", "SessionEnded"]
    with pytest.raises(SessionUnknown):
        house.session(session)
    with pytest.raises(LogInRefused):
        house.log_in()
    with pytest.raises(AccountUnknown):
        people.profile(house.store, house.call(actor, account_id=None))
    assert verify(accounts_settings, "accounts").sound


def test_a_mail_that_is_still_owed_to_a_closed_space_has_no_reason_any_more(house: House) -> None:
    house.active_account()
    actor = holder(house)
    close(house, actor)
    with pytest.raises(NothingToSay):
        people.notice_details(house.store, house.call(MESSAGING, account_id=actor.id, purpose="email_used_again"))


def test_a_wrong_password_closes_nothing_and_guessing_has_to_wait(house: House) -> None:
    house.active_account()
    actor = holder(house)
    for _ in range(5):
        with pytest.raises(PasswordWrong):
            close(house, actor, "un autre mot de passe")
    with pytest.raises(TryLater):
        close(house, actor)
    assert house.log_in()["kind"] == "citizen"


def test_closing_twice_is_closing_once(house: House) -> None:
    house.active_account()
    actor = holder(house)
    assert close(house, actor, command_id="once") == close(house, actor, command_id="once") == {}
    assert close(house, actor) == {}
    assert house.facts().count("PersonErased") == 1


def test_nobody_closes_the_space_of_another(house: House) -> None:
    house.active_account()
    for kind in ("agent", "visitor", "system"):
        with pytest.raises(NotYours):
            close(house, Actor(kind=kind, id=holder(house).id))


def test_name_and_address_are_free_again(house: House) -> None:
    house.active_account()
    close(house, holder(house))
    house.active_account()
    assert house.log_in()["kind"] == "citizen"
