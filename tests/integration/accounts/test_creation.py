import base64
from uuid import uuid4

import pytest

from services.accounts.disclosure import views as people
from services.accounts.schemas import sign_up as calls
from services.accounts.schemas.refusals import UsernameTaken
from services.accounts.security_code import use_cases as security_codes, views as security_code_views
from services.accounts.security_code.rules import CaptchaGone, WrongCaptcha
from services.accounts.sessions.rules import LogInRefused
from services.accounts.sign_up import activation, pending, use_cases as creation, views as sign_up_views
from services.accounts.spaces import rules
from services.accounts.throttling.rows import Bucket, count_a_try
from services.accounts.throttling.rules import CHECKING_NAMES, TryLater
from tests.integration.accounts.service import FORM, PASSWORD, Accounts
from tests.support.at_once import at_once
from tests.support.readable import in_clear


def test_a_space_opens_once_its_link_is_followed(accounts: Accounts) -> None:
    accounts.create()
    with pytest.raises(LogInRefused):
        accounts.log_in()
    opened = accounts.activate(accounts.token_mailed())
    session = accounts.session(opened.session)
    assert session["display_name"] == "Camille Exemple"
    assert session["actor"]["kind"] == "citizen"
    assert accounts.facts() == ["AccountCreated", "AccountActivated"]


def test_every_fault_of_the_form_is_answered_at_once_and_the_code_is_not_spent(accounts: Accounts) -> None:
    form = accounts.form(identity={}, credentials={"username": "", "password": "court"})
    with pytest.raises(rules.FormRefused) as refused:
        accounts.ask(creation.create_account, accounts.call(**form))
    assert set(refused.value.fields) == {
        "identity.birth_name",
        "identity.given_names",
        "identity.birth_date",
        "credentials.username",
        "credentials.password",
    }
    accounts.create(captcha=form["captcha"])
    assert accounts.facts() == ["AccountCreated"]


@pytest.mark.parametrize("username", ["camille.exemple", "CAMILLE.EXEMPLE", "Càmille.Éxemplé"])
def test_a_taken_name_is_refused_whatever_its_case_and_accents(accounts: Accounts, username: str) -> None:
    accounts.create()
    other = {**FORM["contact"], "email": "autre@courriel.example"}
    with pytest.raises(UsernameTaken) as refused:
        accounts.create(contact=other, credentials={"username": username, "password": PASSWORD})
    assert refused.value.code == "username_taken"
    assert refused.value.fields["credentials.username"].startswith("Ce nom d’utilisateur est déjà pris")


def test_the_same_command_sent_twice_makes_one_space(accounts: Accounts) -> None:
    form, command_id = accounts.form(), str(uuid4())
    first = accounts.ask(creation.create_account, accounts.call(command_id=command_id, **form))
    second = accounts.ask(creation.create_account, accounts.call(command_id=command_id, **form))
    assert first == second
    assert set(first) == {"pending"}
    assert accounts.facts() == ["AccountCreated"]


def test_a_used_address_gets_the_same_answer_and_its_holder_one_warning_a_day(active: Accounts) -> None:
    other = {"username": "un.autre", "password": PASSWORD}
    contact = {**FORM["contact"], "email": "Camille.Exemple@Courriel.example"}
    holder = active.account_of("camille.exemple")
    free = {**FORM["contact"], "email": "libre@courriel.example"}
    answers = [
        active.create(credentials=other, contact=contact),
        active.create(credentials={**other, "username": "un.dernier"}),
        active.create(credentials={**other, "username": "sans.doublon"}, contact=free, address_seen="192.0.2.11"),
    ]
    assert all(set(answer) == {"pending"} for answer in answers)
    assert sorted(active.facts()) == ["AccountActivated", *["AccountCreated"] * 4, "EmailUsedAgain"]
    assert active.notice("email_used_again", holder)["email"] == "camille.exemple@courriel.example"
    with pytest.raises(rules.NothingToSay):
        active.token_mailed("un.autre")
    with pytest.raises(UsernameTaken):
        active.create(credentials=other, contact=free, address_seen="192.0.2.11")


