"""What messaging holds of one person: threads, messages begun, mails; for the archive of their data. Reading marks nothing."""

from uuid import UUID

from services.chassis.actors import only_ourselves
from services.chassis.event_store.db import fetch_all
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.messaging.copies import rows as copied
from services.messaging.copies.rules import department as department_of
from services.messaging.exchanges import rows as exchange_rows
from services.messaging.exchanges.rules import KEPT, Exchange
from services.messaging.notices import rows
from services.messaging.schemas import own_data as own
from services.messaging.schemas.facts import Direction
from services.procedures.schemas.definitions.towns import Town
from services.townhall.names import signed


def own_threads(tx: Transaction, _: Settings, asked: own.ReadOwnThreads) -> own.OwnThreads:
    """For processes of ours only. What was sealed with a destroyed key is left out."""
    only_ourselves(tx.actor)
    exchanges: dict[UUID, list[own.OwnExchange]] = {one: [] for one in asked.request_ids}
    mails: dict[UUID, list[own.OwnMail]] = {one: [] for one in asked.request_ids}
    town = copied.town(tx.conn)
    for request_id, department, one in exchange_rows.exchanges(tx, asked.request_ids):
        exchanges[request_id].append(_exchange(one, department, town))
    begun = exchange_rows.begun(tx, asked.request_ids, since=tx.now - KEPT)
    given: dict[str, object] = {"ids": list(asked.request_ids), "left_out": rows.LEFT_OUT}
    for mail in fetch_all(tx.conn, rows.Mail, rows.MAILS_OF_REQUESTS, given):
        if mail.request_id:
            mails[mail.request_id].append(_mail(tx, mail))
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
    found = fetch_all(tx.conn, rows.Mail, rows.MAILS_OF_ACCOUNT, {"account": asked.account_id})
    return own.OwnMails(mails=tuple(_mail(tx, mail) for mail in found))


def _exchange(one: Exchange, department: str, town: Town | None) -> own.OwnExchange:
    named = department_of(town, department).name if town else ""
    return own.OwnExchange(
        at=one.added_at.isoformat(),
        direction=one.direction.value,
        author=signed(one.author, named, outside=True) if one.direction is Direction.TO_CITIZEN else one.author,
        text=one.text,
        read_at=one.read_at.isoformat() if one.read_at else "",
    )


def _mail(tx: Transaction, mail: rows.Mail) -> own.OwnMail:
    proof = rows.opened(tx, mail.request_id or mail.account_id, mail.proof)
    return own.OwnMail(
        at=mail.at.isoformat(),
        purpose=mail.purpose,
        state=mail.state,
        recipient=str(proof.get("recipient", "")),
        subject=str(proof.get("subject", "")),
    )
