"""A forgotten password or user name: the same answer for all, one mail for the holder, a link that serves once."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.accounts.credentials import hashing
from services.accounts.keys.tokens import activation_token, digest
from services.accounts.recovery import use_cases as recovery, views as recovery_views
from services.accounts.recovery.rules import ResetLinkExpired, ResetLinkUnknown, ResetLinkUsed
from services.accounts.schemas import recovery as calls
from services.accounts.schemas.refusals import ChallengeGone
from services.accounts.second_factor import use_cases as recovery_codes
from services.accounts.sessions.rules import LogInRefused
from services.accounts.spaces.rules import FormRefused, NothingToSay
from services.accounts.throttling.rules import TryLater
from services.chassis.errors import Refusal
from tests.integration.accounts.own_space import NEW, Holder, another_space
from tests.integration.accounts.service import PASSWORD, Accounts
from tests.integration.accounts.staff import (
    answer,
    challenge,
    code as figures,
    disable,
    imported,
    in_the_file,
    logged_in,
)
from tests.support.at_once import at_once
from tests.support.statements import executed

EMAIL = "camille.exemple@courriel.example"
ANOTHER = "trois canards au bord du lac"
NEVER_HELD = "personne@courriel.example"


def forgot_password(accounts: Accounts, identifier: str = EMAIL, seen: str = "192.0.2.10") -> None:
    """Asked, and answered by the loop that runs after the answer."""
    accounts.send(recovery.request_password_reset, calls.RequestPasswordReset(identifier=identifier, address_seen=seen))
    recovery.answer_what_was_asked(accounts.store)


def forgot_username(accounts: Accounts, email: str = EMAIL) -> None:
    accounts.send(recovery.request_username, calls.RequestUsername(email=email, address_seen="192.0.2.10"))
    recovery.answer_what_was_asked(accounts.store)


def offer(accounts: Accounts, token: str) -> calls.ResetOffer:
    return accounts.send(recovery_views.password_reset_link, calls.PasswordResetLink(token=token))


def reset(
    accounts: Accounts, token: str, password: str = ANOTHER, code: str = "", command_id: str | None = None
) -> None:
    accounts.send(
        recovery.reset_password,
        calls.ResetPassword(token=token, password=password, code=code, address_seen="192.0.2.10"),
        command_id=command_id,
    )


def linked(accounts: Accounts, username: str = "camille.exemple") -> str:
    """The token of a link that is mailed now to the holder of that name."""
    forgot_password(accounts, username)
    return accounts.notice("password_reset", accounts.account_of(username))["token"]


def new_facts(accounts: Accounts, before: list[str]) -> list[str]:
    facts = accounts.facts()
    for fact in before:
        facts.remove(fact)
    return sorted(facts)


# --- asking


@pytest.mark.parametrize(
    "identifier", [EMAIL, " Camille.Exemple@Courriel.example ", "camille.exemple", "CAMILLE.EXEMPLE"]
)
def test_the_address_and_the_user_name_both_lead_to_a_mailed_link(active: Accounts, identifier: str) -> None:
    before = active.facts()

    forgot_password(active, identifier)

    assert new_facts(active, before) == ["PasswordResetLinkMade"]
    mail = active.notice("password_reset")
    assert (mail["email"], mail["username"], mail["valid_minutes"]) == (EMAIL, "Camille.Exemple", 60)
    assert offer(active, mail["token"]).username == "Camille.Exemple"


@pytest.mark.parametrize("forgotten", ["password", "username"])
def test_a_request_takes_the_same_statements_whether_or_not_the_space_exists(
    active: Accounts, forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No hash, no other statement, no event, one row: the mail is decided after the answer."""
    facts = active.facts()
    monkeypatch.setattr(hashing, "hash_password", None)
    monkeypatch.setattr(hashing, "is_password", None)

    def traced(name: str) -> tuple[list[str], int]:
        def ask() -> None:
            if forgotten == "password":
                active.send(
                    recovery.request_password_reset,
                    calls.RequestPasswordReset(identifier=name, address_seen="192.0.2.77"),
                )
            else:
                active.send(recovery.request_username, calls.RequestUsername(email=name, address_seen="192.0.2.77"))

        statements = executed(monkeypatch, ask)
        assert active.facts() == facts
        waiting = len(active.rows("SELECT * FROM recoveries_asked"))
        with active.store.transaction() as tx:
            tx.conn.execute("DELETE FROM recoveries_asked")
        return statements, waiting

    known, unknown = traced(EMAIL), traced(NEVER_HELD)

    assert known == unknown
    assert known[1] == 1
    assert any("recoveries_asked" in statement for statement in known[0])