def test_of_spaces_that_wait_for_one_address_the_first_activated_gets_it(accounts: Accounts) -> None:
    """A sign-up with the address of a stranger does not block it, and cannot open a space with it."""
    accounts.create(credentials={"username": "un.autre", "password": "cinq corbeaux sur le clocher"})
    accounts.create()
    theirs, own = accounts.token_mailed("un.autre"), accounts.token_mailed()
    with pytest.raises(rules.FormRefused):
        accounts.activate(theirs)
    accounts.activate(own)
    with pytest.raises(rules.AddressInUse):
        accounts.activate(theirs, "cinq corbeaux sur le clocher")
    with pytest.raises(LogInRefused):
        accounts.log_in("un.autre", "cinq corbeaux sur le clocher")


def test_an_activation_asks_the_password_of_the_sign_up_and_wrong_ones_wait(accounts: Accounts) -> None:
    accounts.create()
    token = accounts.token_mailed()
    for password in ("", *["trois renards au bord du quai"] * 5):
        with pytest.raises(rules.FormRefused) as refused:
            accounts.activate(token, password)
        assert set(refused.value.fields) == {"password"}
    with pytest.raises(TryLater) as wait:
        accounts.activate(token)
    assert wait.value.details == {"retry_after_seconds": 15}
    accounts.clock.move(seconds=15)
    assert accounts.activate(token).session


def test_an_activation_opens_a_new_session_and_ends_the_one_that_came_with_it(active: Accounts) -> None:
    before = active.log_in()["session"]
    active.create(
        credentials={"username": "un.autre", "password": PASSWORD},
        contact={**FORM["contact"], "email": "autre@courriel.example"},
    )
    token, command_id = active.token_mailed("un.autre"), str(uuid4())
    opened = active.activate(token, presented=before, command_id=command_id)
    assert active.activate(token, presented=opened.session, command_id=command_id) == opened
    assert active.session(opened.session)["actor"]["id"] == str(active.account_of("un.autre"))
    assert not active.is_open(before)


def test_the_page_one_came_from_is_kept_sealed_until_the_activation(accounts: Accounts) -> None:
    accounts.create(continue_to="/demarches/demande-composteur")
    with accounts.store.read() as conn:
        assert in_clear(conn, "demande-composteur") == []
    assert accounts.activate(accounts.token_mailed()).continue_to == "/demarches/demande-composteur"
    assert accounts.rows("SELECT continue_to FROM accounts") == [{"continue_to": None}]


@pytest.mark.parametrize(
    "elsewhere", ["https://ailleurs.example", "//ailleurs.example", "/\\ailleurs.example", "mon-accueil"]
)
def test_a_sign_up_continues_to_pages_of_the_portal_alone(accounts: Accounts, elsewhere: str) -> None:
    with pytest.raises(rules.FormRefused) as refused:
        accounts.create(continue_to=elsewhere)
    assert set(refused.value.fields) == {"continue_to"}


def test_of_a_hundred_sign_ups_with_one_name_at_once_one_succeeds(accounts: Accounts) -> None:
    forms = [
        accounts.form(
            contact={**FORM["contact"], "email": f"personne.{number}@courriel.example"},
            address_seen=f"192.0.2.{number}",
        )
        for number in range(100)
    ]

    assert (
        len(at_once(lambda form: accounts.ask(creation.create_account, accounts.call(**form)), forms, UsernameTaken))
        == 1
    )
    assert accounts.facts() == ["AccountCreated"]


def correct(accounts: Accounts, made: dict[str, str], email: str, command_id: str | None = None) -> None:
    accounts.send(
        pending.correct_pending_email,
        calls.CorrectPendingEmail(token=made["pending"], email=email, address_seen="192.0.2.10"),
        command_id=command_id,
    )


def resend(accounts: Accounts, made: dict[str, str]) -> None:
    accounts.send(
        pending.resend_pending_link, calls.ResendPendingLink(token=made["pending"], address_seen="192.0.2.10")
    )


def test_a_corrected_address_of_a_sign_up_kills_the_link_before(accounts: Accounts) -> None:
    made = accounts.create(contact={"email": "camile@courriel.example"})
    before, command_id = accounts.token_mailed(), str(uuid4())
    for wrong in ("", "camille@"):
        with pytest.raises(rules.FormRefused) as refused:
            correct(accounts, made, wrong)
        assert set(refused.value.fields) == {"email"}
    for _ in range(2):
        correct(accounts, made, "camille.exemple@courriel.example", command_id)
    assert accounts.facts() == ["AccountCreated", "ActivationLinkRenewed"]
    assert accounts.notice("account_activation")["email"] == "camille.exemple@courriel.example"
    with pytest.raises(rules.ActivationLinkUnknown):
        accounts.activate(before)
    accounts.activate_and_leave(accounts.token_mailed())
    accounts.create(credentials={"username": "un.autre", "password": PASSWORD})
    assert accounts.facts().count("EmailUsedAgain") == 1, "the corrected address is the space's"
    with pytest.raises(rules.SignUpOver):
        correct(accounts, made, "camile@courriel.example")


