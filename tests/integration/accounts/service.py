"""Accounts as its tests ask it: a store with a clock that tests move, and the acts of people, in one line each."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from services.accounts.closures import erasure as closing
from services.accounts.credentials import rows as credential_rows
from services.accounts.disclosure import views as people
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import digest
from services.accounts.log_in import use_cases as logging_in
from services.accounts.schemas.sign_up import Activate, Activated
from services.accounts.security_code import use_cases as security_codes
from services.accounts.security_code.rules import code_of
from services.accounts.sessions import views as session_views
from services.accounts.sessions.rules import SessionUnknown
from services.accounts.sign_up import activation, use_cases as creation
from services.accounts.spaces.rules import WISHED
from services.chassis.actors import Actor, system
from services.chassis.calls import Call
from services.chassis.contracts import Command, Done, from_json, schema_of, to_json
from services.chassis.event_store.db import Connection
from services.chassis.event_store.store import Store
from services.chassis.rpc.entrypoints import done, once, viewing
from tests.servers.databases import TOLD_NOTHING
from tests.support.clocks import StillClock
from tests.support.stubs import declared_calls

TABLES = (
    "credentials", "people", "profile_updates", "family_members", "sessions", "log_ins", "refused_log_ins", "challenges", "captchas", "tries", "known_places", "invitations", "agents", "password_resets", "recoveries_asked",
    "email_changes", "closures", "partner_credentials", "partner_uses", "partner_passes", "accounts", "town", "outbox", "positions", "events", "keys", "commands",
)  # fmt: skip
A = TypeVar("A")
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
VISITOR = Actor(kind="visitor", id="a" * 64)
MESSAGING = system("messaging")
PASSWORD = "quatre grenouilles sous la pluie"

FORM: dict[str, Any] = {
    "identity": {"civility": "madame", "birth_name": "Exemple", "given_names": "Camille", "birth_date": "1987-04-12"},
    "address": {"line1": "7 rue du Pont-Neuf", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"},
    "contact": {"email": "camille.exemple@courriel.example", "mobile_phone": "06 39 98 10 01"},
    "preferred_contact": "email",
    "credentials": {"username": "Camille.Exemple", "password": PASSWORD},
    "continue_to": "",
    "solved": "",
    "organisation": None,
    "address_seen": "192.0.2.10",
}


@dataclass
class Accounts:
    """What tests ask of accounts, in one line each."""

    store: Store
    clock: StillClock
    keys: DerivedKeys = field(init=False)

    def __post_init__(self) -> None:
        self.keys = DerivedKeys(self.store.settings)

    def call(self, actor: Actor = VISITOR, command_id: str | None = None, **body: Any) -> Call:
        return Call(method="any", actor=actor, body=body, command_id=command_id or str(uuid4()))

    def ask(self, use_case: Callable[..., Any], call: Call | None = None) -> dict[str, Any]:
        """The answer to a declared call, as the entrypoint passes it on and as it travels."""
        declared = declared_calls()[f"accounts.{use_case.__name__}"]
        body = schema_of(declared).load(call.body if call else {})
        known = replace(call or self.call(), body=body, declared=declared)
        return to_json(_offered(use_case, declared)(self.store, known, from_json(declared, body)))

    def send(self, use_case: Callable[..., A], asked: Any, actor: Actor = VISITOR, command_id: str | None = None) -> A:
        """What a declared call is answered."""
        call = replace(self.call(actor, command_id, **to_json(asked)), declared=type(asked))
        return _offered(use_case, type(asked))(self.store, call, asked)

    def solved_captcha(self) -> dict[str, str]:
        return self.solution_of(self.ask(security_codes.captcha)["id"])

    def solution_of(self, captcha_id: str) -> dict[str, str]:
        """Of a person whose browser runs no scripts."""
        return {"id": captcha_id, "answer": code_of(captcha_id, self.keys.captcha), "proof": ""}

    def form(self, **changes: Any) -> dict[str, Any]:
        return {**deepcopy(FORM), "captcha": self.solved_captcha(), **changes}

    def create(self, **changes: Any) -> dict[str, Any]:
        return self.ask(creation.create_account, self.call(**self.form(**changes)))

    def token_mailed(self, username: str = "camille.exemple") -> str:
        return self.notice("account_activation", self.account_of(username))["token"]

    def account_of(self, username: str) -> Any:
        with self.store.read() as conn:
            [found] = credential_rows.person_ids(conn, [username]).values()
        return found

    def notice(self, purpose: str, account_id: Any = None, about: str = "") -> dict[str, Any]:
        """What messaging asks for when it writes the mail."""
        account_id = account_id or self.rows("SELECT account_id FROM accounts")[0]["account_id"]
        call = self.call(MESSAGING, account_id=account_id, purpose=purpose, about=about)
        return self.ask(people.notice_details, call)

    def activate(
        self, token: str, password: str = PASSWORD, presented: str = "", command_id: str | None = None
    ) -> Activated:
        asked = Activate(token=token, password=password, presented=presented, device="Firefox sur Windows")
        return self.send(activation.activate, asked, command_id=command_id)

    def active_account(self) -> None:
        self.create()
        self.activate_and_leave(self.token_mailed())

    def activate_and_leave(self, token: str) -> None:
        """A space as it is once its holder's first session is long over."""
        name = {"name": digest(self.activate(token).session)}
        with self.store.read() as conn:
            conn.execute(
                "DELETE FROM log_ins WHERE person_id = (SELECT person_id FROM sessions WHERE digest = %(name)s)", name
            )
            conn.execute("DELETE FROM sessions WHERE digest = %(name)s", name)

    def log_in(
        self,
        username: str = "camille.exemple",
        password: str = PASSWORD,
        seen: str = "192.0.2.10",
        presented: str = "",
        device: str = "Firefox sur Windows",
    ) -> Any:
        return self.ask(logging_in.log_in, self.log_in_call(username, password, seen, presented, device))

    def log_in_call(
        self,
        username: str,
        password: str = PASSWORD,
        seen: str = "192.0.2.10",
        presented: str = "",
        device: str = "Firefox sur Windows",
    ) -> Call:
        return self.call(username=username, password=password, address_seen=seen, presented=presented, device=device)

    def session(self, token: str) -> dict[str, Any]:
        return self.ask(session_views.session, self.call(session=token))

    def is_open(self, token: str) -> bool:
        try:
            return bool(self.session(token))
        except SessionUnknown:
            return False

    def actor(self, token: str) -> Actor:
        return from_json(Actor, self.session(token)["actor"])

    def erase(self, account_id: str) -> None:
        """The end of a space, as it follows a closure."""
        with self.store.transaction() as tx:
            closing.erase(tx, UUID(account_id), WISHED)

    def facts(self) -> list[str]:
        return [row["type"] for row in self.rows("SELECT type FROM events ORDER BY stream, version")]

    def rows(self, statement: str) -> list[dict[str, Any]]:
        with self.store.read() as conn:
            return conn.execute(statement).fetchall()


def _offered(use_case: Callable[..., A], declared: type[Any]) -> Callable[..., A]:
    """As `service.py` offers it: a function of the transaction runs once for each command, or reads."""
    act: Callable[..., Any] = done(use_case) if declared.answer() is Done else use_case
    if "tx" not in inspect.signature(use_case).parameters:
        return act
    return (once if issubclass(declared, Command) else viewing)(act)


def empty(conn: Connection) -> None:
    for table in TABLES:  # quicker than TRUNCATE, which syncs a file for each
        conn.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
    conn.execute(TOLD_NOTHING)
