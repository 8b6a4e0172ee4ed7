"""« Équipe » and recovery codes, by page and by API: who may, what is asked, what is said, what is kept of what was typed."""

import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from services.accounts.schemas.refusals import LastAdministrator, UsernameTaken, WrongCode
from services.accounts.schemas.rights import GOVERNING, RIGHTS, TO_COME
from services.accounts.spaces.rules import FormRefused
from services.accounts.team.rules import AgentChangedMeanwhile, AgentIsDisabled, AgentRefused, AgentUnknown
from services.chassis.actors import Actor
from services.chassis.errors import Refusal
from tests.support import agents_desk as desk
from tests.support.judge import LOGGED_IN, Client, held_values, parsed
from tests.support.stubs import Stubs

ANNE = "c1a7c2de-0000-4000-8000-000000000001"
LIST = "/agent/equipe"
HERE = f"{LIST}/{ANNE}"
API = "/api/v1/agent/team"
CHIEF = Actor(
    kind="agent", id="c1a7c2de-0000-4000-8000-000000000009", name="Administration", roles=("administrator",), permissions=GOVERNING
)  # fmt: skip
FORM = {"username": "jean.durand", "email": "jean.durand@ville.example", "function": "Agent d’accueil", "role": "agent"}
CODES = ["k7xm-2p4q-wz3c", "b9rt-hh5e-6sdn"]


def member(**changes: Any) -> dict[str, Any]:
    return {
        "id": ANNE,
        "username": "anne.martin",
        "function": "Agente d’accueil",
        "role": "agent",
        "departments": ["population"],
        "permissions": ["read_requests", "manage_news"],
        "state": "active",
        "from_file": True,
        "kept_fields": ["permissions"],
        "second_factor_only": False,
        "mark": "0123456789abcdef",
        **changes,
    }


CHANGES = [
    {"what": "AgentChanged", "at": "2026-11-24T09:00:00+00:00", "fields": ["permissions"], "by": "chef"},
    {"what": "RecoveryCodesMade", "at": "2026-11-23T09:00:00+00:00", "fields": [], "by": ""},
    {"what": "AgentAdded", "at": "2026-11-22T09:00:00+00:00", "fields": [], "by": ""},
]


@pytest.fixture
def chief(agent: Client, services: Stubs) -> Client:
    """An administrator who manages agents, logged in."""
    services["accounts.session"] = desk.session_of(CHIEF)
    services["accounts.list_team"] = {"members": [member(), member(id=str(uuid.uuid4()), username="b", state="disabled", departments=[])]}  # fmt: skip
    services["accounts.find_member"] = {"member": member(), "changes": CHANGES}
    services["accounts.invite_member"] = {"id": ANNE, "username": "jean.durand"}
    services["accounts.change_member"] = {}
    services["accounts.invite_agent"] = {"username": "anne.martin", "may_log_in": True}
    services["accounts.disable_agent"] = {"username": "anne.martin", "changed": True}
    services["accounts.enable_agent"] = {"username": "anne.martin", "changed": True, "may_log_in": True}
    services["accounts.renew_second_factor"] = {}
    services["accounts.count_recovery_codes"] = {"left": 7}
    services["accounts.renew_recovery_codes"] = {"codes": CODES}
    return agent


# --- who may


@pytest.mark.parametrize("address", [LIST, f"{LIST}/invitation", HERE, f"{HERE}/modification", f"{HERE}/desactivation"])
def test_agents_without_the_right_see_no_team_and_no_link_to_it(agent: Client, services: Stubs, address: str) -> None:
    for actor in (
        desk.AGENT,
        desk.EDITOR,
        Actor(kind="agent", id=ANNE, roles=("agent",), permissions=("manage_agents",)),
    ):
        services["accounts.session"] = desk.session_of(actor)
        assert agent.get(address).status_code == 403
        services["accounts.count_recovery_codes"] = {"left": 0}
        assert f'href="{LIST}"' not in agent.get("/agent/mon-compte/codes-de-secours").text
    assert not [asked for asked in services.asked if "team" in asked.method or "member" in asked.method]


# --- what is seen


def said_in(page: BeautifulSoup) -> list[str]:
    """The lines of the table."""
    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    return [row.replace("\N{NO-BREAK SPACE}", " ") for row in rows]


def test_the_list_says_state_origin_and_what_the_file_leaves_and_is_in_the_menu(chief: Client) -> None:
    page = chief.page(LIST)
    rows = said_in(page)
    assert rows[0].startswith("anne.martin Agente d’accueil Agent Service Population")
    assert "Actif Fichier de la commune modifié ici : droits" in rows[0]
    assert "Désactivé" in rows[1]

    assert page.select_one(f"header a[href='{LIST}']") is not None


