"""An agent's file: its tabs, what the flow offers, taking in charge, handing over, notes, links."""

import re

import pytest

from services.chassis.errors import Invalid, Unavailable
from services.requests.refusals import StaleVersion
from tests.support import agents_desk as desk
from tests.support.agents_desk import HERE
from tests.support.demo_town import NOW, NUMBER
from tests.support.filing import begin
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

SECTIONS = ["demande", "demandeur", "pieces", "echanges", "historique", "notes"]


def test_the_file_is_one_page_and_its_navigation_leads_to_each_section(agent: Client) -> None:
    page = agent.page(HERE)

    assert [link["href"] for link in page.select(".tabs a")] == [f"#{slug}" for slug in SECTIONS]
    assert all(page.select_one(f"section#{slug} h2") is not None for slug in SECTIONS)


def test_one_thing_leads_and_the_other_decisions_of_the_flow_are_folded(agent: Client, services: Stubs) -> None:
    page = agent.page(HERE)
    primary = page.select_one("[aria-labelledby=t-act] a.btn")

    assert (primary.get_text(), primary["href"]) == ("Programmer", f"{HERE}?vers=scheduled#decider")
    others = [link.get_text(strip=True) for link in page.select("[aria-labelledby=t-act] .more .acts__main")]
    assert others == ["Terminer", "Transmettre à une autre administration", "Refuser"]


def test_a_reply_that_asks_for_nothing_leaves_by_one_button(agent: Client, services: Stubs) -> None:
    page = agent.page(HERE)
    assert "1\u00a0message non lu" in page.select_one(".reply form").get_text()

    sent = agent.fill(page, ".reply form", action="suivante")

    assert page.select_one(".reply .letter__text").get_text().startswith("Bonjour Ariel Nouveau")
    assert services.bodies("requests.change_status")[0]["reply"] == "intervention-faite"
    assert services.bodies("requests.take_next")
    assert sent.location == f"/agent/demandes/{desk.OTHER_NUMBER}?fait=suivante&precedente={NUMBER}#fait"
    assert NUMBER in agent.page(sent.location).select_one("#fait").get_text()


def test_the_next_request_comes_from_the_list_or_there_is_none(agent: Client, services: Stubs) -> None:
    sent = agent.submit("/agent/demandes?demarche=signalement-voirie", "form[action$=prochaine]")

    assert services.bodies("requests.take_next")[0]["procedure"] == "signalement-voirie"
    assert sent.location.startswith(f"/agent/demandes/{desk.OTHER_NUMBER}?fait=suivante&liste=")
    services["requests.take_next"] = {"number": None}
    none = agent.submit("/agent/demandes", "form[action$=prochaine]")
    assert "vous êtes à jour" in agent.page(none.location).select_one("main").get_text()


def test_the_persons_other_requests_are_shown_and_the_same_again_is_marked(agent: Client, services: Stubs) -> None:
    other = {"number": desk.OTHER_NUMBER, "procedure_title": "Signaler", "status": desk.case()["status"]}
    other |= {"submitted_at": NOW.isoformat(), "member": "", "duplicate": True}
    services["requests.list_others_of_person"] = {"by": "email", "items": [other], "more": False}
    colleague = {"name": "Camille R.", "since": NOW.isoformat(), "agent_id": desk.COLLEAGUE}
    services["requests.tracking"] = desk.case() | {"also_open": [colleague]}
    page = agent.page(HERE)

    assert "Doublon possible" in page.select_one("[aria-labelledby=t-autres] li").get_text()
    assert "Camille R. a ce dossier ouvert" in page.select_one(".page-head").get_text()
    services["requests.list_others_of_person"] = Unavailable()
    assert "pour le moment" in agent.page(HERE).select_one("[aria-labelledby=t-autres]").get_text()


@pytest.mark.parametrize("section", SECTIONS)
def test_the_address_of_a_section_gives_it_the_focus(agent: Client, section: str) -> None:
    assert agent.page(f"{HERE}?onglet={section}").select_one("main [autofocus]")["id"] == section
    assert agent.page(f"{HERE}?onglet=inconnu").select_one("main [autofocus]") is None