def test_the_user_name_goes_to_the_address_of_the_space_and_to_no_other(active: Accounts) -> None:
    before = active.facts()

    forgot_password(active, NEVER_HELD)
    forgot_username(active, NEVER_HELD)
    forgot_username(active, "camille.exemple")  # a name is not an address

    assert active.facts() == before
    with pytest.raises(NothingToSay):
        active.notice("password_reset")
    forgot_username(active)
    assert new_facts(active, before) == ["UsernameReminderAsked"]
    mail = active.notice("username_reminder")
    assert (mail["email"], mail["username"], mail["token"]) == (EMAIL, "Camille.Exemple", None)


def test_an_address_comes_before_a_name_that_is_written_the_same(active: Accounts) -> None:
    another_space(active, EMAIL, "autre@courriel.example", active=False)

    forgot_password(active, EMAIL)

    assert active.rows("SELECT person_id FROM password_resets") == [{"person_id": active.account_of("camille.exemple")}]


@pytest.mark.parametrize("forgot", [forgot_password, forgot_username])
def test_a_space_never_activated_gets_its_activation_link_again(accounts: Accounts, forgot: Any) -> None:
    accounts.create()
    first, before = accounts.token_mailed(), accounts.facts()

    forgot(accounts)

    assert new_facts(accounts, before) == ["ActivationLinkRenewed"]
    assert accounts.token_mailed() != first
    accounts.activate(accounts.token_mailed())
    assert accounts.log_in()["session"]


def test_one_address_asks_ten_times_and_is_then_refused_with_the_wait(accounts: Accounts) -> None:
    for number in range(10):
        forgot_password(accounts, f"personne{number}@courriel.example", seen="192.0.2.50")

    with pytest.raises(TryLater) as refused:
        forgot_password(accounts, NEVER_HELD, seen="192.0.2.50")

    assert refused.value.details == {"retry_after_seconds": 60}


def test_repeated_requests_fill_no_mailbox_and_kill_no_link(active: Accounts) -> None:
    token, before = linked(active), active.facts()

    for number in range(8):
        forgot_password(active, seen=f"192.0.2.{number + 20}")

    assert len(new_facts(active, before)) == 3  # four in all, then a quarter of an hour
    reset(active, token)
    assert active.log_in(password=ANOTHER)["session"]


def test_a_user_name_asked_for_two_hours_ago_is_no_longer_mailed(active: Accounts) -> None:
    before = active.facts()
    active.send(recovery.request_username, calls.RequestUsername(email=EMAIL))
    active.clock.move(hours=2)

    recovery.answer_what_was_asked(active.store)

    assert active.facts() == before
    assert active.rows("SELECT * FROM recoveries_asked") == []


# --- the link


def test_a_new_password_takes_the_place_of_the_old_one_and_opens_no_session(active: Accounts) -> None:
    stolen, own = active.log_in()["session"], active.log_in()["session"]
    token, before = linked(active), active.facts()

    reset(active, token)

    assert new_facts(active, before) == ["CredentialsChanged", "SessionEnded", "SessionEnded"]
    assert active.rows("SELECT * FROM sessions") == []
    assert not any(map(active.is_open, (stolen, own)))
    with pytest.raises(LogInRefused):
        active.log_in()
    assert active.log_in(password=ANOTHER)["session"]
    assert active.notice("password_changed")["email"] == EMAIL


def test_the_wait_after_wrong_passwords_is_over_with_the_new_one(active: Accounts) -> None:
    for _ in range(5):
        with pytest.raises(LogInRefused):
            active.log_in(password="wrong")
    with pytest.raises(TryLater):
        active.log_in()

    reset(active, linked(active))

    assert active.log_in(password=ANOTHER)["session"]


