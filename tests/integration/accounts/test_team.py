"""The team as administrators change it by page: invited, changed, without a second factor, and what the town's file leaves."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import uuid4

import pytest

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
from tests.integration.accounts.house import House
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
    house: House, use_case: Callable[..., Any], one: Any, actor: Actor = CHIEF, command_id: str | None = None
) -> Any:
    return house.send(use_case, one, actor, command_id)


def member(house: House, username: str = "agent.voirie") -> calls.Member:
    [found] = [
        one for one in send(house, team_views.list_team, calls.ListTeam()).members if one.username.lower() == username
    ]
    return found


def change(house: House, username: str = "agent.voirie", actor: Actor = CHIEF, **by_name: Any) -> None:
    now = member(house, username)
    said = {name: getattr(now, name) for name in ("function", "role", "departments", "permissions")}
    wanted = calls.ChangeMember(**{"agent_id": now.id, "seen": now.mark, **said, **by_name})
    send(house, agents.change_member, wanted, actor)


def disable(house: House, actor: Actor, username: str = "agent.voirie") -> dict[str, Any]:
    return house.ask(agents.disable_agent, house.call(actor, agent_id=member(house, username).id, username=""))


def renew(house: House, username: str = "agent.voirie") -> None:
    send(house, agents.renew_second_factor, calls.RenewSecondFactor(agent_id=member(house, username).id))


# --- the list, and one of it


def test_the_list_says_who_may_what_and_in_which_state_and_no_address(house: House, clerk: dict[str, Any]) -> None:
    staff.imported(house, staff.in_the_file(username="venu.du.fichier"))
    send(house, provisioning.invite_member, calls.InviteMember(**NEW))
    staff.add(house, username="partie")
    staff.disable(house, "partie")
    house.clock.move(hours=1)

    found = send(house, team_views.list_team, calls.ListTeam()).members

    assert {one.username: (one.state, one.from_file) for one in found} == {
        "Agent.Voirie": ("active", False),
        "Anne.Martin": ("invited", False),
        "partie": ("disabled", False),
        "venu.du.fichier": ("active", True),
    }
    assert "@" not in str(found)
    house.clock.move(hours=48)
    assert member(house, "anne.martin").state == "expired"


def test_what_was_changed_is_told_with_who_did_it(house: House, clerk: dict[str, Any], chief: dict[str, Any]) -> None:
    actor = house.actor(staff.logged_in(house, chief))
    change(house, actor=actor, permissions=("read_requests",))
    disable(house, actor)

    told = send(house, team_views.find_member, calls.FindMember(agent_id=member(house).id)).changes

    assert [(one.what, one.by, one.fields) for one in told] == [
        ("AgentDisabled", "chef", ()),
        ("AgentChanged", "chef", ("permissions",)),
        ("AgentAdded", "", ()),
    ]


@pytest.mark.parametrize("actor", OTHERS, ids=lambda actor: f"{actor.kind} {' '.join(actor.roles)}")
def test_nobody_else_sees_or_changes_the_team(house: House, clerk: dict[str, Any], actor: Actor) -> None:
    one = member(house)
    wanted = calls.ChangeMember(agent_id=one.id, seen=one.mark, function="x", role="agent")
    for tried in (
        lambda: send(house, team_views.list_team, calls.ListTeam(), actor),
        lambda: send(house, team_views.find_member, calls.FindMember(agent_id=one.id), actor),
        lambda: send(house, provisioning.invite_member, calls.InviteMember(**NEW), actor),
        lambda: send(house, agents.change_member, wanted, actor),
        lambda: send(house, agents.renew_second_factor, calls.RenewSecondFactor(agent_id=one.id), actor),
        lambda: staff.disable(house, "agent.voirie", actor),
    ):
        with pytest.raises(NotYours):
            tried()
    assert member(house) == one


def test_an_agent_who_is_not_there_is_unknown(house: House) -> None:
    nobody = uuid4()
    for tried in (
        lambda: send(house, team_views.find_member, calls.FindMember(agent_id=nobody)),
        lambda: send(house, agents.renew_second_factor, calls.RenewSecondFactor(agent_id=nobody)),
        lambda: house.ask(agents.disable_agent, house.call(CHIEF, agent_id=nobody, username="")),
    ):
        with pytest.raises(AgentUnknown):
            tried()


# --- invited


def test_a_new_agent_takes_the_mailed_link_and_is_shown_ten_recovery_codes(house: House) -> None:
    send(house, provisioning.invite_member, calls.InviteMember(**NEW, departments=("population",)))
    mail = staff.mailed(house, "anne.martin")
    assert (mail["email"], mail["second_factor_only"]) == (NEW["email"], False)

    login = staff.accept(house, mail["token"])

    assert len(set(login["recovery_codes"])) == 10
    actor = house.actor(staff.logged_in(house, login))
    assert (actor.departments, set(actor.permissions)) == (("population",), set(HANDLING))
    stored = str(house.rows("SELECT * FROM recovery_codes")) + str(house.rows("SELECT public FROM events"))
    assert not [code for code in login["recovery_codes"] if code in stored or code.replace("-", "") in stored]


def test_an_invitation_is_one_by_command_and_its_faults_are_told_at_their_fields(house: House) -> None:
    wrong = calls.InviteMember(username="a", email="nulle part", function="", role="chef", permissions=("tout",))
    with pytest.raises(AgentRefused) as refused:
        send(house, provisioning.invite_member, wrong)
    assert set(refused.value.fields) == {
        f"agent.{name}" for name in ("username", "email", "function", "role", "permissions")
    }
    again, one = str(uuid4()), calls.InviteMember(**NEW)
    first = send(house, provisioning.invite_member, one, command_id=again)
    assert send(house, provisioning.invite_member, one, command_id=again) == first
    assert house.facts().count("AgentInvited") == 1


# --- changed


def test_a_change_by_page_ends_the_sessions_but_for_a_function_or_an_address(
    house: House, clerk: dict[str, Any]
) -> None:
    session = staff.logged_in(house, clerk)
    change(house, function="Cheffe de la voirie", email="autre@saint-aubin.example")
    assert house.session(session)["display_name"] == "Cheffe de la voirie"
    change(house, permissions=("read_requests",), departments=("population",), email="autre@saint-aubin.example")
    assert not house.is_open(session)
    assert staff.ended(house) == 1
    actor = house.actor(staff.logged_in(house, clerk))
    assert (actor.permissions, actor.departments) == (("read_requests",), ("population",))


def test_a_change_with_faults_or_of_a_stale_page_changes_nothing(house: House, clerk: dict[str, Any]) -> None:
    before = member(house)
    with pytest.raises(AgentRefused) as refused:
        change(house, function=" ", role="chef", permissions=("tout",), email="nulle part")
    assert set(refused.value.fields) == {f"agent.{name}" for name in ("function", "role", "permissions", "email")}
    assert member(house) == before
    seen = member(house).mark
    change(house, permissions=("read_requests",))
    with pytest.raises(AgentChangedMeanwhile):
        change(house, seen=seen, function="Autre")
    assert member(house).permissions == ("read_requests",)
    assert member(house).function == staff.CLERK["function"]


@pytest.mark.parametrize("wanted", [{"role": "agent"}, {"permissions": ("read_audit_log",)}])
def test_the_last_administrator_keeps_role_and_right(
    house: House, chief: dict[str, Any], wanted: dict[str, Any]
) -> None:
    session = staff.logged_in(house, chief)
    with pytest.raises(LastAdministrator):
        change(house, "chef", **wanted)
    with pytest.raises(LastAdministrator):
        renew(house, "chef")
    with pytest.raises(LastAdministrator) as refused:
        disable(house, CHIEF, "chef")
    assert refused.value.message.startswith("Ce compte est le dernier compte d’administration actif.")
    assert house.session(session)


def test_of_two_administrators_who_disable_each_other_at_once_one_stays(house: House, chief: dict[str, Any]) -> None:
    other = staff.add(house, username="adjointe", role="administrator")
    pairs = [
        (house.actor(staff.logged_in(house, chief)), "adjointe"),
        (house.actor(staff.logged_in(house, other)), "chef"),
    ]

    assert at_once(lambda pair: disable(house, *pair)["changed"], pairs, LastAdministrator) == [True]


# --- the town's file, read again


def test_the_file_leaves_what_was_changed_by_page_and_says_so_line_by_line(house: House) -> None:
    staff.imported(house, staff.in_the_file())
    change(house, permissions=("read_requests",), email="autre@saint-aubin.example")

    told = staff.imported(house, staff.in_the_file(function="Technicienne de voirie"))

    assert [(one["field"], one["after"]) for one in told["changes"]] == [("function", "Technicienne de voirie")]
    assert [(one["field"], one.get("before"), one.get("after")) for one in told["left"]] == [
        ("permissions", ["read_requests"], list(HANDLING)),
        ("email", None, None),
    ]
    assert member(house).permissions == ("read_requests",)
    assert member(house).kept_fields == ("email", "permissions")


def test_apply_has_the_file_win_once_and_from_then_on(house: House) -> None:
    staff.imported(house, staff.in_the_file())
    staff.rights(house, departments=["population"])  # by command

    told = staff.imported(house, staff.in_the_file(), apply=True)

    assert [(one["field"], one["after"]) for one in told["changes"]] == [("departments", ["services-techniques"])]
    assert told["left"] == []
    assert member(house).kept_fields == ()
    assert len(staff.imported(house, staff.in_the_file(departments=["population"]))["changes"]) == 1


def test_a_file_that_caught_up_rules_again(house: House) -> None:
    staff.imported(house, staff.in_the_file())
    change(house, departments=("population",))
    assert staff.imported(house, staff.in_the_file(departments=["population"]))["left"] == []
    assert member(house).kept_fields == ()
    assert len(staff.imported(house, staff.in_the_file())["changes"]) == 1


def test_whoever_was_invited_by_page_stays_as_invited_when_the_file_names_them(house: House) -> None:
    send(house, provisioning.invite_member, calls.InviteMember(**NEW, permissions=("read_requests",)))
    told = staff.imported(
        house, staff.in_the_file(username="anne.martin", function=NEW["function"], email=NEW["email"])
    )
    assert {one["field"] for one in told["left"]} == {"departments", "permissions"}
    assert (member(house, "anne.martin").permissions, member(house, "anne.martin").from_file) == (
        ("read_requests",),
        True,
    )


# --- a new second factor


def test_the_old_factor_and_the_sessions_end_at_once_and_the_link_takes_a_new_one(
    house: House, clerk: dict[str, Any], chief: dict[str, Any]
) -> None:
    session, waiting = staff.logged_in(house, clerk), staff.challenge(house, clerk)
    renew(house)

    assert not house.is_open(session)
    with pytest.raises(LogInRefused):
        house.log_in(clerk["username"], clerk["password"])
    old = staff.code(house, clerk)
    with pytest.raises(ChallengeGone):
        staff.answer(house, waiting, old)
    assert (member(house).state, member(house).second_factor_only) == ("invited", True)

    mail = staff.mailed(house)
    assert mail["second_factor_only"]
    login = staff.accept(house, mail["token"], password=clerk["password"])
    assert login["totp_secret"] != clerk["totp_secret"]
    assert len(login["recovery_codes"]) == 10
    assert house.session(staff.logged_in(house, login))
    with pytest.raises(InvitationUnknown):
        staff.offered(house, mail["token"])


def test_the_link_without_the_agent_s_password_takes_nothing(house: House, clerk: dict[str, Any]) -> None:
    staff.add(house, username="chef", role="administrator")
    renew(house)
    token = staff.mailed(house)["token"]
    code = staff.code(house, staff.offered(house, token))
    for password in ("", staff.PASSPHRASE):
        with pytest.raises(FormRefused) as refused:
            house.ask(invitations.accept_invitation, house.call(token=token, password=password, code=code))
        assert set(refused.value.fields) == {"password"}
    with pytest.raises(TryLater):
        for _ in range(10):
            with pytest.raises(FormRefused):
                house.ask(invitations.accept_invitation, house.call(token=token, password=staff.PASSPHRASE, code=code))
    assert member(house).state == "invited"


def test_a_link_for_the_factor_alone_is_dead_for_whoever_is_disabled_meanwhile(
    house: House, clerk: dict[str, Any], chief: dict[str, Any]
) -> None:
    renew(house)
    token = staff.mailed(house)["token"]
    staff.disable(house, "agent.voirie")
    with pytest.raises(InvitationUnknown):
        staff.offered(house, token)
    with pytest.raises(InvitationUnknown):
        staff.accept(house, token, password=clerk["password"], figures="000000")
    with pytest.raises(AgentIsDisabled):
        renew(house)
    assert not staff.enable(house, "agent.voirie")["may_log_in"]
    renew(house)
    assert not staff.mailed(house)["second_factor_only"], "nothing opens any more: a password is chosen with the factor"


def test_a_new_address_of_who_waits_for_a_factor_gets_a_link_for_the_factor_alone(
    house: House, clerk: dict[str, Any], chief: dict[str, Any]
) -> None:
    renew(house)
    change(house, email="autre@saint-aubin.example")
    mail = staff.mailed(house)
    assert (mail["email"], mail["second_factor_only"]) == ("autre@saint-aubin.example", True)


# --- recovery codes


@pytest.fixture
def newcomer(house: House) -> dict[str, Any]:
    """With recovery codes."""
    send(house, provisioning.invite_member, calls.InviteMember(**NEW))
    return staff.accept(house, staff.mailed(house, "anne.martin")["token"])


def figures(house: House, login: dict[str, Any]) -> str:
    house.clock.move(seconds=30)
    return staff.code(house, login)


def renewed(house: House, actor: Actor, password: str, code: str) -> tuple[str, ...]:
    one = calls.RenewRecoveryCodes(password=password, code=code)
    return send(house, recovery_codes.renew_recovery_codes, one, actor).codes


def left(house: House, actor: Actor) -> int:
    return send(house, second_factor_views.count_recovery_codes, calls.CountRecoveryCodes(), actor).left


def test_a_recovery_code_of_its_agent_opens_once_and_is_not_told(
    house: House, newcomer: dict[str, Any], clerk: dict[str, Any]
) -> None:
    code = newcomer["recovery_codes"][0]
    session = staff.answer(house, staff.challenge(house, newcomer), f" {code.upper().replace('-', ' ')} ")
    assert house.session(session)
    assert left(house, house.actor(session)) == 9
    with pytest.raises(WrongCode):
        staff.answer(house, staff.challenge(house, newcomer), code)
    assert house.session(staff.answer(house, staff.challenge(house, newcomer), newcomer["recovery_codes"][9]))
    with pytest.raises(WrongCode):
        staff.answer(house, staff.challenge(house, clerk), newcomer["recovery_codes"][1])
    assert house.session(staff.answer(house, staff.challenge(house, newcomer), newcomer["recovery_codes"][1]))
    told = str(asdict(send(house, team_views.find_member, calls.FindMember(agent_id=member(house, "anne.martin").id))))
    assert NEW["email"] not in told
    assert newcomer["totp_secret"] not in told


def test_of_one_recovery_code_sent_twice_at_once_one_opens(house: House, newcomer: dict[str, Any]) -> None:
    waiting = [staff.challenge(house, newcomer) for _ in range(4)]

    assert len(at_once(lambda name: staff.answer(house, name, newcomer["recovery_codes"][0]), waiting, WrongCode)) == 1


def test_new_codes_kill_those_of_before_and_are_the_same_when_asked_again(
    house: House, newcomer: dict[str, Any]
) -> None:
    actor = house.actor(staff.logged_in(house, newcomer))
    one = calls.RenewRecoveryCodes(password=staff.PASSPHRASE, code=figures(house, newcomer))
    again = str(uuid4())
    codes = send(house, recovery_codes.renew_recovery_codes, one, actor, again).codes
    assert send(house, recovery_codes.renew_recovery_codes, one, actor, again).codes == codes
    assert (len(set(codes)), left(house, actor)) == (10, 10)
    with pytest.raises(WrongCode):
        staff.answer(house, staff.challenge(house, newcomer), newcomer["recovery_codes"][0])
    assert house.session(staff.answer(house, staff.challenge(house, newcomer), codes[0]))


def test_new_codes_want_the_password_and_the_figures_of_now(house: House, newcomer: dict[str, Any]) -> None:
    actor = house.actor(staff.logged_in(house, newcomer))
    for password, code, field in (
        ("", "123456", "password"),
        ("une autre phrase que la sienne", figures(house, newcomer), "password"),
        (staff.PASSPHRASE, "", "code"),
        (staff.PASSPHRASE, newcomer["recovery_codes"][0], "code"),
    ):
        with pytest.raises(FormRefused) as refused:
            renewed(house, actor, password, code)
        assert set(refused.value.fields) == {field}
    used = figures(house, newcomer)
    renewed(house, actor, staff.PASSPHRASE, used)
    with pytest.raises(FormRefused):
        renewed(house, actor, staff.PASSPHRASE, used)
    for other in OTHERS[2:]:
        with pytest.raises(NotYours):
            renewed(house, other, staff.PASSPHRASE, used)


def test_guessing_recovery_codes_makes_wait(house: House, newcomer: dict[str, Any]) -> None:
    with pytest.raises(TryLater):
        for _ in range(10):
            with pytest.raises(WrongCode):
                staff.answer(house, staff.challenge(house, newcomer), "abcd-efgh-jkmn")


def test_codes_are_dead_with_the_factor_that_they_stand_for(
    house: House, newcomer: dict[str, Any], chief: dict[str, Any]
) -> None:
    renew(house, "anne.martin")
    login = staff.accept(house, staff.mailed(house, "anne.martin")["token"], password=staff.PASSPHRASE)
    with pytest.raises(WrongCode):
        staff.answer(house, staff.challenge(house, login), newcomer["recovery_codes"][0])
    assert house.session(staff.answer(house, staff.challenge(house, login), login["recovery_codes"][0]))
