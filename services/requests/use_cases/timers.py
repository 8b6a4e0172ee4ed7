"""What time brings about, without anyone asking. Each request in a transaction of its own: one that fails holds up no other."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta

from services.chassis.errors import Refusal
from services.chassis.store import Store
from services.chassis.transaction import Transaction
from services.requests import commands, deadlines, draft_rows, due, flow
from services.requests.definitions import heard
from services.requests.draft import DraftDiscarded
from services.requests.use_cases import acting, capacity
from services.requests.use_cases.acting import act


def reach_implicit_decisions(store: Store) -> int:
    """Silence has lasted until the announced day: said in the history, an agent then closes the request."""
    with store.transaction() as tx:
        ids = due.silence(tx, deadlines.local_day(tx.now))
    return _each(store, ids, _reach)


def lapse_incomplete(store: Store) -> int:
    """The missing pieces did not come by the announced day."""
    with store.transaction() as tx:
        ids = due.pieces(tx, deadlines.local_day(tx.now))
    return _each(store, ids, _lapse)


def archive_closed(store: Store) -> int:
    with store.transaction() as tx:
        town = heard.town(tx.conn)
        ids = due.archiving(tx, tx.now, int(town["portal_settings"]["archive_closed_requests_after_days"]))
    return _each(store, ids, _archive)


def end_what_is_over(store: Store) -> int:
    """A watch ends when its day has passed, by the dates of the request itself."""
    with store.transaction() as tx:
        offered = [heard.procedure(tx.conn, slug, version) for slug, version in due.procedures(tx)]
    done = 0
    for definition in offered:
        for status, to in flow.ended_by_time(definition):
            with store.transaction() as tx:
                ids = _standing(tx, definition["slug"], status)
            done += _each(store, ids, lambda tx, on_id, to=to: _end(tx, on_id, to))
    return done


def forget_drafts(store: Store) -> int:
    """What was typed and never filed is erased, with its key; its slot is free, its files may go."""
    with store.transaction() as tx:
        expired = draft_rows.expired(tx, tx.now)
    for row in expired:
        with store.transaction() as tx:
            if not draft_rows.lock_expired(tx, row["draft_id"]):
                continue  # filed or taken up again meanwhile: its key is the request's
            if row["slot_start"] is not None:
                capacity.release_slot(tx, row["draft_id"], row["agenda"], row["slot_start"])
            draft_rows.delete(tx, row["draft_id"])
            tx.destroy_key(row["draft_id"])
            tx.append(f"draft-{row['draft_id']}", [DraftDiscarded()])
    return len(expired)


def forget_views(store: Store) -> None:
    """The journal of consultations is kept as long as the town says (CNIL: 6 to 12 months)."""
    with store.transaction() as tx:
        months = int(heard.town(tx.conn)["portal_settings"]["access_log_months"])
        due.forget_views(tx, tx.now - timedelta(days=31 * months))


def _each(store: Store, ids: Iterable[str], wish: Callable[[Transaction, str], bool]) -> int:
    done = 0
    for request_id in ids:
        # Decided on what stands under the lock: another one may have been quicker, and that is no failure.
        with suppress(Refusal), store.transaction() as tx:
            done += wish(tx, request_id)
    return done


def _reach(tx: Transaction, request_id: str) -> bool:
    on = acting.by_id(tx, request_id)
    command = commands.ReachImplicitDecision(definition=on.definition, today=deadlines.local_day(tx.now))
    return bool(act(tx, on, command))


def _lapse(tx: Transaction, request_id: str) -> bool:
    on = acting.by_id(tx, request_id)
    if on.request.deadline is None or on.request.deadline >= deadlines.local_day(tx.now):
        return False
    command = commands.ChangeStatus(to="lapsed", by="system", definition=on.definition, now=tx.now)
    return bool(act(tx, on, command))


def _archive(tx: Transaction, request_id: str) -> bool:
    on = acting.by_id(tx, request_id)
    return bool(act(tx, on, commands.Archive(definition=on.definition)))


def _standing(tx: Transaction, procedure: str, status: str) -> list[str]:
    found: list[str] = []
    page = due.standing(tx, procedure, status)
    while page:
        found += page
        page = due.standing(tx, procedure, status, after=page[-1])
    return found


def _end(tx: Transaction, request_id: str, to: str) -> bool:
    on = acting.by_id(tx, request_id)
    over = flow.ends_on(on.definition, on.request.answers or {})
    if over is None or over >= deadlines.local_day(tx.now):
        return False
    command = commands.ChangeStatus(to=to, by="system", definition=on.definition, now=tx.now)
    return bool(act(tx, on, command))