def test_the_file_is_shown_without_what_a_silent_service_holds(agent: Client, services: Stubs) -> None:
    for method in ("messaging.exchanges", "messaging.emails", "documents.request_documents"):
        services[method] = Unavailable()

    page = agent.page(HERE)

    for section in ("echanges", "pieces"):
        assert "ne peuvent pas être montré" in page.select_one(f"#{section}").get_text()
    assert page.select_one("#nouveau") is None
    assert page.select(".acts__main")


def test_taking_in_charge_sends_the_version_that_was_seen(agent: Client, services: Stubs) -> None:
    sent = agent.submit(f"{HERE}?liste=vue%3Da-affecter", "form[action$=prise-en-charge]")

    assert sent.location == f"{HERE}?fait=charge&liste=vue%3Da-affecter#fait"
    back = [one["href"] for one in agent.page(sent.location).select("main a[data-key=l]")]
    assert back == ["/agent/demandes?vue=a-affecter"]
    assert services.bodies("requests.take_in_charge") == [{"number": NUMBER, "version": 9}]


def test_an_act_on_a_stale_page_shows_what_changed(agent: Client, services: Stubs) -> None:
    change = {"at": NOW.isoformat(), "kind": "operation", "title": "Demande annulée", "detail": "", "who": "Camille"}
    services["requests.take_in_charge"] = StaleVersion(details={"changes": [change]})

    page = parsed(agent.submit(HERE, "form[action$=prise-en-charge]"), 409)

    assert "Demande annulée" in page.select_one(".notice").get_text()


