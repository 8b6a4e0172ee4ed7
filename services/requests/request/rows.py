"""What is read of the requests' rows: one row beside each query. Written by `projections.py` alone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, LiteralString

from services.chassis.contracts import from_json
from services.chassis.event_store.transaction import Transaction
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.towns import Town
from services.requests.definitions.rows import published
from services.requests.request import numbers
from services.requests.request.state import Subject
from services.requests.schemas.nearby import Point
from services.requests.schemas.refusals import NotReceivedYet, RequestNotFound
from services.requests.schemas.statuses import Erasure

COLUMNS: LiteralString = """
r.request_id::text AS request_id, r.number, r.procedure, r.version, r.area, r.department, r.status, r.closed, r.archived,
r.erased, r.closed_at, r.submitted_at, r.aimed_on, r.implicit_on, r.implicit_effect, r.implicit_reached, r.attached, r.account_id, r.email_hash,
r.filed_by, r.alert, r.alert_without_attestation IS NOT NULL AS attestation_requested, r.erasure, r.assignee, r.assignee_name, r.unread_citizen, r.unread_town, r.appointment_at, r.agenda, r.generation,
r.generation_since, r.sealed, k.wrapped
"""

WITH_AGENDA: LiteralString = """
LEFT JOIN agendas a ON a.slug = r.agenda
LEFT JOIN keys k ON k.key_id = r.request_id::text
"""

FROM_ONE: LiteralString = """, a.version AS agenda_version, t.version AS town_version, p.version AS published_version,
h.account_id IS NOT NULL AS holder_away
FROM requests r CROSS JOIN town t LEFT JOIN absent_holders h ON h.account_id = r.account_id
LEFT JOIN procedures p ON p.slug = r.procedure"""
ONE: LiteralString = "SELECT " + COLUMNS + FROM_ONE + WITH_AGENDA

FROM_SOME: LiteralString = ", a.version AS agenda_version FROM requests r"
LINES: LiteralString = "SELECT " + COLUMNS + FROM_SOME + WITH_AGENDA

OF_ACCOUNT: LiteralString = """
WHERE r.account_id = %(account)s AND r.archived = %(archived)s
ORDER BY r.submitted_at DESC, r.request_id LIMIT %(limit)s OFFSET %(offset)s
"""

PAGE_OF_ACCOUNT: LiteralString = """
LEFT JOIN requests seen ON seen.request_id = %(after)s
WHERE r.account_id = %(account)s AND NOT r.erased
    AND (%(after)s::uuid IS NULL OR (r.submitted_at, r.request_id) < (seen.submitted_at, seen.request_id))
ORDER BY r.submitted_at DESC, r.request_id DESC LIMIT %(limit)s
"""

WAITING_FOR_ACCOUNT: LiteralString = """
WHERE r.account_id = %(account)s AND NOT r.archived AND (r.unread_citizen > 0 OR r.appointment_at >= %(since)s)
ORDER BY r.submitted_at DESC, r.request_id
"""

COUNT_OF_ACCOUNT: LiteralString = (
    "SELECT count(*) AS n FROM requests WHERE account_id = %(account)s AND archived = %(archived)s"
)

UNREAD_OF_ACCOUNT: LiteralString = """
SELECT coalesce(sum(unread_citizen), 0)::integer AS n FROM requests WHERE account_id = %(account)s AND NOT archived
"""

WITH_OPEN_REQUESTS: LiteralString = """
SELECT DISTINCT account_id FROM requests WHERE account_id = ANY(%(accounts)s) AND NOT archived AND NOT closed
"""


IN_CELLS: LiteralString = """
WHERE r.request_id IN (SELECT request_id FROM request_cells WHERE cell = ANY(%(cells)s)) AND r.request_id <> %(besides)s
    AND NOT r.closed AND NOT r.erased AND r.department = ANY(%(departments)s) AND r.procedure <> ALL(%(hidden)s)
