"""User name and password, changed with the present password; the other sessions are over."""

from uuid import uuid4

import pytest

from services.accounts.schemas.profile import CredentialsChange
from services.accounts.schemas.refusals import UsernameTaken
from services.accounts.sessions.rules import LogInRefused
from services.accounts.spaces.rules import FormRefused, NotYours, PasswordWrong
from services.accounts.throttling.rules import TryLater
from services.chassis.actors import Actor
from tests.integration.accounts.own_space import Holder, another_space
from tests.integration.accounts.service import PASSWORD, Accounts

OTHER = "cinq hérissons sous la haie"


def test_a_new_user_name_is_logged_in_with_and_the_old_one_is_free(accounts: Accounts, camille: Holder) -> None:
    assert camille.change_credentials(username="Camille.Modèle") == CredentialsChange(username=True)

    assert camille.space().username == "Camille.Modèle"
    assert accounts.log_in("camille.modele")["kind"] == "citizen"
    with pytest.raises(LogInRefused):
        accounts.log_in("camille.exemple")
    assert accounts.facts().count("CredentialsChanged") == 1
    another_space(accounts, "camille.exemple", "quelqu.un@courriel.example")


def test_a_name_that_another_has_is_refused_whatever_its_case_and_accents(accounts: Accounts, camille: Holder) -> None:
    another_space(accounts, "Zoé.Fictive", "zoe@courriel.example")
    with pytest.raises(UsernameTaken) as refused:
        camille.change_credentials(username="zoe.FICTIVE", new_password=OTHER)
    assert list(refused.value.fields) == ["username"]
    assert accounts.log_in()["kind"] == "citizen", "the password did not change either"
    with pytest.raises(PasswordWrong):  # who guesses learns nothing of other names
        camille.change_credentials(current_password="un mauvais mot de passe", username="zoe.fictive")


def test_a_new_password_ends_the_other_sessions_and_keeps_the_one_that_asks(
    accounts: Accounts, camille: Holder
) -> None:
    mine, stolen = accounts.log_in()["session"], accounts.log_in()["session"]

    assert camille.change_credentials(new_password=OTHER, presented=mine) == CredentialsChange(password=True)

    assert accounts.session(mine)["kind"] == "citizen"
    assert not accounts.is_open(stolen)
    assert accounts.facts().count("SessionEnded") == 1
    assert accounts.log_in(password=OTHER)["kind"] == "citizen"
    with pytest.raises(LogInRefused):
        accounts.log_in()


def test_a_program_without_a_cookie_ends_all_sessions_once_by_its_command(accounts: Accounts, camille: Holder) -> None:
    session, once = accounts.log_in()["session"], str(uuid4())
    first = camille.change_credentials(command_id=once, new_password=OTHER)
    assert camille.change_credentials(command_id=once, new_password=OTHER) == first
    assert accounts.facts().count("CredentialsChanged") == 1
    assert not accounts.is_open(session)


def test_wrong_tries_wait_as_at_the_log_in_and_change_nothing(accounts: Accounts, camille: Holder) -> None:
    for _ in range(5):
        with pytest.raises(PasswordWrong) as refused:
            camille.change_credentials(current_password="un mauvais mot de passe", new_password=OTHER)
        assert list(refused.value.fields) == ["current_password"]
    with pytest.raises(TryLater):
        camille.change_credentials(new_password=OTHER)
    accounts.clock.move(minutes=1)
    assert camille.change_credentials(new_password=OTHER).password
    assert "CredentialsChanged" in accounts.facts()


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"current_password": ""}, "current_password"),
        ({"username": "a"}, "username"),
        ({"username": "avec espace"}, "username"),
        ({"username": "grenouilles"}, "username"),  # the present password has it
        ({"new_password": "court"}, "new_password"),
        ({"new_password": "camille.exemple 2026"}, "new_password"),
        ({"new_password": "motdepasse1234"}, "new_password"),
        ({"new_password": PASSWORD}, "new_password"),
        ({"email": "sans-arobase"}, "email"),
    ],
)
def test_a_value_refused_at_the_sign_up_is_refused_at_its_field(
    accounts: Accounts, camille: Holder, wish: dict[str, str], field: str
) -> None:
    with pytest.raises(FormRefused) as refused:
        camille.change_credentials(**wish)
    assert list(refused.value.fields) == [field]
    assert "CredentialsChanged" not in accounts.facts()


def test_the_present_values_change_nothing_but_the_case_of_the_user_name(accounts: Accounts, camille: Holder) -> None:
    assert camille.change_credentials(username="Camille.Exemple", email="CAMILLE.exemple@courriel.example") == (
        CredentialsChange()
    )
    assert "CredentialsChanged" not in accounts.facts()
    camille.change_credentials(username="CAMILLE.exemple")
    assert camille.space().username == "CAMILLE.exemple"


def test_only_a_citizen_changes_their_credentials(accounts: Accounts, camille: Holder) -> None:
    for kind in ("agent", "visitor", "system"):
        with pytest.raises(NotYours):
            Holder(accounts, Actor(kind=kind, id=camille.actor.id)).change_credentials(new_password=OTHER)
