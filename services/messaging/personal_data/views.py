"""What messaging holds of one person: threads, messages begun, mails; for the archive of their data. Reading marks nothing."""

from typing import Any
from uuid import UUID

from services.chassis.actors import only_ourselves
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.messaging.copies import rows as copied
from services.messaging.copies.rules import department as department_of
from services.messaging.exchanges import rows as exchange_rows
from services.messaging.exchanges.rules import KEPT, Direction
from services.messaging.notices import rows
from services.messaging.notices.purposes import TO_DEPARTMENT
from services.messaging.schemas import own_data as own
from services.procedures.schemas.definitions.towns import Town
from services.townhall.names import signed


def own_threads(tx: Transaction, _: Settings, asked: own.ReadOwnThreads) -> own.OwnThreads:
    """For processes of ours only. What was sealed with a destroyed key is left out."""
    only_ourselves(tx.actor)
    given = {"ids": list(asked.request_ids), "left_out": [purpose.value for purpose in TO_DEPARTMENT]}
    exchanges: dict[UUID, list[own.OwnExchange]] = {one: [] for one in asked.request_ids}
    mails: dict[UUID, list[own.OwnMail]] = {one: [] for one in asked.request_ids}
    begun: dict[UUID, str] = {}
    town = copied.town(tx.conn)
    for row in tx.conn.execute(exchange_rows.EXCHANGES_OF_REQUESTS, given).fetchall():
        if (content := tx.open(str(row["request_id"]), row["sealed"])) is not None:
            exchanges[row["request_id"]].append(_exchange(row, content, town))
    for row in tx.conn.execute(exchange_rows.BEGUN_OF_REQUESTS, {**given, "since": tx.now - KEPT}).fetchall():
        if (content := tx.open(str(row["request_id"]), row["sealed"])) is not None:
            begun[row["request_id"]] = content["text"]
    for row in tx.conn.execute(rows.MAILS_OF_REQUESTS, given).fetchall():
        mails[row["request_id"]].append(_mail(tx, row))
    return own.OwnThreads(
        threads=tuple(
            own.OwnThread(
                request_id=one, exchanges=tuple(exchanges[one]), begun=begun.get(one, ""), mails=tuple(mails[one])
            )
            for one in asked.request_ids
        )
    )


def own_mails(tx: Transaction, _: Settings, asked: own.ReadOwnMails) -> own.OwnMails:
    """For processes of ours only."""
    only_ourselves(tx.actor)
    found = tx.conn.execute(rows.MAILS_OF_ACCOUNT, {"account": asked.account_id}).fetchall()
    return own.OwnMails(mails=tuple(_mail(tx, row) for row in found))


def _exchange(row: rows.Row, content: dict[str, Any], town: Town | None) -> own.OwnExchange:
    from_town = row["direction"] == Direction.TO_CITIZEN
    department = department_of(town, row["department"] or "").name if town else ""
    return own.OwnExchange(
        at=row["added_at"].isoformat(),
        direction=row["direction"],
        author=signed(content["author"], department, outside=True) if from_town else content["author"],
        text=content["text"],
        read_at=row["read_at"].isoformat() if row["read_at"] else "",
    )


def _mail(tx: Transaction, row: rows.Row) -> own.OwnMail:
    key = str(row["request_id"] or row["account_id"])
    proof = (tx.open(key, row["proof"]) if row["proof"] is not None else None) or {}
    return own.OwnMail(
        at=row["at"].isoformat(),
        purpose=row["purpose"],
        state=row["state"],
        recipient=proof.get("recipient", ""),
        subject=proof.get("subject", ""),
    )
