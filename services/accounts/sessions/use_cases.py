"""One's own sessions, ended one by one or all but the present one."""

from services.accounts.keys.tokens import digest
from services.accounts.schemas.sessions import Ended, EndOtherSessions, EndSession
from services.accounts.sessions import rows
from services.accounts.sessions.lifetime import publish_ended
from services.accounts.sessions.rules import SessionNotFound, person_of
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction


def end_session(store: Store, call: Call, asked: EndSession) -> Done:
    person_id = person_of(call)

    def end(tx: Transaction) -> Done:
        ended = rows.end_one(tx.conn, person_id, asked.id)
        if ended is None:
            raise SessionNotFound
        publish_ended(tx, [ended])
        return Done()

    return store.run_declared(call, Done, end)


def end_other_sessions(store: Store, call: Call, asked: EndOtherSessions) -> Ended:
    person_id = person_of(call)

    def end(tx: Transaction) -> Ended:
        ended = rows.end_sessions_of(tx.conn, person_id, kept=digest(asked.presented))
        publish_ended(tx, ended)
        return Ended(ended=len(ended))

    return store.run_declared(call, Ended, end)
