"""Sessions opened, and ended before their time: the rows go, and the event of it has every gateway drop what it keeps."""

from collections.abc import Collection
from uuid import UUID

from services.accounts.keys.tokens import digest, new_token
from services.accounts.schemas.facts import SessionEnded
from services.accounts.schemas.log_in import SessionOpened
from services.accounts.sessions import rows as session_rows
from services.accounts.sessions.rules import ends_at
from services.chassis.event_store.transaction import Transaction


def end_session(tx: Transaction, token: str) -> None:
    """The session of that token; nothing where it is over already."""
    name = digest(token)
    if session_rows.end_session(tx.conn, name):
        publish_ended(tx, [name])


def end_sessions_of(tx: Transaction, person_id: UUID, *, but: str = "") -> None:
    """All of a person but the one of that token, and the log-ins that wait for a code."""
    publish_ended(tx, session_rows.end_sessions_of(tx.conn, person_id, kept=digest(but) if but else ""))


def publish_ended(tx: Transaction, digests: Collection[str]) -> None:
    """The facts of sessions whose rows are gone in this transaction: published within a second, though this process end with its commit."""
    for name in digests:
        tx.append(f"session-{name}", [SessionEnded(session=name)])
    if digests:
        tx.wake_relay()


def open_session(tx: Transaction, person_id: UUID, kind: str, *, presented: str, device: str) -> SessionOpened:
    """A new session, in the place of the one that is `presented`."""
    if presented:
        end_session(tx, presented)
    token, last_moment = new_token(), ends_at(kind, tx.now)
    session_rows.open_session(tx.conn, digest(token), person_id, tx.now, last_moment, device=device)
    return SessionOpened(session=token, expires_at=last_moment.isoformat(), kind=kind)
