"""The thread of a request, on the real database."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor, system
from services.chassis.calls import Call
from services.chassis.errors import Forbidden
from services.messaging.exchanges import use_cases as exchanging
from services.messaging.exchanges.grants import Grant
from services.messaging.exchanges.rules import BlankLeft, ExchangesNotAllowed, Side, UnknownExchange
from services.messaging.schemas.exchanges import AddExchange, Exchange, ImportedExchange, ImportExchanges, OpenExchange
from services.townhall.grants import GrantRefused
from tests.integration.messaging.conftest import House


def add(house: House, request_id: UUID, side: Side, text: str, *rights: str, seen: UUID | None = None) -> UUID:
    asked = AddExchange(grant="g", text=text, seen=str(seen) if seen else None)
    return UUID(house.act(exchanging.add_exchange, asked, house.grant(request_id, side, *rights)).exchange_id)


def opened(house: House, grant: Grant, exchange_id: UUID) -> Exchange:
    call = Call(method="open_exchange", actor=Actor(kind="citizen", id="c"), body={})
    return exchanging.open_exchange(house.store, call, OpenExchange(grant="g", exchange_id=str(exchange_id)), grant)


def test_an_exchange_is_read_once_the_other_side_has_opened_it(house: House) -> None:
    request_id = house.hear_request()
    exchange = add(house, request_id, Side.TOWN, "La visite aura lieu mardi.")
    citizen = house.grant(request_id, Side.CITIZEN)
    opened(house, house.grant(request_id, Side.TOWN), exchange)  # its own author
    for _ in range(2):
        assert house.thread(request_id, Side.CITIZEN).unread == 1
    for _ in range(2):
        assert opened(house, citizen, exchange).text == "La visite aura lieu mardi."
    assert house.thread(request_id, Side.CITIZEN).unread == 0
    assert house.said(f"request-{request_id}") == ["ExchangeAdded", "ExchangeRead"]


def test_who_answers_has_read_what_was_there_and_not_what_came_meanwhile(house: House) -> None:
    request_id = house.hear_request()
    own = add(house, request_id, Side.TOWN, "La visite aura lieu mardi.")
    asked = [add(house, request_id, Side.CITIZEN, text) for text in ("À quelle heure ?", "Et où ?", "Pardon, où ?")]
    add(house, request_id, Side.TOWN, "À dix heures, sur place.", seen=asked[1])
    read = {item.id: item.read_at is not None for item in house.thread(request_id, Side.TOWN).items}
    assert [read[str(one)] for one in (own, *asked)] == [False, True, True, False]
    said = ["ExchangeAdded"] * 4 + ["ExchangeRead"] * 2 + ["ExchangeAdded"]
    assert house.said(f"request-{request_id}") == said


def test_what_an_author_had_before_their_eyes_is_of_the_same_request(house: House) -> None:
    request_id = house.hear_request()
    add(house, request_id, Side.CITIZEN, "À quelle heure ?")
    elsewhere = add(house, house.hear_request(), Side.CITIZEN, "Bonjour.")
    for seen in (None, uuid4(), elsewhere):
        add(house, request_id, Side.TOWN, "À dix heures.", seen=seen)
    assert house.thread(request_id, Side.TOWN).unread == 1


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
    with pytest.raises(ExchangesNotAllowed):
        add(house, request_id, Side.CITIZEN, "Bonjour", "read")
    other = house.hear_request("rdv-cni-passeport")
    with pytest.raises(ExchangesNotAllowed):
        add(house, other, Side.CITIZEN, "Bonjour")


def test_an_exchange_of_another_request_does_not_exist(house: House) -> None:
    exchange = add(house, house.hear_request(), Side.TOWN, "Bonjour.")
    other = house.grant(house.hear_request(), Side.CITIZEN)
    with pytest.raises(UnknownExchange):
        opened(house, other, exchange)


def test_what_was_written_is_unreadable_once_the_key_is_destroyed(house: House) -> None:
    request_id = house.hear_request()
    add(house, request_id, Side.TOWN, "Bonjour.")
    house.do(lambda tx: tx.destroy_key(str(request_id)))
    assert house.thread(request_id, Side.CITIZEN).items == ()


def test_what_was_written_is_neither_opened_nor_marked_without_the_right_to_read(house: House) -> None:
    request_id = house.hear_request()
    exchange = add(house, request_id, Side.TOWN, "Bonjour.")
    uploader = house.grant(request_id, Side.CITIZEN, "upload")
    with pytest.raises(GrantRefused):
        opened(house, uploader, exchange)
    assert house.thread(request_id, Side.CITIZEN).unread == 1


def imported(house: House, request_id: UUID, actor: Actor) -> None:
    sample = ImportedExchange(
        request_id=request_id,
        side="town",
        author="Services techniques",
        at=datetime(2026, 11, 1, 9, 0, tzinfo=UTC),
        read=True,
        text="Bonjour.",
    )
    house.act(exchanging.import_exchanges, ImportExchanges(exchanges=(sample,)), actor=actor)


def test_sample_exchanges_keep_their_dates_and_owe_no_mail(house: House) -> None:
    request_id = house.hear_request()
    for _ in range(2):
        imported(house, request_id, system("import"))
    listed = house.thread(request_id, Side.CITIZEN)
    assert [item.at for item in listed.items] == ["2026-11-01T09:00:00+00:00"]
    assert listed.unread == 0
    assert house.notices(request_id) == []


@pytest.mark.parametrize("kind", ["visitor", "citizen", "tracking", "agent", "partner"])
def test_only_a_process_of_ours_brings_in_sample_exchanges(house: House, kind: str) -> None:
    request_id = house.hear_request()
    with pytest.raises(Forbidden):
        imported(house, request_id, Actor(kind=kind, id="import"))
    assert house.thread(request_id, Side.CITIZEN).items == ()
