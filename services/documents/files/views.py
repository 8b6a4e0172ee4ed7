"""What a request, a draft or a space holds, as pages list it and as the manifest signs it; and who looked at it."""

from datetime import timedelta
from itertools import groupby
from typing import LiteralString

from services.chassis.contracts import from_json, to_json
from services.chassis.event_store.db import fetch_all
from services.chassis.event_store.events import Event, Recorded
from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.chassis.signing import sign
from services.chassis.structs import made_of
from services.documents.files import rows
from services.documents.files.events import StoredFileRejected
from services.documents.files.grants import Grant
from services.documents.files.rules import JournalRefused
from services.documents.files.steps import LIVE_STATES, label_of, limits
from services.documents.schemas import pieces, storage
from services.documents.schemas.looks import ListLooks, ListRequestLooks, Looks
from services.documents.schemas.owner import Owner
from services.townhall.town_time import start_of_day

REJECTIONS_SHOWN = timedelta(days=30)
"""For how long the page of a space shows what a late scan took out of it."""


def handed_in(tx: Transaction, owner: Owner, *, only_frozen: bool = False) -> list[pieces.Document]:
    """The documents of a request, a draft or a space with their ready files, names opened; none once the key is destroyed."""
    key = owner.key
    files = [file for file in rows.files_of(tx.conn, owner) if file.ready]
    readable = [file for file in files if (file.frozen or not only_frozen) and tx.open_text(key, file.name) is not None]
    documents: list[pieces.Document] = []
    for document_id, group in groupby(readable, key=lambda file: file.document_id):
        first, *others = group
        documents.append(
            pieces.Document(
                id=str(document_id),
                piece=first.piece,
                label=label_of(tx, first) or "",
                side=first.side.value,
                author=tx.open_text(key, first.author) if first.author else None,
                sensitive=first.sensitive,
                delete_after=first.delete_after,
                added_at=first.added_at.isoformat(),
                enclosed_for=first.enclosed_for if first.waits else None,
                files=tuple(
                    pieces.File(
                        id=str(file.id),
                        name=tx.open_text(key, file.name) or "",
                        size=file.kept_bytes or 0,
                        sha256=file.sha256 or "",
                        type=file.media_type or "",
                        scan=file.scan,
                        pages=file.pages,
                    )
                    for file in (first, *others)
                ),
            )
        )
    return documents


def stored(tx: Transaction, _: Settings, __: storage.ReadStorage, holder: Grant) -> storage.StorageSpace:
    """What the holder's space shows, and how many of its places are taken."""
    live = {file.document_id for file in rows.files_of(tx.conn, holder.owner) if file.state in LIVE_STATES}
    return storage.StorageSpace(
        documents=tuple(from_json(storage.StoredDocument, to_json(one)) for one in handed_in(tx, holder.owner)),
        most=limits(tx).documents_a_space,
        taken=len(live),
        rejected=_rejected(tx, holder.owner),
    )


def _rejected(tx: Transaction, owner: Owner) -> tuple[storage.RejectedFile, ...]:
    """What a late scan took out of the space lately, as far as the holder's words can be read."""
    since = tx.now - REJECTIONS_SHOWN
    past: list[Recorded[Event]] = tx.history(owner.stream)
    return tuple(
        storage.RejectedFile(label=rejected.label, name=rejected.name, at=one.time.isoformat())
        for one in past
        if isinstance(rejected := one.event, StoredFileRejected) and one.time >= since
        if rejected.label is not None and rejected.name is not None
    )


def counted(tx: Transaction, _: Settings, __: storage.CountStorage, holder: Grant) -> storage.StorageCount:
    [shown] = fetch_all(tx.conn, dict[str, int], rows.COUNT_OF_A_SPACE, {"space_id": holder.owner.id})
    return storage.StorageCount(documents=shown["documents"], most=limits(tx).documents_a_space)


def signed_manifest(tx: Transaction, settings: Settings, grant: Grant) -> pieces.Manifest:
    """What was frozen, signed with the key that our services share; requests checks it against the definition without a call."""
    frozen = handed_in(tx, grant.owner, only_frozen=True)
    said = pieces.FrozenPieces(
        request=str(grant.request_id),
        documents=tuple(made_of(pieces.FrozenPiece, one) for one in frozen if one.files),
    )
    return pieces.Manifest(manifest=sign(settings, "manifest", to_json(said)))


def looks_of_request(tx: Transaction, _: Settings, asked: ListRequestLooks, grant: Grant) -> Looks:
    """The looks at the files of that request, the latest first: from the newest, or those before that one.

    `piece` is None where it was erased meanwhile.
    """
    grant.require_audit()
    return _looks(tx, rows.LOOKS_OF_REQUEST, asked, request=grant.request_id)


def looks_of_staff(tx: Transaction, _: Settings, asked: ListLooks) -> Looks:
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
    return _looks(tx, sql, asked, **given)


def _looks(tx: Transaction, which: LiteralString, asked: ListRequestLooks | ListLooks, **given: object) -> Looks:
    bounds = {"before_at": asked.before_at or "infinity", "before_id": asked.before_id or 0, "at_most": asked.at_most}
    return Looks(views=rows.looks(tx, which, given | bounds))