def test_a_link_serves_once_and_with_it_all_others_of_the_same_person(active: Accounts) -> None:
    first = linked(active)
    active.clock.move(minutes=1)
    second = linked(active)

    reset(active, second)

    for token in (first, second):
        for use in (offer, reset):
            with pytest.raises(ResetLinkUsed):
                use(active, token)
    with pytest.raises(NothingToSay):
        active.notice("password_reset")


def test_a_link_is_good_for_the_minutes_of_the_town(active: Accounts) -> None:
    with active.store.transaction() as tx:
        tx.conn.execute(
            "INSERT INTO town (version, name, words, idle_minutes, activation_hours, reset_minutes)"
            " VALUES (1, 'Saint-Aubin-sur-Orne', '{}', 20, 48, 15)"
        )
    forgot_password(active)
    mail = active.notice("password_reset")
    assert mail["valid_minutes"] == 15

    active.clock.move(minutes=14, seconds=59)
    assert offer(active, mail["token"]).second_factor is False
    active.clock.move(seconds=1)

    for use in (offer, reset):
        with pytest.raises(ResetLinkExpired):
            use(active, mail["token"])
    assert active.log_in()["session"]
    active.clock.move(days=3)
    recovery.forget_links(active.store)
    with pytest.raises(ResetLinkUnknown):
        offer(active, mail["token"])


def test_a_link_of_one_holder_opens_nothing_of_another(active: Accounts) -> None:
    token = linked(active)
    other = another_space(active, "autre", "autre@courriel.example", active=False)
    forged = activation_token(other.account_id, "nonce", active.keys.activation)
    mixed = forged[:21] + token[21:]

    for wrong in (forged, mixed, token[:-2], token[:-1] + ("A" if token[-1] != "A" else "B"), "rien", ""):
        for use in (offer, reset):
            with pytest.raises(ResetLinkUnknown):
                use(active, wrong)
    assert active.log_in()["session"]


def test_a_link_serves_by_one_command_and_the_database_holds_no_token(active: Accounts) -> None:
    token = linked(active)
    kept = str(active.rows("SELECT * FROM password_resets")) + str(active.rows("SELECT public, sealed FROM events"))
    assert token not in kept
    assert digest(token) in kept
    command = str(uuid4())
    for _ in range(2):
        reset(active, token, command_id=command)
    assert active.facts().count("CredentialsChanged") == 1


@pytest.mark.parametrize(
    "password", ["court", "motdepasse2026", "camille.exemple et trois canards", "azertyuiopqs", "x" * 129]
)
def test_a_poor_password_is_refused_with_its_sentence_and_the_link_stays_good(active: Accounts, password: str) -> None:
    token = linked(active)

    with pytest.raises(FormRefused) as refused:
        reset(active, token, password)

    assert refused.value.fields["password"]
    reset(active, token)
    assert active.log_in(password=ANOTHER)["session"]


def test_of_many_uses_of_one_link_at_once_one_wins(active: Accounts) -> None:
    token = linked(active)

    def use(password: str) -> str:
        reset(active, token, password)
        return password

    [won] = at_once(use, [f"quatre mots sans suite {number}" for number in range(6)], ResetLinkUsed)

    assert active.log_in(password=won)["session"]
    assert active.facts().count("CredentialsChanged") == 1


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        pytest.param(lambda holder: holder.change_credentials(new_password=ANOTHER), ResetLinkUsed, id="password"),
        pytest.param(lambda holder: holder.moved_to(NEW), ResetLinkUsed, id="address"),
        pytest.param(lambda holder: holder.close(), ResetLinkUnknown, id="closure"),
        pytest.param(lambda holder: holder.accounts.erase(holder.actor.id), ResetLinkUnknown, id="erasure"),
    ],
)
def test_a_link_opens_nothing_once_credentials_changed_or_the_space_ended(
    accounts: Accounts, camille: Holder, act: Callable[[Holder], object], refusal: type[Refusal]
) -> None:
    token = linked(accounts)

    act(camille)

    with pytest.raises(refusal):
        offer(accounts, token)


