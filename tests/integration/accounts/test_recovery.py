"""A forgotten password or user name: the same answer for all, one mail for the holder, a link that serves once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from services.accounts.credentials import hashing
from services.accounts.disclosure import views as people
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import activation_token, digest
from services.accounts.recovery import use_cases as recovery, views as recovery_views
from services.accounts.recovery.rules import ResetLinkExpired, ResetLinkUnknown, ResetLinkUsed
from services.accounts.schemas import recovery as calls
from services.accounts.schemas.refusals import ChallengeGone
from services.accounts.second_factor import use_cases as recovery_codes
from services.accounts.sessions.rules import LogInRefused, SessionUnknown
from services.accounts.sign_up import activation
from services.accounts.spaces.rules import FormRefused, NothingToSay
from services.accounts.team import use_cases as agents
from services.accounts.throttling.rules import TryLater
from tests.integration.accounts.conftest import MESSAGING, PASSWORD, House
from tests.integration.accounts.own_space import NEW, holder_of
from tests.integration.accounts.staff import IMPORTER, add, answer, code as figures, imported, in_the_file, logged_in

pytestmark = pytest.mark.usefixtures("slots_between_threads")

EMAIL = "camille.exemple@courriel.example"
ANOTHER = "trois canards au bord du lac"
NEVER_HELD = "personne@courriel.example"


def forgot_password(house: House, identifier: str = EMAIL, seen: str = "192.0.2.10") -> None:
    """Asked, and answered by the loop that runs after the answer."""
    house.send(recovery.request_password_reset, calls.RequestPasswordReset(identifier=identifier, address_seen=seen))
    recovery.answer_what_was_asked(house.store)


def forgot_username(house: House, email: str = EMAIL) -> None:
    house.send(recovery.request_username, calls.RequestUsername(email=email, address_seen="192.0.2.10"))
    recovery.answer_what_was_asked(house.store)


def offer(house: House, token: str) -> calls.ResetOffer:
    return house.send(recovery_views.password_reset_link, calls.PasswordResetLink(token=token))


def reset(house: House, token: str, password: str = ANOTHER, code: str = "", command_id: str | None = None) -> None:
    house.send(
        recovery.reset_password,
        calls.ResetPassword(token=token, password=password, code=code, address_seen="192.0.2.10"),
        command_id=command_id,
    )


def token_for(house: House, person_id: Any) -> str:
    call = house.call(MESSAGING, account_id=UUID(str(person_id)), purpose="password_reset")
    return house.ask(people.notice_details, call)["token"]


def linked(house: House) -> str:
    """The token of a link mailed to an active space."""
    house.active_account()
    forgot_password(house)
    return house.notice("password_reset")["token"]


def new_facts(house: House, before: list[str]) -> list[str]:
    facts = house.facts()
    for fact in before:
        facts.remove(fact)
    return sorted(facts)


# --- asking


@pytest.mark.parametrize(
    "identifier", [EMAIL, " Camille.Exemple@Courriel.example ", "camille.exemple", "CAMILLE.EXEMPLE"]
)
def test_the_address_and_the_user_name_both_lead_to_a_mailed_link(house: House, identifier: str) -> None:
    house.active_account()
    before = house.facts()

    forgot_password(house, identifier)

    assert new_facts(house, before) == ["PasswordResetLinkMade"]
    mail = house.notice("password_reset")
    assert (mail["email"], mail["username"], mail["valid_minutes"]) == (EMAIL, "Camille.Exemple", 60)
    assert offer(house, mail["token"]).username == "Camille.Exemple"


def executed(monkeypatch: pytest.MonkeyPatch, call: Callable[[], Any]) -> list[str]:
    """The statements of a call, in order."""
    statements: list[str] = []
    execute = psycopg.Cursor.execute

    def recorded(self: Any, query: Any, *given: Any, **options: Any) -> Any:
        statements.append(str(query))
        return execute(self, query, *given, **options)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", recorded)
        call()
    return statements


@pytest.mark.parametrize("forgotten", ["password", "username"])
def test_asking_takes_the_same_statements_whether_or_not_there_is_such_a_space(
    house: House, forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No hash, no other statement, no event, one row: the mail is decided after the answer."""
    house.active_account()
    facts = house.facts()
    monkeypatch.setattr(hashing, "hash_password", None)
    monkeypatch.setattr(hashing, "is_password", None)

    def traced(name: str) -> tuple[list[str], int]:
        def ask() -> None:
            if forgotten == "password":
                house.send(
                    recovery.request_password_reset,
                    calls.RequestPasswordReset(identifier=name, address_seen="192.0.2.77"),
                )
            else:
                house.send(recovery.request_username, calls.RequestUsername(email=name, address_seen="192.0.2.77"))

        statements = executed(monkeypatch, ask)
        assert house.facts() == facts
        waiting = len(house.rows("SELECT * FROM recoveries_asked"))
        with house.store.transaction() as tx:
            tx.conn.execute("DELETE FROM recoveries_asked")
        return statements, waiting

    known, unknown = traced(EMAIL), traced(NEVER_HELD)

    assert known == unknown
    assert known[1] == 1
    assert any("recoveries_asked" in statement for statement in known[0])


