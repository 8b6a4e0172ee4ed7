"""The thread of a request, on the real database."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor, system
from services.chassis.calls import Call
from services.chassis.errors import Forbidden
from services.messaging.exchanges import use_cases as exchanging
from services.messaging.exchanges.rules import BlankLeft, ExchangesNotAllowed, Side, UnknownExchange
from services.messaging.schemas.exchanges import AddExchange, Exchange, ImportedExchange, ImportExchanges, OpenExchange
from services.townhall.grants import Grant, GrantRefused
from tests.integration.messaging.conftest import Messaging


def add(messaging: Messaging, request_id: UUID, side: Side, text: str, *rights: str, seen: UUID | None = None) -> UUID:
    asked = AddExchange(grant="g", text=text, seen=str(seen) if seen else None)
    return UUID(messaging.act(exchanging.add_exchange, asked, messaging.grant(request_id, side, *rights)).exchange_id)


def opened(messaging: Messaging, grant: Grant, exchange_id: UUID) -> Exchange:
    call = Call(method="open_exchange", actor=Actor(kind="citizen", id="c"), body={})
    return exchanging.open_exchange(messaging.store, call, OpenExchange(grant="g", exchange_id=str(exchange_id)), grant)


def test_an_exchange_is_read_once_the_other_side_has_opened_it(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    exchange = add(messaging, request_id, Side.TOWN, "La visite aura lieu mardi.")
    citizen = messaging.grant(request_id, Side.CITIZEN)
    opened(messaging, messaging.grant(request_id, Side.TOWN), exchange)  # its own author
    for _ in range(2):
        assert messaging.thread(request_id, Side.CITIZEN).unread == 1
    for _ in range(2):
        assert opened(messaging, citizen, exchange).text == "La visite aura lieu mardi."
    assert messaging.thread(request_id, Side.CITIZEN).unread == 0
    assert messaging.said(f"request-{request_id}") == ["ExchangeAdded", "ExchangeRead"]


def test_an_author_has_read_what_was_there_and_not_what_came_meanwhile(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    own = add(messaging, request_id, Side.TOWN, "La visite aura lieu mardi.")
    asked = [add(messaging, request_id, Side.CITIZEN, text) for text in ("À quelle heure ?", "Et où ?", "Pardon, où ?")]
    add(messaging, request_id, Side.TOWN, "À dix heures, sur place.", seen=asked[1])
    read = {item.id: item.read_at is not None for item in messaging.thread(request_id, Side.TOWN).items}
    assert [read[str(one)] for one in (own, *asked)] == [False, True, True, False]
    said = ["ExchangeAdded"] * 4 + ["ExchangeRead"] * 2 + ["ExchangeAdded"]
    assert messaging.said(f"request-{request_id}") == said


def test_the_last_message_seen_by_an_author_is_of_the_same_request(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    add(messaging, request_id, Side.CITIZEN, "À quelle heure ?")
    elsewhere = add(messaging, messaging.hear_request(), Side.CITIZEN, "Bonjour.")
    for seen in (None, uuid4(), elsewhere):
        add(messaging, request_id, Side.TOWN, "À dix heures.", seen=seen)
    assert messaging.thread(request_id, Side.TOWN).unread == 1


def test_an_exchange_enqueues_a_mail_to_the_other_side(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    add(messaging, request_id, Side.CITIZEN, "Puis-je venir plus tôt ?")
    add(messaging, request_id, Side.TOWN, "Oui.")
    assert [purpose for purpose, _, _ in messaging.notices(request_id)] == ["exchange_to_town", "exchange_to_citizen"]


def test_no_blank_of_a_reply_leaves_the_town_and_the_citizen_may_write_braces(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    for blank in ("{{ date limite }}", "[date limite\u00a0: à compléter]"):
        with pytest.raises(BlankLeft) as refused:
            add(messaging, request_id, Side.TOWN, f"Nous passerons le {blank}.")
        assert "date limite" in refused.value.fields["text"]
    add(messaging, request_id, Side.CITIZEN, "Que veut dire {{ date limite }} ?")
    assert [purpose for purpose, _, _ in messaging.notices(request_id)] == ["exchange_to_town"]


def test_no_exchange_is_added_without_the_right_or_where_the_procedure_has_none(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    with pytest.raises(ExchangesNotAllowed):
        add(messaging, request_id, Side.CITIZEN, "Bonjour", "read")
    other = messaging.hear_request("rdv-cni-passeport")
    with pytest.raises(ExchangesNotAllowed):
        add(messaging, other, Side.CITIZEN, "Bonjour")


def test_an_exchange_of_another_request_does_not_exist(messaging: Messaging) -> None:
    exchange = add(messaging, messaging.hear_request(), Side.TOWN, "Bonjour.")
    other = messaging.grant(messaging.hear_request(), Side.CITIZEN)
    with pytest.raises(UnknownExchange):
        opened(messaging, other, exchange)


def test_a_message_is_unreadable_once_the_key_is_destroyed(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    add(messaging, request_id, Side.TOWN, "Bonjour.")
    messaging.do(lambda tx: tx.destroy_key(str(request_id)))
    assert messaging.thread(request_id, Side.CITIZEN).items == ()


def test_a_message_is_neither_opened_nor_marked_without_the_right_to_read(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    exchange = add(messaging, request_id, Side.TOWN, "Bonjour.")
    uploader = messaging.grant(request_id, Side.CITIZEN, "upload")
    with pytest.raises(GrantRefused):
        opened(messaging, uploader, exchange)
    assert messaging.thread(request_id, Side.CITIZEN).unread == 1


def imported(messaging: Messaging, request_id: UUID, actor: Actor) -> None:
    sample = ImportedExchange(
        request_id=request_id,
        side="town",
        author="Services techniques",
        at=datetime(2026, 11, 1, 9, 0, tzinfo=UTC),
        read=True,
        text="Bonjour.",
    )
    messaging.act(exchanging.import_exchanges, ImportExchanges(exchanges=(sample,)), actor=actor)


def test_sample_exchanges_keep_their_dates_and_enqueue_no_mail(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    for _ in range(2):
        imported(messaging, request_id, system("import"))
    listed = messaging.thread(request_id, Side.CITIZEN)
    assert [item.at for item in listed.items] == ["2026-11-01T09:00:00+00:00"]
    assert listed.unread == 0
    assert messaging.notices(request_id) == []


@pytest.mark.parametrize("kind", ["visitor", "citizen", "tracking", "agent", "partner"])
def test_only_a_process_of_ours_brings_in_sample_exchanges(messaging: Messaging, kind: str) -> None:
    request_id = messaging.hear_request()
    with pytest.raises(Forbidden):
        imported(messaging, request_id, Actor(kind=kind, id="import"))
    assert messaging.thread(request_id, Side.CITIZEN).items == ()
