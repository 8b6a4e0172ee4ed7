"""The thread of a request, on the real database."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor, system
from services.chassis.errors import Forbidden
from services.messaging.exchanges import use_cases as exchanging, views as threads
from services.messaging.exchanges.rules import BlankLeft, ExchangesNotAllowed, Side, UnknownExchange
from services.messaging.schemas.exchanges import ImportedExchange
from services.townhall.grants import GrantRefused
from tests.integration.messaging.conftest import House


def add(house: House, request_id: UUID, side: Side, text: str, *, seen: UUID | None = None) -> UUID:
    exchange_id = uuid4()
    house.do(lambda tx: exchanging.add_exchange(tx, house.grant(request_id, side), exchange_id, text, seen=seen))
    return exchange_id


def test_an_exchange_is_read_once_the_other_side_has_opened_it(house: House) -> None:
    request_id = house.hear_request()
    exchange = add(house, request_id, Side.TOWN, "La visite aura lieu mardi.")
    citizen = house.grant(request_id, Side.CITIZEN)
    house.do(lambda tx: exchanging.mark_read(tx, house.grant(request_id, Side.TOWN), exchange))  # its own author
    for _ in range(2):
        assert threads.listed(house.store, citizen).unread == 1
    for _ in range(2):
        house.do(lambda tx: exchanging.mark_read(tx, citizen, exchange))
    assert threads.opened(house.store, citizen, exchange).text == "La visite aura lieu mardi."
    assert threads.listed(house.store, citizen).unread == 0
    assert house.said(f"request-{request_id}") == ["ExchangeAdded", "ExchangeRead"]


def test_who_answers_has_read_what_was_there_and_not_what_came_meanwhile(house: House) -> None:
    request_id = house.hear_request()
    own = add(house, request_id, Side.TOWN, "La visite aura lieu mardi.")
    asked = [add(house, request_id, Side.CITIZEN, text) for text in ("À quelle heure ?", "Et où ?", "Pardon, où ?")]
    add(house, request_id, Side.TOWN, "À dix heures, sur place.", seen=asked[1])
    read = {item.id: item.read_at is not None for item in thread(house, request_id)}
    assert [read[str(one)] for one in (own, *asked)] == [False, True, True, False]
    said = ["ExchangeAdded"] * 4 + ["ExchangeRead"] * 2 + ["ExchangeAdded"]
    assert house.said(f"request-{request_id}") == said


def test_what_an_author_had_before_their_eyes_is_of_the_same_request(house: House) -> None:
    request_id = house.hear_request()
    add(house, request_id, Side.CITIZEN, "À quelle heure ?")
    elsewhere = add(house, house.hear_request(), Side.CITIZEN, "Bonjour.")
    for seen in (None, uuid4(), elsewhere):
        add(house, request_id, Side.TOWN, "À dix heures.", seen=seen)
    assert threads.listed(house.store, house.grant(request_id, Side.TOWN)).unread == 1


def thread(house: House, request_id: UUID) -> list[dict[str, Any]]:
    return threads.listed(house.store, house.grant(request_id, Side.TOWN)).items


def test_an_exchange_owes_the_other_side_a_mail(house: House) -> None:
    request_id = house.hear_request()
    add(house, request_id, Side.CITIZEN, "Puis-je venir plus tôt ?")
    add(house, request_id, Side.TOWN, "Oui.")
    assert [purpose for purpose, _, _ in house.notices(request_id)] == ["exchange_to_town", "exchange_to_citizen"]


def test_no_blank_of_a_reply_leaves_the_town_and_the_citizen_may_write_braces(house: House) -> None:
    request_id = house.hear_request()
    for blank in ("{{ date limite }}", "[date limite\u00a0: à compléter]"):
        with pytest.raises(BlankLeft) as refused:
            add(house, request_id, Side.TOWN, f"Nous passerons le {blank}.")
        assert "date limite" in refused.value.fields["text"]
    add(house, request_id, Side.CITIZEN, "Que veut dire {{ date limite }} ?")
    assert [purpose for purpose, _, _ in house.notices(request_id)] == ["exchange_to_town"]


def test_no_exchange_is_added_without_the_right_or_where_the_procedure_has_none(house: House) -> None:
    request_id = house.hear_request()
    grant = house.grant(request_id, Side.CITIZEN, "read")
    with pytest.raises(ExchangesNotAllowed):
        house.do(lambda tx: exchanging.add_exchange(tx, grant, uuid4(), "Bonjour"))
    other = house.hear_request("rdv-cni-passeport")
    with pytest.raises(ExchangesNotAllowed):
        add(house, other, Side.CITIZEN, "Bonjour")


def test_an_exchange_of_another_request_does_not_exist(house: House) -> None:
    exchange = add(house, house.hear_request(), Side.TOWN, "Bonjour.")
    other = house.grant(house.hear_request(), Side.CITIZEN)
    with pytest.raises(UnknownExchange):
        house.do(lambda tx: exchanging.mark_read(tx, other, exchange))


def test_what_was_written_is_unreadable_once_the_key_is_destroyed(house: House) -> None:
    request_id = house.hear_request()
    add(house, request_id, Side.TOWN, "Bonjour.")
    house.do(lambda tx: tx.destroy_key(str(request_id)))
    assert threads.listed(house.store, house.grant(request_id, Side.CITIZEN)).items == ()


def test_what_was_written_is_neither_opened_nor_marked_without_the_right_to_read(house: House) -> None:
    request_id = house.hear_request()
    exchange = add(house, request_id, Side.TOWN, "Bonjour.")
    uploader = house.grant(request_id, Side.CITIZEN, "upload")
    with pytest.raises(GrantRefused):
        house.do(lambda tx: exchanging.mark_read(tx, uploader, exchange))
    with pytest.raises(GrantRefused):
        threads.opened(house.store, uploader, exchange)
    assert threads.listed(house.store, house.grant(request_id, Side.CITIZEN)).unread == 1


def sample(request_id: UUID) -> ImportedExchange:
    return ImportedExchange(
        request_id=request_id,
        side="town",
        author="Services techniques",
        at=datetime(2026, 11, 1, 9, 0, tzinfo=UTC),
        read=True,
        text="Bonjour.",
    )


def test_sample_exchanges_keep_their_dates_and_owe_no_mail(house: House) -> None:
    request_id = house.hear_request()
    for _ in range(2):
        with house.store.transaction(actor=system("import")) as tx:
            exchanging.import_exchanges(tx, [sample(request_id)])
    listed = threads.listed(house.store, house.grant(request_id, Side.CITIZEN))
    assert [item.at for item in listed.items] == ["2026-11-01T09:00:00+00:00"]
    assert listed.unread == 0
    assert house.notices(request_id) == []


@pytest.mark.parametrize("kind", ["visitor", "citizen", "tracking", "agent", "partner"])
def test_only_a_process_of_ours_brings_in_sample_exchanges(house: House, kind: str) -> None:
    request_id = house.hear_request()
    with pytest.raises(Forbidden), house.store.transaction(actor=Actor(kind=kind, id="import")) as tx:
        exchanging.import_exchanges(tx, [sample(request_id)])
    assert threads.listed(house.store, house.grant(request_id, Side.CITIZEN)).items == ()
