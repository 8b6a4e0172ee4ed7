"""A message that is begun: sealed, one for each request, for the applicant's side alone, gone when it is sent."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.chassis.errors import Invalid
from services.messaging.exchanges import begun_messages
from services.messaging.exchanges.rules import ExchangesNotAllowed, Side
from services.messaging.personal_data import use_cases as personal_data
from services.messaging.schemas.exchanges import KeepBegunMessage
from tests.integration.messaging.conftest import House
from tests.integration.messaging.test_exchanges import add

WORDS = "Bonjour, mon portail du 7 rue du Pont-Neuf"


def keep(
    house: House, request_id: UUID, text: str, *rights: str, side: Side = Side.CITIZEN, seen: UUID | str = ""
) -> None:
    asked = KeepBegunMessage(grant="grant", text=text, seen=str(seen))
    house.act(begun_messages.keep, asked, house.grant(request_id, side, *rights))


def begun(house: House, request_id: UUID, side: Side = Side.CITIZEN) -> str:
    return house.thread(request_id, side).begun


def test_what_was_begun_changes_with_each_word_and_is_dropped_when_emptied(house: House) -> None:
    request_id, other = house.hear_request(), house.hear_request()
    keep(house, request_id, "Bonjour")
    keep(house, request_id, WORDS)

    assert (begun(house, request_id), begun(house, other)) == (WORDS, "")
    assert house.said(f"request-{request_id}") == [], "nobody is told of what was not sent"
    keep(house, request_id, " \n")
    assert begun(house, request_id) == ""


def test_it_is_sealed_and_nobody_elses_to_read_or_write(house: House) -> None:
    request_id = house.hear_request()
    keep(house, request_id, WORDS)
    keep(house, request_id, "Réponse de la mairie", side=Side.TOWN)

    assert (begun(house, request_id), begun(house, request_id, Side.TOWN)) == (WORDS, "")
    [row] = house.rows("SELECT * FROM begun_messages WHERE request_id = %s", (request_id,))
    assert b"portail" not in bytes(row["sealed"])


def test_it_is_gone_once_sent_and_does_not_come_back_by_a_save_on_its_way(house: House) -> None:
    request_id = house.hear_request()
    first = add(house, request_id, Side.TOWN, "Où est-ce ?")
    keep(house, request_id, WORDS, seen=first)
    sent = add(house, request_id, Side.CITIZEN, f"{WORDS}.", seen=first)
    assert begun(house, request_id) == ""

    keep(house, request_id, WORDS, seen=first)
    assert begun(house, request_id) == ""
    keep(house, request_id, "Autre chose", seen=sent)
    assert begun(house, request_id) == "Autre chose"


def test_an_answer_of_the_town_does_not_stop_what_is_being_written(house: House) -> None:
    request_id = house.hear_request()
    add(house, request_id, Side.TOWN, "Une précision.")
    keep(house, request_id, WORDS)
    assert begun(house, request_id) == WORDS


def test_a_closed_request_takes_none_but_still_gives_back_what_was_begun(house: House) -> None:
    request_id = house.hear_request()
    keep(house, request_id, WORDS)
    with pytest.raises(ExchangesNotAllowed):
        keep(house, request_id, "encore", "read")
    assert begun(house, request_id) == WORDS


def test_a_mark_that_is_no_id_is_refused(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        keep(house, house.hear_request(), WORDS, seen="n’importe quoi")
    assert refused.value.fields == {"seen": "Il faut un identifiant."}


def test_after_thirty_days_it_is_neither_given_back_nor_kept(house: House) -> None:
    request_id, later = house.hear_request(), house.hear_request()
    keep(house, request_id, WORDS)
    house.clock.ahead = timedelta(days=1)
    keep(house, later, WORDS)
    house.clock.ahead = timedelta(days=30, seconds=1)

    assert (begun(house, request_id), begun(house, later)) == ("", WORDS)
    house.do(begun_messages.forget)
    kept = house.rows("SELECT request_id FROM begun_messages WHERE request_id = ANY(%s)", ([request_id, later],))
    assert [row["request_id"] for row in kept] == [later]


def test_an_erased_request_leaves_none(house: House) -> None:
    request_id = house.hear_request()
    keep(house, request_id, WORDS)
    house.do(lambda tx: personal_data.erase_request(tx, request_id))
    assert house.rows("SELECT 1 FROM begun_messages WHERE request_id = %s", (request_id,)) == []
