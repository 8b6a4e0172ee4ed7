"""Agents who are here: shut out, let in again, given other rights; an administrator always stays."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.accounts import service as accounts_service
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
from tests.integration.accounts.service import Accounts


def test_a_disabled_agent_s_sessions_are_over_and_no_log_in_is_accepted(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    sessions, waiting = (
        [staff.logged_in(accounts, clerk), staff.logged_in(accounts, clerk)],
        staff.challenge(accounts, clerk),
    )

    assert staff.disable(accounts, "AGENT.voirie") == {"username": "Agent.Voirie", "changed": True}

    assert not any(map(accounts.is_open, sessions))
    assert staff.ended(accounts) == 2
    with pytest.raises(LogInRefused) as known:
        accounts.log_in(clerk["username"], clerk["password"])
    with pytest.raises(LogInRefused) as unknown:
        accounts.log_in("personne", clerk["password"])
    assert known.value.message == unknown.value.message
    with pytest.raises(ChallengeGone):
        staff.answer(accounts, waiting, staff.code(accounts, clerk))
    assert staff.state(accounts)["state"] == "disabled"


def test_an_agent_is_disabled_and_enabled_once_and_logs_in_as_before(accounts: Accounts, clerk: dict[str, Any]) -> None:
    assert not staff.enable(accounts, "agent.voirie")["changed"]
    staff.disable(accounts, "agent.voirie")
    assert not staff.disable(accounts, "agent.voirie")["changed"]
    assert accounts.facts().count("AgentDisabled") == 1
    assert staff.enable(accounts, "agent.voirie")["changed"]
    assert accounts.session(staff.logged_in(accounts, clerk))["kind"] == "agent"
    assert [fact for fact in accounts.facts() if fact.startswith("Agent")] == [
        "AgentAdded",
        "AgentDisabled",
        "AgentEnabled",
    ]


@pytest.mark.parametrize(
    "asked", [{"add": ["read_audit_log"]}, {"remove": ["write_exchanges"]}, {"departments": ["population"]}]
)
def test_other_rights_end_the_agent_s_sessions(
    accounts: Accounts, clerk: dict[str, Any], asked: dict[str, Any]
) -> None:
    session = staff.logged_in(accounts, clerk)
    answer = staff.rights(accounts, **asked)
    assert len(answer["changes"]) == 1
    assert not accounts.is_open(session)
    assert staff.ended(accounts) == 1
    actor = accounts.actor(staff.logged_in(accounts, clerk))
    assert set(actor.permissions) == (set(HANDLING) | set(asked.get("add", ()))) - set(asked.get("remove", ()))
    assert actor.departments == tuple(asked.get("departments", ["services-techniques"]))


def test_rights_that_an_agent_has_end_no_session_and_a_role_brings_its_usual_rights(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    session = staff.logged_in(accounts, clerk)
    answer = staff.rights(accounts, add=["read_requests"], departments=["services-techniques"])
    assert answer["changes"] == []
    assert accounts.session(session)
    assert "AgentChanged" not in accounts.facts()
    answer = staff.rights(accounts, role="editor", add=["read_requests"], remove=["manage_polls"])
    assert answer["agent"]["role"] == "editor"
    assert answer["agent"]["permissions"] == [
        "manage_news",
        "manage_activities",
        "manage_practical_info",
        "read_requests",
    ]


def test_unknown_rights_roles_and_names_are_refused_and_nothing_changes(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    before = staff.state(accounts)
    with pytest.raises(AgentRefused) as refused:
        staff.rights(accounts, role="chef", add=["tout"], remove=["rien"])
    assert set(refused.value.fields) == {"agent.role", "agent.permissions"}
    for use in (staff.disable, staff.enable, staff.state):
        with pytest.raises(AgentUnknown):
            use(accounts, "personne")
    assert staff.state(accounts) == before


def test_the_last_active_administrator_is_neither_disabled_nor_given_another_role(
    accounts: Accounts, chief: dict[str, Any]
) -> None:
    session = staff.logged_in(accounts, chief)
    with pytest.raises(LastAdministrator):
        staff.disable(accounts, "chef")
    with pytest.raises(LastAdministrator):
        staff.rights(accounts, "chef", role="agent")
    with pytest.raises(LastAdministrator):
        staff.rights(accounts, "chef", remove=["manage_agents"])
    assert accounts.session(session)
    assert staff.state(accounts, "chef")["role"] == "administrator"

    staff.add(accounts, username="adjointe", role="administrator")
    assert staff.disable(accounts, "chef")["changed"]
    with pytest.raises(LastAdministrator):
        staff.disable(accounts, "adjointe")


def test_no_address_of_an_agent_is_in_an_answer_or_an_event(accounts: Accounts, clerk: dict[str, Any]) -> None:
    staff.rights(accounts, add=["read_audit_log"])
    assert staff.CLERK["email"] not in str(staff.state(accounts))
    assert staff.CLERK["email"] not in str(accounts.rows("SELECT public FROM events"))


# --- the town's file, read again


def test_the_same_file_changes_nothing_the_second_time(accounts: Accounts, town: dict[str, Any]) -> None:
    people = town["accounts"]
    first = staff.imported(accounts, *people["agents"], citizens=people["citizens"])
    facts = accounts.facts()
    again = staff.imported(accounts, *people["agents"], citizens=people["citizens"])
    assert again == {
        "logins": [],
        "invited": [],
        "without_password": [],
        "ids": first["ids"],
        "changes": [],
        "left": [],
        "absent": [],
    }
    assert accounts.facts() == facts


def test_an_agent_becomes_what_the_file_says_and_each_change_is_reported(accounts: Accounts) -> None:
    login = staff.imported(accounts, staff.in_the_file())["logins"][0]
    session = staff.logged_in(accounts, login)
    wanted = staff.in_the_file(
        role="editor",
        function="Chargé de communication",
        departments=["communication"],
        can=["manage_news"],
        email="autre@saint-aubin-sur-orne.example",
    )
    changes = staff.imported(accounts, wanted)["changes"]
    assert {change["field"]: (change.get("before"), change.get("after")) for change in changes} == {
        "role": ("agent", "editor"),
        "function": ("Technicien de voirie", "Chargé de communication"),
        "departments": (["services-techniques"], ["communication"]),
        "permissions": (list(HANDLING), ["manage_news"]),
        "email": ("", ""),
    }
    now = staff.state(accounts)
    assert (now["role"], now["departments"], now["permissions"]) == ("editor", ["communication"], ["manage_news"])
    assert not accounts.is_open(session)
    assert staff.imported(accounts, wanted)["changes"] == []
    assert accounts.session(staff.logged_in(accounts, login)), "password and second factor are as they were"


def test_an_agent_missing_from_the_file_is_reported_and_unchanged_until_disabled(accounts: Accounts) -> None:
    session = staff.logged_in(accounts, staff.imported(accounts, staff.in_the_file())["logins"][0])
    staff.add(accounts, username="ajoute.a.la.main")
    other = staff.in_the_file(username="anne.martin")
    assert staff.imported(accounts, other)["absent"] == ["Agent.Voirie"]
    assert accounts.session(session)
    staff.disable(accounts, "agent.voirie")
    assert staff.imported(accounts, other)["absent"] == []


def test_an_import_without_administrator_is_refused_before_anything_changes(accounts: Accounts) -> None:
    chief = staff.in_the_file(username="chef", role="administrator", can=["manage_agents"])
    staff.imported(accounts, chief)
    document = {"agents": [{**chief, "role": "agent"}, staff.in_the_file(username="anne.martin")]}
    with pytest.raises(ImportRefused) as checked:
        accounts.ask(provisioning.check_accounts, accounts.call(staff.IMPORTER, document=document, departments=None))
    with pytest.raises(ImportRefused) as refused:
        staff.imported(accounts, *document["agents"])
    assert checked.value.fields == refused.value.fields
    assert list(refused.value.fields) == ["accounts.yaml › chef › role"]
    assert [row["username"] for row in accounts.rows("SELECT username FROM credentials")] == ["chef"]

    handed_on = [{**chief, "role": "agent"}, staff.in_the_file(username="anne.martin", role="administrator")]
    with pytest.raises(ImportRefused):
        staff.imported(accounts, *handed_on)
    staff.add(accounts, username="adjointe", role="administrator")
    staff.imported(accounts, *handed_on)
    assert staff.state(accounts, "chef")["role"] == "agent"


def test_a_name_of_the_other_kind_is_refused(active: Accounts, town: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused) as refused:
        staff.imported(active, staff.in_the_file(username="Camille.Exemple"))
    assert list(refused.value.fields) == ["accounts.yaml › Camille.Exemple › username"]


# --- invited by mail


@pytest.fixture
def link(accounts: Accounts) -> str:
    """The token that was mailed to an agent of the town's file."""
    staff.imported(accounts, staff.in_the_file(), invite=True)
    return staff.mailed(accounts)["token"]


