from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.accounts.disclosure import views as people
from services.accounts.log_in import use_cases as logging_in
from services.accounts.provisioning import use_cases as provisioning
from services.accounts.schemas.refusals import ChallengeGone, UsernameTaken, WrongCode
from services.accounts.sessions.rules import CHALLENGE_TRIES
from services.accounts.spaces.rules import NotYours
from services.chassis.actors import Actor
from tests.integration.accounts.service import Accounts, empty
from tests.integration.accounts.staff import CLERK, IMPORTER, answer, challenge, code, imported


def bring_in(accounts: Accounts, town: dict[str, Any], command_id: str | None = None) -> dict[str, Any]:
    people = town["accounts"]
    return imported(accounts, *people["agents"], citizens=people["citizens"], command_id=command_id)


def test_the_town_s_people_come_in_with_secrets_shown_once(accounts: Accounts, town: dict[str, Any]) -> None:
    answer = bring_in(accounts, town)
    assert [(login["username"], login["role"]) for login in answer["logins"]] == [
        ("camille.exemple", "citizen"),
        ("alix.fictif", "citizen"),
        ("morgan.modele", "citizen"),
        ("claude.temoin", "citizen"),
        ("jo.essai", "citizen"),
        ("agent.accueil", "agent"),
        ("agent.technique", "agent"),
        ("redaction", "editor"),
        ("administration", "administrator"),
    ]


def test_a_lost_answer_is_asked_for_again_with_the_same_id(accounts: Accounts, town: dict[str, Any]) -> None:
    command_id = str(uuid4())
    assert bring_in(accounts, town, command_id) == bring_in(accounts, town, command_id)


def test_the_same_file_under_the_same_keys_gives_other_secrets_in_another_database(
    accounts: Accounts, town: dict[str, Any]
) -> None:
    command_id = str(uuid4())
    first = bring_in(accounts, town, command_id)
    with accounts.store.read() as conn:
        empty(conn)
    second = bring_in(accounts, town, command_id)
    for kind, count in (("password", 9), ("totp_secret", 4)):
        values = [login[kind] for login in first["logins"] + second["logins"] if login.get(kind)]
        assert len(set(values)) == len(values) == 2 * count, f"a {kind} follows from the keys and the file"


def test_imported_citizens_log_in_and_find_what_fills_their_forms(accounts: Accounts, town: dict[str, Any]) -> None:
    answer = bring_in(accounts, town)
    login = answer["logins"][0]
    actor = accounts.actor(accounts.log_in(login["username"], login["password"])["session"])
    found = accounts.ask(people.profile, accounts.call(actor, account_id=None))
    assert found["identity"]["birth_name"] == "Exemple"
    assert found["address"]["city"] == "Saint-Aubin-sur-Orne"
    assert found["preferred_contact"] == "email"
    assert [(m["slug"], m["full_name"], m["relation_label"]) for m in found["family_members"]] == [
        ("sacha", "Sacha Exemple", "Enfant"),
        ("lou", "Lou Exemple", "Enfant"),
        ("dominique", "Dominique Specimen", "Conjoint"),
    ]
    assert date.fromisoformat(found["family_members"][1]["birth_date"]) == date(2018, 1, 22)


def test_a_profile_is_its_holder_s_and_no_other_citizen_s(accounts: Accounts, town: dict[str, Any]) -> None:
    ids = bring_in(accounts, town)["ids"]
    alix = Actor(kind="citizen", id=ids["alix.fictif"])
    for actor in (alix, Actor(kind="visitor", id="a" * 64), Actor(kind="agent", id=ids["agent.accueil"])):
        with pytest.raises(NotYours):
            accounts.ask(people.profile, accounts.call(actor, account_id=UUID(ids["camille.exemple"])))


