"""Agents who are here: shut out, let in again, given other rights; an administrator always stays."""

from dataclasses import replace
from typing import Any

import pytest

from services.accounts.invitations import use_cases as invitations
from services.accounts.invitations.rules import InvitationExpired, InvitationUnknown
from services.accounts.provisioning import use_cases as provisioning
from services.accounts.schemas.refusals import ChallengeGone, LastAdministrator, WrongCode
from services.accounts.schemas.rights import HANDLING
from services.accounts.sessions.rules import LogInRefused
from services.accounts.spaces.rules import FormRefused, NothingToSay
from services.accounts.team.rules import AgentRefused, AgentUnknown
from services.chassis.event_store.commands import CommandReused
from services.townhall.problems import ImportRefused
from tests.integration.accounts import staff
from tests.integration.accounts.house import House


def test_a_disabled_agent_s_sessions_are_over_and_no_log_in_is_accepted(house: House, clerk: dict[str, Any]) -> None:
    sessions, waiting = [staff.logged_in(house, clerk), staff.logged_in(house, clerk)], staff.challenge(house, clerk)

    assert staff.disable(house, "AGENT.voirie") == {"username": "Agent.Voirie", "changed": True}

    assert not any(map(house.is_open, sessions))
    assert staff.ended(house) == 2
    with pytest.raises(LogInRefused) as known:
        house.log_in(clerk["username"], clerk["password"])
    with pytest.raises(LogInRefused) as unknown:
        house.log_in("personne", clerk["password"])
    assert known.value.message == unknown.value.message
    with pytest.raises(ChallengeGone):
        staff.answer(house, waiting, staff.code(house, clerk))
    assert staff.state(house)["state"] == "disabled"


def test_an_agent_is_disabled_and_enabled_once_and_logs_in_as_before(house: House, clerk: dict[str, Any]) -> None:
    assert not staff.enable(house, "agent.voirie")["changed"]
    staff.disable(house, "agent.voirie")
    assert not staff.disable(house, "agent.voirie")["changed"]
    assert house.facts().count("AgentDisabled") == 1
    assert staff.enable(house, "agent.voirie")["changed"]
    assert house.session(staff.logged_in(house, clerk))["kind"] == "agent"
    assert [fact for fact in house.facts() if fact.startswith("Agent")] == [
        "AgentAdded",
        "AgentDisabled",
        "AgentEnabled",
    ]


@pytest.mark.parametrize(
    "asked", [{"add": ["read_audit_log"]}, {"remove": ["write_exchanges"]}, {"departments": ["population"]}]
)
def test_other_rights_end_the_agent_s_sessions(house: House, clerk: dict[str, Any], asked: dict[str, Any]) -> None:
    session = staff.logged_in(house, clerk)
    told = staff.rights(house, **asked)
    assert len(told["changes"]) == 1
    assert not house.is_open(session)
    assert staff.ended(house) == 1
    actor = house.actor(staff.logged_in(house, clerk))
    assert set(actor.permissions) == (set(HANDLING) | set(asked.get("add", ()))) - set(asked.get("remove", ()))
    assert actor.departments == tuple(asked.get("departments", ["services-techniques"]))


def test_rights_held_already_end_nothing_and_a_role_brings_its_usual_rights(
    house: House, clerk: dict[str, Any]
) -> None:
    session = staff.logged_in(house, clerk)
    told = staff.rights(house, add=["read_requests"], departments=["services-techniques"])
    assert told["changes"] == []
    assert house.session(session)
    assert "AgentChanged" not in house.facts()
    told = staff.rights(house, role="editor", add=["read_requests"], remove=["manage_polls"])
    assert told["agent"]["role"] == "editor"
    assert told["agent"]["permissions"] == [
        "manage_news",
        "manage_activities",
        "manage_practical_info",
        "read_requests",
    ]


def test_unknown_rights_roles_and_names_are_refused_and_nothing_changes(house: House, clerk: dict[str, Any]) -> None:
    before = staff.state(house)
    with pytest.raises(AgentRefused) as refused:
        staff.rights(house, role="chef", add=["tout"], remove=["rien"])
    assert set(refused.value.fields) == {"agent.role", "agent.permissions"}
    for use in (staff.disable, staff.enable, staff.state):
        with pytest.raises(AgentUnknown):
            use(house, "personne")
    assert staff.state(house) == before


def test_the_last_active_administrator_is_neither_disabled_nor_given_another_role(
    house: House, chief: dict[str, Any]
) -> None:
    session = staff.logged_in(house, chief)
    with pytest.raises(LastAdministrator):
        staff.disable(house, "chef")
    with pytest.raises(LastAdministrator):
        staff.rights(house, "chef", role="agent")
    with pytest.raises(LastAdministrator):
        staff.rights(house, "chef", remove=["manage_agents"])
    assert house.session(session)
    assert staff.state(house, "chef")["role"] == "administrator"

    staff.add(house, username="adjointe", role="administrator")
    assert staff.disable(house, "chef")["changed"]
    with pytest.raises(LastAdministrator):
        staff.disable(house, "adjointe")


