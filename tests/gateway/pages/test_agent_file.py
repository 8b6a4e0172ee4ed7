"""An agent's file: tabs, actions along the flow, decisions with canned replies, what a stale page is told."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.journal import PAGE, Place
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound
from tests.gateway.judge import JudgingClient, held_values, parsed
from tests.gateway.pages import agents_desk as desk
from tests.gateway.pages.town_hall import EXCHANGES, NOW, NUMBER, tracking
from tests.gateway.stubs import StubServices

HERE = f"/agent/demandes/{NUMBER}"
SCHEDULE = f"{HERE}/decision?vers=scheduled&reponse=intervention-programmee"


class Stale(Conflict):
    code = "stale"
    message = "Le dossier a changé."


@pytest.mark.parametrize("tab", ["historique", "demandeur", "demande", "echanges", "pieces", "notes"])
def test_every_tab_is_whole(agent: JudgingClient, tab: str) -> None:
    page = agent.page(f"{HERE}?onglet={tab}")

    assert page.select_one(".tabs a[aria-current=page]")["href"].endswith(tab)


LOOKS = [
    "Lecture du journal",
    "Ouverture d’une pièce, effacée depuis",
    "Ouverture de la pièce « Photographie »",
    "Ouverture du dossier",
]


def audit(services: StubServices, *permissions: str) -> None:
    """Who is logged in may read the journal, and what else is said."""
    services["accounts.session"] = {
        "actor": desk.AGENT.to_json() | {"permissions": [*permissions, "read_audit_log"]},
        "display_name": "A", "idle_expires_at": NOW.isoformat(), "kind": "agent",
    }  # fmt: skip


def looks(page: Any) -> list[str]:
    return [" ".join(cell.get_text().split()) for cell in page.select("td[data-label=Quoi]")]


def test_the_journal_of_a_request_and_of_its_pieces_is_one_in_the_order_of_time(
    agent: JudgingClient, services: StubServices
) -> None:
    assert "Consultations" not in agent.page(HERE).select_one(".tabs").get_text()

    audit(services, *desk.AGENT.permissions)

    assert looks(agent.page(f"{HERE}?onglet=consultations")) == LOOKS


def test_the_journal_of_another_departments_request_is_read_by_its_number(
    agent: JudgingClient, services: StubServices
) -> None:
    audit(services)
    services["requests.tracking"] = NotFound("Nous ne trouvons pas cette demande.")

    agent.page("/agent/consultations")

    assert looks(agent.page(f"/agent/consultations?numero={NUMBER}")) == LOOKS
    assert services.bodies("documents.staff_views") == [{"grant": "journal", "at_most": PAGE + 1}]
    told = agent.get(f"/api/v1/agent/requests/{NUMBER}/views").get_json()
    assert [look["what"] for look in told["views"]] == ["audit_trail", "file", "file", "tracking"]
    assert "grant" not in told


def test_a_long_journal_is_read_page_by_page_by_all_who_recorded_it(
    agent: JudgingClient, services: StubServices
) -> None:
    audit(services)
    looked = [desk.look("tracking", 100 - rank) for rank in range(PAGE + 1)]
    services["requests.audit_trail"] = {"number": NUMBER, "views": looked, "grant": "journal"}

    first = agent.page(f"/agent/consultations?numero={NUMBER}")
    assert len(looks(first)) == PAGE
    agent.page(first.select_one("a[rel=next]")["href"])

    last = (NOW + timedelta(minutes=100 - PAGE + 1)).isoformat()
    assert services.bodies("requests.audit_trail")[-1]["before_at"] == last
    assert services.bodies("requests.audit_trail")[-1]["before_id"] == 100 - PAGE + 2
    assert services.bodies("documents.staff_views")[-1]["before_at"] == last
    told = agent.get(f"/api/v1/agent/requests/{NUMBER}/views").get_json()
    assert f"avant={told['next']}" in first.select_one("a[rel=next]")["href"]


def test_two_looks_of_one_instant_are_each_told_once() -> None:
    here = Place(NOW, "r", 7)

    assert Place.read(str(here)) == here
    assert here.bound("r")["before_id"] == 7
    assert here.bound("d")["before_id"] > 10**18  # what documents recorded then comes after
    assert Place(NOW, "d", 7).bound("r")["before_id"] == 0  # what requests recorded then was told


def test_a_number_that_nobody_has_is_told_on_the_page_of_the_journal(
    agent: JudgingClient, services: StubServices
) -> None:
    audit(services)
    services["requests.audit_trail"] = NotFound("Nous ne trouvons pas cette demande.")

    response = agent.get("/agent/consultations?numero=2026-0000-0000")

    assert response.status_code == 404
    field = parsed(response).select_one("#numero")
    assert field["value"] == "2026-0000-0000"
    assert field["aria-invalid"] == "true"


@pytest.mark.parametrize("address", ["/agent/consultations", f"/api/v1/agent/requests/{NUMBER}/views"])
def test_who_may_not_read_the_journal_does_not(agent: JudgingClient, address: str) -> None:
    assert agent.get(address).status_code == 403


def test_another_departments_file_does_not_exist(agent: JudgingClient, services: StubServices) -> None:
    services["requests.tracking"] = NotFound("Nous ne trouvons pas cette demande.")

    assert agent.get(HERE).status_code == 404


def test_the_flow_decides_what_is_offered(agent: JudgingClient) -> None:
    offered = [link.get_text(strip=True) for link in agent.page(HERE).select(".acts__main")]

    assert offered == ["Programmer", "Terminer", "Transmettre au service compétent", "Refuser"]


def test_a_photograph_opens_on_the_page(agent: JudgingClient) -> None:
    link = agent.page(f"{HERE}?onglet=pieces").select_one(".file__name a")

    shown = agent.page(link["href"].partition("#")[0]).select_one(".photo img")

    assert shown["src"] == f"{HERE}/pieces/{desk.PHOTO}"


def test_a_mail_that_failed_is_told(agent: JudgingClient) -> None:
    assert (
        "Échec de l’envoi" in agent.page(f"{HERE}?onglet=echanges").select_one("[aria-labelledby=t-mails]").get_text()
    )


def test_taking_in_charge_says_what_version_was_seen(agent: JudgingClient, services: StubServices) -> None:
    sent = agent.submit(HERE, "form[action$=prise-en-charge]")

    assert sent.location == f"{HERE}?onglet=historique&fait=charge#fait"
    assert services.bodies("requests.take_in_charge") == [{"number": NUMBER, "version": 9}]


def test_a_stale_page_is_told_what_changed(agent: JudgingClient, services: StubServices) -> None:
    change = {"at": NOW.isoformat(), "kind": "operation", "title": "Demande annulée", "detail": "", "who": "Camille"}
    services["requests.take_in_charge"] = Stale(details={"changes": [change]})

    answer = agent.submit(HERE, "form[action$=prise-en-charge]")

    assert answer.status_code == 409
    assert "Demande annulée" in parsed(answer).select_one(".notice").get_text()


def test_the_page_of_a_reply_shows_its_blanks(agent: JudgingClient) -> None:
    page = agent.page(SCHEDULE)

    assert "Bonjour Ariel Nouveau" in page.select_one(".letter__text").get_text()
    assert "Date limite" in page.select_one(".letter mark").get_text()
    assert page.select_one("input[type=date][name=deadline]") is not None


def test_reading_again_sends_nothing_and_keeps_what_was_typed(agent: JudgingClient, services: StubServices) -> None:
    again = agent.submit(SCHEDULE, "main form", deadline="2027-01-04", action="relire")

    assert services.bodies("requests.change_status") == []
    assert parsed(again).select_one("[name=deadline]")["value"] == "2027-01-04"
    assert "Prêt à partir" in again.text


def test_an_unfilled_blank_blocks_sending_and_is_named(agent: JudgingClient, services: StubServices) -> None:
    services["requests.change_status"] = Invalid(
        "Il reste des blancs.", fields={"values.deadline": "Cette information manque encore dans le message."}
    )

    answer = agent.submit(SCHEDULE, "main form", action="envoyer")

    assert answer.status_code == 422
    assert parsed(answer).select_one(".error-summary a")["href"] == "#z-deadline"


def test_a_decision_leaves_with_reply_and_version(agent: JudgingClient, services: StubServices) -> None:
    sent = agent.submit(SCHEDULE, "main form", deadline="2027-01-04", action="envoyer")

    assert sent.location == f"{HERE}?onglet=historique&fait=statut#fait"
    assert services.bodies("requests.change_status") == [
        {"number": NUMBER, "to": "scheduled", "version": 9, "reply": "intervention-programmee", "deadline": "2027-01-04"}
    ]  # fmt: skip


def test_a_stale_decision_says_what_changed_and_keeps_the_words(agent: JudgingClient, services: StubServices) -> None:
    change = {"at": NOW.isoformat(), "kind": "exchange", "title": "Message reçu", "detail": "", "who": "Camille"}
    services["requests.change_status"] = Stale(details={"changes": [change]})
    address = f"{HERE}/decision?vers=redirected"

    answer = agent.submit(address, "main form", other_administration="Département de l’Orne", action="envoyer")

    page = parsed(answer)
    assert answer.status_code == 409
    assert "Message reçu" in page.select_one(".notice").get_text()
    assert page.select_one("[name=other_administration]")["value"] == "Département de l’Orne"


def test_words_written_for_a_way_that_has_closed_meanwhile_can_be_read_again(
    agent: JudgingClient, services: StubServices
) -> None:
    sent = held_values(agent.page(f"{HERE}/decision?vers=redirected").select_one("main form"))
    services["requests.change_status"] = Stale()
    services["requests.tracking"] = desk.case("done") | {"transitions": [], "replies": []}

    answer = agent.post(f"{HERE}/decision", data=sent | {"other_administration": "Département", "action": "envoyer"})

    page = parsed(answer)
    assert answer.status_code == 409
    assert "Département" in page.select_one("main .facts").get_text()
    assert page.select("main form") == []


def test_a_new_request_is_taken_in_charge_by_one_button(agent: JudgingClient, services: StubServices) -> None:
    services["requests.tracking"] = desk.case("submitted")
    panel = agent.page(HERE).select_one("[aria-labelledby=t-act]")

    assert panel.select_one("button").get_text(strip=True) == "Prendre en charge"
    assert panel.select(".acts__main") == []
    assert panel.select_one(".acts__replies a").get_text(strip=True) == "Avec la réponse «\u00a0Prise en charge\u00a0»"


def test_what_is_followed_already_begins_or_goes_on(agent: JudgingClient, services: StubServices) -> None:
    mine = {"assignee": {"id": desk.ME, "name": "Vous"}}
    for status, verb in (("submitted", "Commencer l’instruction"), ("scheduled", "Reprendre l’instruction")):
        services["requests.tracking"] = desk.case(status) | mine
        assert agent.page(HERE).select_one(".acts__main").get_text(strip=True) == verb


def test_a_prepared_reply_is_put_into_a_message_and_nothing_is_sent(
    agent: JudgingClient, services: StubServices
) -> None:
    answer = agent.submit(
        f"{HERE}?onglet=echanges",
        "form#nouveau",
        message="Bonjour,",
        reponse="intervention-programmee",
        action="inserer",
    )

    text = parsed(answer).select_one("textarea[name=message]").get_text()
    assert answer.status_code == 200
    assert text.strip().startswith("Bonjour,\n\nBonjour Ariel Nouveau,")
    assert "{{ date limite }}" in text
    assert services.bodies("messaging.add_exchange") == []


def test_a_line_of_the_history_leads_to_its_message(agent: JudgingClient, services: StubServices) -> None:
    line = {"at": NOW.isoformat(), "kind": "exchange", "title": "La mairie a écrit", "detail": "", "who": "Voirie"}
    services["requests.tracking"] = desk.case() | {"history": [line | {"exchange": "e1"}]}

    link = agent.page(HERE).select_one(".event a")

    assert link["href"] == f"{HERE}?onglet=echanges#echange-e1"
    services["requests.tracking"] = desk.case() | {"history": [line | {"exchange": "e1"}], "erased": True}
    assert agent.page(HERE).select_one(".event a") is None


def test_a_file_is_printed_whole_and_without_what_is_internal(agent: JudgingClient) -> None:
    page = agent.page(f"{HERE}/imprimer")
    titles = [title.get_text() for title in page.select("main h2")]

    assert titles == ["Le demandeur", "La demande", "Pièces jointes", "Échanges", "Historique"]
    words = page.select_one("main").get_text()
    assert NUMBER in words
    assert "lampadaire.jpg" in words
    assert "Imprimé le" in words
    assert "Vu avec le prestataire." not in words


def test_a_printed_message_that_waits_is_said_to_be_cut_only_where_it_is(
    agent: JudgingClient, services: StubServices
) -> None:
    waiting = EXCHANGES[2] | {"direction": "to_town"}
    for cut, words in ((True, "Message non ouvert\u00a0: seul son début est imprimé."), (False, "Message non ouvert.")):
        services["messaging.exchanges"] = {"items": [waiting | {"cut": cut}], "unread": 1}
        assert agent.page(f"{HERE}/imprimer").select_one(".paper__said .muted").get_text() == words


def test_who_files_at_the_counter_is_led_to_the_file_and_to_no_personal_space(agent: JudgingClient) -> None:
    page = agent.page(f"/demarches/signalement-voirie/prise-en-compte/{NUMBER}")
    addresses = {link["href"] for link in page.select("main a")}

    assert {HERE, "/agent/demandes"} <= addresses
    assert not {"/mes-demandes", "/mon-accueil"} & addresses


def test_a_decision_that_closes_says_that_a_message_waits(agent: JudgingClient, services: StubServices) -> None:
    closing, going_on = f"{HERE}/decision?vers=rejected", SCHEDULE

    notice = agent.page(closing).select_one(".notice--warning")
    assert notice.select_one("h2").get_text() == "1\u00a0message non lu"
    assert notice.select_one("a")["href"] == f"{HERE}?onglet=echanges"
    assert agent.page(going_on).select_one(".notice--warning") is None

    services["requests.tracking"] = desk.case() | {"unread": {"citizen": 0, "town": 0}}
    assert agent.page(closing).select_one(".notice--warning") is None


def test_a_refusal_asks_for_its_reason(agent: JudgingClient) -> None:
    reason = agent.page(f"{HERE}/decision?vers=rejected").select_one("textarea[name=reason]")

    assert reason is not None
    assert reason.has_attr("required")


def test_passing_on_asks_to_whom_and_why(agent: JudgingClient, services: StubServices) -> None:
    page = agent.page(f"{HERE}/decision?vers=redirected")
    assert page.select_one("h1").get_text() == "Transmettre au service compétent"
    assert all(page.select_one(f"[name={name}]").has_attr("required") for name in ("other_administration", "reason"))

    told = "la personne doit savoir pourquoi."
    services["requests.change_status"] = Invalid("Le motif manque.", fields={"reason": told})
    answer = agent.submit(
        f"{HERE}/decision?vers=redirected", "main form", other_administration="Département", action="envoyer"
    )

    page = parsed(answer)
    assert answer.status_code == 422
    assert told in page.select_one(".error-summary a").get_text()
    assert page.select_one("[name=other_administration]")["value"] == "Département"


def test_a_way_that_the_flow_does_not_have_is_not_found(agent: JudgingClient) -> None:
    assert agent.get(f"{HERE}/decision?vers=accepted").status_code == 404


def test_ones_own_words_start_from_a_reply(agent: JudgingClient) -> None:
    page = agent.page(f"{HERE}/decision?vers=scheduled&modele=intervention-programmee")

    assert "{{ deadline }}" in page.select_one("textarea[name=text]").get_text()


def test_a_file_is_handed_to_a_colleague_of_its_department(agent: JudgingClient, services: StubServices) -> None:
    offered = agent.page(f"{HERE}/affectation").select_one("main form").get_text()
    agent.submit(f"{HERE}/affectation", "main form", agent=desk.COLLEAGUE)

    assert "agent.police" not in offered
    assert services.bodies("requests.assign")[0]["assignee"] == desk.COLLEAGUE


def test_a_colleague_who_may_not_have_the_file_is_refused_on_the_page(
    agent: JudgingClient, services: StubServices
) -> None:
    services["requests.assign"] = Invalid("Cet agent ne peut pas suivre cette demande.")

    answer = agent.submit(f"{HERE}/affectation", "main form", agent="inconnu")

    assert answer.status_code == 422
    assert "ne peut pas suivre cette demande" in answer.text


def test_a_refused_note_is_given_back(agent: JudgingClient, services: StubServices) -> None:
    services["requests.add_note"] = Invalid("Écrivez la note avant de l’ajouter.")

    answer = agent.submit(f"{HERE}?onglet=notes", "form#nouvelle", note="  ")

    assert answer.status_code == 422
    assert "Écrivez la note" in parsed(answer).select_one("#note-erreur").get_text()


def test_a_message_to_a_request_that_has_closed_is_given_back(agent: JudgingClient, services: StubServices) -> None:
    form = held_values(agent.page(f"{HERE}?onglet=echanges").select_one("form#nouveau"))
    closed = desk.case()
    services["requests.tracking"] = closed | {"can": closed["can"] | {"exchange": False}}
    services["messaging.add_exchange"] = Forbidden("La demande est close.")

    sent = agent.post(f"{HERE}/echanges", data=form | {"message": "Nous passons mardi."})

    page = parsed(sent)
    assert sent.status_code == 403
    assert page.select_one("main textarea[readonly]").get_text() == "Nous passons mardi."
    assert "La demande est close." in page.select_one("main .notice").get_text()


def test_what_was_just_opened_counts_no_more(agent: JudgingClient, services: StubServices) -> None:
    services["messaging.exchanges"] = {"items": [], "unread": 0}

    tab = agent.page(f"{HERE}?onglet=echanges").select_one(".tabs a[aria-current=page]")

    assert desk.case()["unread"]["town"] == 1  # requests has not heard of it yet
    assert tab.select_one(".badge") is None


def test_a_piece_for_a_request_that_has_closed_is_told_not_to_be_added(
    agent: JudgingClient, services: StubServices
) -> None:
    form = held_values(agent.page(f"{HERE}?onglet=pieces").select_one("#ajouter form"))
    closed = desk.case()
    services["requests.tracking"] = closed | {"can": closed["can"] | {"add_documents": False}}

    sent = agent.post(f"{HERE}/pieces", data=form)

    assert "La pièce n’est pas ajoutée" in parsed(sent).select_one("main .notice").get_text()


def test_the_shortcuts_are_listed(agent: JudgingClient) -> None:
    assert agent.page("/agent/raccourcis").select("kbd")


def test_an_agent_revokes_the_links_after_a_question(agent: JudgingClient, services: StubServices) -> None:
    services["requests.revoke_tracking_links"] = {"number": NUMBER}
    assert agent.page(f"{HERE}?onglet=demandeur").select_one(f'a[href="{HERE}/liens"]')

    done = agent.submit(f"{HERE}/liens", "main form")

    assert len(services.bodies("requests.revoke_tracking_links")) == 1
    assert "ne fonctionnent plus" in agent.get(done.location.partition("#")[0]).text


@pytest.mark.parametrize("key", ["e", "n"])
def test_a_shortcut_leads_into_the_field_where_one_writes(agent: JudgingClient, key: str) -> None:
    address, _, field = agent.page(HERE).select_one(f"[data-key={key}]")["href"].partition("#")

    assert agent.page(address).select_one(f"textarea#{field}") is not None


def test_the_present_appointment_comes_first_on_a_phone(agent: JudgingClient, services: StubServices) -> None:
    services["requests.tracking"] = tracking() | {
        k: v for k, v in desk.case().items() if k not in ("appointments", "procedure")
    }

    assert agent.page(f"{HERE}/rendez-vous").select_one(".chosen__present h2").get_text() == "Rendez-vous actuel"