def test_the_user_name_goes_to_the_address_of_the_space_and_to_no_other(house: House) -> None:
    house.active_account()
    before = house.facts()

    forgot_password(house, NEVER_HELD)
    forgot_username(house, NEVER_HELD)
    forgot_username(house, "camille.exemple")  # a name is not an address

    assert house.facts() == before
    with pytest.raises(NothingToSay):
        house.notice("password_reset")
    forgot_username(house)
    assert new_facts(house, before) == ["UsernameReminderAsked"]
    mail = house.notice("username_reminder")
    assert (mail["email"], mail["username"], mail["token"]) == (EMAIL, "Camille.Exemple", None)


def test_an_address_comes_before_a_name_that_is_written_the_same(house: House) -> None:
    house.active_account()
    other = {"email": "autre@courriel.example", "mobile_phone": ""}
    house.create(contact=other, credentials={"username": EMAIL, "password": PASSWORD})
    camille = house.rows("SELECT person_id FROM credentials WHERE username = 'camille.exemple'")[0]["person_id"]

    forgot_password(house, EMAIL)

    assert house.rows("SELECT person_id FROM password_resets") == [{"person_id": camille}]


@pytest.mark.parametrize("forgot", [forgot_password, forgot_username])
def test_a_space_never_activated_gets_its_activation_link_again(house: House, forgot: Any) -> None:
    house.create()
    first, before = house.token_mailed(), house.facts()

    forgot(house)

    assert new_facts(house, before) == ["ActivationLinkRenewed"]
    assert house.token_mailed() != first
    house.activate(house.token_mailed())
    assert house.log_in()["session"]


def test_one_address_asks_ten_times_then_waits_and_is_told_how_long(house: House) -> None:
    for number in range(10):
        forgot_password(house, f"personne{number}@courriel.example", seen="192.0.2.50")

    with pytest.raises(TryLater) as refused:
        forgot_password(house, NEVER_HELD, seen="192.0.2.50")

    assert refused.value.details == {"retry_after_seconds": 60}


def test_whoever_asks_again_and_again_fills_no_mailbox_and_kills_no_link(house: House) -> None:
    token, before = linked(house), house.facts()

    for number in range(8):
        forgot_password(house, seen=f"192.0.2.{number + 20}")

    assert len(new_facts(house, before)) == 3  # four in all, then a quarter of an hour
    reset(house, token)
    assert house.log_in(password=ANOTHER)["session"]


def test_what_was_asked_while_nobody_answered_is_mailed_later_but_not_the_next_day(house: House) -> None:
    house.active_account()
    before = house.facts()
    house.send(recovery.request_username, calls.RequestUsername(email=EMAIL))
    house.clock.move(hours=2)

    recovery.answer_what_was_asked(house.store)

    assert house.facts() == before
    assert house.rows("SELECT * FROM recoveries_asked") == []


# --- the link


def test_a_new_password_takes_the_place_of_the_old_one_and_opens_no_session(house: House) -> None:
    house.active_account()
    stolen, own = house.log_in()["session"], house.log_in()["session"]
    forgot_password(house)
    before = house.facts()

    reset(house, house.notice("password_reset")["token"])

    assert new_facts(house, before) == ["CredentialsChanged", "SessionEnded", "SessionEnded"]
    assert house.rows("SELECT * FROM sessions") == []
    for session in (stolen, own):
        with pytest.raises(SessionUnknown):
            house.session(session)
    with pytest.raises(LogInRefused):
        house.log_in()
    assert house.log_in(password=ANOTHER)["session"]
    assert house.notice("password_changed")["email"] == EMAIL


def test_the_wait_after_wrong_passwords_is_over_with_the_new_one(house: House) -> None:
    house.active_account()
    for _ in range(5):
        with pytest.raises(LogInRefused):
            house.log_in(password="wrong")
    with pytest.raises(TryLater):
        house.log_in()
    forgot_password(house)

    reset(house, house.notice("password_reset")["token"])

    assert house.log_in(password=ANOTHER)["session"]