def test_no_address_of_an_agent_is_told_or_in_an_event(house: House, clerk: dict[str, Any]) -> None:
    staff.rights(house, add=["read_audit_log"])
    assert staff.CLERK["email"] not in str(staff.state(house))
    assert staff.CLERK["email"] not in str(house.rows("SELECT public FROM events"))


# --- the town's file, read again


def test_the_same_file_changes_nothing_the_second_time(house: House, town: dict[str, Any]) -> None:
    people = town["accounts"]
    first = staff.imported(house, *people["agents"], citizens=people["citizens"])
    facts = house.facts()
    again = staff.imported(house, *people["agents"], citizens=people["citizens"])
    assert again == {
        "logins": [],
        "invited": [],
        "without_password": [],
        "ids": first["ids"],
        "changes": [],
        "left": [],
        "absent": [],
    }
    assert house.facts() == facts


def test_an_agent_becomes_what_the_file_says_and_each_change_is_told(house: House) -> None:
    login = staff.imported(house, staff.in_the_file())["logins"][0]
    session = staff.logged_in(house, login)
    wanted = staff.in_the_file(
        role="editor",
        function="Chargé de communication",
        departments=["communication"],
        can=["manage_news"],
        email="autre@saint-aubin-sur-orne.example",
    )
    told = staff.imported(house, wanted)["changes"]
    assert {change["field"]: (change.get("before"), change.get("after")) for change in told} == {
        "role": ("agent", "editor"),
        "function": ("Technicien de voirie", "Chargé de communication"),
        "departments": (["services-techniques"], ["communication"]),
        "permissions": (list(HANDLING), ["manage_news"]),
        "email": (None, None),
    }
    now = staff.state(house)
    assert (now["role"], now["departments"], now["permissions"]) == ("editor", ["communication"], ["manage_news"])
    assert not house.is_open(session)
    assert staff.imported(house, wanted)["changes"] == []
    assert house.session(staff.logged_in(house, login)), "password and second factor are as they were"


def test_whom_the_file_names_no_more_is_told_and_left_as_they_are_until_disabled(house: House) -> None:
    session = staff.logged_in(house, staff.imported(house, staff.in_the_file())["logins"][0])
    staff.add(house, username="ajoute.a.la.main")
    other = staff.in_the_file(username="anne.martin")
    assert staff.imported(house, other)["absent"] == ["Agent.Voirie"]
    assert house.session(session)
    staff.disable(house, "agent.voirie")
    assert staff.imported(house, other)["absent"] == []


def test_a_file_that_would_leave_no_administrator_is_refused_before_anything_changes(house: House) -> None:
    chief = staff.in_the_file(username="chef", role="administrator", can=["manage_agents"])
    staff.imported(house, chief)
    document = {"agents": [{**chief, "role": "agent"}, staff.in_the_file(username="anne.martin")]}
    with pytest.raises(ImportRefused) as checked:
        house.ask(provisioning.check_accounts, house.call(staff.IMPORTER, document=document, departments=None))
    with pytest.raises(ImportRefused) as refused:
        staff.imported(house, *document["agents"])
    assert checked.value.fields == refused.value.fields
    assert list(refused.value.fields) == ["accounts.yaml › chef › role"]
    assert [row["username"] for row in house.rows("SELECT username FROM credentials")] == ["chef"]

    handed_on = [{**chief, "role": "agent"}, staff.in_the_file(username="anne.martin", role="administrator")]
    with pytest.raises(ImportRefused):
        staff.imported(house, *handed_on)
    staff.add(house, username="adjointe", role="administrator")
    staff.imported(house, *handed_on)
    assert staff.state(house, "chef")["role"] == "agent"


def test_a_name_of_the_other_kind_is_refused(active: House, town: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused) as refused:
        staff.imported(active, staff.in_the_file(username="Camille.Exemple"))
    assert list(refused.value.fields) == ["accounts.yaml › Camille.Exemple › username"]


# --- invited by mail


@pytest.fixture
def link(house: House) -> str:
    """The token that was mailed to an agent of the town's file."""
    staff.imported(house, staff.in_the_file(), invite=True)
    return staff.mailed(house)["token"]


