"""Who joined the news of a department that waits: what leaves takes no other along, beside the release before too."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from services.chassis.event_store.store import Transaction
from services.messaging.notices import rows, use_cases
from services.messaging.notices.rules import NEWS_APART, Reason
from tests.integration.messaging.conftest import Messaging
from tests.integration.messaging.test_delivery import DEPARTMENT, joined, news
from tests.integration.messaging.test_erasing import erase_request
from tests.servers.mailbox import Mailbox

# What the release before, which knows the column alone, writes when a request joins or leaves.
JOINS_BEFORE = """
UPDATE notices SET joined = joined || %(request_id)s::uuid
WHERE purpose = 'new_request' AND department = 'vie-associative' AND state = 'due' AND attempts = 0
"""
LEAVES_BEFORE = """
UPDATE notices SET request_id = (array_remove(request_id || joined, %(request_id)s))[1],
    joined = (array_remove(request_id || joined, %(request_id)s))[2:]
WHERE purpose = 'new_request' AND state = 'due' AND %(request_id)s = ANY (request_id || joined) AND joined <> '{}'
"""
COLUMN = "SELECT request_id, joined FROM notices WHERE purpose = 'new_request' AND state = 'due'"
BLOCKED = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


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


def before(messaging: Messaging, statement: str, request_id: UUID) -> None:
    messaging.do(lambda tx: tx.conn.execute(statement.encode(), {"request_id": request_id}))


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


# --- beside the release before


def test_what_joined_by_the_release_before_is_not_dropped_with_the_first(
    messaging: Messaging, smtp: Mailbox, waiting: list[UUID]
) -> None:
    by_old = messaging.hear_request()
    before(messaging, JOINS_BEFORE, by_old)
    for request_id in waiting:
        leave(messaging, request_id)

    assert mailed(messaging, smtp) == f"Nouvelle demande {messaging.number(by_old)}"


def test_what_left_by_the_release_before_is_counted_no_more(
    messaging: Messaging, smtp: Mailbox, waiting: list[UUID]
) -> None:
    before(messaging, LEAVES_BEFORE, waiting[0])
    assert joined(messaging) == 1
    leave(messaging, waiting[1])

    assert mailed(messaging, smtp) == f"Nouvelle demande {messaging.number(waiting[2])}"


def test_the_release_before_reads_who_joined_up_to_twenty(messaging: Messaging, waiting: list[UUID]) -> None:
    leave(messaging, waiting[1])
    assert messaging.rows(COLUMN) == [{"request_id": waiting[0], "joined": [waiting[2]]}]

    for _ in range(30):
        news(messaging, messaging.hear_request())
    [row] = messaging.rows(COLUMN)
    assert (len(row["joined"]), joined(messaging)) == (20, 31)