def test_a_link_serves_once_and_with_it_all_others_of_the_same_person(house: House) -> None:
    first = linked(house)
    house.clock.move(minutes=1)
    forgot_password(house)
    second = house.notice("password_reset")["token"]

    reset(house, second)

    for token in (first, second):
        with pytest.raises(ResetLinkUsed):
            offer(house, token)
        with pytest.raises(ResetLinkUsed):
            reset(house, token, "une autre phrase de quatre mots")
    with pytest.raises(NothingToSay):
        house.notice("password_reset")


def test_a_link_is_good_for_the_minutes_of_the_town(house: House) -> None:
    house.active_account()
    with house.store.transaction() as tx:
        tx.conn.execute(
            "INSERT INTO town (version, name, words, idle_minutes, activation_hours, reset_minutes)"
            " VALUES (1, 'Saint-Aubin-sur-Orne', '{}', 20, 48, 15)"
        )
    forgot_password(house)
    mail = house.notice("password_reset")
    assert mail["valid_minutes"] == 15

    house.clock.move(minutes=14, seconds=59)
    assert offer(house, mail["token"]).second_factor is False
    house.clock.move(seconds=1)

    with pytest.raises(ResetLinkExpired):
        offer(house, mail["token"])
    with pytest.raises(ResetLinkExpired):
        reset(house, mail["token"])
    assert house.log_in()["session"]
    house.clock.move(days=3)
    recovery.forget_links(house.store)
    with pytest.raises(ResetLinkUnknown):
        offer(house, mail["token"])


def test_a_link_of_one_holder_opens_nothing_of_another(house: House) -> None:
    token = linked(house)
    house.create(contact={"email": "autre@courriel.example"}, credentials={"username": "autre", "password": PASSWORD})
    other = house.rows("SELECT person_id FROM credentials WHERE username = 'autre'")[0]["person_id"]
    forged = activation_token(other, "nonce", house.keys.activation)
    mixed = forged[:21] + token[21:]

    for wrong in (forged, mixed, token[:-2], token[:-1] + ("A" if token[-1] != "A" else "B"), "rien", ""):
        with pytest.raises(ResetLinkUnknown):
            offer(house, wrong)
        with pytest.raises(ResetLinkUnknown):
            reset(house, wrong)
    assert house.log_in()["session"]


def test_a_link_serves_by_one_command_and_the_database_holds_no_token(house: House) -> None:
    token = linked(house)
    kept = str(house.rows("SELECT * FROM password_resets")) + str(house.rows("SELECT public, sealed FROM events"))
    assert token not in kept
    assert digest(token) in kept
    command = str(uuid4())
    for _ in range(2):
        reset(house, token, command_id=command)
    assert house.facts().count("CredentialsChanged") == 1


@pytest.mark.parametrize(
    "password", ["court", "motdepasse2026", "camille.exemple et trois canards", "azertyuiopqs", "x" * 129]
)
def test_a_poor_password_is_refused_with_its_sentence_and_the_link_stays_good(house: House, password: str) -> None:
    token = linked(house)

    with pytest.raises(FormRefused) as refused:
        reset(house, token, password)

    assert refused.value.fields["password"]
    reset(house, token)
    assert house.log_in(password=ANOTHER)["session"]


