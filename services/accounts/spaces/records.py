"""What is sealed of a person, as the JSON values that the person's key encrypts."""

from dataclasses import asdict
from typing import TypeVar
from uuid import UUID

from services.accounts.schemas.people import NoticeDetails
from services.accounts.spaces import rows
from services.accounts.spaces.citizen import Profile
from services.accounts.spaces.rules import AccountUnknown, NothingToSay
from services.chassis.event_store.events import converter
from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.townhall import names

T = TypeVar("T")


class Holder(Struct):
    """An account's holder: the profile, and the user name as it was typed."""

    username: str
    profile: Profile

    @property
    def name(self) -> str:
        return names.full_name(vars(self.profile.identity))


class AgentDetails(Struct):
    username: str
    email: str
    totp_secret: str


def seal(tx: Transaction, person_id: UUID, record: Struct) -> bytes:
    """With the key of the person that it belongs to, made if there was none."""
    return tx.keys.seal(str(person_id), asdict(record))


def holder(tx: Transaction, account_id: UUID, profile: bytes) -> Holder:
    """Raises AccountUnknown once the account's key is destroyed."""
    return opened(tx, account_id, profile, Holder)


def agent_details(tx: Transaction, agent_id: UUID, details: bytes) -> AgentDetails:
    return opened(tx, agent_id, details, AgentDetails)


def opened(tx: Transaction, person_id: UUID, sealed: bytes, kind: type[T]) -> T:
    """Raises AccountUnknown once the person's key is destroyed."""
    data = tx.keys.open(str(person_id), sealed)
    if data is None:
        raise AccountUnknown
    return converter.structure(data, kind)


def addressed(tx: Transaction, account: rows.Account | None) -> NoticeDetails:
    """To whom a mail goes, and how its greeting names them. Raises NothingToSay where the space is gone."""
    if account is None:
        raise NothingToSay
    of = holder(tx, account.account_id, account.profile)
    return NoticeDetails(email=of.profile.contact.email, name=of.name, username=of.username)


def known(tx: Transaction, account_id: UUID, *, locked: bool = False) -> rows.Account:
    """The row of a space. Raises AccountUnknown where there is none."""
    account = rows.account(tx.conn, account_id, locked=locked)
    if account is None:
        raise AccountUnknown
    return account


def keep(tx: Transaction, account_id: UUID, holder: Holder) -> None:
    """The holder as the space says it from now on."""
    tx.conn.execute(rows.SAVE_PROFILE, {"account_id": account_id, "profile": seal(tx, account_id, holder)})
