"""« Courriers »: what waits for persons without e-mail address, its print, and who delivered it."""

from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest

from services.chassis.errors import Unavailable
from services.messaging.notices.rules import CallAlreadyNoted, LetterAlreadyDelivered, LetterNotPrinted
from services.requests.refusals import NothingOnPaper
from services.requests.schemas.refusals import RequestNotFound
from tests.support import agents_desk as desk
from tests.support.demo_town import NOW, NUMBER
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

FILE = "0d6f1e5a-0000-4000-8000-00000000000f"
LETTER = "0d6f1e5a-0000-4000-8000-00000000000a"
HERE = f"/agent/demandes/{NUMBER}/courriers/{LETTER}"
LINK = "https://demarches.saint-aubin-sur-orne.example/suivi/jeton"
ENVELOPE = {"name": "Ariel Nouveau", "lines": ["7 rue du Pont-Neuf", "61990 Saint-Aubin-sur-Orne"]}


def line(**changes: Any) -> dict[str, Any]:
    return {
        "id": LETTER,
        "kind": "status_changed",
        "label": "Changement de statut",
        "number": NUMBER,
        "procedure_title": "Signaler un problème",
        "since": NOW.isoformat(),
        "printed": False,
        "call": False,
        **changes,
    }


def letter(**changes: Any) -> dict[str, Any]:
    return {
        "id": LETTER,
        "number": NUMBER,
        "kind": "status_changed",
        "label": "Changement de statut",
        "subject": "Votre demande a évolué",
        "title": "Votre demande a évolué",
        "parts": [
            {"kind": "text", "text": "Bonjour Ariel Nouveau,", "label": ""},
            {"kind": "heading", "text": "Joint à ce courrier", "label": ""},
            {"kind": "text", "text": "- Arrêté signé", "label": ""},
            {"kind": "link", "text": LINK, "label": "Consulter le suivi de ma demande"},
        ],
        "recipient": ENVELOPE,
        "department": {
            "name": "Services techniques",
            "address": "1 place",
            "phone": "02 61 91 10 20",
            "email": "st@a.example",
        },
        "town": "Commune de Saint-Aubin-sur-Orne",
        "place": "Saint-Aubin-sur-Orne",
        "since": NOW.isoformat(),
        "printed_at": None,
        "decision": False,
        "enclosed": [],
        "state": "on_paper",
        "delivered_at": None,
        "delivered_by": "",
        **changes,
    }


@pytest.fixture
def paper(services: Stubs) -> Stubs:
    """A letter that waits for a person who gave no e-mail address."""
    services["messaging.letters"] = {"items": [line()], "total": 1, "per_page": 20}
    services["messaging.letters_waiting"] = {"waiting": 1}
    services["messaging.letter"] = letter()
    services["messaging.print_letter"] = {"letter_id": LETTER, "printed_at": NOW.isoformat()}
    services["messaging.deliver_letter"] = {"letter_id": LETTER, "state": "posted"}
    services["requests.recipients"] = {"items": [{"number": NUMBER, **ENVELOPE, "phone": None}]}
    services["requests.letter_grant"] = {"number": NUMBER, "grant": "letters", "documents": True}
    return services


def test_a_waiting_letter_shows_its_recipient_and_links_to_its_print(agent: Client, paper: Stubs) -> None:
    row = agent.page("/agent/courriers").select_one("tbody tr")
    words = row.get_text(" ", strip=True)

    assert "Changement de statut" in words
    assert "Ariel Nouveau 7 rue du Pont-Neuf 61990 Saint-Aubin-sur-Orne" in words
    assert [link["href"] for link in row.select("a")] == [f"/agent/demandes/{NUMBER}", HERE]


def test_a_letter_can_be_noted_as_delivered_only_after_its_print(agent: Client, paper: Stubs) -> None:
    assert agent.page("/agent/courriers").select("tbody button") == []

    paper["messaging.letters"] = {"items": [line(printed=True)], "total": 1, "per_page": 20}
    shown = [button["value"] for button in agent.page("/agent/courriers").select("tbody button")]
    assert shown == ["remis", "poste"]


def test_a_call_to_make_shows_the_phone_number_and_is_noted_once(agent: Client, paper: Stubs) -> None:
    paper["messaging.letters"] = {"items": [line(call=True)], "total": 1, "per_page": 20}
    paper["requests.recipients"] = {"items": [{"number": NUMBER, **ENVELOPE, "phone": "06 39 98 10 09"}]}
    row = agent.page("/agent/courriers").select_one("tbody tr")
    assert "06 39 98 10 09" in row.get_text().replace("\u00a0", " ")
    assert [button["value"] for button in row.select("button")] == ["appele"]

    assert (
        agent.submit("/agent/courriers", "tbody form", action="appele").location == "/agent/courriers?fait=appele#fait"
    )
    assert paper.bodies("messaging.deliver_letter")[-1]["way"] == "called"
    paper["messaging.deliver_letter"] = CallAlreadyNoted()
    assert agent.submit("/agent/courriers", "tbody form", action="appele").location == "/agent/courriers?fait=deja#fait"


