"""The team as administrators change it by page: invited, changed, without a second factor, and what the town's file leaves."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import uuid4

import pytest

from services.accounts.disclosure import views as disclosure
from services.accounts.invitations import use_cases as invitations
from services.accounts.invitations.rules import InvitationUnknown
from services.accounts.provisioning import use_cases as provisioning
from services.accounts.schemas import team as calls
from services.accounts.schemas.refusals import ChallengeGone, LastAdministrator, WrongCode
from services.accounts.schemas.rights import HANDLING
from services.accounts.second_factor import use_cases as recovery_codes, views as second_factor_views
from services.accounts.sessions.rules import LogInRefused
from services.accounts.spaces.rules import FormRefused, NotYours
from services.accounts.team import use_cases as agents, views as team_views
from services.accounts.team.rules import AgentChangedMeanwhile, AgentIsDisabled, AgentRefused, AgentUnknown
from services.accounts.throttling.rules import TryLater
from services.chassis.actors import Actor
from tests.integration.accounts import staff
from tests.integration.accounts.service import MESSAGING, Accounts
from tests.support.at_once import at_once

CHIEF = Actor(
    kind="agent", id="11111111-1111-4111-8111-111111111111", roles=("administrator",), permissions=("manage_agents",)
)
NEW = {"username": "Anne.Martin", "email": "anne.martin@saint-aubin-sur-orne.example", "function": "Agente d’accueil", "role": "agent"}  # fmt: skip
OTHERS = (
    Actor(kind="agent", id=str(uuid4()), roles=("agent",), permissions=("read_requests", "manage_agents")),
    Actor(kind="agent", id=str(uuid4()), roles=("administrator",), permissions=("read_audit_log",)),
    Actor(kind="citizen", id=str(uuid4())),
    Actor(kind="visitor", id="a" * 64),
)


def send(
    accounts: Accounts, use_case: Callable[..., Any], one: Any, actor: Actor = CHIEF, command_id: str | None = None
) -> Any:
    return accounts.send(use_case, one, actor, command_id)


def member(accounts: Accounts, username: str = "agent.voirie") -> calls.Member:
    [found] = [
        one
        for one in send(accounts, team_views.list_team, calls.ListTeam()).members
        if one.username.lower() == username
    ]
    return found


def handlers(accounts: Accounts) -> set[str]:
    return {one["id"] for one in accounts.ask(disclosure.handlers, accounts.call(MESSAGING))["agents"]}


def change(accounts: Accounts, username: str = "agent.voirie", actor: Actor = CHIEF, **by_name: Any) -> None:
    now = member(accounts, username)
    said = {name: getattr(now, name) for name in ("function", "role", "departments", "permissions")}
    wanted = calls.ChangeMember(**{"agent_id": now.id, "seen": now.mark, **said, **by_name})
    send(accounts, agents.change_member, wanted, actor)


def disable(accounts: Accounts, actor: Actor, username: str = "agent.voirie") -> dict[str, Any]:
    return accounts.ask(agents.disable_agent, accounts.call(actor, agent_id=member(accounts, username).id, username=""))


def renew(accounts: Accounts, username: str = "agent.voirie") -> None:
    send(accounts, agents.renew_second_factor, calls.RenewSecondFactor(agent_id=member(accounts, username).id))


# --- the list, and one of it


def test_the_list_shows_the_state_and_origin_of_each_agent_and_no_address(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    staff.imported(accounts, staff.in_the_file(username="venu.du.fichier"))
    send(accounts, provisioning.invite_member, calls.InviteMember(**NEW))
    staff.add(accounts, username="partie")
    staff.disable(accounts, "partie")
    accounts.clock.move(hours=1)

    found = send(accounts, team_views.list_team, calls.ListTeam()).members

    assert {one.username: (one.state, one.from_file) for one in found} == {
        "Agent.Voirie": ("active", False),
        "Anne.Martin": ("invited", False),
        "partie": ("disabled", False),
        "venu.du.fichier": ("active", True),
    }
    assert "@" not in str(found)
    accounts.clock.move(hours=48)
    assert member(accounts, "anne.martin").state == "expired"


def test_each_change_of_an_agent_is_listed_with_its_author(
    accounts: Accounts, clerk: dict[str, Any], chief: dict[str, Any]
) -> None:
    actor = accounts.actor(staff.logged_in(accounts, chief))
    change(accounts, actor=actor, permissions=("read_requests",))
    disable(accounts, actor)

    changes = send(accounts, team_views.find_member, calls.FindMember(agent_id=member(accounts).id)).changes

    assert [(one.what, one.by, one.fields) for one in changes] == [
        ("AgentDisabled", "chef", ()),
        ("AgentChanged", "chef", ("permissions",)),
        ("AgentAdded", "", ()),
    ]


@pytest.mark.parametrize("actor", OTHERS, ids=lambda actor: f"{actor.kind} {' '.join(actor.roles)}")
def test_others_neither_see_nor_change_the_team(accounts: Accounts, clerk: dict[str, Any], actor: Actor) -> None:
    one = member(accounts)
    wanted = calls.ChangeMember(agent_id=one.id, seen=one.mark, function="x", role="agent")
    for tried in (
        lambda: send(accounts, team_views.list_team, calls.ListTeam(), actor),
        lambda: send(accounts, team_views.find_member, calls.FindMember(agent_id=one.id), actor),
        lambda: send(accounts, provisioning.invite_member, calls.InviteMember(**NEW), actor),
        lambda: send(accounts, agents.change_member, wanted, actor),
        lambda: send(accounts, agents.renew_second_factor, calls.RenewSecondFactor(agent_id=one.id), actor),
        lambda: staff.disable(accounts, "agent.voirie", actor),
    ):
        with pytest.raises(NotYours):
            tried()
    assert member(accounts) == one


def test_an_id_of_no_agent_is_refused(accounts: Accounts) -> None:
    unknown = uuid4()
    for tried in (
        lambda: send(accounts, team_views.find_member, calls.FindMember(agent_id=unknown)),
        lambda: send(accounts, agents.renew_second_factor, calls.RenewSecondFactor(agent_id=unknown)),
        lambda: accounts.ask(agents.disable_agent, accounts.call(CHIEF, agent_id=unknown, username="")),
    ):
        with pytest.raises(AgentUnknown):
            tried()


# --- invited


def test_a_new_agent_takes_the_mailed_link_and_is_shown_ten_recovery_codes(accounts: Accounts) -> None:
    send(accounts, provisioning.invite_member, calls.InviteMember(**NEW, departments=("population",)))
    mail = staff.mailed(accounts, "anne.martin")
    assert (mail["email"], mail["second_factor_only"]) == (NEW["email"], False)

    login = staff.accept(accounts, mail["token"])

    assert len(set(login["recovery_codes"])) == 10
    actor = accounts.actor(staff.logged_in(accounts, login))
    assert (actor.departments, set(actor.permissions)) == (("population",), set(HANDLING))
    stored = str(accounts.rows("SELECT * FROM recovery_codes")) + str(accounts.rows("SELECT public FROM events"))
    assert not [code for code in login["recovery_codes"] if code in stored or code.replace("-", "") in stored]


def test_a_command_makes_one_invitation_and_its_faults_are_refused_at_their_fields(accounts: Accounts) -> None:
    wrong = calls.InviteMember(username="a", email="nulle part", function="", role="chef", permissions=("tout",))
    with pytest.raises(AgentRefused) as refused:
        send(accounts, provisioning.invite_member, wrong)
    assert set(refused.value.fields) == {
        f"agent.{name}" for name in ("username", "email", "function", "role", "permissions")
    }
    again, one = str(uuid4()), calls.InviteMember(**NEW)
    first = send(accounts, provisioning.invite_member, one, command_id=again)
    assert send(accounts, provisioning.invite_member, one, command_id=again) == first
    assert accounts.facts().count("AgentInvited") == 1


# --- changed


def test_a_change_by_page_ends_the_sessions_but_for_a_function_or_an_address(
    accounts: Accounts, clerk: dict[str, Any]
) -> None:
    session = staff.logged_in(accounts, clerk)
    change(accounts, function="Cheffe de la voirie", email="autre@saint-aubin.example")
    assert accounts.session(session)["display_name"] == "Cheffe de la voirie"
    change(accounts, permissions=("read_requests",), departments=("population",), email="autre@saint-aubin.example")
    assert not accounts.is_open(session)
    assert staff.ended(accounts) == 1
    actor = accounts.actor(staff.logged_in(accounts, clerk))
    assert (actor.permissions, actor.departments) == (("read_requests",), ("population",))


def test_a_change_with_faults_or_of_a_stale_page_changes_nothing(accounts: Accounts, clerk: dict[str, Any]) -> None:
    before = member(accounts)
    with pytest.raises(AgentRefused) as refused:
        change(accounts, function=" ", role="chef", permissions=("tout",), email="nulle part")
    assert set(refused.value.fields) == {f"agent.{name}" for name in ("function", "role", "permissions", "email")}
    assert member(accounts) == before
    seen = member(accounts).mark
    change(accounts, permissions=("read_requests",))
    with pytest.raises(AgentChangedMeanwhile):
        change(accounts, seen=seen, function="Autre")
    assert member(accounts).permissions == ("read_requests",)
    assert member(accounts).function == staff.CLERK["function"]


@pytest.mark.parametrize("wanted", [{"role": "agent"}, {"permissions": ("read_audit_log",)}])
def test_the_last_administrator_keeps_role_and_right(
    accounts: Accounts, chief: dict[str, Any], wanted: dict[str, Any]
) -> None:
    session = staff.logged_in(accounts, chief)
    with pytest.raises(LastAdministrator):
        change(accounts, "chef", **wanted)
    with pytest.raises(LastAdministrator):
        renew(accounts, "chef")
    with pytest.raises(LastAdministrator) as refused:
        disable(accounts, CHIEF, "chef")
    assert refused.value.message.startswith("Ce compte est le dernier compte d’administration actif.")
    assert accounts.session(session)


def test_of_two_administrators_who_disable_each_other_at_once_one_stays(
    accounts: Accounts, chief: dict[str, Any]
) -> None:
    other = staff.add(accounts, username="adjointe", role="administrator")
    pairs = [
        (accounts.actor(staff.logged_in(accounts, chief)), "adjointe"),
        (accounts.actor(staff.logged_in(accounts, other)), "chef"),
    ]

    assert at_once(lambda pair: disable(accounts, *pair)["changed"], pairs, LastAdministrator) == [True]


# --- the town's file, read again


def test_the_file_leaves_what_was_changed_by_page_and_the_import_lists_it(accounts: Accounts) -> None:
    staff.imported(accounts, staff.in_the_file())
    change(accounts, permissions=("read_requests",), email="autre@saint-aubin.example")

    answer = staff.imported(accounts, staff.in_the_file(function="Technicienne de voirie"))

    assert [(one["field"], one["after"]) for one in answer["changes"]] == [("function", "Technicienne de voirie")]
    assert [(one["field"], one.get("before"), one.get("after")) for one in answer["left"]] == [
        ("permissions", ["read_requests"], list(HANDLING)),
        ("email", "", ""),
    ]
    assert member(accounts).permissions == ("read_requests",)
    assert member(accounts).kept_fields == ("email", "permissions")


def test_an_import_with_apply_has_the_file_win_now_and_from_then_on(accounts: Accounts) -> None:
    staff.imported(accounts, staff.in_the_file())
    staff.rights(accounts, departments=["population"])  # by command

    answer = staff.imported(accounts, staff.in_the_file(), apply=True)

    assert [(one["field"], one["after"]) for one in answer["changes"]] == [("departments", ["services-techniques"])]
    assert answer["left"] == []
    assert member(accounts).kept_fields == ()
    assert len(staff.imported(accounts, staff.in_the_file(departments=["population"]))["changes"]) == 1


def test_a_file_that_agrees_with_the_page_applies_again_from_then_on(accounts: Accounts) -> None:
    staff.imported(accounts, staff.in_the_file())
    change(accounts, departments=("population",))
    assert staff.imported(accounts, staff.in_the_file(departments=["population"]))["left"] == []
    assert member(accounts).kept_fields == ()
    assert len(staff.imported(accounts, staff.in_the_file())["changes"]) == 1


def test_an_agent_invited_by_page_stays_as_invited_when_the_file_names_them(accounts: Accounts) -> None:
    send(accounts, provisioning.invite_member, calls.InviteMember(**NEW, permissions=("read_requests",)))
    answer = staff.imported(
        accounts, staff.in_the_file(username="anne.martin", function=NEW["function"], email=NEW["email"])
    )
    assert {one["field"] for one in answer["left"]} == {"departments", "permissions"}
    assert (member(accounts, "anne.martin").permissions, member(accounts, "anne.martin").from_file) == (
        ("read_requests",),
        True,
    )


# --- a new second factor


def test_the_old_factor_and_the_sessions_end_at_once_and_the_link_takes_a_new_one(
    accounts: Accounts, clerk: dict[str, Any], chief: dict[str, Any]
) -> None:
    session, waiting = staff.logged_in(accounts, clerk), staff.challenge(accounts, clerk)
    renew(accounts)

    assert not accounts.is_open(session)
    with pytest.raises(LogInRefused):
        accounts.log_in(clerk["username"], clerk["password"])
    old = staff.code(accounts, clerk)
    with pytest.raises(ChallengeGone):
        staff.answer(accounts, waiting, old)
    assert (member(accounts).state, member(accounts).second_factor_only) == ("invited", True)
    assert str(member(accounts).id) in handlers(accounts)  # so that what the agent follows is not given back

    mail = staff.mailed(accounts)
    assert mail["second_factor_only"]
    login = staff.accept(accounts, mail["token"], password=clerk["password"])
    assert login["totp_secret"] != clerk["totp_secret"]
    assert len(login["recovery_codes"]) == 10
    assert accounts.session(staff.logged_in(accounts, login))
    with pytest.raises(InvitationUnknown):
        staff.offered(accounts, mail["token"])


def test_the_link_without_the_agent_s_password_takes_nothing(accounts: Accounts, clerk: dict[str, Any]) -> None:
    staff.add(accounts, username="chef", role="administrator")
    renew(accounts)
    token = staff.mailed(accounts)["token"]
    code = staff.code(accounts, staff.offered(accounts, token))
    for password in ("", staff.PASSPHRASE):
        with pytest.raises(FormRefused) as refused:
            accounts.ask(invitations.accept_invitation, accounts.call(token=token, password=password, code=code))
        assert set(refused.value.fields) == {"password"}
    with pytest.raises(TryLater):
        for _ in range(10):
            with pytest.raises(FormRefused):
                accounts.ask(
                    invitations.accept_invitation, accounts.call(token=token, password=staff.PASSPHRASE, code=code)
                )
    assert member(accounts).state == "invited"


def test_a_link_for_the_factor_alone_is_dead_once_its_agent_is_disabled(
    accounts: Accounts, clerk: dict[str, Any], chief: dict[str, Any]
) -> None:
    renew(accounts)
    token = staff.mailed(accounts)["token"]
    staff.disable(accounts, "agent.voirie")
    assert str(member(accounts).id) not in handlers(accounts)
    with pytest.raises(InvitationUnknown):
        staff.offered(accounts, token)
    with pytest.raises(InvitationUnknown):
        staff.accept(accounts, token, password=clerk["password"], figures="000000")
    with pytest.raises(AgentIsDisabled):
        renew(accounts)
    assert not staff.enable(accounts, "agent.voirie")["may_log_in"]
    renew(accounts)
    assert not staff.mailed(accounts)["second_factor_only"], (
        "nothing opens any more: a password is chosen with the factor"
    )


def test_a_new_address_of_an_agent_without_factor_gets_a_link_for_the_factor_alone(
    accounts: Accounts, clerk: dict[str, Any], chief: dict[str, Any]
) -> None:
    renew(accounts)
    change(accounts, email="autre@saint-aubin.example")
    mail = staff.mailed(accounts)
    assert (mail["email"], mail["second_factor_only"]) == ("autre@saint-aubin.example", True)


# --- recovery codes


@pytest.fixture
def newcomer(accounts: Accounts) -> dict[str, Any]:
    """With recovery codes."""
    send(accounts, provisioning.invite_member, calls.InviteMember(**NEW))
    return staff.accept(accounts, staff.mailed(accounts, "anne.martin")["token"])


def figures(accounts: Accounts, login: dict[str, Any]) -> str:
    accounts.clock.move(seconds=30)
    return staff.code(accounts, login)


def renewed(accounts: Accounts, actor: Actor, password: str, code: str) -> tuple[str, ...]:
    one = calls.RenewRecoveryCodes(password=password, code=code)
    return send(accounts, recovery_codes.renew_recovery_codes, one, actor).codes


def left(accounts: Accounts, actor: Actor) -> int:
    return send(accounts, second_factor_views.count_recovery_codes, calls.CountRecoveryCodes(), actor).left


def test_a_recovery_code_opens_once_for_its_agent_and_is_not_listed(
    accounts: Accounts, newcomer: dict[str, Any], clerk: dict[str, Any]
) -> None:
    code = newcomer["recovery_codes"][0]
    session = staff.answer(accounts, staff.challenge(accounts, newcomer), f" {code.upper().replace('-', ' ')} ")
    assert accounts.session(session)
    assert left(accounts, accounts.actor(session)) == 9
    with pytest.raises(WrongCode):
        staff.answer(accounts, staff.challenge(accounts, newcomer), code)
    assert accounts.session(staff.answer(accounts, staff.challenge(accounts, newcomer), newcomer["recovery_codes"][9]))
    with pytest.raises(WrongCode):
        staff.answer(accounts, staff.challenge(accounts, clerk), newcomer["recovery_codes"][1])
    assert accounts.session(staff.answer(accounts, staff.challenge(accounts, newcomer), newcomer["recovery_codes"][1]))
    text = str(
        asdict(send(accounts, team_views.find_member, calls.FindMember(agent_id=member(accounts, "anne.martin").id)))
    )
    assert NEW["email"] not in text
    assert newcomer["totp_secret"] not in text


def test_of_one_recovery_code_sent_twice_at_once_one_opens(accounts: Accounts, newcomer: dict[str, Any]) -> None:
    waiting = [staff.challenge(accounts, newcomer) for _ in range(4)]

    assert (
        len(at_once(lambda name: staff.answer(accounts, name, newcomer["recovery_codes"][0]), waiting, WrongCode)) == 1
    )


def test_new_codes_kill_those_of_before_and_are_the_same_when_asked_again(
    accounts: Accounts, newcomer: dict[str, Any]
) -> None:
    actor = accounts.actor(staff.logged_in(accounts, newcomer))
    one = calls.RenewRecoveryCodes(password=staff.PASSPHRASE, code=figures(accounts, newcomer))
    again = str(uuid4())
    codes = send(accounts, recovery_codes.renew_recovery_codes, one, actor, again).codes
    assert send(accounts, recovery_codes.renew_recovery_codes, one, actor, again).codes == codes
    assert (len(set(codes)), left(accounts, actor)) == (10, 10)
    with pytest.raises(WrongCode):
        staff.answer(accounts, staff.challenge(accounts, newcomer), newcomer["recovery_codes"][0])
    assert accounts.session(staff.answer(accounts, staff.challenge(accounts, newcomer), codes[0]))


def test_new_codes_want_the_password_and_the_figures_of_now(accounts: Accounts, newcomer: dict[str, Any]) -> None:
    actor = accounts.actor(staff.logged_in(accounts, newcomer))
    for password, code, field in (
        ("", "123456", "password"),
        ("une autre phrase que la sienne", figures(accounts, newcomer), "password"),
        (staff.PASSPHRASE, "", "code"),
        (staff.PASSPHRASE, newcomer["recovery_codes"][0], "code"),
    ):
        with pytest.raises(FormRefused) as refused:
            renewed(accounts, actor, password, code)
        assert set(refused.value.fields) == {field}
    used = figures(accounts, newcomer)
    renewed(accounts, actor, staff.PASSPHRASE, used)
    with pytest.raises(FormRefused):
        renewed(accounts, actor, staff.PASSPHRASE, used)
    for other in OTHERS[2:]:
        with pytest.raises(NotYours):
            renewed(accounts, other, staff.PASSPHRASE, used)


def test_guessing_recovery_codes_makes_wait(accounts: Accounts, newcomer: dict[str, Any]) -> None:
    with pytest.raises(TryLater):
        for _ in range(10):
            with pytest.raises(WrongCode):
                staff.answer(accounts, staff.challenge(accounts, newcomer), "abcd-efgh-jkmn")


def test_codes_are_dead_with_the_factor_that_they_stand_for(
    accounts: Accounts, newcomer: dict[str, Any], chief: dict[str, Any]
) -> None:
    renew(accounts, "anne.martin")
    login = staff.accept(accounts, staff.mailed(accounts, "anne.martin")["token"], password=staff.PASSPHRASE)
    with pytest.raises(WrongCode):
        staff.answer(accounts, staff.challenge(accounts, login), newcomer["recovery_codes"][0])
    assert accounts.session(staff.answer(accounts, staff.challenge(accounts, login), login["recovery_codes"][0]))
