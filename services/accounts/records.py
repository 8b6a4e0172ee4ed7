"""What is sealed of a person, as the JSON values that the person's key encrypts."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from services.accounts import family_store
from services.accounts.account import AccountUnknown
from services.accounts.citizen import Profile
from services.accounts.family import RELATIONS, FamilyMember, Kept
from services.chassis.conversion import converter
from services.chassis.event_store.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Holder:
    """An account's holder: the profile, and the user name as it was typed."""

    username: str
    profile: Profile

    @property
    def name(self) -> str:
        return self.profile.identity.full_name


@dataclass(frozen=True, kw_only=True)
class AgentDetails:
    username: str
    email: str
    totp_secret: str


def seal(tx: Transaction, person_id: UUID, record: Holder | AgentDetails | FamilyMember) -> bytes:
    """With the key of the person that it belongs to, made if there was none."""
    return tx.keys.seal(str(person_id), asdict(record))


def holder(tx: Transaction, account_id: UUID, profile: bytes) -> Holder:
    """Raises AccountUnknown once the account's key is destroyed: there is nobody any more."""
    return converter.structure(_open(tx, account_id, profile), Holder)


def agent_details(tx: Transaction, agent_id: UUID, details: bytes) -> AgentDetails:
    return converter.structure(_open(tx, agent_id, details), AgentDetails)


def members_of(tx: Transaction, account_id: UUID) -> list[Kept]:
    """In the order in which they were added. Raises AccountUnknown as `holder`."""
    return [
        Kept(id=row.id, member=converter.structure(_open(tx, account_id, row.details), FamilyMember))
        for row in family_store.of_account(tx.conn, account_id)
    ]


def family_of(tx: Transaction, account_id: UUID) -> list[dict[str, Any]]:
    """As a form offers them: each with its id, its name in full and the French word for the relation."""
    return [
        {
            "id": str(kept.id),
            "full_name": kept.member.full_name,
            "relation_label": RELATIONS[kept.member.relation],
            **asdict(kept.member),
        }
        for kept in members_of(tx, account_id)
    ]


def _open(tx: Transaction, person_id: UUID, sealed: bytes) -> Any:
    data = tx.keys.open(str(person_id), sealed)
    if data is None:
        raise AccountUnknown
    return data
