"""A requests database that has received the whole demo town, and the ways to act on it that the tests share."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any, get_type_hints
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from psycopg import sql

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.contracts import RemoteCall, to_json
from services.chassis.event_store.events import Recorded
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.process.rebuild import rebuild
from services.chassis.settings import Settings
from services.chassis.signing import sign
from services.procedures.schemas.definitions.procedures import Document
from services.requests import projections, tallies  # noqa: F401 registered by being imported
from services.requests.access import tracking_link
from services.requests.definitions import rows as hearing
from services.requests.filing import use_cases as submission
from services.requests.filing.backlog import Backlog
from services.requests.filing.use_cases import Filing
from services.requests.filing.views import ReceiptFacts, receipt, stored
from services.requests.following.views import tracking
from services.requests.lifecycle import use_cases as timers
from services.requests.notices.views import notice_details
from services.requests.schemas.decisions import ChangeStatus
from services.requests.schemas.filing import Filed, Submit
from services.requests.schemas.mail_details import MailDetails, ReadMailDetails
from services.requests.schemas.tracking import ReadRequest
from services.requests.service import RequestsService
from services.requests.worklist import use_cases as agents
from tests.servers.databases import TOLD_NOTHING
from tests.support import published
from tests.support.clocks import StillClock
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
    permissions=(
        "read_requests",
        "change_status",
        "write_exchanges",
        "manage_appointments",
        "request_documents",
        "handle_confidential",
    ),
)
CAMILLE = Actor(kind="citizen", id="22222222-2222-4222-8222-222222222222")
ALIX = Actor(kind="citizen", id="33333333-3333-4333-8333-333333333333")
VISITOR = Actor(kind="visitor", id="a" * 64)
SYSTEM = Actor(kind="system", id="tests")


def visitor(number: int) -> Actor:
    """One of many, with a browser of their own."""
    return Actor(kind="visitor", id=f"{number:064d}")


@dataclass
class Desk:
    """What a test does with requests, each in its own transaction."""

    store: Store
    clock: StillClock
    filed: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return self.store.settings

    def do(self, actor: Actor, use_case: Any, *given: Any, **named: Any) -> Any:
        """A use case that takes the transaction, the settings and its own arguments (`as_call`)."""
        with self.store.transaction(actor=actor) as tx:
            return use_case(tx, self.settings, *as_call(use_case, given), **named)

    def answer(self, actor: Actor, use_case: Any, *given: Any) -> Any:
        """What it answers, as the JSON values that a caller gets."""
        return to_json(self.do(actor, use_case, *given))

    def see(self, actor: Actor, view: Any, *given: Any) -> Any:
        """A view, read as the service reads it: without a transaction."""
        with self.store.viewing(actor) as tx:
            return view(tx, self.settings, *as_call(view, given))

    def mail_details(self, receipt: dict[str, Any], event_id: UUID | None = None, actor: Actor = SYSTEM) -> MailDetails:
        """What a mail about that change of the request holds."""
        asked = ReadMailDetails(request_id=UUID(receipt["request_id"]), event_id=event_id)
        return self.see(actor, notice_details, asked)

    def details(self, receipt: dict[str, Any], fact: type) -> MailDetails:
        """What a mail about the last such fact is given."""
        last = [one for one in self.history(receipt) if isinstance(one.event, fact)][-1]
        return self.mail_details(receipt, last.event_id)

    def call(self, method: str, call: Call) -> Any:
        """The answer of the service, as it is sent."""
        service = RequestsService()
        service.store = self.store
        service.backlog = Backlog()
        message = {"actor": to_json(call.actor), "body": call.body, "command_id": call.command_id}
        return orjson.loads(orjson.dumps(getattr(service, method)(message)))["answer"]

    def tx(self, actor: Actor = SYSTEM) -> Any:
        return self.store.transaction(actor=actor)

    def run(self, act: Callable[..., Any], *given: Any) -> Any:
        """One act of the service, in a transaction of its own."""
        with self.tx() as tx:
            return act(tx, *given)

    def rows(self, statement: str, given: Any = None) -> list[dict[str, Any]]:
        with self.tx() as tx:
            return tx.conn.execute(statement, given).fetchall()

    def filing(self, slug: str, **changes: Any) -> Filing:
        """A request that the procedure accepts today."""
        of = published.definition(slug)
        given: dict[str, Any] = {
            "request_id": (request_id := changes.get("request_id") or str(uuid4())),
            "procedure": slug,
            "channel": "portal",
            "applicant": valid_applicant(of),
            "answers": self.answers(slug),
            "member": {"given_names": "Sacha", "birth_name": "Exemple"} if of["about"] == "member" else None,
            "start": None,
        }
        changes.setdefault("manifest", self.manifest(request_id, slug))
        said = {one.name: changes.pop(one.name) for one in fields(Filed) if one.name in changes}
        asked = Submit(procedure=slug, applicant={}, answers={}, version=changes.pop("version", None), **said)
        return Filing(asked=asked, **{**given, **changes})

    def answers(self, slug: str) -> dict[str, Any]:
        return valid_answers(published.definition(slug), self.clock.now().date())

    def manifest(self, request_id: str, slug: str) -> str:
        """The pieces that the given answers ask for, as documents would have frozen them."""
        asked = asked_documents(published.definition(slug), self.answers(slug))
        pieces = [
            {"id": str(uuid4()), "piece": one.slug, "label": one.label, "files": [_file(one)]}
            for one in asked
            if one.required
        ]
        return sign(self.settings, "manifest", {"request": request_id, "documents": pieces})

    def file(self, slug: str, actor: Actor = VISITOR, **changes: Any) -> dict[str, Any]:
        """Files and gives the receipt, which says what one that is read says."""
        noted: list[ReceiptFacts] = []
        outcome = self.do(actor, submission.submit, self.filing(slug, **changes), noted.append)
        with self.tx(actor) as tx:
            facts = stored(tx, outcome.request_id)
        assert noted in ([], [facts])
        return to_json(receipt(self.settings, facts))

    def take(self, receipt: dict[str, Any]) -> dict[str, Any]:
        """An agent takes the request in charge; gives its receipt again."""
        self.do(AGENT, agents.take_in_charge, receipt["number"], self.version(receipt))
        return receipt

    def decide(self, receipt: dict[str, Any], to: str, actor: Actor = AGENT, **more: Any) -> Any:
        asked = ChangeStatus(number=receipt["number"], version=self.version(receipt), to=to, **more)
        return self.do(actor, agents.change_status, asked)

    def version(self, receipt: dict[str, Any]) -> int:
        return self.view(receipt["number"])["version"]

    def view(self, number: str, actor: Actor = SYSTEM, as_of: datetime | None = None) -> dict[str, Any]:
        """A request as its reader gets it, as JSON values."""
        return to_json(self.see(actor, tracking, ReadRequest(number=number, as_of=as_of)))

    def holder(self, given: dict[str, Any], kind: str = "tracking", id: str = "") -> Actor:
        """The holder of the first tracking link of that request: a mail has it, when the receipt has none."""
        first = tracking_link.mint(self.settings.signing_key, given["request_id"], 1)
        return Actor(kind=kind, id=id, tokens=(first,))

    def heard(self, request_id: str, fact: Any) -> None:
        self.run(timers.echo, request_id, uuid4(), fact)

    def events(self, stream: str) -> list[str]:
        return [type(one.event).__name__ for one in self.run(Transaction.history, stream)]

    def history(self, receipt: dict[str, Any]) -> list[Recorded[Any]]:
        """The events of that request."""
        return self.run(Transaction.history, f"request-{receipt['request_id']}")

    def row(self, receipt: dict[str, Any]) -> dict[str, Any]:
        query = "SELECT to_jsonb(r) - 'sealed' AS row FROM requests r WHERE number = %s"
        return self.rows(query, (receipt["number"],))[0]["row"]

    def check_rebuild(self, receipt: dict[str, Any]) -> None:
        """The row of that request is made anew as it is."""
        before = self.row(receipt)
        self.rebuild()
        assert self.row(receipt) == before

    def rebuild(self) -> None:
        try:
            rebuild(self.settings, "requests")
        finally:  # the town was not received as a message here: a rebuild does not find it again
            self.run(hear_the_town)

    def count_all(self) -> None:
        """What the projector of tallies does for every request."""
        ids = [row["id"] for row in self.rows("SELECT request_id::text AS id FROM requests")]
        self.run(lambda tx: tallies.recount(tx.conn, ids))


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
    "unread_exchanges", "request_words", "request_cells", "number_parts", "requests", "drafts", "slot_uses", "staff_views", "saved_views", "work_counts",
    "due_counts", "earlier_slots_wanted", "freed_slots", "earlier_slot_mails", "presences", "absences", "handovers", "mentions", "held_decisions",
    "counted", "eliminations", "approved_ends", "absent_holders", "outbox", "positions", "events", "keys", "commands",
)  # fmt: skip


def rows_read(conn: Any, statement: str, given: dict[str, Any]) -> int:
    """How many rows the leaves of its plan look at, when the statement is carried out."""
    [explained] = conn.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", given).fetchall()
    return _read_by(explained["QUERY PLAN"][0]["Plan"])


def rows_read_by_any(conn: Any, statement: str, given: dict[str, Any]) -> int:
    """The same by the plan that is kept for all values, as of a statement that was prepared and is used often."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", statement)
    values = sql.SQL(", ").join(sql.Literal(given[name]) for name in names)
    conn.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    conn.execute(f"PREPARE kept AS {numbered}")
    asked = sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE kept ({})").format(values)
    [explained] = conn.execute(asked).fetchall()
    conn.execute("DEALLOCATE kept")
    return _read_by(explained["QUERY PLAN"][0]["Plan"])


def _read_by(plan: dict[str, Any]) -> int:
    plans, read = [plan], 0
    while plans:
        node = plans.pop()
        plans += node.get("Plans", [])
        if "Plans" not in node:
            read += round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
    return read


@pytest.fixture
def desk(store: Store, database_url: str) -> Desk:
    """A morning with nothing filed yet: 25 November 2026, 10 h in the town."""
    with psycopg.connect(database_url.replace("{service}", "requests")) as owner:
        for table in TABLES:  # quicker than TRUNCATE, which syncs a file for each
            owner.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
        owner.execute(TOLD_NOTHING)
    clock = StillClock(NOW)
    store.clock = clock
    return Desk(store=store, clock=clock)


@pytest.fixture
def limits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one person, browser or connection may do is counted, as it is for a town."""
    monkeypatch.setattr(desk.store, "settings", replace(desk.settings, rate_limits=1))
