"""What a holder sees of the credentials saved for other sites."""

from uuid import UUID

from services.accounts.partners import rows as kept_rows
from services.accounts.partners.partner_vault import Credentials, KeyRing
from services.accounts.partners.rules import FindPartner, NothingSaved, read_values
from services.accounts.schemas import partner_credentials as asking
from services.accounts.schemas.refusals import VaultClosed
from services.accounts.spaces.rules import own
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings


def list_partner_credentials(
    tx: Transaction, settings: Settings, asked: asking.ListPartnerCredentials
) -> asking.OwnPartnerSpaces:
    return partner_spaces_of(tx, KeyRing(settings.partner_keys), own(tx.actor), with_uses=asked.with_uses)


def partner_spaces_of(tx: Transaction, ring: KeyRing, account_id: UUID, *, with_uses: bool) -> asking.OwnPartnerSpaces:
    """Without any secret."""
    kept = kept_rows.of_account(tx.conn, account_id)
    uses = kept_rows.uses(tx.conn, account_id) if with_uses else ()
    return asking.OwnPartnerSpaces(
        kept=tuple(
            asking.KeptCredentials(slug=one.space, saved_at=one.saved_at.isoformat(), reminder=_reminder(tx, ring, one))
            for one in kept
        ),
        uses=tuple(asking.PartnerUse(slug=use.space, act=use.act, at=use.at.isoformat()) for use in uses),
    )


def open(tx: Transaction, ring: KeyRing, kept: kept_rows.Kept) -> Credentials:
    account_key = tx.keys.find(str(kept.account_id))
    if account_key is None:
        raise NothingSaved
    return ring.open(account_key, kept.account_id, kept.space, kept)


def _reminder(tx: Transaction, ring: KeyRing, kept: kept_rows.Kept) -> str:
    """What the person types at the partner's site; nothing where the key to it is not there."""
    if not kept.reminder:
        return ""
    try:
        return " ".join(open(tx, ring, kept).values.values())
    except VaultClosed:
        return ""


def check_partner_form(store: Store, call: Call, asked: asking.CheckPartnerForm, find: FindPartner) -> Done:
    """At the sign-up: the partner is not asked on behalf of a person who is not known yet."""
    read_values(find(asked.slug), asked.values)
    return Done()