def test_an_invited_agent_of_a_real_town_takes_the_link_once(accounts: Accounts) -> None:
    done = staff.imported(accounts, staff.in_the_file(), invite=True)
    assert (done["logins"], done["invited"]) == ([], ["Agent.Voirie"])
    mail = staff.mailed(accounts)
    assert (mail["email"], mail["username"]) == (staff.CLERK["email"], "Agent.Voirie")
    assert staff.state(accounts)["state"] == "invited"
    assert accounts.facts().count("AgentInvited") == 1

    login = staff.accept(accounts, mail["token"])
    assert staff.state(accounts)["state"] == "active"
    actor = accounts.actor(staff.logged_in(accounts, login))
    assert actor.departments == ("services-techniques",)
    for use in (staff.offered, staff.accept):
        with pytest.raises(InvitationUnknown):
            use(accounts, mail["token"])
    with pytest.raises(NothingToSay):
        staff.mailed(accounts)


def test_before_the_link_is_taken_nothing_opens_and_no_row_is_the_link_or_secret(accounts: Accounts, link: str) -> None:
    rows = str(accounts.rows("SELECT * FROM invitations")) + str(accounts.rows("SELECT public FROM events"))
    assert link not in rows
    assert staff.offered(accounts, link)["totp_secret"] not in rows
    assert staff.CLERK["email"] not in rows
    for password in ("", staff.PASSPHRASE, "x"):
        with pytest.raises(LogInRefused):
            accounts.log_in("agent.voirie", password)
        accounts.clock.move(minutes=20)


