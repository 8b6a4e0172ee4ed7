"""Who handles what: loads where a request is assigned, absences, requests handed over, notes that ask for attention."""

from typing import Any

import pytest

from services.chassis.errors import Conflict
from services.requests.refusals import ColleagueUnknown
from tests.gateway.pages.test_team import ANNE, CHIEF, member
from tests.support import agents_desk as desk
from tests.support.agents_desk import COLLEAGUE, HERE, ME
from tests.support.demo_town import NUMBER
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

ABSENCE = "0d6f1e5a-0000-4000-8000-0000000000b1"
DAYS = {"du": "2026-12-07", "au": "2026-12-11", "remplacant": COLLEAGUE}


def absence(agent: str, substitute: str) -> dict[str, Any]:
    return {
        "absence_id": ABSENCE,
        "agent_id": agent,
        "agent_name": "Chef d’équipe",
        "substitute_id": substitute,
        "substitute_name": "Agent d’accueil",
        "first_day": "2026-11-20",
        "last_day": "2026-12-04",
        "now": True,
    }


@pytest.fixture
def loaded(agent: Client, services: Stubs) -> Client:
    line = {"agent_id": COLLEAGUE, "department": "services-techniques", "open": 12, "late": 3, "awaiting": 2}
    services["requests.read_team_load"] = {"lines": [line], "absences": [absence(COLLEAGUE, ME)]}
    services["requests.state_absence"] = {"absence_id": ABSENCE}
    services["requests.end_absence"] = {}
    services["requests.hand_over"] = {}
    services["requests.read_mentions"] = {}
    return agent


def refused(department: str) -> dict[str, Any]:
    if department == "population":
        raise ColleagueUnknown
    return {}


def test_who_assigns_a_request_reads_how_much_each_has_and_who_is_absent(loaded: Client) -> None:
    words = loaded.page(f"{HERE}/affectation").select("main form")[0].get_text(" ", strip=True)
    words = words.replace("\u00a0", " ")
    assert "12 demandes ouvertes 3 en retard 2 en attente de pièces" in words
    assert "Absence du 20 novembre 2026 au 4 décembre 2026 ; remplacement : Agent d’accueil" in words
    assert "12" in loaded.page("/agent/charge").select("main table")[0].get_text()


@pytest.mark.parametrize("address", [f"{HERE}/affectation", f"/agent/demandes/selection?d={NUMBER}&acte=affecter"])
def test_the_substitute_of_an_absent_agent_is_proposed_first(loaded: Client, services: Stubs, address: str) -> None:
    follows = {"id": COLLEAGUE, "name": "Chef d’équipe"}
    services["requests.tracking"] = desk.case() | {"assignee": follows}
    services["requests.read_selection"] = desk.selection(NUMBER, assignee=follows)

    first, second, _ = loaded.page(address).select("main fieldset .choice")

    assert "(vous), remplace Chef d’équipe jusqu’au 4\u00a0décembre\u00a02026" in first.get_text()
    assert first.select_one("input[checked]")["value"] == ME
    assert "12\u00a0demandes ouvertes" in second.get_text()
    assert "Absence du 20\u00a0novembre\u00a02026" in second.get_text()


def test_of_a_confidential_procedure_only_who_may_open_it_is_proposed(agent: Client, services: Stubs) -> None:
    services["requests.read_selection"] = desk.selection(NUMBER, confidential=True)

    choices = agent.page(f"/agent/demandes/selection?d={NUMBER}&acte=affecter").select("main fieldset input")

    assert [one["value"] for one in choices] == ["personne"]


def test_an_absence_is_stated_with_its_substitute_and_taken_back(loaded: Client, services: Stubs) -> None:
    page = parsed(loaded.submit("/agent/absences", "form.form", remplacant=COLLEAGUE), 422)
    assert {str(link["href"]) for link in page.select(".error-summary a")} == {"#du", "#au"}

    assert loaded.submit("/agent/absences", "form.form", **DAYS).status_code == 303
    asked = services.bodies("requests.state_absence")[-1]
    assert (asked["first_day"], asked["substitute"]) == ("2026-12-07", COLLEAGUE)
    services["requests.state_absence"] = Conflict("Ce remplaçant est lui-même absent.")
    assert "lui-même absent" in loaded.submit("/agent/absences", "form.form", **DAYS).text
    services["requests.read_team_load"] = {"lines": [], "absences": [absence(ME, COLLEAGUE)]}
    loaded.submit("/agent/absences", "form[action$=retrait]")
    assert services.bodies("requests.end_absence") == [{"absence_id": ABSENCE}]


def test_what_a_leaving_agent_follows_is_handed_over_by_department(loaded: Client, services: Stubs) -> None:
    services["accounts.session"] = desk.session_of(CHIEF)
    services["accounts.list_team"] = {"members": [member(), member(id=COLLEAGUE, username="b")]}
    page = f"/agent/equipe/{ANNE}/demandes"

    assert parsed(loaded.submit(page, "form[action$=demandes]"), 422).select_one(".error-summary")
    assert loaded.submit(page, "form[action$=demandes]", **{"vers-population": COLLEAGUE}).status_code == 303
    assert loaded.submit(page, "form[action$=absence]", **DAYS).status_code == 303

    asked = services.bodies("requests.hand_over")[-1]
    assert (asked["agent_id"], asked["department"], asked["to"]) == (ANNE, "population", COLLEAGUE)
    assert services.bodies("requests.state_absence")[-1]["agent_id"] == ANNE

    services["requests.hand_over"] = lambda body, _: refused(body["department"])
    both = {"vers-population": COLLEAGUE, "vers-services-techniques": COLLEAGUE}
    said = parsed(loaded.submit(page, "form[action$=demandes]", **both), 422).select_one(".error-summary").get_text()
    assert "Non confié, Service Population" in said
    assert "Confié\u00a0: Services techniques" in said


def test_a_note_asks_for_the_attention_of_a_colleague_who_finds_it_in_mentions(loaded: Client, services: Stubs) -> None:
    services["requests.count_mentions"] = {"unread": 1}
    services["requests.list_mentions"] = {
        "items": [{"number": NUMBER, "procedure_title": "Voirie", "by": "Chef", "at": "2026-11-24T09:00:00+00:00"}],
        "total": 1,
    }
    assert parsed(loaded.submit(f"{HERE}/notes/mention", "main form", note=""), 422).select_one("#note-erreur")

    assert "Absence du 20" in loaded.page(f"{HERE}/notes/mention").select_one("main form .choice").get_text()
    loaded.submit(f"{HERE}/notes/mention", "main form", note="À voir.", prevenir=COLLEAGUE)
    assert list(services.bodies("requests.add_note")[-1]["mentions"]) == [COLLEAGUE]
    page = loaded.page("/agent/mentions")
    assert "1 à lire" in page.select(".agent-nav")[0].get_text(" ", strip=True)
    assert "notes" in loaded.fill(page, "main form").location
    assert services.bodies("requests.read_mentions") == [{"number": NUMBER}]
