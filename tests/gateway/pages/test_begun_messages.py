"""A message begun in Échanges: kept by a button or as it is typed, shown again, sent as any other."""

import pytest

from services.messaging.exchanges.rules import ExchangesNotAllowed
from tests.support.demo_town import NUMBER
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs
from tests.support.tracked_request import EXCHANGES

TAB = f"/demande/{NUMBER}?onglet=echanges"
FORM = "form#nouveau"
WORDS = "Bonjour, mon portail"


def test_without_scripts_a_button_keeps_what_is_written(follower: Client, services: Stubs) -> None:
    sent = follower.submit(TAB, FORM, message=WORDS, action="plus-tard")

    assert sent.location == f"{TAB}&fait=garde#fait"
    [body] = services.bodies("messaging.keep_begun_message")
    assert (body["text"], body["seen"]) == (WORDS, EXCHANGES[-1]["id"])
    assert services.bodies("messaging.add_exchange") == []
    assert "Votre message est gardé" in follower.page(sent.location).get_text()


@pytest.mark.parametrize("reader", ["citizen", "follower"], indirect=True)
def test_a_begun_message_is_shown_again_and_marked_as_unsent(services: Stubs, reader: Client) -> None:
    services["messaging.exchanges"] = {"items": EXCHANGES, "unread": 1, "begun": WORDS}

    page = reader.page(TAB)

    assert page.select_one("#message").get_text() == WORDS
    assert "Il n’est pas encore envoyé." in page.select_one(FORM).get_text()


def test_a_sent_message_is_an_exchange_and_no_longer_begun(follower: Client, services: Stubs) -> None:
    follower.submit(TAB, FORM, message=WORDS)

    assert [body["text"] for body in services.bodies("messaging.add_exchange")] == [WORDS]
    assert services.bodies("messaging.keep_begun_message") == []


def test_a_begun_message_refused_by_the_service_stays_on_the_page(follower: Client, services: Stubs) -> None:
    services["messaging.keep_begun_message"] = ExchangesNotAllowed()

    page = parsed(follower.submit(TAB, FORM, message=WORDS, action="plus-tard"), 403)

    assert page.select_one("#message").get_text() == WORDS


def test_a_script_gets_the_reason_why_a_begun_message_is_refused(follower: Client, services: Stubs) -> None:
    services["messaging.keep_begun_message"] = ExchangesNotAllowed()
    form = held_values(follower.page(TAB).select_one(FORM)) | {"message": WORDS, "action": "plus-tard"}

    sent = follower.post(f"/demande/{NUMBER}/echanges", data=form, headers={"Accept": "application/problem+json"})

    assert (sent.status_code, sent.json["detail"]) == (403, ExchangesNotAllowed.message)
