"""Exchanges in an agent's file: messages, prepared replies, mails."""

from services.chassis.errors import Unavailable
from tests.support import agents_desk as desk
from tests.support.agents_desk import HERE
from tests.support.demo_town import NOW
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs


def test_the_tab_shows_authors_and_failed_mails_and_preselects_no_reply(agent: Client) -> None:
    page = agent.page(f"{HERE}?onglet=echanges")
    assert "Échec de l’envoi" in page.select_one("[aria-labelledby=t-mails]").get_text()

    written = page.select(".msg--mine > .small")
    assert written
    assert all(line.get_text().startswith("Services techniques") for line in written)

    offered = page.select("#reponse option")
    assert offered[0].get_text() == "Choisir une réponse type"
    assert offered[0]["value"] == ""
    assert [one for one in offered if one.has_attr("selected")] == []


def test_a_prepared_reply_is_put_into_a_message_and_nothing_is_sent(agent: Client, services: Stubs) -> None:
    answer = agent.submit(
        f"{HERE}?onglet=echanges",
        "#nouveau",
        message="Bonjour,",
        **{"modele-message": "intervention-programmee"},
        action="inserer",
    )

    text = parsed(answer).select_one("textarea[name=message]").get_text()
    assert answer.status_code == 200
    assert text.strip().startswith("Bonjour,\n\nBonjour Ariel Nouveau,")
    assert "[date limite\u00a0: à compléter]" in text
    assert services.bodies("messaging.add_exchange") == []


def test_a_line_of_the_history_leads_to_its_message(agent: Client, services: Stubs) -> None:
    line = {"at": NOW.isoformat(), "kind": "exchange", "title": "La mairie a écrit", "detail": "", "who": "Voirie"}
    services["requests.tracking"] = desk.case() | {"history": [line | {"exchange": "e1"}]}

    link = agent.page(f"{HERE}?onglet=historique").select_one(".event a")

    assert link["href"] == f"{HERE}#echange-e1"
    services["requests.tracking"] = desk.case() | {"history": [line | {"exchange": "e1"}], "erased": True}
    assert agent.page(f"{HERE}?onglet=historique").select_one(".event a") is None


def test_the_history_is_signed_by_the_author_or_by_the_department(agent: Client, services: Stubs) -> None:
    def line(title: str, exchange: str | None, who: str = "Services techniques") -> dict[str, object]:
        return {
            "at": NOW.isoformat(),
            "kind": "exchange",
            "title": title,
            "detail": "",
            "who": who,
            "exchange": exchange,
        }

    lines = [line("Message lu", "e1", "Le demandeur"), line("La mairie a écrit", "e1"), line("La mairie a écrit", "e0")]
    services["requests.tracking"] = desk.case() | {"history": lines}
    message = services.answers["messaging.exchanges"]["items"][0] | {"direction": "to_citizen"}
    services["messaging.exchanges"] = {"items": [message | {"id": "e1", "author": "Cheffe de la voirie"}], "unread": 0}

    def signed() -> list[str]:
        page = agent.page(f"{HERE}?onglet=historique")
        return [who.get_text(strip=True) for who in page.select(".event .dots > span:first-child")]

    assert signed() == ["Cheffe de la voirie", "Services techniques"]
    marks = [mark.get_text() for mark in agent.page(f"{HERE}?onglet=historique").select(".event .with-icon")]
    assert len(marks) == 1
    assert marks[0].endswith(", Le demandeur")
    services["messaging.exchanges"] = Unavailable()
    assert signed() == ["Services techniques", "Services techniques"]

    services["requests.tracking"] = desk.case() | {"history": [line("Pièce ajoutée", None) | {"document": "d1"}]}
    piece = services.answers["documents.request_documents"]["documents"][0] | {"side": "town"}
    services["documents.request_documents"] = {"documents": [piece | {"id": "d1", "author": "Cheffe de la voirie"}]}
    assert signed() == ["Cheffe de la voirie"]
    assert "Ajoutée par Cheffe de la voirie" in agent.page(f"{HERE}?onglet=pieces").select_one(".document").get_text()


def test_an_answer_sends_the_last_message_that_its_author_saw(agent: Client, services: Stubs) -> None:
    last = services.answers["messaging.exchanges"]["items"][-1]["id"]

    agent.submit(f"{HERE}?onglet=echanges", "#nouveau", message="Nous passons mardi.")

    assert services.bodies("messaging.add_exchange")[-1]["seen"] == last


def test_inserting_without_a_choice_marks_the_field_of_the_choice(agent: Client) -> None:
    answer = agent.submit(f"{HERE}?onglet=echanges", "#nouveau", message="Bonjour,", action="inserer")

    page = parsed(answer, 422)
    assert page.select_one(".error-summary a")["href"] == "#reponse"
    assert page.select_one("#reponse")["aria-invalid"] == "true"
    assert page.select_one("textarea[name=message]").get_text().strip() == "Bonjour,"
