"""A message that is begun: sealed, one for each request, for the applicant's side alone, gone when it is sent."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.chassis.errors import Invalid
from services.messaging.exchanges import begun_messages
from services.messaging.exchanges.rules import ExchangesNotAllowed, Side
from services.messaging.personal_data import use_cases as personal_data
from services.messaging.schemas.exchanges import KeepBegunMessage
from tests.integration.messaging.conftest import Messaging
from tests.integration.messaging.test_exchanges import add

WORDS = "Bonjour, mon portail du 7 rue du Pont-Neuf"


def keep(
    messaging: Messaging, request_id: UUID, text: str, *rights: str, side: Side = Side.CITIZEN, seen: UUID | str = ""
) -> None:
    asked = KeepBegunMessage(grant="grant", text=text, seen=str(seen))
    messaging.act(begun_messages.keep, asked, messaging.grant(request_id, side, *rights))


def begun(messaging: Messaging, request_id: UUID, side: Side = Side.CITIZEN) -> str:
    return messaging.thread(request_id, side).begun


def test_a_begun_message_is_replaced_by_each_save_and_dropped_when_emptied(messaging: Messaging) -> None:
    request_id, other = messaging.hear_request(), messaging.hear_request()
    keep(messaging, request_id, "Bonjour")
    keep(messaging, request_id, WORDS)

    assert (begun(messaging, request_id), begun(messaging, other)) == (WORDS, "")
    assert messaging.said(f"request-{request_id}") == [], "what was not sent is not published"
    keep(messaging, request_id, " \n")
    assert begun(messaging, request_id) == ""


def test_a_begun_message_is_sealed_and_the_applicants_side_alone_has_it(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    keep(messaging, request_id, WORDS)
    keep(messaging, request_id, "Réponse de la mairie", side=Side.TOWN)

    assert (begun(messaging, request_id), begun(messaging, request_id, Side.TOWN)) == (WORDS, "")
    [row] = messaging.rows("SELECT * FROM begun_messages WHERE request_id = %s", (request_id,))
    assert b"portail" not in bytes(row["sealed"])


def test_a_begun_message_is_gone_once_sent_and_not_brought_back_by_a_late_save(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    first = add(messaging, request_id, Side.TOWN, "Où est-ce ?")
    keep(messaging, request_id, WORDS, seen=first)
    sent = add(messaging, request_id, Side.CITIZEN, f"{WORDS}.", seen=first)
    assert begun(messaging, request_id) == ""

    keep(messaging, request_id, WORDS, seen=first)
    assert begun(messaging, request_id) == ""
    keep(messaging, request_id, "Autre chose", seen=sent)
    assert begun(messaging, request_id) == "Autre chose"


def test_an_answer_of_the_town_does_not_stop_what_is_being_written(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    add(messaging, request_id, Side.TOWN, "Une précision.")
    keep(messaging, request_id, WORDS)
    assert begun(messaging, request_id) == WORDS


def test_a_closed_request_takes_none_but_still_gives_back_what_was_begun(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    keep(messaging, request_id, WORDS)
    with pytest.raises(ExchangesNotAllowed):
        keep(messaging, request_id, "encore", "read")
    assert begun(messaging, request_id) == WORDS


def test_a_malformed_mark_is_refused(messaging: Messaging) -> None:
    with pytest.raises(Invalid) as refused:
        keep(messaging, messaging.hear_request(), WORDS, seen="n’importe quoi")
    assert refused.value.fields == {"seen": "Il faut un identifiant."}


def test_after_thirty_days_a_begun_message_is_neither_given_back_nor_kept(messaging: Messaging) -> None:
    request_id, later = messaging.hear_request(), messaging.hear_request()
    keep(messaging, request_id, WORDS)
    messaging.clock.ahead = timedelta(days=1)
    keep(messaging, later, WORDS)
    messaging.clock.ahead = timedelta(days=30, seconds=1)

    assert (begun(messaging, request_id), begun(messaging, later)) == ("", WORDS)
    begun_messages.forget(messaging.store)
    kept = messaging.rows("SELECT request_id FROM begun_messages WHERE request_id = ANY(%s)", ([request_id, later],))
    assert [row["request_id"] for row in kept] == [later]


def test_an_erased_request_leaves_no_begun_message(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    keep(messaging, request_id, WORDS)
    messaging.do(lambda tx: personal_data.erase_request(tx, request_id))
    assert messaging.rows("SELECT 1 FROM begun_messages WHERE request_id = %s", (request_id,)) == []