def test_a_citizen_of_an_imported_file_has_no_password_until_choosing_one(
    accounts: Accounts, town: dict[str, Any]
) -> None:
    citizen = town["accounts"]["citizens"][0]

    answer = imported(accounts, citizens=[citizen], invite=True)

    assert (answer["logins"], answer["invited"], answer["without_password"]) == ([], [], [citizen["username"]])
    assert "PasswordResetLinkMade" not in accounts.facts()
    for guess in ("", PASSWORD):
        with pytest.raises(LogInRefused):
            accounts.log_in(citizen["username"], guess)
    reset(accounts, linked(accounts, citizen["username"]))
    assert accounts.log_in(citizen["username"], ANOTHER)["session"]


# --- agents


CLERK = "agent.voirie"


def test_of_an_agent_the_second_factor_is_asked_before_the_password_counts(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    session = logged_in(accounts, clerk)
    token = linked(accounts, CLERK)
    assert offer(accounts, token).second_factor is True

    for wrong in ("", "000000", figures(accounts, clerk)):  # the last has opened already
        with pytest.raises(FormRefused) as refused:
            reset(accounts, token, code=wrong)
        assert list(refused.value.fields) == ["code"]
    assert accounts.session(session)["kind"] == "agent"
    assert accounts.log_in(CLERK, clerk["password"])["challenge"]

    accounts.clock.move(seconds=30)
    reset(accounts, token, code=figures(accounts, clerk))

    assert not accounts.is_open(session)
    assert logged_in(accounts, {**clerk, "password": ANOTHER})
    with pytest.raises(LogInRefused):
        accounts.log_in(CLERK, clerk["password"])


def test_a_recovery_code_takes_the_place_of_the_digits_once(accounts: Accounts, clerk: dict[str, Any]) -> None:
    with accounts.store.transaction() as tx:
        code, *_ = recovery_codes.make(tx, accounts.account_of(CLERK), accounts.keys)
    token = linked(accounts, CLERK)
    with pytest.raises(FormRefused) as refused:
        reset(accounts, token, password="court", code=code)
    assert list(refused.value.fields) == ["password"], "the code is spent by a password that counts alone"

    reset(accounts, token, code=code)

    assert "RecoveryCodeUsed" in accounts.facts()
    assert logged_in(accounts, {**clerk, "password": ANOTHER})
    with pytest.raises(FormRefused):
        reset(accounts, linked(accounts, CLERK), code=code)


@pytest.mark.usefixtures("clerk")
def test_guessing_an_agents_code_waits_longer_and_longer(accounts: Accounts) -> None:
    token = linked(accounts, CLERK)
    for _ in range(5):
        with pytest.raises(FormRefused):
            reset(accounts, token, code="000000")
    with pytest.raises(TryLater):
        reset(accounts, token, code="000000")


def test_a_log_in_that_waits_for_its_code_is_over_too(accounts: Accounts, clerk: dict[str, Any]) -> None:
    waiting = challenge(accounts, clerk)
    reset(accounts, linked(accounts, CLERK), code=figures(accounts, clerk))

    accounts.clock.move(seconds=30)
    with pytest.raises(ChallengeGone):
        answer(accounts, waiting, figures(accounts, clerk))


@pytest.mark.usefixtures("clerk", "chief")
def test_an_agent_who_is_invited_or_disabled_gets_no_link(accounts: Accounts) -> None:
    imported(accounts, in_the_file(username="anne.martin"), invite=True)
    disable(accounts, CLERK)
    before = accounts.facts()

    for name in ("anne.martin", CLERK):
        forgot_password(accounts, name)

    assert accounts.facts() == before
    assert accounts.rows("SELECT * FROM password_resets") == []


@pytest.mark.usefixtures("clerk", "chief")
def test_a_link_mailed_to_an_agent_who_is_disabled_meanwhile_opens_nothing(accounts: Accounts) -> None:
    token = linked(accounts, CLERK)
    disable(accounts, CLERK)

    with pytest.raises(ResetLinkUnknown):
        offer(accounts, token)
    with pytest.raises(NothingToSay):
        accounts.notice("password_reset", accounts.account_of(CLERK))
