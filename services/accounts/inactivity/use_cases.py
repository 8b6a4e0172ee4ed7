"""Spaces that are not used: their holders are warned, then they are closed, never while a request is under way."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from services.accounts.closures import rows as closure_rows, use_cases as closures
from services.accounts.closures.rules import INACTIVE, days_from
from services.accounts.inactivity import rows as inactivity_rows
from services.accounts.inactivity.rules import Close, Course, Space, Spare, Step, Warn, step
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.schemas.facts import AccountInactive
from services.accounts.schemas.people import NoticeDetails
from services.accounts.spaces import records, rows
from services.accounts.spaces.rules import NothingToSay, stream_of
from services.accounts.town import rows as town_rows
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.townhall.town_time import local_day, start_of_day

UNUSED = "accounts.inactive_spaces"
"""The signal that is set when spaces were brought in, which may be unused for long."""

TURN = timedelta(hours=6)
"""After midnight in the town: once a day."""

WithOpenRequests = Callable[[Sequence[UUID]], set[UUID]]


def follow_unused(store: Store, with_open_requests: WithOpenRequests) -> float:
    """Does what is due today; in how many seconds the next turn is.

    `with_open_requests`: those of these accounts that have a request under way. Raises Unavailable while requests does not answer:
    what is left is done the next time.
    """
    course, page = _course(store), _page(store, None)
    while page:
        due = [(space, found) for space in page if (found := step(course, space, _today(store)))]
        spared = with_open_requests([space.account_id for space, _ in due]) if due else set[UUID]()
        for space, found in due:
            _follow(store, space, Spare() if space.account_id in spared else found)
        page = _page(store, page[-1])
    next_turn = start_of_day(_today(store) + timedelta(days=1)) + TURN
    return (next_turn - store.clock.now()).total_seconds()


def notice_details(tx: Transaction, account_id: UUID) -> NoticeDetails:
    """What a warning needs, at the moment it is sent. Raises NothingToSay when the space was used, or closed, meanwhile."""
    account, space = rows.account(tx.conn, account_id), inactivity_rows.locked(tx.conn, account_id)
    if space is None or space.closes_on is None or closure_rows.pending(tx.conn, account_id):
        raise NothingToSay
    return replace(
        records.addressed(tx, account),
        closes_on=space.closes_on.isoformat(),
        erased_on=days_from(start_of_day(space.closes_on)).erased_on.isoformat(),
        months=town_rows.town(tx.conn).inactive_months,
    )


def _follow(store: Store, seen: Space, found: Step) -> None:
    """Nothing where the space was used meanwhile, or another process was first."""
    with store.transaction() as tx:
        if inactivity_rows.locked(tx.conn, seen.account_id) != seen:
            return
        match found:
            case Warn():
                inactivity_rows.warned(tx.conn, seen.account_id, found.closes_on, found.days)
                fact = AccountInactive(closes_on=found.closes_on.isoformat(), days=found.days)
                tx.append(stream_of(seen.account_id), [fact])
            case Close():
                closures.begin(tx, seen.account_id, INACTIVE, DerivedKeys(store.settings))
            case Spare():
                inactivity_rows.warned(tx.conn, seen.account_id, None, None)


def _page(store: Store, after: Space | None) -> Sequence[Space]:
    before = start_of_day(_course(store).used_before(_today(store)))
    with store.read() as conn:
        return inactivity_rows.unused(conn, before, after)


def _course(store: Store) -> Course:
    with store.read() as conn:
        town = town_rows.town(conn)
    return Course(months=town.inactive_months, warnings_days=tuple(town.inactive_warnings_days))


def _today(store: Store) -> date:
    return local_day(store.clock.now())
