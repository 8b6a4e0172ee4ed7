"""Credentials at partners' sites, given at the sign-up: kept with the space that waits, checked when it is first used."""

import hmac

from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import account_of
from services.accounts.partners import rows as kept_rows
from services.accounts.partners.partner_vault import KeyRing
from services.accounts.partners.rules import read_values
from services.accounts.partners.use_cases import SAVED, FindPartner, keep
from services.accounts.schemas import partner_credentials as asking
from services.accounts.schemas.refusals import VaultClosed
from services.accounts.sign_up.pending import token_of
from services.accounts.spaces import rows
from services.accounts.spaces.rules import SignUpOver
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction


def check_partner_form(store: Store, call: Call, asked: asking.CheckPartnerForm, find: FindPartner) -> Done:
    """The partner is not asked on behalf of a person who is not known yet."""
    read_values(find(asked.slug), asked.values)
    return Done()


def keep_pending_credentials(store: Store, call: Call, asked: asking.KeepPendingCredentials, find: FindPartner) -> Done:
    """Sealed with the space that waits, and gone with it. Raises SignUpOver, PartnerFormRefused, VaultClosed."""
    account_id, keys = account_of(asked.pending), DerivedKeys.of(store.settings)
    if account_id is None or not hmac.compare_digest(asked.pending, token_of(account_id, keys)):
        raise SignUpOver
    ring = KeyRing(store.settings.partner_keys)
    if not ring.first:
        raise VaultClosed
    partner = find(asked.slug)
    values = read_values(partner, asked.values)

    def save(tx: Transaction) -> Done:
        account = rows.account(tx.conn, account_id, locked=True)
        if account is None or account.activated_at is not None:
            raise SignUpOver
        keep(tx, ring, account_id, partner, values, checked=not partner.connects)
        kept_rows.note(tx.conn, tx.new_id(), account_id, partner.slug, SAVED, tx.now)
        return Done()

    return store.run_declared(call, Done, save)