def test_of_many_who_use_one_link_at_the_same_time_one_wins(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token = linked(house)
    # the slots for hashes are of one thread's hub; what is tried here is the rows
    monkeypatch.setattr(hashing, "hash_password", hashing._hasher.hash)  # pyright: ignore[reportPrivateUsage]
    phrases = [f"quatre mots sans suite {number}" for number in range(6)]

    def tried(password: str) -> str | None:
        try:
            reset(house, token, password)
        except ResetLinkUsed:
            return None
        return password

    with ThreadPoolExecutor(6) as pool:
        [won] = [password for password in pool.map(tried, phrases) if password]

    assert house.log_in(password=won)["session"]
    assert house.facts().count("CredentialsChanged") == 1


def test_a_link_dies_with_the_space(house: House) -> None:
    token = linked(house)
    with house.store.transaction() as tx:
        account = house.rows("SELECT account_id FROM accounts")[0]["account_id"]
        activation.erase(tx, account, "wish")
    with pytest.raises(ResetLinkUnknown):
        offer(house, token)


@pytest.mark.parametrize("change", ["password", "address"])
def test_a_link_mailed_before_the_holder_changed_what_counts_opens_nothing(house: House, change: str) -> None:
    token, holder = linked(house), holder_of(house)

    if change == "password":
        holder.change_credentials(new_password=ANOTHER)
    else:
        holder.moved_to(NEW)

    with pytest.raises(ResetLinkUsed):
        offer(house, token)


def test_a_citizen_of_an_imported_file_has_no_password_until_choosing_one(house: House, town: dict[str, Any]) -> None:
    citizen = town["accounts"]["citizens"][0]

    told = imported(house, citizens=[citizen], invite=True)

    assert (told["logins"], told["invited"], told["without_password"]) == ([], [], [citizen["username"]])
    assert "PasswordResetLinkMade" not in house.facts()
    for guess in ("", PASSWORD):
        with pytest.raises(LogInRefused):
            house.log_in(citizen["username"], guess)
    forgot_password(house, citizen["contact"]["email"])
    reset(house, house.notice("password_reset")["token"])
    assert house.log_in(citizen["username"], ANOTHER)["session"]


# --- agents


def agent_id(house: House) -> UUID:
    return house.rows("SELECT agent_id FROM agents")[0]["agent_id"]


def test_of_an_agent_the_second_factor_is_asked_before_the_password_counts(house: House) -> None:
    login = add(house)
    session = logged_in(house, login)
    forgot_password(house, "agent.voirie")
    token = token_for(house, agent_id(house))
    assert offer(house, token).second_factor is True

    for wrong in ("", "000000", figures(house, login)):  # the last has opened already
        with pytest.raises(FormRefused) as refused:
            reset(house, token, code=wrong)
        assert list(refused.value.fields) == ["code"]
    assert house.session(session)["kind"] == "agent"
    assert house.log_in("agent.voirie", login["password"])["challenge"]

    house.clock.move(seconds=30)
    reset(house, token, code=figures(house, login))

    with pytest.raises(SessionUnknown):
        house.session(session)
    assert logged_in(house, {**login, "password": ANOTHER})
    with pytest.raises(LogInRefused):
        house.log_in("agent.voirie", login["password"])


def test_a_recovery_code_takes_the_place_of_the_digits_once(house: House) -> None:
    login = add(house)
    keys = DerivedKeys(house.store.settings)
    with house.store.transaction() as tx:
        code, *_ = recovery_codes.make(tx, agent_id(house), keys)
    forgot_password(house, "agent.voirie")
    token = token_for(house, agent_id(house))
    with pytest.raises(FormRefused) as refused:
        reset(house, token, password="court", code=code)
    assert list(refused.value.fields) == ["password"], "the code is spent by a password that counts alone"

    reset(house, token, code=code)

    assert "RecoveryCodeUsed" in house.facts()
    assert logged_in(house, {**login, "password": ANOTHER})
    forgot_password(house, "agent.voirie")
    with pytest.raises(FormRefused):
        reset(house, token_for(house, agent_id(house)), code=code)


def test_guessing_an_agents_code_waits_longer_and_longer(house: House) -> None:
    add(house)
    forgot_password(house, "agent.voirie")
    token = token_for(house, agent_id(house))
    for _ in range(5):
        with pytest.raises(FormRefused):
            reset(house, token, code="000000")
    with pytest.raises(TryLater):
        reset(house, token, code="000000")


def test_a_log_in_that_waits_for_its_code_is_over_too(house: House) -> None:
    login = add(house)
    challenge = house.log_in("agent.voirie", login["password"])["challenge"]
    forgot_password(house, "agent.voirie")
    reset(house, token_for(house, agent_id(house)), code=figures(house, login))

    house.clock.move(seconds=30)
    with pytest.raises(ChallengeGone):
        answer(house, challenge, figures(house, login))


def test_an_agent_who_is_invited_or_disabled_gets_no_link(house: House) -> None:
    add(house, username="une.administratrice", role="administrator")
    imported(house, in_the_file(username="anne.martin"), invite=True)
    add(house)
    house.ask(agents.disable_agent, house.call(IMPORTER, username="agent.voirie"))
    before = house.facts()

    for name in ("anne.martin", "agent.voirie"):
        forgot_password(house, name)

    assert house.facts() == before
    assert house.rows("SELECT * FROM password_resets") == []


def test_a_link_mailed_to_an_agent_who_is_disabled_meanwhile_opens_nothing(house: House) -> None:
    add(house, username="une.administratrice", role="administrator")
    add(house)
    forgot_password(house, "agent.voirie")
    token = token_for(house, house.rows("SELECT person_id FROM password_resets")[0]["person_id"])
    house.ask(agents.disable_agent, house.call(IMPORTER, username="agent.voirie"))

    with pytest.raises(ResetLinkUnknown):
        offer(house, token)
    with pytest.raises(NothingToSay):
        token_for(house, house.rows("SELECT person_id FROM password_resets")[0]["person_id"])