def test_the_page_of_an_agent_says_what_was_done_and_by_whom(chief: Client) -> None:
    page = chief.page(HERE)
    said = said_in(page)
    assert ["Modification : droits chef" in said[0], "Nouveaux codes de secours anne.martin" in said[1]] == [True, True]
    assert said[2].endswith("Fichier de la commune ou commande")
    assert "Publier les actualités (à venir)" in page.select_one("dl").get_text()
    assert "@" not in page.select_one("main").get_text()


@pytest.mark.parametrize(
    ("state", "offered", "not_offered"),
    [
        ("active", ["second-facteur", "desactivation", "invitation"], ["reactivation"]),
        ("invited", ["desactivation", "invitation"], ["second-facteur", "reactivation"]),
        ("disabled", ["reactivation", "invitation"], ["second-facteur", "desactivation"]),
    ],
)
def test_the_page_of_an_agent_offers_the_acts_that_the_state_allows(
    chief: Client, services: Stubs, state: str, offered: list[str], not_offered: list[str]
) -> None:
    services["accounts.find_member"] = {"member": member(state=state), "changes": CHANGES}
    main = chief.page(HERE).select_one("main")
    for what in offered:
        assert main.select_one(f"[href='{HERE}/{what}'], [action='{HERE}/{what}']"), what
    for what in not_offered:
        assert not main.select_one(f"[href='{HERE}/{what}'], [action='{HERE}/{what}']"), what


def test_an_unknown_agent_is_not_found(chief: Client, services: Stubs) -> None:
    services["accounts.find_member"] = AgentUnknown()
    assert chief.get(HERE).status_code == 404
    assert chief.get(f"{LIST}/personne").status_code == 404


# --- invited


def test_an_invitation_sends_what_was_ticked_once(chief: Client, services: Stubs) -> None:
    page = chief.page(f"{LIST}/invitation").select_one("main form")
    data = held_values(page) | FORM | {"departments": ["population"], "permissions_governing": ["read_audit_log"]}

    answers = [chief.post(f"{LIST}/invitation", data=data) for _ in range(2)]

    assert {answer.headers["Location"] for answer in answers} == {f"{HERE}?fait=invite#fait"}
    asked = [one for one in services.asked if one.method == "accounts.invite_member"]
    assert asked[0].body == {**FORM, "departments": ["population"], "permissions": ["read_audit_log"]}
    assert asked[0].command_id == asked[1].command_id


def test_without_a_right_ticked_those_of_the_role_are_given(chief: Client, services: Stubs) -> None:
    chief.submit(f"{LIST}/invitation", "main form", **FORM)
    assert "permissions" not in services.bodies("accounts.invite_member")[0]


@pytest.mark.parametrize(
    ("refusal", "status", "target"),
    [
        (UsernameTaken(fields={"username": UsernameTaken.message}), 409, "#z-username"),
        (AgentRefused(fields={"agent.email": "Indiquez le courriel de l’agent."}), 422, "#z-email"),
        (AgentRefused(fields={"agent.permissions": "Droits inconnus."}), 422, "#z-permissions-handling-1"),
    ],
)
def test_an_error_of_an_invitation_is_shown_at_its_field_and_typed_values_stay(
    chief: Client, services: Stubs, refusal: Refusal, status: int, target: str
) -> None:
    services["accounts.invite_member"] = refusal
    page = parsed(chief.submit(f"{LIST}/invitation", "main form", **FORM, departments=["population"]), status)
    assert page.select_one(".error-summary a")["href"] == target
    assert page.select_one("#z-username")["value"] == FORM["username"]
    assert page.select_one("[name=departments][value=population]").has_attr("checked")


def test_a_department_unknown_to_the_town_is_refused_before_any_call_is_sent(chief: Client, services: Stubs) -> None:
    page = parsed(chief.submit(f"{LIST}/invitation", "main form", **FORM, departments=["nulle-part"]), 422)
    assert "services de la commune" in page.select_one(".error-summary").get_text()
    assert services.bodies("accounts.invite_member") == []


def test_a_form_that_was_open_too_long_comes_back_filled(chief: Client, services: Stubs) -> None:
    chief.page(f"{LIST}/invitation")
    sent = chief.post(f"{LIST}/invitation", data={**FORM, "csrf": "périmé"})
    assert sent.status_code == 403
    assert parsed(sent).select_one("#z-function")["value"] == FORM["function"]
    sent = chief.post(f"{HERE}/modification", data={**FORM, "seen": "x", "csrf": "périmé"})
    assert (sent.status_code, parsed(sent).select_one("#z-function")["value"]) == (403, FORM["function"])
    assert services.bodies("accounts.invite_member") + services.bodies("accounts.change_member") == []


