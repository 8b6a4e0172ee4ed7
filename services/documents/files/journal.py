"""The journal of the staff's looks at files (D8): who, which piece, when. Kept as long as the town says, no longer."""

from datetime import timedelta
from typing import LiteralString

from services.chassis.actors import Actor
from services.chassis.errors import Forbidden
from services.chassis.event_store.store import Store, Transaction
from services.chassis.settings import Settings
from services.documents.files import rows
from services.documents.files.grants import Grant
from services.documents.schemas.looks import ListLooks, ListRequestLooks, Looks
from services.townhall.town_time import start_of_day


class JournalRefused(Forbidden):
    code = "not_allowed"
    message = "Vous n’avez pas le droit de faire cela."


def record(tx: Transaction, file: rows.File, viewer: Actor) -> None:
    """A look at a piece. Each is kept, also a minute after another: a piece opened twice was seen twice."""
    looked = {"file": file.id, "request": file.owner.id, "agent": viewer.id, "name": viewer.name, "now": tx.now}
    tx.conn.execute(rows.RECORD_LOOK, looked)


def of_request(tx: Transaction, _: Settings, asked: ListRequestLooks, grant: Grant) -> Looks:
    """The looks at the files of that request, the latest first: from the newest, or those before that one.

    `piece` is None where it was erased meanwhile.
    """
    grant.require_audit()
    return _read(tx, rows.LOOKS_OF_REQUEST, asked, request=grant.request_id)


def of_staff(tx: Transaction, _: Settings, asked: ListLooks) -> Looks:
    """The looks at files of an agent, of a day, or of both, each with the request that it is of; for those who read the journal."""
    if tx.actor is None or tx.actor.kind != "agent" or "read_audit_log" not in tx.actor.permissions:
        raise JournalRefused
    sql: LiteralString = ""
    given: dict[str, object] = {"agent": asked.agent}
    if asked.agent is not None:
        sql = sql + rows.LOOKS_OF_AGENT
    if asked.day is not None:
        sql = sql + rows.LOOKS_OF_DAY
        given["first"] = start_of_day(asked.day)
        given["last"] = start_of_day(asked.day + timedelta(days=1))
    return _read(tx, sql, asked, **given)


def forget_old(store: Store) -> None:
    with store.transaction() as tx:
        settings = rows.town_settings(tx.conn)
        if settings is not None:
            tx.conn.execute(rows.FORGET_LOOKS, (tx.now - timedelta(days=31 * settings.access_log_months),))


def _read(tx: Transaction, which: LiteralString, asked: ListRequestLooks | ListLooks, **given: object) -> Looks:
    bounds = {"before_at": asked.before_at or "infinity", "before_id": asked.before_id or 0, "at_most": asked.at_most}
    return Looks(views=rows.looks(tx, which, given | bounds))
