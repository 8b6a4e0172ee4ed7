"""The members of a family, opened: as kept, as their holder sees them, and as forms offer them."""

from dataclasses import asdict
from uuid import UUID

from services.accounts.family import rows as family_rows
from services.accounts.family.rules import MOST_MEMBERS, FamilyMember, Kept
from services.accounts.schemas import family as asking
from services.accounts.schemas.people import Relative
from services.accounts.spaces import records
from services.accounts.spaces.rules import own
from services.chassis.contracts import Json, from_json
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.townhall.person import RELATIONS


def list_family(tx: Transaction, _: Settings, asked: asking.ListFamily) -> asking.Family:
    return asking.Family(members=members_shown(tx, own(tx.actor)), most=MOST_MEMBERS)


def members_shown(tx: Transaction, account_id: UUID) -> tuple[asking.Member, ...]:
    """Raises AccountUnknown."""
    return tuple(shown(kept) for kept in members_of(tx, account_id))


def shown(kept: Kept) -> asking.Member:
    return from_json(asking.Member, _values(kept) | asdict(kept.member.contact))


def members_of(tx: Transaction, account_id: UUID) -> list[Kept]:
    """In the order in which they were added. Raises AccountUnknown as `holder`."""
    return [
        Kept(id=row.id, member=records.opened(tx, account_id, row.details, FamilyMember))
        for row in family_rows.of_account(tx.conn, account_id)
    ]


def family_of(tx: Transaction, account_id: UUID) -> tuple[Relative, ...]:
    """As a form offers them."""
    return tuple(from_json(Relative, _values(kept)) for kept in members_of(tx, account_id))


def _values(kept: Kept) -> Json:
    named = {"id": str(kept.id), "full_name": kept.member.full_name, "relation_label": RELATIONS[kept.member.relation]}
    return asdict(kept.member) | named