ORDER BY r.submitted_at DESC, r.request_id LIMIT %(limit)s
"""

OF_ONE_ACCOUNT: LiteralString = """
WHERE (r.account_id = %(account)s OR r.account_id IS NULL AND r.email_hash = %(email)s AND r.email_hash <> '')
"""
OF_ONE_ADDRESS: LiteralString = "WHERE r.email_hash = %(email)s AND r.email_hash <> ''"
OTHERS: LiteralString = """
AND r.request_id <> %(besides)s AND NOT r.erased
    AND r.department = ANY(%(departments)s) AND r.procedure <> ALL(%(hidden)s)
ORDER BY r.submitted_at DESC, r.request_id LIMIT %(limit)s
"""


DECISION_WAITS: LiteralString = "SELECT FROM held_decisions WHERE request_id = %(request_id)s AND because IS NULL"


class RequestRow(Subject):
    """A request as lists and access checks know it; `shown` is what a list shows of the applicant, None once erased."""

    number: str
    version: int
    area: str
    status: str
    closed: bool
    archived: bool
    closed_at: datetime | None
    submitted_at: datetime
    aimed_on: date | None
    implicit_on: date | None
    implicit_effect: str | None
    implicit_reached: bool
    email_hash: str
    filed_by: str
    alert: bool
    attestation_requested: bool
    erasure: str | None
    assignee: str | None
    assignee_name: str
    unread_citizen: int
    unread_town: int
    appointment_at: datetime | None
    agenda: str | None
    shown: dict[str, Any] | None
    definition: Procedure
    town: Town | None = None
    published_version: int | None = None
    agenda_definition: Agenda | None = None

    def its_town(self) -> Town:
        """The town, of a row that was read alone: a list reads it of no row."""
        if self.town is None:
            raise NotReceivedYet
        return self.town

    @property
    def stream(self) -> str:
        return stream(self.request_id)

    @property
    def erasure_asked(self) -> bool:
        """Whether its applicant waits for an answer to the erasure asked for."""
        return self.erasure == Erasure.ASKED and not self.erased

    @property
    def applicant_name(self) -> str:
        return self.shown["applicant_name"] if self.shown else "Données effacées"

    @property
    def member_name(self) -> str:
        """The member of the household for whom it is; "" for who asks."""
        return self.shown["member_name"] if self.shown else ""

    @property
    def point(self) -> Point | None:
        """Where the request is about, as it says by the map."""
        found = self.shown.get("point") if self.shown else None
        return from_json(Point, found) if found else None

    @property
    def reception(self) -> str | None:
        """What to prepare for the person who comes; None where nothing is asked for."""
        return self.shown.get("reception") if self.shown else None


def stream(request_id: str) -> str:
    return f"request-{request_id}"


NUMBERS_OF: LiteralString = (
    "SELECT request_id::text AS id, number FROM requests WHERE request_id = ANY(%(ids)s::uuid[])"
)


def by_number(tx: Transaction, typed: str) -> RequestRow | None:
    """The request with that number, in any way of typing it; with the town and the agenda as they are now."""
    number = numbers.read(typed)
    return None if number is None else _one(tx, "WHERE r.number = %(key)s", number)


def numbers_of(tx: Transaction, request_ids: Sequence[str]) -> dict[str, str]:
    """The numbers of these requests, by id."""
    return {row["id"]: row["number"] for row in tx.conn.execute(NUMBERS_OF, {"ids": list(request_ids)})}


def by_id(tx: Transaction, request_id: str) -> RequestRow | None:
    return _one(tx, "WHERE r.request_id = %(key)s", request_id)


def found(tx: Transaction, request_id: str) -> RequestRow:
    """The same; raises RequestNotFound."""
    row = by_id(tx, request_id)
    if row is None:
        raise RequestNotFound
    return row


def count_of_account(tx: Transaction, account: str, *, archived: bool) -> int:
    return tx.conn.execute(COUNT_OF_ACCOUNT, {"account": account, "archived": archived}).fetchall()[0]["n"]


def confidential(tx: Transaction, row: RequestRow) -> tuple[str, ...]:
    """The procedure of a row that was read alone, where it is confidential as it was last published."""
    latest = published.procedure(tx.conn, row.procedure, row.published_version or row.version)
    return (row.procedure,) if latest.confidential else ()


def decision_waits(tx: Transaction, request_id: str) -> bool:
    """Whether a decision was sent that is still to be carried out; to be read under the lock of the request."""
    return tx.conn.execute(DECISION_WAITS, {"request_id": request_id}).fetchone() is not None


def of_account(tx: Transaction, account: str, *, archived: bool, limit: int, offset: int = 0) -> list[RequestRow]:
    """The account's requests, most recent first, uncounted."""
    return _lines(tx, OF_ACCOUNT, account=account, archived=archived, limit=limit, offset=offset)


