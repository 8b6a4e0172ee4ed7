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
def test_what_was_begun_is_on_the_page_again_and_said_to_be_unsent(services: Stubs, reader: Client) -> None:
    services["messaging.exchanges"] = {"items": EXCHANGES, "unread": 1, "begun": WORDS}

    page = reader.page(TAB)

    assert page.select_one("#message").get_text() == WORDS
    assert "Il n’est pas encore envoyé." in page.select_one(FORM).get_text()


def test_sent_it_is_an_exchange(follower: Client, services: Stubs) -> None:
    follower.submit(TAB, FORM, message=WORDS)

    assert [body["text"] for body in services.bodies("messaging.add_exchange")] == [WORDS]
    assert services.bodies("messaging.keep_begun_message") == []


def test_what_can_no_longer_be_kept_stays_on_the_page(follower: Client, services: Stubs) -> None:
    services["messaging.keep_begun_message"] = ExchangesNotAllowed()

    page = parsed(follower.submit(TAB, FORM, message=WORDS, action="plus-tard"), 403)

    assert page.select_one("#message").get_text() == WORDS


def test_a_script_is_told_why_it_can_no_longer_be_kept(follower: Client, services: Stubs) -> None:
    services["messaging.keep_begun_message"] = ExchangesNotAllowed()
    form = held_values(follower.page(TAB).select_one(FORM)) | {"message": WORDS, "action": "plus-tard"}

    sent = follower.post(f"/demande/{NUMBER}/echanges", data=form, headers={"Accept": "application/problem+json"})

    assert (sent.status_code, sent.json["detail"]) == (403, ExchangesNotAllowed.message)