def test_a_new_request_is_taken_in_charge_by_one_button(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = desk.case("submitted")
    panel = agent.page(HERE).select_one("[aria-labelledby=t-act]")

    assert panel.select_one("button").get_text(strip=True) == "Prendre en charge"
    assert "Répondre la prend aussi en charge." in panel.get_text()
    assert "btn--second" in panel.select_one("a.btn")["class"]
    assert "Commencer l’instruction" not in [one.get_text(strip=True) for one in panel.select("a.btn, .more a")]
    replies = panel.select_one(".replies").get_text()
    assert "Prise en charge" in replies and "Intervention réalisée" in replies


def test_the_request_of_a_colleague_is_taken_over_by_a_secondary_button(agent: Client, services: Stubs) -> None:
    assert "btn--second" not in agent.page(HERE).select_one("[aria-labelledby=t-act] button")["class"]
    services["requests.tracking"] = desk.case() | {"assignee": {"id": desk.COLLEAGUE, "name": "Chef d’équipe"}}

    button = agent.page(HERE).select_one("[aria-labelledby=t-act] button")

    assert button.get_text(strip=True) == "Reprendre ce dossier"
    assert "btn--second" in button["class"]


def test_a_closed_file_says_when_it_was_closed_under_no_heading_of_dates_to_come(
    agent: Client, services: Stubs
) -> None:
    closed = {"closed_at": "2026-11-20T15:00:00+00:00", "transitions": [], "replies": []}
    services["requests.tracking"] = desk.case("done") | closed

    panel = agent.page(HERE).select_one("[aria-labelledby=t-marks]")

    assert panel.select_one("h2").get_text() == "Suivi"
    assert "Close le vendredi 20\u00a0novembre\u00a02026" in panel.get_text(" ", strip=True)


@pytest.mark.parametrize("page", ["", "/decision?vers=rejected", "/affectation", "/rendez-vous", "/liens"])
def test_the_head_of_each_page_names_the_applicant_and_the_member(agent: Client, services: Stubs, page: str) -> None:
    shown = tracking() | {k: v for k, v in desk.case().items() if k not in ("appointments", "procedure")}
    services["requests.tracking"] = shown | {"applicant_name": "Camille Exemple", "member": "Lou Exemple"}

    assert "Camille Exemple, pour Lou Exemple" in agent.page(f"{HERE}{page}").select_one(".page-head").get_text()


def test_an_assigned_request_offers_to_begin_or_to_resume_its_handling(agent: Client, services: Stubs) -> None:
    mine = {"assignee": {"id": desk.ME, "name": "Vous"}}
    for status, verb in (("submitted", "Commencer l’instruction"), ("scheduled", "Reprendre l’instruction")):
        services["requests.tracking"] = desk.case(status) | mine
        assert agent.page(HERE).select_one("[aria-labelledby=t-act] a.btn").get_text(strip=True) == verb


def test_a_receipt_at_the_counter_links_to_the_file_and_to_no_personal_space(agent: Client) -> None:
    page = agent.page(f"/demarches/signalement-voirie/prise-en-compte/{NUMBER}")
    addresses = {link["href"] for link in page.select("main a")}

    assert {HERE, "/agent/demandes"} <= addresses
    assert not {"/mes-demandes", "/mon-accueil"} & addresses
    words = page.select_one("main").get_text(" ", strip=True)
    assert page.select_one("h1").get_text() == "La demande est prise en compte"
    assert "un accusé de réception est envoyé à la personne" in words
    assert not re.search(r"\b[Vv]o(tre|s)\b", words)


def test_a_form_at_the_counter_asks_for_the_details_of_the_person(agent: Client) -> None:
    words = agent.page(f"{begin(agent)}/etape/informations").select_one("main").get_text()

    assert "Dépôt au guichet\u00a0: indiquez les coordonnées de la personne." in words
    assert "Vos coordonnées sont celles de votre espace personnel" not in words


def test_a_file_is_handed_to_a_colleague_of_its_department(agent: Client, services: Stubs) -> None:
    offered = agent.page(f"{HERE}/affectation").select_one("main form").get_text()
    agent.submit(f"{HERE}/affectation", "main form", agent=desk.COLLEAGUE)

    assert "agent.police" not in offered
    assert offered.index("Chef d’équipe") < offered.index("agent.voirie")
    assert services.bodies("requests.assign")[0]["assignee"] == desk.COLLEAGUE


def test_a_colleague_without_the_right_to_the_file_is_refused_on_the_page(agent: Client, services: Stubs) -> None:
    services["requests.assign"] = Invalid("Cet agent ne peut pas suivre cette demande.")

    answer = agent.submit(f"{HERE}/affectation", "main form", agent="inconnu")

    assert answer.status_code == 422
    assert "ne peut pas suivre cette demande" in answer.text


def test_a_refused_note_is_given_back(agent: Client, services: Stubs) -> None:
    services["requests.add_note"] = Invalid("Écrivez la note avant de l’ajouter.")

    page = parsed(agent.submit(f"{HERE}?onglet=notes", "#nouvelle", note="  "), 422)

    assert "Écrivez la note" in page.select_one("#note-erreur").get_text()


def test_the_shortcuts_are_listed(agent: Client) -> None:
    assert agent.page("/agent/raccourcis").select("kbd")


@pytest.mark.parametrize("key", ["e", "n"])
def test_a_shortcut_leads_into_the_field_where_one_writes(agent: Client, key: str) -> None:
    page = agent.page(HERE)

    assert page.select_one(f"textarea{page.select_one(f'[data-key={key}]')['href']}") is not None


def test_the_present_appointment_comes_first_on_a_phone(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking() | {
        k: v for k, v in desk.case().items() if k not in ("appointments", "procedure")
    }

    assert agent.page(f"{HERE}/rendez-vous").select_one(".chosen__present h2").get_text() == "Rendez-vous actuel"


def test_a_required_appointment_cannot_be_cancelled_but_leads_to_its_move(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = desk.case() | {"appointments": tracking()["appointments"]}

    page = agent.page(f"{HERE}/rendez-vous/annulation").select_one("main")

    assert page.select("form") == []
    assert page.select_one(f"a[href='{HERE}/rendez-vous']") is not None
