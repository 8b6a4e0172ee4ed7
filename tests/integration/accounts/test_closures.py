"""A space is to be erased: locked at once, given back within fourteen days, then nothing of the person is left here."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.accounts.closures import use_cases as closures, views as closures_views
from services.accounts.closures.rules import ClosureLinkExpired, ClosureLinkUnknown, ClosureLinkUsed, ClosurePending
from services.accounts.disclosure import views as people
from services.accounts.recovery import use_cases as recovery
from services.accounts.schemas import closures as calls
from services.accounts.schemas.recovery import RequestPasswordReset
from services.accounts.sessions.rules import LogInRefused
from services.accounts.spaces.rules import AccountUnknown, NothingToSay, NotYours, PasswordWrong
from services.accounts.throttling.rules import TryLater
from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.chassis.process.operate import verify
from services.chassis.settings import Settings
from tests.integration.accounts.own_space import NEW, OLD, Holder, undo
from tests.integration.accounts.service import PASSWORD, VISITOR, Accounts

DAYS = calls.Closure(last_day="2026-12-09", erased_on="2026-12-10")  # asked for on 25 November
LAST_MINUTE, OVER = datetime(2026, 12, 9, 22, 59, tzinfo=UTC), datetime(2026, 12, 9, 23, 0, tzinfo=UTC)


def mailed(accounts: Accounts, purpose: str = "closure_asked") -> dict[str, Any]:
    [row] = accounts.rows("SELECT closure_id, account_id FROM closures")
    return accounts.notice(purpose, row["account_id"], str(row["closure_id"]))


def offered(accounts: Accounts, token: str) -> calls.ClosureReturn:
    return accounts.send(closures_views.open_closure_return, calls.OpenClosureReturn(token=token))


def withdraw(accounts: Accounts, token: str, password: str = PASSWORD, command_id: str | None = None) -> None:
    accounts.send(closures.withdraw_closure, calls.WithdrawClosure(token=token, password=password), VISITOR, command_id)


@pytest.fixture
def closed(active: Accounts, camille: Holder) -> Accounts:
    """A space of which the erasure was asked for."""
    camille.close()
    return active


def test_a_closure_request_takes_the_password_and_locks_the_space_at_once(active: Accounts, camille: Holder) -> None:
    session = active.log_in()["session"]

    assert camille.close() == DAYS

    assert not active.is_open(session)
    with pytest.raises(ClosurePending, match=r"10\N{NO-BREAK SPACE}décembre"):
        active.log_in()
    with pytest.raises(LogInRefused):
        active.log_in(password="un autre mot de passe")
    assert active.ask(people.profile, active.call(camille.actor, account_id=None))["username"] == "Camille.Exemple"
    assert sorted(active.facts())[-2:] == ["AccountCreated", "SessionEnded"]
    assert "PersonErased" not in active.facts()


def test_the_days_are_announced_before_and_a_second_request_changes_nothing(active: Accounts, camille: Holder) -> None:
    assert active.ask(closures_views.foresee_closure, active.call(camille.actor)) == to_json(DAYS)
    assert camille.close(command_id="once") == camille.close(command_id="once") == DAYS
    active.clock.move(days=2)
    assert camille.close() == DAYS
    assert active.facts().count("AccountClosureRequested") == 1


def test_the_link_and_the_password_give_the_space_back_as_it_was(closed: Accounts) -> None:
    token = mailed(closed)["token"]
    assert offered(closed, token) == calls.ClosureReturn(username="Camille.Exemple", **to_json(DAYS))

    closed.clock.moment = LAST_MINUTE
    withdraw(closed, token, command_id="once")
    withdraw(closed, token, command_id="once")

    assert closed.log_in()["kind"] == "citizen"
    assert mailed(closed, "closure_withdrawn")["username"] == "Camille.Exemple"
    assert closed.facts().count("AccountClosureWithdrawn") == 1
    with pytest.raises(ClosureLinkUsed):
        withdraw(closed, token)
    closed.clock.move(days=2)
    closures.carry_out_due(closed.store)
    assert closed.log_in()["kind"] == "citizen"
    assert "PersonErased" not in closed.facts()


def test_a_space_that_was_given_back_can_be_closed_again(closed: Accounts, camille: Holder) -> None:
    first = mailed(closed)["token"]
    withdraw(closed, first)
    closed.clock.move(days=1)

    assert camille.close() == calls.Closure(last_day="2026-12-10", erased_on="2026-12-11")
    with pytest.raises(ClosureLinkUsed):
        withdraw(closed, first)


def test_the_link_alone_opens_nothing_and_guessing_has_to_wait(closed: Accounts) -> None:
    token = mailed(closed)["token"]
    for password in ("", *["un autre mot de passe"] * 5):
        with pytest.raises(PasswordWrong):
            withdraw(closed, token, password)
    with pytest.raises(TryLater):
        withdraw(closed, token)
    with pytest.raises(ClosurePending):
        closed.log_in()


@pytest.mark.parametrize("token", ["", "faux", "AAAA" * 16])
def test_an_unknown_link_opens_nothing(closed: Accounts, token: str) -> None:
    with pytest.raises(ClosureLinkUnknown):
        offered(closed, token)
    with pytest.raises(ClosureLinkUnknown):
        withdraw(closed, token)


def test_after_fourteen_days_no_data_is_left(closed: Accounts, camille: Holder, accounts_settings: Settings) -> None:
    token = mailed(closed)["token"]
    reminder = closures.carry_out_due(closed.store)
    assert reminder is not None
    closed.clock.move(seconds=reminder)
    end = closures.carry_out_due(closed.store)
    assert mailed(closed, "closure_near")["token"] == token
    assert end is not None
    closed.clock.move(seconds=end)
    assert closed.clock.now() == OVER

    with pytest.raises(ClosureLinkExpired):
        withdraw(closed, token)
    assert closures.carry_out_due(closed.store) == 3600
    last = mailed(closed, "closure_done")
    assert (last["email"], last["token"]) == (OLD, None)
    with pytest.raises(NothingToSay):
        mailed(closed, "closure_asked")
    closed.clock.move(hours=1)
    closures.carry_out_due(closed.store)

    assert closed.rows("SELECT person_id FROM credentials") == closed.rows("SELECT account_id FROM accounts") == []
    assert closed.rows("SELECT wrapped FROM keys") == [{"wrapped": None}]
    expected = ["AccountClosureDue", "AccountClosureNear", "AccountClosureRequested", "AccountCreated", "PersonErased"]
    assert sorted(set(closed.facts()) - {"AccountActivated", "AccountClosed"}) == expected
    for missing, refusal in ((lambda: withdraw(closed, token), ClosureLinkExpired), (closed.log_in, LogInRefused)):
        with pytest.raises(refusal):
            missing()
    with pytest.raises(AccountUnknown):
        closed.ask(people.profile, closed.call(camille.actor, account_id=None))
    with pytest.raises(AccountUnknown):
        camille.close()
    closed.active_account()  # name and address are free again
    assert closed.log_in()["kind"] == "citizen"
    assert verify(accounts_settings, "accounts").sound

    closed.clock.move(days=90)
    closures.carry_out_due(closed.store)
    assert closed.rows("SELECT closure_id FROM closures") == []


def test_a_service_that_was_down_over_the_end_does_the_steps_in_their_order(closed: Accounts) -> None:
    closed.clock.move(days=30)
    assert closures.carry_out_due(closed.store) == 3600, "the last mail has its hour"
    assert "AccountClosureNear" not in closed.facts()
    closed.clock.move(hours=1)
    closures.carry_out_due(closed.store)
    assert closed.rows("SELECT account_id FROM accounts") == []


def test_a_locked_space_keeps_its_name_and_address_and_opens_by_its_link_alone(closed: Accounts) -> None:
    closed.create(credentials={"username": "camille2", "password": PASSWORD}, address_seen="192.0.2.77")
    closed.send(
        recovery.request_password_reset, RequestPasswordReset(identifier="camille.exemple", address_seen="192.0.2.78")
    )
    recovery.answer_what_was_asked(closed.store)

    assert closed.facts().count("AccountClosureLinkAsked") == 2
    assert not {"EmailUsedAgain", "PasswordResetLinkMade"} & set(closed.facts())
    assert closed.rows("SELECT count(*) AS n FROM accounts WHERE activated_at IS NOT NULL") == [{"n": 1}]


def test_undoing_an_address_change_also_undoes_the_closure_after_it(active: Accounts, camille: Holder) -> None:
    """Somebody who knows the password changed the address, then had the space erased."""
    change = camille.moved_to(NEW)
    undo_token = camille.mailed("email_changed", change)["token"]
    camille.close()

    undo(active, undo_token)

    assert active.log_in()["kind"] == "citizen"


def test_a_closure_takes_the_holder_and_the_password_and_guessing_has_to_wait(
    active: Accounts, camille: Holder
) -> None:
    for kind in ("agent", "visitor", "system"):
        with pytest.raises(NotYours):
            Holder(active, Actor(kind=kind, id=camille.actor.id)).close()
    for _ in range(5):
        with pytest.raises(PasswordWrong):
            camille.close("un autre mot de passe")
    with pytest.raises(TryLater):
        camille.close()
    assert active.log_in()["kind"] == "citizen"


def test_a_pending_mail_to_an_erased_space_has_no_reason_any_more(active: Accounts, camille: Holder) -> None:
    active.erase(camille.actor.id)
    with pytest.raises(NothingToSay):
        active.notice("email_used_again", camille.account_id)