def test_services_find_ids_of_spaces(accounts: Accounts, town: dict[str, Any]) -> None:
    ids = bring_in(accounts, town)["ids"]
    asked = accounts.call(IMPORTER, usernames=["Camille.Exemple", "personne"])
    assert accounts.ask(people.account_ids, asked) == {"ids": {"Camille.Exemple": ids["camille.exemple"]}}


def test_an_agent_needs_password_then_code(accounts: Accounts, clerk: dict[str, Any]) -> None:
    actor = accounts.actor(answer(accounts, challenge(accounts, clerk), code(accounts, clerk)))
    assert (actor.kind, actor.name, actor.roles) == ("agent", "Technicien de voirie", ("agent",))
    assert actor.departments == ("services-techniques",)
    assert "read_requests" in actor.permissions


def test_an_agent_s_log_in_ends_the_presented_session_once_the_code_is_right(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    first = answer(accounts, challenge(accounts, clerk), code(accounts, clerk))
    waiting = accounts.log_in(clerk["username"], clerk["password"], presented=first)["challenge"]
    assert accounts.session(first), "the password alone ends nothing"
    accounts.clock.move(seconds=30)
    second = answer(accounts, waiting, code(accounts, clerk), presented=first)
    assert accounts.session(second)
    assert not accounts.is_open(first)


def test_a_challenge_lasts_five_minutes_and_serves_once(accounts: Accounts, clerk: dict[str, Any]) -> None:
    waiting = challenge(accounts, clerk)
    answer(accounts, waiting, code(accounts, clerk))
    accounts.clock.move(seconds=60)
    with pytest.raises(ChallengeGone):
        answer(accounts, waiting, code(accounts, clerk))
    late = challenge(accounts, clerk)
    accounts.clock.move(minutes=5)
    with pytest.raises(ChallengeGone):
        answer(accounts, late, code(accounts, clerk))


def test_a_challenge_takes_five_codes_and_other_challenges_do_not_help(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    waiting = challenge(accounts, clerk)
    for _ in range(CHALLENGE_TRIES):
        with pytest.raises(WrongCode):
            answer(accounts, waiting, "000000")
    with pytest.raises(ChallengeGone):
        answer(accounts, waiting, code(accounts, clerk))


def test_an_agent_s_name_is_unique_among_citizens_too(accounts: Accounts, clerk: dict[str, Any]) -> None:
    with pytest.raises(UsernameTaken):
        accounts.ask(provisioning.add_agent, accounts.call(IMPORTER, **{**CLERK, "username": "agent.VOIRIE"}))
    with pytest.raises(UsernameTaken):
        accounts.create(credentials={"username": "agent.voirie", "password": "quatre grenouilles sous la pluie"})


def test_only_administrators_and_ourselves_add_agents(accounts: Accounts) -> None:
    administrator = Actor(kind="agent", id="1", roles=("administrator",), permissions=("manage_agents",))
    clerk = Actor(kind="agent", id="2", roles=("agent",), permissions=("read_requests",))
    with pytest.raises(NotYours):
        accounts.ask(provisioning.add_agent, accounts.call(clerk, **CLERK))
    assert accounts.ask(provisioning.add_agent, accounts.call(administrator, **CLERK))["uri"].startswith(
        "otpauth://totp/"
    )


def test_a_code_sent_again_opens_the_same_session_and_a_wrong_one_counts_once(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    waiting = challenge(accounts, clerk)
    wrong = accounts.call(challenge=waiting, code="000000", presented="")
    for _ in range(CHALLENGE_TRIES + 1):
        with pytest.raises(WrongCode):
            accounts.ask(logging_in.second_factor, wrong)
    assert accounts.rows("SELECT tries FROM challenges") == [{"tries": 1}]

    right = accounts.call(challenge=waiting, code=code(accounts, clerk), presented="")
    first = accounts.ask(logging_in.second_factor, right)
    assert accounts.ask(logging_in.second_factor, right) == first
    assert accounts.rows("SELECT count(*) AS opened FROM sessions") == [{"opened": 1}]
