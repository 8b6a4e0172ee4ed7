"""The members of a family, opened: as kept, and as forms offer them."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from services.accounts.family import rows as family_rows
from services.accounts.family.rules import RELATIONS, FamilyMember, Kept
from services.accounts.spaces import records
from services.chassis.event_store.transaction import Transaction


def members_of(tx: Transaction, account_id: UUID) -> list[Kept]:
    """In the order in which they were added. Raises AccountUnknown as `holder`."""
    return [
        Kept(id=row.id, member=records.opened(tx, account_id, row.details, FamilyMember))
        for row in family_rows.of_account(tx.conn, account_id)
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
