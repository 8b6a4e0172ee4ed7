"""A requests database that has heard of the whole demo town, and the ways to act on it that the tests share."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints
from uuid import UUID, uuid4

import psycopg
import pytest

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.clock import Clock
from services.chassis.contracts import RemoteCall, to_json
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.process.rebuild import rebuild
from services.chassis.settings import Settings
from services.chassis.signing import sign
from services.procedures.schemas.definitions.procedures import Document
from services.requests import counters, projections  # noqa: F401 registered by being imported
from services.requests.access import tracking_link
from services.requests.definitions import rows as hearing
from services.requests.filing import use_cases as submission
from services.requests.filing.use_cases import Filing
from services.requests.filing.views import receipt
from services.requests.following.views import tracking
from services.requests.lifecycle import use_cases as timers
from services.requests.notices.views import notice_details
from services.requests.schemas.filing import Filed, Submit
from services.requests.schemas.mail_details import MailDetails, ReadMailDetails
from services.requests.schemas.tracking import ReadRequest
from services.requests.service import RequestsService
from tests.servers.databases import TOLD_NOTHING
from tests.support import published
from tests.support.filled import asked_documents, valid_answers, valid_applicant

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

AGENT = Actor(
    kind="agent",
    id="11111111-1111-4111-8111-111111111111",
    name="Agent instructeur polyvalent",
    roles=("agent",),
    departments=(
        "population",
        "enfance-education",
        "relation-usagers",
        "services-techniques",
        "urbanisme",
        "vie-associative",
    ),
    permissions=("read_requests", "change_status", "write_exchanges", "manage_appointments", "request_documents"),
)
CAMILLE = Actor(kind="citizen", id="22222222-2222-4222-8222-222222222222")
ALIX = Actor(kind="citizen", id="33333333-3333-4333-8333-333333333333")
VISITOR = Actor(kind="visitor", id="a" * 64)
SYSTEM = Actor(kind="system", id="tests")


class MovingClock(Clock):
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.instant = NOW

    def now(self) -> datetime:
        return self.instant

    def turn(self, **spans: float) -> None:
        self.instant += timedelta(**spans)


@dataclass
class Desk:
    """What a test does with requests, each in its own transaction."""

    store: Store
    clock: MovingClock
    filed: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return self.store.settings

    def do(self, actor: Actor, use_case: Any, *given: Any, **named: Any) -> Any:
        """A use case that takes the transaction, the settings and its own arguments (`as_call`)."""
        with self.store.transaction(actor=actor) as tx:
            return use_case(tx, self.settings, *as_call(use_case, given), **named)

    def told(self, actor: Actor, use_case: Any, *given: Any) -> Any:
        """What it answers, as the JSON values that a caller gets."""
        return to_json(self.do(actor, use_case, *given))

    def see(self, actor: Actor, view: Any, *given: Any) -> Any:
        """A view, read as the service reads it: without a transaction."""
        with self.store.viewing(actor) as tx:
            return view(tx, self.settings, *as_call(view, given))

    def mail_details(self, told: dict[str, Any], event_id: UUID | None = None, actor: Actor = SYSTEM) -> MailDetails:
        """What a mail about that change of the request holds."""
        asked = ReadMailDetails(request_id=UUID(told["request_id"]), event_id=event_id)
        return self.see(actor, notice_details, asked)

    def call(self, method: str, call: Call) -> Any:
        """A call as the service answers it, its body being loaded."""
        service = RequestsService()
        service.store = self.store
        return inspect.getclosurevars(getattr(RequestsService, method)).nonlocals["answered"](service, call)

    def tx(self, actor: Actor = SYSTEM) -> Any:
        return self.store.transaction(actor=actor)

    def filing(self, slug: str, **changes: Any) -> Filing:
        """A request that the procedure accepts today."""
        of = published.definition(slug)
        today = self.clock.now().date()
        given: dict[str, Any] = {
            "request_id": (request_id := changes.get("request_id") or str(uuid4())),
            "procedure": slug,
            "channel": "portal",
            "applicant": valid_applicant(of),
            "answers": valid_answers(of, today),
            "member": {"given_names": "Sacha", "birth_name": "Exemple"} if of["about"] == "member" else None,
            "start": None,
        }
        changes.setdefault("manifest", self.manifest(request_id, slug))
        said = {one.name: changes.pop(one.name) for one in fields(Filed) if one.name in changes}
        asked = Submit(procedure=slug, applicant={}, answers={}, version=changes.pop("version", None), **said)
        return Filing(asked=asked, **{**given, **changes})

    def manifest(self, request_id: str, slug: str) -> str:
        """The pieces that the given answers ask for, as documents would have frozen them."""
        of = published.definition(slug)
        asked = asked_documents(of, valid_answers(of, self.clock.now().date()))
        pieces = [
            {"id": str(uuid4()), "piece": one.slug, "label": one.label, "files": [_file(one)]}
            for one in asked
            if one.required
        ]
        return sign(self.settings, "manifest", {"request": request_id, "documents": pieces})

    def file(self, slug: str, actor: Actor = VISITOR, **changes: Any) -> dict[str, Any]:
        """Files and gives the receipt."""
        outcome = self.do(actor, submission.submit, self.filing(slug, **changes))
        with self.tx(actor) as tx:
            return to_json(receipt(tx, self.settings, outcome["request_id"]))

    def view(self, number: str, actor: Actor = SYSTEM, as_of: datetime | None = None) -> dict[str, Any]:
        """A request as its reader gets it, as JSON values."""
        return to_json(self.see(actor, tracking, ReadRequest(number=number, as_of=as_of)))

    def holder(self, given: dict[str, Any], kind: str = "tracking", id: str = "") -> Actor:
        """Whoever holds the first tracking link of that request: a mail has it, when the receipt has none."""
        first = tracking_link.Link(request_id=given["request_id"], generation=1)
        return Actor(kind=kind, id=id, tokens=(tracking_link.mint(self.settings.signing_key, first),))

    def heard(self, request_id: str, fact: Any) -> None:
        with self.tx() as tx:
            timers.echo(tx, request_id, uuid4(), fact)

    def events(self, stream: str) -> list[str]:
        with self.tx() as tx:
            return [type(one.event).__name__ for one in tx.history(stream)]

    def rebuild(self) -> None:
        try:
            rebuild(self.settings, "requests")
        finally:  # the town was not heard by a message here: a rebuild does not find it again
            with self.tx() as tx:
                hear_the_town(tx)

    def count_all(self) -> None:
        """What the projector of counters does for every request."""
        with self.tx() as tx:
            ids = [row["id"] for row in tx.conn.execute("SELECT request_id::text AS id FROM requests").fetchall()]
            counters.recount(tx.conn, ids)


def _file(piece: Document) -> dict[str, Any]:
    name = f"piece.{piece.formats[0]}"
    return {"id": str(uuid4()), "name": name, "size": 1, "sha256": "0", "type": "application/pdf", "scan": "ok"}


def as_call(act: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Of a function that takes a declared call: the values of its fields, in their order, as that call."""
    hints = get_type_hints(act).values()
    declared = next((one for one in hints if isinstance(one, type) and issubclass(one, RemoteCall)), None)
    if declared is None or isinstance(next(iter(given), None), declared):
        return given
    names = [one.name for one in fields(declared)]
    return (declared(**dict(zip(names, given, strict=False))), *given[len(names) :])


