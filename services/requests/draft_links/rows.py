"""The rows of the links to drafts, and of the devices on which they were opened."""

from datetime import datetime
from typing import LiteralString

from services.chassis.event_store.db import fetch_one
from services.chassis.event_store.transaction import Transaction
from services.requests.draft_links import rules as draft_link
from services.requests.draft_links.rules import DraftLink
from services.requests.drafts.rules import Draft

COLUMNS: LiteralString = "SELECT link_id::text AS link_id, draft_id::text AS draft_id, procedure, expires_at, replaced"

BY_DIGEST: LiteralString = COLUMNS + " FROM draft_links WHERE digest = %(digest)s"

TO_MAIL: LiteralString = COLUMNS + ", address FROM draft_links WHERE link_id = %(link_id)s"

ADD: LiteralString = """
INSERT INTO draft_links (link_id, digest, draft_id, procedure, mailbox, address, made_at, expires_at)
VALUES (%(link_id)s, %(digest)s, %(draft_id)s, %(procedure)s, %(mailbox)s, %(address)s, %(now)s, %(expires_at)s)
"""

LET_IN: LiteralString = """
INSERT INTO draft_devices (owner, procedure, draft_id, since) VALUES (%(owner)s, %(procedure)s, %(draft_id)s, %(now)s)
ON CONFLICT (owner, procedure) DO UPDATE SET draft_id = excluded.draft_id, since = excluded.since
"""

FORGET: tuple[LiteralString, ...] = (
    "UPDATE draft_links SET mailbox = NULL WHERE mailbox IS NOT NULL AND made_at <= %(counted)s",
    "UPDATE draft_links SET address = NULL WHERE address IS NOT NULL AND made_at <= %(mailed)s",
    "DELETE FROM draft_links WHERE expires_at <= %(remembered)s",
)


def by_digest(tx: Transaction, digest: str) -> DraftLink | None:
    return fetch_one(tx.conn, DraftLink, BY_DIGEST, {"digest": digest})


def to_mail(tx: Transaction, link_id: str) -> tuple[DraftLink, str] | None:
    """The link and the address that it is to be mailed to; None once the address is gone."""
    row = tx.conn.execute(TO_MAIL, {"link_id": link_id}).fetchone()
    if row is None or row["address"] is None:
        return None
    known = tx.open(row["draft_id"], row.pop("address"))
    return None if known is None else (DraftLink(**row), known["email"])


def add(tx: Transaction, known: Draft, *, link_id: str, digest: str, mailbox: str, email: str) -> None:
    """The link of that draft from now on, as long as the draft lasts; those before are replaced."""
    tx.conn.execute(
        "UPDATE draft_links SET replaced = true, address = NULL WHERE draft_id = %s AND NOT replaced", (known.id,)
    )
    tx.conn.execute(
        ADD,
        {
            "link_id": link_id,
            "digest": digest,
            "draft_id": known.id,
            "procedure": known.procedure,
            "mailbox": mailbox,
            "address": tx.seal(known.id, {"email": email}),
            "now": tx.now,
            "expires_at": known.expires_at,
        },
    )


def mailed_since(tx: Transaction, mailbox: str, since: datetime) -> int:
    """How many links were made for that mailbox after that instant."""
    sql: LiteralString = "SELECT count(*) AS n FROM draft_links WHERE mailbox = %s AND made_at > %s"
    return tx.conn.execute(sql, (mailbox, since)).fetchall()[0]["n"]


def forget_address(tx: Transaction, link_id: str) -> None:
    """The mail has left, or will not."""
    tx.conn.execute("UPDATE draft_links SET address = NULL WHERE link_id = %s", (link_id,))


def forget(tx: Transaction) -> None:
    """Drops what is not counted, mailed or shown any more."""
    until = {
        "counted": tx.now - draft_link.COUNTED_FOR,
        "mailed": tx.now - draft_link.ADDRESS_KEPT_FOR,
        "remembered": tx.now - draft_link.REMEMBERED_FOR,
    }
    for sql in FORGET:
        tx.conn.execute(sql, until)


def devices(tx: Transaction, draft_id: str) -> int:
    """On how many devices the draft was opened by a link."""
    sql: LiteralString = "SELECT count(*) AS n FROM draft_devices WHERE draft_id = %s"
    return tx.conn.execute(sql, (draft_id,)).fetchall()[0]["n"]


def let_in(tx: Transaction, known: Draft, owner: str) -> None:
    """That device has the draft from now on, in place of another one of the procedure that a link opened there."""
    tx.conn.execute(LET_IN, {"owner": owner, "procedure": known.procedure, "draft_id": known.id, "now": tx.now})