def test_a_sign_up_with_the_address_of_another_is_mended_by_the_right_one(active: Accounts) -> None:
    made = active.create(credentials={"username": "un.autre", "password": PASSWORD})
    correct(active, made, "libre@courriel.example")
    assert active.activate(active.token_mailed("un.autre")).session


def test_the_mail_is_sent_again_few_times_then_refused_with_the_wait(accounts: Accounts) -> None:
    made = accounts.create()
    before = accounts.token_mailed()
    for _ in range(4):
        resend(accounts, made)
    assert accounts.token_mailed() != before
    with pytest.raises(TryLater) as refused:
        resend(accounts, made)
    assert refused.value.details == {"retry_after_seconds": 60}
    accounts.clock.move(seconds=60)
    with pytest.raises(rules.SignUpOver):
        resend(accounts, {"pending": made["pending"][:-4] + "AAAA"})


def test_a_mailbox_gets_few_activation_mails_from_any_number_of_sign_ups(accounts: Accounts) -> None:
    for number in range(6):
        accounts.create(
            credentials={"username": f"personne.{number}", "password": PASSWORD}, address_seen=f"192.0.2.{number}"
        )
    mailed = accounts.rows("SELECT count(*) AS count FROM accounts WHERE activation_nonce IS NOT NULL")
    assert mailed == [{"count": 4}]


def test_the_link_is_sent_again_and_an_unknown_address_gets_the_same_answer(accounts: Accounts) -> None:
    accounts.create()
    for email in ("camille.exemple@courriel.example", "inconnue@courriel.example"):
        call = accounts.call(email=email, address_seen="192.0.2.10")
        assert accounts.ask(activation.send_activation, call) == {}
    assert accounts.facts() == ["AccountCreated", "ActivationLinkRenewed"]