def page_of_account(tx: Transaction, account: str, *, after: str | None, limit: int) -> list[RequestRow]:
    """Those of the account that are not erased, archived ones too, the latest first: from the first, or from the one that
    comes after that request."""
    return _lines(tx, PAGE_OF_ACCOUNT, account=account, after=after, limit=limit)


def waiting_for_account(tx: Transaction, account: str, since: datetime) -> list[RequestRow]:
    """Those of the account, archived ones left out, with an exchange to open or an appointment since then, most recent
    first: as many as the town has written to, or given a slot."""
    return _lines(tx, WAITING_FOR_ACCOUNT, account=account, since=since)


def unread_of_account(tx: Transaction, account: str) -> int:
    """How many exchanges the account has still to open, archived requests left out."""
    return tx.conn.execute(UNREAD_OF_ACCOUNT, {"account": account}).fetchall()[0]["n"]


def open_in_cells(
    tx: Transaction,
    cells: Sequence[bytes],
    *,
    departments: Sequence[str],
    hidden: Sequence[str],
    besides: str,
    limit: int,
) -> list[RequestRow]:
    """The open requests of these departments, but of hidden procedures, whose point lies in one of these squares, the most recent first."""
    asked = {"departments": list(departments), "hidden": list(hidden), "besides": besides}
    return _lines(tx, IN_CELLS, cells=list(cells), limit=limit, **asked)


def others_of_person(
    tx: Transaction, row: RequestRow, *, departments: Sequence[str], hidden: Sequence[str], limit: int
) -> list[RequestRow]:
    """The other requests of the same account, and those without one of the same e-mail address, else of that address, in these departments but of hidden procedures, the
    most recent first."""
    which = OF_ONE_ACCOUNT + OTHERS if row.account_id else OF_ONE_ADDRESS + OTHERS
    given = {"account": row.account_id, "email": row.email_hash, "besides": row.request_id}
    return _lines(tx, which, **given, departments=list(departments), hidden=list(hidden), limit=limit)


def row_of(tx: Transaction, row: dict[str, Any], **more: Any) -> RequestRow:
    """A row with what it seals, opened with the key that was read beside it; its agenda where its version was read."""
    agenda = row.get("agenda_version") and published.agenda(tx.conn, row["agenda"], row["agenda_version"])
    known = {name: value for name, value in row.items() if name in RequestRow.__dataclass_fields__}
    tx.keys.learn(row["request_id"], row["wrapped"])
    return RequestRow(
        **known,
        shown=tx.open(row["request_id"], row["sealed"]),
        definition=published.procedure(tx.conn, row["procedure"], row["version"]),
        agenda_definition=agenda or None,
        **more,
    )


def _one(tx: Transaction, where: LiteralString, key: str) -> RequestRow | None:
    row = tx.conn.execute(ONE + where, {"key": key}).fetchone()
    return None if row is None else row_of(tx, row, town=published.town(tx.conn, row["town_version"]))


def _lines(tx: Transaction, which: LiteralString, **given: Any) -> list[RequestRow]:
    return [row_of(tx, row) for row in tx.conn.execute(LINES + which, given).fetchall()]


def accounts_with_open_requests(tx: Transaction, accounts: Sequence[str]) -> list[str]:
    found = tx.conn.execute(WITH_OPEN_REQUESTS, {"accounts": list(accounts)}).fetchall()
    return [row["account_id"] for row in found]
