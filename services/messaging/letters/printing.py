"""A letter as it was printed last, or as it would be printed now: the owner of its values is asked. Outside a transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.chassis.calls import Call
from services.chassis.contracts import from_json
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.store import Store, Transaction
from services.chassis.rpc.client import RpcClient
from services.messaging import other_services
from services.messaging.copies import rows as copied
from services.messaging.copies.rules import department as department_of, sender as sender_of
from services.messaging.exchanges.views import thread
from services.messaging.letters import use_cases
from services.messaging.letters.rules import open_letter
from services.messaging.mails import texts, values
from services.messaging.notices import rows
from services.messaging.notices.purposes import LABELS, Purpose
from services.messaging.notices.rules import LetterNotKnownYet, Notice, State, StoredLetter, UnknownLetter
from services.messaging.schemas.facts import ExchangeAdded
from services.messaging.schemas.letters import Letter, LetterPrinted, PrintLetter, ReadLetter
from services.townhall.grants import Grant
from services.townhall.refusals import RequestNotKnownYet


def read(store: Store, call: Call, asked: ReadLetter, grant: Grant, client: RpcClient) -> Letter:
    """The letter as it was printed last, else as it would be printed now; None names the acknowledgement. Keeps nothing.

    Raises UnknownLetter, and LetterNotKnownYet while the request, or whether its mail is a letter, is not known here.
    """
    letter = _found(store, grant, asked.letter_id)
    if letter.state is State.ON_PAPER and letter.proof is None:
        return _shown(letter, _written(store, client, grant, letter.notice, asked.enclosed))
    with store.viewing(call.actor) as tx:
        return _shown(letter, rows.opened(tx, grant.request, letter.proof))


def print_out(store: Store, call: Call, asked: PrintLetter, grant: Grant, client: RpcClient) -> LetterPrinted:
    """The letter is printed as it is now, with these documents of the town: that text is the proof until it is printed again.

    Raises as `read`, and LetterAlreadyDelivered: what left is not written anew.
    """
    letter = _found(store, grant, asked.letter_id)
    on_paper = letter.state is State.ON_PAPER
    written = _written(store, client, grant, letter.notice, asked.enclosed) if on_paper else None
    letter_id = UUID(asked.letter_id)
    return store.run_declared(call, LetterPrinted, lambda tx: use_cases.keep_printed(tx, grant, letter_id, written))


def _found(store: Store, grant: Grant, letter_id: str | None) -> StoredLetter:
    with store.read() as conn:
        found = rows.letter(conn, grant.request, letter_id)
        if found is None and copied.request(conn, grant.request) is None:
            raise LetterNotKnownYet
        return open_letter(found, grant)


def _written(
    store: Store, client: RpcClient, grant: Grant, notice: Notice, enclosed: Sequence[str]
) -> dict[str, object]:
    """The letter as it would be printed now, with its envelope; raises Unavailable where it cannot be known now. `enclosed`:
    the town's documents, named if it is a decision."""
    with store.transaction() as tx:
        exchange = _exchange(tx, grant, notice)
        town, request = copied.town(tx.conn), copied.request(tx.conn, grant.request)
        procedure = copied.procedure_of(tx.conn, request)
    if town is None or request is None or procedure is None:
        raise RequestNotKnownYet
    known = other_services.about_letter(client, notice)
    paper = values.on_paper(notice, procedure, known, exchange=exchange, enclosed=enclosed)
    said = values.personal_values(notice, request, procedure, town, known, store.settings.public_url, paper=paper)
    printed = texts.print_out(notice.purpose, sender_of(town), said)
    return {
        "number": request.number,
        "kind": notice.purpose.value,
        "subject": printed.subject,
        "title": printed.title,
        "parts": [vars(part) for part in printed.parts],
        "decision": paper.decision,
        "enclosed": list(paper.enclosed),
        "recipient": {"name": known.applicant_name, "lines": list(known.address)},
        "department": vars(department_of(town, request.department)),
        "town": sender_of(town).legal_name,
        "place": town.town.address.city,
    }


def _exchange(tx: Transaction, grant: Grant, notice: Notice) -> str | None:
    """The text of the message that the letter announces."""
    if notice.purpose is not Purpose.EXCHANGE_TO_CITIZEN:
        return None
    added: Recorded[object] = next(
        one for one in tx.history(f"request-{grant.request}") if one.event_id == notice.event_id
    )
    wanted = added.event.exchange_id if isinstance(added.event, ExchangeAdded) else None
    return next((one.text for one in thread(tx, grant) if str(one.id) == wanted), None)


def _shown(letter: StoredLetter, content: Mapping[str, object]) -> Letter:
    if not content:
        raise UnknownLetter
    about: dict[str, object] = {
        "id": str(letter.notice.id),
        "label": LABELS[letter.notice.purpose],
        "since": letter.created_at.isoformat(),
        "state": letter.state.value,
        "delivered_at": letter.settled_at.isoformat() if letter.settled_at else None,
    }
    return from_json(Letter, {**content, **about})
