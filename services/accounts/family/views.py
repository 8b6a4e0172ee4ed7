"""The members of a family, opened: as kept, and as forms offer them."""

from dataclasses import asdict
from uuid import UUID

from services.accounts.family import rows as family_rows
from services.accounts.family.rules import RELATIONS, FamilyMember, Kept
from services.accounts.schemas.people import Relative
from services.accounts.spaces import records
from services.chassis.contracts import from_json
from services.chassis.event_store.transaction import Transaction


def members_of(tx: Transaction, account_id: UUID) -> list[Kept]:
    """In the order in which they were added. Raises AccountUnknown as `holder`."""
    return [
        Kept(id=row.id, member=records.opened(tx, account_id, row.details, FamilyMember))
        for row in family_rows.of_account(tx.conn, account_id)
    ]


def family_of(tx: Transaction, account_id: UUID) -> tuple[Relative, ...]:
    """As a form offers them."""
    return tuple(
        from_json(
            Relative,
            {
                "id": str(kept.id),
                "full_name": kept.member.full_name,
                "relation_label": RELATIONS[kept.member.relation],
                **asdict(kept.member),
            },
        )
        for kept in members_of(tx, account_id)
    )