def test_a_link_is_looked_at_without_being_used_and_serves_once(accounts: Accounts) -> None:
    def look(token: str) -> object:
        return accounts.ask(sign_up_views.activation, accounts.call(token=token))

    accounts.create()
    token = accounts.token_mailed()
    assert look(token) == {"username": "Camille.Exemple"}
    for forged in ("faux", token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")):
        with pytest.raises(rules.ActivationLinkUnknown):
            look(forged)
    accounts.clock.move(hours=48)
    with pytest.raises(rules.ActivationLinkExpired):
        look(token)
    accounts.clock.move(hours=-1)
    accounts.activate(token)
    with pytest.raises(rules.AlreadyActive):
        look(token)
    with pytest.raises(rules.AlreadyActive):
        accounts.activate(token)
    with pytest.raises(rules.NothingToSay):
        accounts.token_mailed()


def test_a_space_never_activated_is_closed_and_its_name_is_free_again(accounts: Accounts) -> None:
    accounts.create()
    accounts.clock.move(days=33)
    activation.close_never_activated(accounts.store)
    assert accounts.facts() == ["AccountCreated", "AccountClosed", "PersonErased"]
    assert accounts.rows("SELECT wrapped FROM keys") == [{"wrapped": None}]
    accounts.create()


def test_no_name_address_or_secret_lies_in_clear_in_the_database(active: Accounts) -> None:
    session = active.log_in()["session"]
    with active.store.read() as conn:
        typed = ("Exemple", "courriel.example", "Pont-Neuf", "06 39", "192.0.2.10", PASSWORD, session)
        assert in_clear(conn, *typed) == [("credentials", "Exemple")], "in the user name, which people tell each other"


def test_the_details_of_a_mail_are_for_our_services_only(accounts: Accounts) -> None:
    accounts.create()
    account_id = accounts.rows("SELECT account_id FROM accounts")[0]["account_id"]
    with pytest.raises(rules.NotYours):
        accounts.ask(people.notice_details, accounts.call(account_id=account_id, purpose="account_activation"))
    details = accounts.notice("account_activation")
    assert details["name"] == "Camille Exemple"
    assert details["valid_hours"] == 48


def test_a_security_code_has_image_and_sound_and_is_good_for_ten_minutes(accounts: Accounts) -> None:
    shown = accounts.ask(security_codes.captcha)
    spoken = accounts.ask(security_code_views.captcha_audio, accounts.call(id=shown["id"]))
    assert base64.b64decode(shown["image"]).startswith(b"\x89PNG")
    assert base64.b64decode(spoken["audio"]).startswith(b"RIFF")
    assert accounts.ask(security_code_views.captcha_audio, accounts.call(id=shown["id"])) == spoken
    accounts.clock.move(minutes=10)
    with pytest.raises(CaptchaGone):
        accounts.ask(security_code_views.captcha_audio, accounts.call(id=shown["id"]))


def solve(accounts: Accounts, **changes: str) -> calls.SolvedCode:
    return accounts.send(
        security_codes.solve_captcha,
        calls.SolveCaptcha(
            captcha=calls.CodeAnswer(**(accounts.solved_captcha() | changes)), address_seen="192.0.2.10"
        ),
    )


def test_a_code_stays_solved_while_the_form_is_corrected_and_serves_one_space(active: Accounts) -> None:
    solved = {"captcha": {"id": "", "answer": "", "proof": ""}, "solved": solve(active).token}
    for refused in ({"identity": {}}, {"credentials": {"username": "camille.exemple", "password": PASSWORD}}):
        with pytest.raises((rules.FormRefused, UsernameTaken)):
            active.create(**solved, **refused)
    free = {**FORM["contact"], "email": "libre@courriel.example"}
    active.create(**solved, contact=free, credentials={"username": "un.autre", "password": PASSWORD})
    with pytest.raises(WrongCaptcha):
        active.create(**solved, contact=free, credentials={"username": "un.dernier", "password": PASSWORD})


def test_of_two_spaces_with_one_solved_code_at_once_one_is_made(accounts: Accounts) -> None:
    token = solve(accounts).token
    forms = [
        accounts.form(
            solved=token,
            contact={**FORM["contact"], "email": f"personne.{number}@courriel.example"},
            credentials={"username": f"personne.{number}", "password": PASSWORD},
        )
        for number in range(4)
    ]

    assert (
        len(at_once(lambda form: accounts.ask(creation.create_account, accounts.call(**form)), forms, WrongCaptcha))
        == 1
    )


def test_a_solved_code_is_good_for_a_quarter_of_an_hour_and_cannot_be_forged(accounts: Accounts) -> None:
    with pytest.raises(WrongCaptcha):
        solve(accounts, answer="AAAAA")
    token = solve(accounts).token
    accounts.clock.move(minutes=12)
    security_codes.forget_captchas(accounts.store)
    accounts.clock.move(minutes=3)
    for late_or_forged in (token, token[:-4] + "AAAA", "n'importe quoi"):
        with pytest.raises(WrongCaptcha):
            accounts.create(solved=late_or_forged)


def test_a_user_name_is_free_taken_or_refused_and_asking_is_counted_by_address(accounts: Accounts) -> None:
    def state(username: str, seen: str = "192.0.2.10") -> str:
        return accounts.send(creation.check_username, calls.CheckUsername(username=username, address_seen=seen)).state

    accounts.active_account()
    assert [state(name) for name in ("libre", "CAMILLE.Éxemple", "no", "un espace")] == [
        "free", "taken", "refused", "refused",
    ]  # fmt: skip
    with accounts.store.transaction() as tx:
        bucket = Bucket(key=accounts.keys.throttles.mac("names", "192.0.2.10"), allowance=CHECKING_NAMES)
        for _ in range(58):
            count_a_try(tx.conn, [bucket], tx.now, 1)
    with pytest.raises(TryLater):
        state("libre")
    assert state("libre", seen="192.0.2.11") == "free"


def test_a_sign_up_may_name_an_organisation(accounts: Accounts) -> None:
    accounts.create(organisation={"kind": "association", "name": "Les Amis du Pont", "role": "présidence"})
    with pytest.raises(rules.FormRefused) as refused:
        accounts.create(organisation={"kind": "association"})
    assert set(refused.value.fields) == {"organisation.name"}


def test_spaces_asked_for_from_one_address_wait_more_and_more(accounts: Accounts) -> None:
    for _ in range(10):
        with pytest.raises(WrongCaptcha):
            accounts.create(captcha={"id": "rien", "answer": "ABCDE", "proof": ""})
    with pytest.raises(TryLater) as refused:
        accounts.create()
    assert refused.value.details == {"retry_after_seconds": 60}
    accounts.clock.move(seconds=60)
    accounts.create()