def test_an_answer_that_was_lost_is_given_again_and_another_password_is_not_taken(
    accounts: Accounts, link: str
) -> None:
    code = staff.code(accounts, staff.offered(accounts, link))
    asked = accounts.call(token=link, password=staff.PASSPHRASE, code=code)
    first = accounts.ask(invitations.accept_invitation, asked)
    assert accounts.ask(invitations.accept_invitation, asked) == first
    assert len(set(first["recovery_codes"])) == 10
    with pytest.raises(CommandReused):
        other = replace(asked, body={**asked.body, "password": f"{staff.PASSPHRASE} autre"})
        accounts.ask(invitations.accept_invitation, other)


def test_a_link_is_dead_after_its_time_and_the_next_one_works(accounts: Accounts, link: str) -> None:
    accounts.clock.move(hours=48)
    with pytest.raises(InvitationExpired):
        staff.offered(accounts, link)
    assert staff.state(accounts)["state"] == "expired"
    staff.invite(accounts)
    with pytest.raises(InvitationUnknown):
        staff.offered(accounts, link)
    assert accounts.session(staff.logged_in(accounts, staff.accept(accounts, staff.mailed(accounts)["token"])))


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
    accounts: Accounts, link: str, password: str, code: str | None, fields: set[str]
) -> None:
    offer = staff.offered(accounts, link)
    typed = staff.code(accounts, offer) if code is None else code
    with pytest.raises(FormRefused) as refused:
        accounts.ask(invitations.accept_invitation, accounts.call(token=link, password=password, code=typed))
    assert set(refused.value.fields) == fields
    assert staff.state(accounts)["state"] == "invited"
    assert staff.offered(accounts, link)["totp_secret"] == offer["totp_secret"]


def test_the_code_that_confirms_opens_no_session(accounts: Accounts, link: str) -> None:
    login = staff.accept(accounts, link)
    with pytest.raises(WrongCode):
        staff.answer(accounts, staff.challenge(accounts, login), staff.code(accounts, login))


def test_an_agent_invited_anew_logs_in_as_before_until_the_link_is_taken(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    staff.invite(accounts)
    session = staff.logged_in(accounts, clerk)
    waiting = staff.challenge(accounts, clerk)
    login = staff.accept(accounts, staff.mailed(accounts)["token"])
    assert not accounts.is_open(session)
    assert staff.ended(accounts) == 1
    with pytest.raises(ChallengeGone):
        staff.answer(accounts, waiting, "000000")
    with pytest.raises(LogInRefused):
        accounts.log_in(clerk["username"], clerk["password"])
    assert accounts.session(staff.logged_in(accounts, login))


def test_a_disabled_agent_has_no_link_and_comes_back_by_a_new_one_alone(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    staff.disable(accounts, "agent.voirie")
    staff.invite(accounts)
    token = staff.mailed(accounts)["token"]
    assert not staff.disable(accounts, "agent.voirie")["changed"]
    with pytest.raises(InvitationUnknown):
        staff.offered(accounts, token)
    staff.invite(accounts)
    with pytest.raises(LogInRefused):
        accounts.log_in(clerk["username"], clerk["password"])
    login = staff.accept(accounts, staff.mailed(accounts)["token"])
    assert staff.state(accounts)["state"] == "active"
    assert accounts.session(staff.logged_in(accounts, login))
    with pytest.raises(LogInRefused):
        accounts.log_in(clerk["username"], clerk["password"])


def test_the_right_to_confidential_files_comes_to_who_reads_requests_already(
    accounts: Accounts,
) -> None:
    staff.imported(accounts, staff.in_the_file())
    migration = Path(accounts_service.__file__).parent / "migrations/0250_confidential_files.sql"
    with accounts.store.transaction() as tx:
        tx.conn.execute(migration.read_bytes())

    before = staff.state(accounts)["permissions"]
    again = staff.imported(accounts, staff.in_the_file())

    assert before == [*HANDLING, "handle_confidential"] == staff.state(accounts)["permissions"]
    assert ([one["field"] for one in again["left"]], again["changes"]) == (["permissions"], [])
    staff.imported(accounts, staff.in_the_file(can=[*HANDLING, "handle_confidential"]))
    staff.imported(accounts, staff.in_the_file())
    assert staff.state(accounts)["permissions"] == list(HANDLING)