def test_an_agent_without_the_right_to_decide_is_offered_the_receipt_only(agent: Client, paper: Stubs) -> None:
    reads = tuple(one for one in desk.AGENT.permissions if one != "change_status")
    paper["accounts.session"] = desk.session_of(replace(desk.AGENT, permissions=reads))
    receipt = line(id=LETTER.replace("a", "b"), kind="acknowledgement", label="Accusé de réception", printed=True)
    paper["messaging.letters"] = {"items": [line(printed=True), receipt], "total": 2, "per_page": 20}
    change, acknowledgement = agent.page("/agent/courriers").select("tbody tr")

    assert (len(change.select("a[href*=courriers]")), change.select("button")) == (0, [])
    assert "par un agent qui peut décider" in change.get_text()
    assert (len(acknowledgement.select("a[href*=courriers]")), len(acknowledgement.select("button"))) == (1, 2)


def test_the_menu_says_how_many_letters_wait(agent: Client, paper: Stubs) -> None:
    menu = agent.page("/agent/demandes").select_one("#menu a[href='/agent/courriers']")
    assert menu.get_text(" ", strip=True) == "Courriers 1 à faire, appels compris"

    paper["messaging.letters_waiting"] = Unavailable()
    assert (
        agent.page("/agent/demandes").select_one("#menu a[href='/agent/courriers']").get_text(strip=True) == "Courriers"
    )


def test_recipients_are_not_requested_where_no_letter_waits(agent: Client, services: Stubs) -> None:
    page = agent.page("/agent/courriers")

    assert "Aucun courrier ni appel à faire" in page.get_text()
    assert services.bodies("requests.recipients") == []


def test_an_opened_letter_has_envelope_sender_and_addresses_and_prints_nothing(agent: Client, paper: Stubs) -> None:
    page = agent.page(HERE)
    assert [link.get_text(" ", strip=True) for link in page.select("#menu [aria-current]")] == [
        "Courriers 1 à faire, appels compris"
    ]
    sheet = page.select_one("article.mailing")
    words = sheet.get_text(" ", strip=True)

    assert sheet.select_one(".mailing__to").get_text(" ", strip=True) == " ".join(
        [ENVELOPE["name"], *ENVELOPE["lines"]]
    )
    assert LINK in words
    assert "Services techniques" in words
    assert "Saint-Aubin-sur-Orne, le mardi 24 novembre 2026" in words.replace("\u00a0", " ")

    assert [button["value"] for button in page.select("main form button")] == ["imprimer"]
    assert page.select_one("article.mailing.screen"), "what is not kept is not printed by the browser's menu either"
    assert paper.bodies("messaging.print_letter") == []


def of_the_town(id: str, label: str, **changes: Any) -> dict[str, Any]:
    file = {"id": FILE, "name": f"{id}.pdf", "size": 1, "type": "application/pdf", "scan": "clean"}
    return {"id": id, "side": "town", "piece": "autre", "label": label, "files": [file], **changes}


@pytest.fixture
def decision(paper: Stubs) -> Stubs:
    """The letter is that of a decision, of a request to which the town joined two documents."""
    paper["documents.request_documents"] = {
        "documents": [
            of_the_town("d1", "Arrêté signé"),
            of_the_town("d2", "Plan du quartier"),
            of_the_town("d3", "Photographie", side="citizen", piece="photo"),
            of_the_town("d4", "Photographie prise au guichet", piece="photo"),
        ]
    }
    paper["messaging.letter"] = lambda body, _actor: letter(decision=True, enclosed=body["enclosed"])
    return paper


def test_a_decision_lists_the_documents_to_join_with_a_link_to_each(agent: Client, decision: Stubs) -> None:
    form = agent.page(HERE).select_one("main form")
    words = form.get_text(" ", strip=True)

    assert [box["value"] for box in form.select("input[name=piece][checked]")] == ["d1", "d2"]
    assert "imprimez-la et mettez-la dans l’enveloppe" in words
    assert [link["href"] for link in form.select("a")] == [f"/agent/demandes/{NUMBER}/pieces/{FILE}"] * 2
    assert decision.bodies("messaging.letter")[-1]["enclosed"] == ["Arrêté signé", "Plan du quartier"]


def test_a_decision_is_printed_with_the_names_of_the_ticked_documents(agent: Client, decision: Stubs) -> None:
    agent.submit(HERE, "main form", action="imprimer", piece=["d1"])
    assert decision.bodies("messaging.print_letter")[-1]["enclosed"] == ["Arrêté signé"]

    decision["messaging.letter"] = letter(decision=True, enclosed=["Arrêté signé"], printed_at=NOW.isoformat())
    again = agent.page(HERE).select("input[name=piece]")
    assert [box["value"] for box in again if box.has_attr("checked")] == ["d1"]


def test_only_a_decision_asks_for_documents_to_join(agent: Client, decision: Stubs) -> None:
    decision["messaging.letter"] = letter()
    assert agent.page(HERE).select("input[name=piece]") == []