# --- changed


def test_a_change_keeps_untouched_fields_and_sends_the_version_that_was_seen(chief: Client, services: Stubs) -> None:
    page = chief.page(f"{HERE}/modification").select_one("main form")
    ticked = {box["value"] for box in page.select("[type=checkbox][checked]")}
    assert ticked == {"population", "read_requests", "manage_news"}
    assert {box["value"] for box in page.select("[name^=permissions_]")} == set(RIGHTS)
    to_come = {box["value"] for box in page.select("[name^=permissions_]") if "(à venir)" in box.parent.get_text()}
    assert to_come == set(TO_COME)
    assert page.select_one("#z-email")["value"] == ""

    data = held_values(page) | {"function": "Cheffe", "permissions_handling": ["read_requests", "change_status"]}
    sent = chief.post(f"{HERE}/modification", data=data)

    assert sent.headers["Location"] == f"{HERE}?fait=modifie#fait"
    assert services.bodies("accounts.change_member") == [
        {
            "agent_id": ANNE,
            "seen": "0123456789abcdef",
            "email": "",
            "function": "Cheffe",
            "role": "agent",
            "departments": ["population"],
            "permissions": ["read_requests", "change_status", "manage_news"],
        }
    ]


def test_a_concurrent_change_is_shown_and_not_overwritten(chief: Client, services: Stubs) -> None:
    services["accounts.change_member"] = AgentChangedMeanwhile()
    page = chief.page(f"{HERE}/modification").select_one("main form")
    services["accounts.find_member"] = {"member": member(function="Par un collègue", mark="autre"), "changes": CHANGES}

    shown = parsed(chief.post(f"{HERE}/modification", data=held_values(page) | {"function": "La mienne"}), 409)

    assert "a été modifié depuis" in shown.select_one("main").get_text()
    assert (shown.select_one("#z-function")["value"], shown.select_one("[name=seen]")["value"]) == ("Par un collègue", "autre")  # fmt: skip


def test_changes_to_the_last_administrator_are_refused_with_the_reason(chief: Client, services: Stubs) -> None:
    services["accounts.change_member"] = LastAdministrator()
    services["accounts.disable_agent"] = LastAdministrator()
    services["accounts.renew_second_factor"] = LastAdministrator()
    for address in (f"{HERE}/modification", f"{HERE}/desactivation", f"{HERE}/second-facteur"):
        sent = chief.submit(address, "main form")
        assert sent.status_code == 409
        assert LastAdministrator.message in parsed(sent).select_one("main").get_text()


@pytest.mark.parametrize(
    ("address", "method", "done"),
    [
        (f"{HERE}/desactivation", "accounts.disable_agent", "desactive"),
        (f"{HERE}/second-facteur", "accounts.renew_second_factor", "second-facteur"),
    ],
)
def test_acts_that_end_sessions_ask_for_a_confirmation_first(
    chief: Client, services: Stubs, address: str, method: str, done: str
) -> None:
    asked = chief.page(address)
    assert "sessions se terminent" in asked.select_one("main").get_text()
    assert services.bodies(method) == []

    sent = chief.submit(address, "main form")

    assert services.bodies(method)[-1]["agent_id"] == ANNE
    assert sent.headers["Location"] == f"{HERE}?fait={done}#fait"
    assert chief.page(f"{HERE}?fait={done}").select_one("#fait [role=status]") is not None


def test_a_disabled_agent_is_enabled_and_invited_again(chief: Client, services: Stubs) -> None:
    services["accounts.find_member"] = {"member": member(state="disabled"), "changes": CHANGES}
    assert chief.submit(HERE, f"form[action='{HERE}/reactivation']").headers["Location"] == f"{HERE}?fait=reactive#fait"
    services["accounts.enable_agent"] = {"username": "anne.martin", "changed": True, "may_log_in": False}
    assert "a-inviter" in chief.submit(HERE, f"form[action='{HERE}/reactivation']").headers["Location"]
    chief.submit(HERE, f"form[action='{HERE}/invitation']")
    assert services.bodies("accounts.invite_agent") == [{"username": "", "agent_id": ANNE}]


# --- one's own recovery codes


