"""messaging on its own database and a real mail server; only the services that know the addresses are played."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

import pytest

from services.accounts.schemas.people import ReadNoticeDetails
from services.chassis.actors import Actor
from services.chassis.bus.deliveries import DeliveryLoop
from services.chassis.contracts import schema_of, to_json
from services.chassis.errors import Unavailable
from services.chassis.event_store.store import Store, Transaction
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings
from services.messaging.copies import rows as copied
from services.messaging.copies.rows import save_procedure
from services.messaging.copies.rules import KnownRequest
from services.messaging.delivery.delivery_loop import Due, DueMails, due_mails
from services.messaging.exchanges import views as threads
from services.messaging.letters import views as letter_views
from services.messaging.mails.channels import Channels
from services.messaging.schemas.exchanges import ListExchanges, Thread
from services.messaging.schemas.letters import CountLetters, ListLetters, WaitingLetter
from services.messaging.schemas.mails import ListMails, MailToApplicant
from services.requests.capacity import holders
from services.requests.schemas.mail_details import MailDetails
from services.townhall.grants import Grant, Right, Side
from tests.support import published
from tests.support.clocks import AheadClock

T = TypeVar("T")

HASHED_WITH = b"k" * 32
PUBLIC_URL = "https://demarches.saint-aubin-sur-orne.example"


@dataclass
class PlayedServices:
    """Answers as requests and accounts do (the shapes of their schemas), or not at all."""

    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    refusals: dict[str, Exception] = field(default_factory=dict)
    silent: bool = False
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    shown: list[list[bool]] = field(default_factory=list)

    def call(self, method: str, body: dict[str, Any], *, actor: Actor, correlation_id: str | None = None) -> Any:
        assert actor.kind == "system"
        self.asked.append((method, correlation_id))
        if method == "accounts.notice_details":
            schema_of(ReadNoticeDetails).load(body)  # a purpose that accounts does not know is refused there
        if self.silent:
            raise Unavailable
        if method == "requests.notices_details":
            self.shown.append([one["shows_backlog"] for one in body["mails"]])
            asked_about = [one["request_id"] for one in body["mails"]]
            return {"items": [None if one in self.refusals else self.details.get(one) for one in asked_about]}
        asked = body.get("request_id") or body.get("account_id") or body["link_id"]
        if asked in self.refusals:
            raise self.refusals[asked]
        return self.details[asked]


@dataclass
class Messaging:
    store: Store
    rpc: PlayedServices
    pending: DueMails
    delivery: DeliveryLoop[Due]
    clock: AheadClock

    @property
    def client(self) -> RpcClient:
        return cast("RpcClient", self.rpc)

    def hear_request(self, procedure: str = "location-salle", *, alert: bool = False, **details: Any) -> UUID:
        """As RequestSubmitted is kept; its applicant has an address of its own."""
        request_id = uuid4()
        known = KnownRequest(
            id=request_id,
            number=self.number(request_id),
            procedure=procedure,
            version=1,
            department=published.definition(procedure)["department"],
            submitted_at=self.clock.now(),
            implicit_effect="rejection",
            implicit_on=date(2027, 1, 18),
            appointment_id=None,
            alert=alert,
        )
        with self.store.transaction() as tx:
            copied.save_request(tx.conn, known)
        email = details.get("email", self.address(request_id))
        known: dict[str, Any] = {
            "email": email,
            "mailed_to": holders.mailed_to(HASHED_WITH, email) if email else None,
            "applicant_name": "Camille Exemple",
            "tracking_token": "jeton",
            "values": {"means_of_appeal": "Vous pourrez alors contester ce refus."},
        }
        self.rpc.details[str(request_id)] = to_json(MailDetails(**known | details))
        return request_id

    def account(self, **details: Any) -> tuple[UUID, str]:
        """As accounts knows its holder, and the holder's address."""
        account_id = uuid4()
        address = f"{account_id.hex}@courriel.example"
        known = {"email": address, "name": "Camille Exemple", "username": "camille.exemple", "token": None}
        self.rpc.details[str(account_id)] = known | details
        return account_id, address

    def number(self, request_id: UUID) -> str:
        return f"2026-{request_id.hex[:4]}-{request_id.hex[4:8]}".upper()

    def address(self, request_id: UUID) -> str:
        return f"{request_id.hex}@courriel.example"

    def do(self, use_case: Callable[[Transaction], Any]) -> Any:
        with self.store.transaction() as tx:
            return use_case(tx)

    def act(self, act: Callable[..., T], asked: object, *given: object, actor: Actor | None = None) -> T:
        """What an entrypoint does with a use case or a view, in one transaction."""
        with self.store.transaction(actor=actor) as tx:
            return act(tx, self.store.settings, asked, *given)

    def thread(self, request_id: UUID, side: Side, *rights: str) -> Thread:
        return self.act(threads.listed, ListExchanges(grant="g"), self.grant(request_id, side, *rights))

    def emails(self, request_id: UUID) -> tuple[MailToApplicant, ...]:
        return self.act(letter_views.emails, ListMails(grant="g"), self.grant(request_id, Side.TOWN))

    def waiting(self, actor: Actor) -> tuple[WaitingLetter, ...]:
        """The letters and calls that wait; as many are counted."""
        found = self.act(letter_views.waiting, ListLetters(), actor=actor).items
        assert self.act(letter_views.count, CountLetters(), actor=actor).waiting == len(found)
        return found

    def grant(self, request_id: UUID, side: Side, *rights: str) -> Grant:
        return Grant(
            request=request_id,
            side=side,
            rights=tuple(map(Right, rights or ("read", "exchange"))),
            name="Agent d’accueil" if side is Side.TOWN else "",
            department="Service Vie associative",
        )

    def notices(self, request_id: UUID) -> list[tuple[str, str, str | None]]:
        query = "SELECT purpose, state, reason FROM notices WHERE request_id = %s ORDER BY created_at, purpose"
        return [(row["purpose"], row["state"], row["reason"]) for row in self.rows(query, (request_id,))]

    def rows(self, statement: str, given: Any = None) -> list[dict[str, Any]]:
        with self.store.read() as conn:
            return conn.execute(statement, given).fetchall()

    def said(self, stream: str) -> list[str]:
        with self.store.transaction() as tx:
            return [type(recorded.event).__name__ for recorded in tx.history(stream)]


@pytest.fixture(scope="module")
def messaging(settings: Settings) -> Iterator[Messaging]:
    clock = AheadClock()
    store = Store(replace(settings, public_url=PUBLIC_URL, rate_limits=1), "messaging", clock=clock)
    every = {one["slug"]: one for one in published.town()["catalogues"]["status_catalogue"]}
    with store.transaction() as tx:
        copied.save_town(tx.conn, 1, published.town())
        for slug in published.slugs():
            save_procedure(tx.conn, slug, 1, published.definition(slug) | {"statuses": every})
    rpc = PlayedServices()
    channels = Channels(settings)
    client = cast("RpcClient", rpc)
    pending = due_mails(store, client, channels)
    yield Messaging(store, rpc, pending, DeliveryLoop(store, pending), clock)
    channels.close()
    store.close()


@pytest.fixture(autouse=True)
def _nothing_is_due(messaging: Messaging) -> None:
    """Also what a test of another folder left in the same database: its news delays the next."""
    messaging.rpc.silent = False
    messaging.clock.ahead = timedelta(0)
    with messaging.store.read() as conn:
        conn.execute("DELETE FROM notices")