@pytest.fixture(scope="session")
def store(settings: Settings) -> Iterator[Store]:
    opened = Store(settings, "requests")
    with opened.transaction() as tx:
        hear_the_town(tx)
    yield opened
    opened.close()


def hear_the_town(tx: Transaction) -> None:
    hearing.keep_town(tx, 1, published.town())
    for slug in published.slugs():
        hearing.keep_procedure(tx, slug, 1, published.definition(slug))
    for agenda in ("titres-identite", "population-famille", "urbanisme", "salles"):
        hearing.keep_agenda(tx, agenda, 1, published.agenda(agenda))


TABLES = (
    "unread_exchanges", "request_words", "number_parts", "requests", "drafts", "slot_uses", "staff_views", "work_counts", "due_counts",
    "counted", "eliminations", "approved_ends", "absent_holders", "outbox", "positions", "events", "keys", "commands",
)  # fmt: skip


@pytest.fixture
def desk(store: Store, database_url: str) -> Desk:
    """A morning with nothing filed yet: 25 November 2026, 10 h in the town."""
    with psycopg.connect(database_url.replace("{service}", "requests")) as owner:
        for table in TABLES:  # quicker than TRUNCATE, which syncs a file for each
            owner.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
        owner.execute(TOLD_NOTHING)
    clock = MovingClock()
    store.clock = clock
    return Desk(store=store, clock=clock)