def test_the_button_keeps_what_is_printed_and_opens_that_copy(agent: Client, paper: Stubs) -> None:
    answer = agent.submit(HERE, "main form", action="imprimer")

    assert answer.location == f"{HERE}?imprime=1"
    body = {"grant": "letters", "letter_id": LETTER, "enclosed": []}
    assert paper.bodies("messaging.print_letter")[-1] == body
    paper["messaging.letter"] = letter(printed_at=NOW.isoformat())
    page = agent.page(answer.location)
    shown = [button.get("value") or button["data-print"] for button in page.select("main form button")]
    assert shown == ["now", "remis", "poste", "imprimer"]
    assert page.select("article.mailing.screen") == []
    assert agent.page(HERE).select_one("[data-print]")["data-print"] == "", "the window opens by itself only once"


def test_an_unprinted_letter_is_not_noted_as_delivered(agent: Client, paper: Stubs) -> None:
    paper["messaging.deliver_letter"] = LetterNotPrinted()
    assert "Imprimez d’abord ce courrier" in parsed(agent.submit(HERE, "main form", action="remis"), 409).get_text()


def test_a_letter_that_a_colleague_delivered_meanwhile_is_not_printed_anew(agent: Client, paper: Stubs) -> None:
    paper["messaging.print_letter"] = LetterAlreadyDelivered(details={"way": "posted", "at": NOW.isoformat()})
    assert "déjà été remis ou posté" in parsed(agent.submit(HERE, "main form", action="imprimer"), 409).get_text()


def test_the_receipt_asks_for_no_document(agent: Client, paper: Stubs) -> None:
    agent.page(f"/agent/demandes/{NUMBER}/courriers/accuse")

    assert paper.bodies("messaging.letter")[-1] == {"grant": "letters", "enclosed": []}
    assert paper.bodies("documents.request_documents") == []


@pytest.mark.parametrize(("button", "way"), [("remis", "handed_over"), ("poste", "posted")])
def test_the_way_of_a_delivery_is_noted_and_confirmed(agent: Client, paper: Stubs, button: str, way: str) -> None:
    answer = agent.submit(HERE, "main form", action=button)

    assert answer.location == f"/agent/courriers?fait={button}#fait"
    assert paper.bodies("messaging.deliver_letter")[-1] == {"grant": "letters", "letter_id": LETTER, "way": way}
    said = agent.page(answer.location).get_text().replace("\u00a0", " ")
    assert f"Le courrier est noté « {'remis' if button == 'remis' else 'posté'} »" in said


def test_the_second_agent_reads_how_and_by_whom_a_letter_was_delivered(agent: Client, paper: Stubs) -> None:
    paper["messaging.deliver_letter"] = LetterAlreadyDelivered(details={"way": "posted", "at": NOW.isoformat()})
    done = {"state": "posted", "delivered_at": NOW.isoformat(), "delivered_by": "Chef d’équipe"}
    paper["messaging.letter"] = Mock(side_effect=[letter(), letter(**done)])

    words = parsed(agent.submit(HERE, "main form", action="remis"), 409).get_text()

    assert "déjà été remis ou posté" in words
    assert "par Chef d’équipe" in words


def test_a_delivery_without_a_way_is_refused(agent: Client, paper: Stubs) -> None:
    answer = agent.submit(HERE, "main form", action="")

    assert answer.status_code == 422
    assert paper.bodies("messaging.deliver_letter") == []


@pytest.mark.parametrize(("refusal", "status"), [(RequestNotFound, 404), (NothingOnPaper, 409)])
def test_a_letter_is_refused_to_an_agent_without_its_grant(
    agent: Client, paper: Stubs, refusal: type[Exception], status: int
) -> None:
    paper["requests.letter_grant"] = refusal()

    assert agent.get(HERE).status_code == status
    assert paper.bodies("messaging.letter") == []


def test_the_file_shows_the_state_of_each_letter_and_links_to_its_copy(agent: Client, paper: Stubs) -> None:
    paper["requests.tracking"] = desk.case() | {"by_post": True}
    at = NOW.isoformat()
    paper["messaging.emails"] = [
        {"kind": "acknowledgement", "label": "Accusé de réception", "at": at, "state": "posted", "letter_id": LETTER, "by": "Chef"},
        {"kind": "status_changed", "label": "Changement de statut", "at": at, "state": "on_paper", "letter_id": LETTER, "by": None},
    ]  # fmt: skip
    section = agent.page(f"/agent/demandes/{NUMBER}?onglet=echanges").select_one("[aria-labelledby=t-mails]")
    words = section.get_text(" ", strip=True)

    assert "Courriers à la personne" in words
    assert "Posté par Chef" in words
    assert "À remettre ou à poster" in words
    assert {link["href"] for link in section.select("a")} == {HERE}


def test_the_notice_of_an_act_says_that_a_letter_is_to_be_printed(agent: Client, paper: Stubs) -> None:
    address = f"/agent/demandes/{NUMBER}?fait=statut"
    assert "Un courriel en prévient la personne" in agent.page(address).get_text()

    paper["requests.tracking"] = desk.case() | {"by_post": True}
    words = agent.page(address).select_one("#fait").get_text()
    assert "courriel" not in words
    assert "à remettre ou à poster" in words
