"""What messaging holds of one person: every thread whole, in one call for a page of requests; and nothing becomes read."""

from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor, system
from services.chassis.errors import Forbidden
from services.messaging.exchanges.rules import Side
from services.messaging.notices import use_cases
from services.messaging.notices.purposes import Purpose
from services.messaging.personal_data import views as own_data
from services.messaging.schemas.own_data import OwnThread, ReadOwnMails, ReadOwnThreads
from tests.integration.messaging.conftest import PUBLIC_URL, Messaging
from tests.integration.messaging.test_exchanges import add
from tests.servers.mailbox import Mailbox
from tests.support.heard import hear

OURS = system("documents")


def threads(messaging: Messaging, *ids: UUID, actor: Actor = OURS) -> list[OwnThread]:
    return list(messaging.act(own_data.own_threads, ReadOwnThreads(request_ids=ids), actor=actor).threads)


def test_threads_are_read_whole_signed_as_the_person_sees_them_and_stay_unread(messaging: Messaging) -> None:
    mine, other = messaging.hear_request(), messaging.hear_request()
    long = "Votre dossier est complet. " * 20
    add(messaging, mine, Side.TOWN, long)
    add(messaging, mine, Side.CITIZEN, "Merci.")

    [shown, empty] = threads(messaging, mine, other)

    assert [(one.direction, one.text) for one in shown.exchanges] == [
        ("to_citizen", long.strip()),
        ("to_town", "Merci."),
    ]
    assert shown.exchanges[0].author.startswith("Service Vie associative")
    assert (shown.exchanges[0].read_at, empty.request_id, empty.exchanges) == ("", other, ())
    assert {one.purpose for one in shown.mails} == {"exchange_to_citizen"}


def test_mails_about_a_space_are_listed_with_their_purpose(messaging: Messaging) -> None:
    account_id = uuid4()
    messaging.do(lambda tx: use_cases.enqueue(tx, uuid4(), Purpose.PASSWORD_CHANGED, account_id=account_id))

    shown = messaging.act(own_data.own_mails, ReadOwnMails(account_id=account_id), actor=OURS)

    assert [(one.purpose, one.state) for one in shown.mails] == [("password_changed", "due")]


def test_a_citizen_cannot_read_threads_by_this_call(messaging: Messaging) -> None:
    with pytest.raises(Forbidden):
        threads(messaging, messaging.hear_request(), actor=Actor(kind="citizen", id=str(uuid4())))


def test_an_archive_is_announced_by_mail_with_its_page_and_its_end(messaging: Messaging, smtp: Mailbox) -> None:
    (account_id, holder), request_id = messaging.account(), messaging.hear_request()
    until = "2026-12-05T08:20:00+00:00"

    hear(messaging.store, "documents", "ArchiveReady", account_id, of="space", expires_at=until)
    hear(messaging.store, "documents", "ArchiveReady", request_id, of="request", expires_at=until)
    messaging.delivery.run()

    [mail], [other] = smtp.to(holder), smtp.to(messaging.address(request_id))
    assert f"{PUBLIC_URL}/mon-espace/mes-donnees" in mail.text
    assert "samedi 5 décembre 2026 à 9 h 20" in mail.text.replace("\u00a0", " ")
    assert f"{PUBLIC_URL}/suivi/jeton" in other.text


def test_no_letter_is_made_of_an_archive(messaging: Messaging) -> None:
    request_id = messaging.hear_request(email=None, address=["1 rue des Lilas"])

    hear(messaging.store, "documents", "ArchiveReady", request_id, of="request", expires_at="2026-12-05T08:20:00+00:00")
    messaging.delivery.run()

    assert messaging.notices(request_id) == []