def test_new_codes_are_asked_with_password_and_figures_and_shown_once(chief: Client, services: Stubs) -> None:
    address = "/agent/mon-compte/codes-de-secours"
    assert "Il vous en reste 7." in chief.page(address).select_one("main").get_text()

    sent = chief.submit(address, "main form", password="ma phrase", code="123456")

    assert [code.get_text() for code in parsed(sent).select("main code")] == CODES
    assert sent.headers["Cache-Control"] == "no-store"
    assert services.bodies("accounts.renew_recovery_codes") == [{"password": "ma phrase", "code": "123456"}]
    assert CODES[0] not in chief.get(address).text


def test_a_wrong_password_is_refused_at_its_field_and_never_given_back(chief: Client, services: Stubs) -> None:
    services["accounts.renew_recovery_codes"] = FormRefused(fields={"password": "Ce mot de passe n’est pas le vôtre."})
    sent = chief.submit("/agent/mon-compte/codes-de-secours", "main form", password="autre chose", code="123456")
    assert sent.status_code == 422
    assert parsed(sent).select_one(".error-summary a")["href"] == "#z-password"
    assert "autre chose" not in sent.text


def test_a_recovery_code_opens_in_the_place_of_the_figures(visitor: Client, services: Stubs) -> None:
    desk.furnish(services)
    asked = parsed(visitor.log_in("/agent/connexion"))
    assert visitor.fill(asked, secours=" k7xm-2p4q-wz3c ").status_code == 303
    assert services.bodies("accounts.second_factor")[0]["code"] == "k7xm-2p4q-wz3c"


def test_a_wrong_recovery_code_is_refused_at_its_own_field_and_not_given_back(visitor: Client, services: Stubs) -> None:
    desk.furnish(services)
    services["accounts.second_factor"] = WrongCode()
    asked = parsed(visitor.log_in("/agent/connexion"))
    page = parsed(visitor.fill(asked, secours="k7xm-2p4q-wz3c"), 403)
    assert page.select_one(".error-summary a")["href"] == "#secours"
    assert "code de secours n’est pas valable" in page.select_one("#secours-erreur").get_text()
    assert "k7xm-2p4q-wz3c" not in str(page.select_one("#secours"))


# --- by API


@pytest.fixture
def program(client: FlaskClient, chief: Client) -> FlaskClient:
    client.delete_cookie("parvis")
    return client


def test_a_program_does_what_the_pages_do(program: FlaskClient, services: Stubs) -> None:
    def asked(method: str, path: str, **body: Any) -> Any:
        return program.open(path, method=method, headers=LOGGED_IN, **({"json": body} if body else {}))

    assert asked("GET", API).get_json()["members"][0]["username"] == "anne.martin"
    record = asked("GET", f"{API}/{ANNE}").get_json()
    assert record["changes"][0] == CHANGES[0]
    assert asked("POST", API, **FORM).get_json() == {"id": ANNE, "username": "jean.durand"}
    change = {"seen": record["member"]["mark"], "function": "Cheffe", "role": "agent", "departments": ["population"]}
    assert asked("PUT", f"{API}/{ANNE}", **change).status_code == 204
    assert services.bodies("accounts.change_member")[0]["permissions"] == []
    for act in ("invitation", "disablement", "second-factor"):
        assert asked("POST", f"{API}/{ANNE}/{act}").status_code == 204
    assert asked("POST", f"{API}/{ANNE}/enablement").get_json() == {"may_log_in": True}
    assert asked("GET", "/api/v1/agent/recovery-codes").get_json() == {"left": 7}
    made = asked("POST", "/api/v1/agent/recovery-codes", password="ma phrase", code="123 456")
    assert (made.status_code, made.get_json()) == (201, {"codes": CODES})


@pytest.mark.parametrize(
    ("method", "refusal", "status", "code"),
    [
        ("accounts.disable_agent", LastAdministrator(), 409, "last_administrator"),
        ("accounts.disable_agent", AgentUnknown(), 404, "agent_unknown"),
    ],
)
def test_a_program_is_refused_as_pages_are(
    program: FlaskClient, services: Stubs, method: str, refusal: Refusal, status: int, code: str
) -> None:
    services[method] = refusal
    answer = program.post(f"{API}/{ANNE}/disablement", headers=LOGGED_IN)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    services["accounts.renew_second_factor"] = AgentIsDisabled()
    assert program.post(f"{API}/{ANNE}/second-factor", headers=LOGGED_IN).status_code == 409
    wrong = program.post(API, headers=LOGGED_IN, json={**FORM, "departments": ["nulle-part"]})
    assert (wrong.status_code, list(wrong.get_json()["fields"])) == (422, ["departments"])