def test_an_invited_agent_of_a_real_town_takes_the_link_once(house: House) -> None:
    done = staff.imported(house, staff.in_the_file(), invite=True)
    assert (done["logins"], done["invited"]) == ([], ["Agent.Voirie"])
    mail = staff.mailed(house)
    assert (mail["email"], mail["username"]) == (staff.CLERK["email"], "Agent.Voirie")
    assert staff.state(house)["state"] == "invited"
    assert house.facts().count("AgentInvited") == 1

    login = staff.accept(house, mail["token"])
    assert staff.state(house)["state"] == "active"
    actor = house.actor(staff.logged_in(house, login))
    assert actor.departments == ("services-techniques",)
    for use in (staff.offered, staff.accept):
        with pytest.raises(InvitationUnknown):
            use(house, mail["token"])
    with pytest.raises(NothingToSay):
        staff.mailed(house)


def test_before_the_link_is_taken_nothing_opens_and_no_row_is_the_link_or_secret(house: House, link: str) -> None:
    rows = str(house.rows("SELECT * FROM invitations")) + str(house.rows("SELECT public FROM events"))
    assert link not in rows
    assert staff.offered(house, link)["totp_secret"] not in rows
    assert staff.CLERK["email"] not in rows
    for password in ("", staff.PASSPHRASE, "x"):
        with pytest.raises(LogInRefused):
            house.log_in("agent.voirie", password)
        house.clock.move(minutes=20)


def test_an_answer_that_was_lost_is_given_again_and_another_password_is_not_taken(house: House, link: str) -> None:
    code = staff.code(house, staff.offered(house, link))
    asked = house.call(token=link, password=staff.PASSPHRASE, code=code)
    first = house.ask(invitations.accept_invitation, asked)
    assert house.ask(invitations.accept_invitation, asked) == first
    assert len(set(first["recovery_codes"])) == 10
    with pytest.raises(CommandReused):
        other = replace(asked, body={**asked.body, "password": f"{staff.PASSPHRASE} autre"})
        house.ask(invitations.accept_invitation, other)


def test_a_link_is_dead_after_its_time_and_the_next_one_works(house: House, link: str) -> None:
    house.clock.move(hours=48)
    with pytest.raises(InvitationExpired):
        staff.offered(house, link)
    assert staff.state(house)["state"] == "expired"
    staff.invite(house)
    with pytest.raises(InvitationUnknown):
        staff.offered(house, link)
    assert house.session(staff.logged_in(house, staff.accept(house, staff.mailed(house)["token"])))


@pytest.mark.parametrize(
    ("password", "code", "fields"),
    [
        ("court", None, {"password"}),
        ("agent.voirie au bord du canal", None, {"password"}),
        (staff.PASSPHRASE, "abcdef", {"code"}),
        (staff.PASSPHRASE, "", {"code"}),
        ("", "", {"code", "password"}),
    ],
)
def test_a_form_with_faults_changes_nothing_and_leaves_the_link_as_it_is(
    house: House, link: str, password: str, code: str | None, fields: set[str]
) -> None:
    offer = staff.offered(house, link)
    typed = staff.code(house, offer) if code is None else code
    with pytest.raises(FormRefused) as refused:
        house.ask(invitations.accept_invitation, house.call(token=link, password=password, code=typed))
    assert set(refused.value.fields) == fields
    assert staff.state(house)["state"] == "invited"
    assert staff.offered(house, link)["totp_secret"] == offer["totp_secret"]


def test_the_code_that_confirms_opens_no_session(house: House, link: str) -> None:
    login = staff.accept(house, link)
    with pytest.raises(WrongCode):
        staff.answer(house, staff.challenge(house, login), staff.code(house, login))


def test_an_agent_invited_anew_logs_in_as_before_until_the_link_is_taken(house: House, clerk: dict[str, Any]) -> None:
    staff.invite(house)
    session = staff.logged_in(house, clerk)
    waiting = staff.challenge(house, clerk)
    login = staff.accept(house, staff.mailed(house)["token"])
    assert not house.is_open(session)
    assert staff.ended(house) == 1
    with pytest.raises(ChallengeGone):
        staff.answer(house, waiting, "000000")
    with pytest.raises(LogInRefused):
        house.log_in(clerk["username"], clerk["password"])
    assert house.session(staff.logged_in(house, login))


def test_a_disabled_agent_has_no_link_and_comes_back_by_a_new_one_alone(house: House, clerk: dict[str, Any]) -> None:
    staff.disable(house, "agent.voirie")
    staff.invite(house)
    token = staff.mailed(house)["token"]
    assert not staff.disable(house, "agent.voirie")["changed"]
    with pytest.raises(InvitationUnknown):
        staff.offered(house, token)
    staff.invite(house)
    with pytest.raises(LogInRefused):
        house.log_in(clerk["username"], clerk["password"])
    login = staff.accept(house, staff.mailed(house)["token"])
    assert staff.state(house)["state"] == "active"
    assert house.session(staff.logged_in(house, login))
    with pytest.raises(LogInRefused):
        house.log_in(clerk["username"], clerk["password"])
