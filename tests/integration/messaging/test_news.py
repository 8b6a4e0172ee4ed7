"""New requests are mailed to their department: many in one mail, marked ones at once; what leaves takes no other along."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from services.chassis.event_store.store import Transaction
from services.messaging.notices import rows, use_cases
from services.messaging.notices.rules import NEWS_APART, Reason
from tests.integration.messaging.conftest import Messaging
from tests.integration.messaging.test_delivery import DEPARTMENT, news
from tests.integration.messaging.test_erasing import erase_request
from tests.servers.mailbox import Mailbox
from tests.support.heard import hear

ROADS = "technique@saint-aubin-sur-orne.example"
BLOCKED = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def joined(messaging: Messaging) -> int:
    """Requests of news that waits, but for the first of each."""
    return messaging.rows("SELECT count(*) AS n FROM joined_news")[0]["n"]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_one_mail_names_many_new_requests_to_a_department(messaging: Messaging, smtp: Mailbox) -> None:
    first, *others = [messaging.hear_request() for _ in range(4)]
    news(messaging, first)
    messaging.delivery.run()
    assert [mail.subject for mail in smtp.to(DEPARTMENT)] == [f"Nouvelle demande {messaging.number(first)}"]
    for request_id in others:
        news(messaging, request_id)
    messaging.delivery.run()
    assert len(smtp.to(DEPARTMENT)) == 1
    assert joined(messaging) == 2
    messaging.clock.ahead = NEWS_APART + timedelta(seconds=21)
    messaging.delivery.run()
    mail = smtp.to(DEPARTMENT)[-1]
    assert (mail.subject, len(smtp.to(DEPARTMENT))) == ("3 nouvelles demandes", 2)
    assert messaging.number(others[0]) in mail.text
    assert joined(messaging) == 0


def test_a_department_reads_what_a_procedure_marks_and_no_name(messaging: Messaging, smtp: Mailbox) -> None:
    first, *others = [messaging.hear_request("signalement-voirie", alert=alert) for alert in (True, False, True, True)]
    news(messaging, first, "services-techniques")
    messaging.delivery.run()
    alone = smtp.to(ROADS)[-1]
    assert plain(alone.subject) == f"Nouvelle demande {messaging.number(first)} : danger signalé"
    assert "Danger signalé : à lire d’abord." in plain(alone.text)
    assert "Camille" not in alone.text
    for request_id in others:
        news(messaging, request_id, "services-techniques")
    messaging.clock.ahead = NEWS_APART + timedelta(seconds=21)
    messaging.delivery.run()
    many = smtp.to(ROADS)[-1]
    assert plain(many.subject) == "3 nouvelles demandes : danger signalé"
    assert "Danger signalé pour 2 demandes : à lire d’abord." in plain(many.text)


def test_a_request_cancelled_before_the_mail_left_is_no_news(messaging: Messaging, smtp: Mailbox) -> None:
    def cancel(request_id: UUID) -> None:
        hear(messaging.store, "requests", "RequestCancelled", request_id, by="citizen", from_status="submitted")

    first, second, third = (messaging.hear_request() for _ in range(3))
    news(messaging, first)
    cancel(first)
    assert "new_request" not in [purpose for purpose, *_ in messaging.notices(first)]
    for request_id in (first, second, third):
        news(messaging, request_id)
    cancel(first)
    cancel(third)
    messaging.clock.ahead = NEWS_APART + timedelta(seconds=21)
    messaging.delivery.run()
    assert [mail.subject for mail in smtp.to(DEPARTMENT)] == [f"Nouvelle demande {messaging.number(second)}"]


def test_news_of_what_a_procedure_marks_leaves_at_once_and_takes_along_what_waits(
    messaging: Messaging, smtp: Mailbox
) -> None:
    def received(*, alert: bool) -> list[str]:
        news(messaging, messaging.hear_request("signalement-voirie", alert=alert), "services-techniques", alert=alert)
        messaging.delivery.run()
        return [plain(mail.subject).split(" 2026-")[0] for mail in smtp.to(ROADS)]

    received(alert=False)
    assert received(alert=True) == ["Nouvelle demande", "Nouvelle demande"]
    assert len(received(alert=False)) == 2
    assert received(alert=True)[2:] == ["2 nouvelles demandes : danger signalé"]


@pytest.fixture
def waiting(messaging: Messaging, smtp: Mailbox) -> list[UUID]:
    """Three requests in news that waits, in the order in which they joined: the department had a mail just now."""
    first, *others = [messaging.hear_request() for _ in range(4)]
    news(messaging, first)
    messaging.delivery.run()
    for request_id in others:
        news(messaging, request_id)
    return others


def leave(messaging: Messaging, request_id: UUID) -> None:
    messaging.do(lambda tx: use_cases.leave_news(tx, request_id))


def mailed(messaging: Messaging, smtp: Mailbox) -> str:
    """The subject of the mail that leaves then."""
    messaging.clock.ahead = NEWS_APART + timedelta(seconds=21)
    messaging.delivery.run()
    return smtp.to(DEPARTMENT)[-1].subject


def test_an_erased_request_takes_no_other_out_of_the_news(
    messaging: Messaging, smtp: Mailbox, waiting: list[UUID]
) -> None:
    erase_request(messaging, waiting[0])

    assert mailed(messaging, smtp) == "2 nouvelles demandes"


def test_two_that_leave_at_once_leave_the_third(messaging: Messaging, smtp: Mailbox, waiting: list[UUID]) -> None:
    with ThreadPoolExecutor(1) as beside, messaging.store.transaction() as tx:
        use_cases.leave_news(tx, waiting[0])
        second = beside.submit(leave, messaging, waiting[1])
        until_blocked(messaging)
    second.result(10)

    assert mailed(messaging, smtp) == f"Nouvelle demande {messaging.number(waiting[2])}"


def until_blocked(messaging: Messaging) -> None:
    deadline = time.monotonic() + 2.5  # less than the time-out of a lock
    while not messaging.rows(BLOCKED):
        assert time.monotonic() < deadline, "the second does not wait for the first"
        time.sleep(0.01)


def test_news_that_failed_for_good_keeps_none_that_joined(messaging: Messaging, waiting: list[UUID]) -> None:
    def fail(tx: Transaction) -> None:
        later = tx.now + 2 * NEWS_APART
        [(notice, _)] = rows.claim(tx.conn, now=later, until=later, until_gathered=later, limit=1)
        assert notice.others == 2
        assert use_cases.not_sent(tx, notice, Reason.ADDRESS_REFUSED) is None

    messaging.do(fail)

    assert ("new_request", "failed", "address_refused") in messaging.notices(waiting[0])
    assert joined(messaging) == 0
