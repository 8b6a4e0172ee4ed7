"""What the link of an invitation offers."""

from services.accounts.invitations import rows as invitation_rows
from services.accounts.invitations.rows import Invitation
from services.accounts.invitations.rules import InvitationExpired, InvitationUnknown
from services.accounts.keys.tokens import account_of, is_of
from services.accounts.schemas.agents import InvitationOffer, OpenInvitation
from services.accounts.second_factor import rules as totp
from services.accounts.spaces import records
from services.accounts.town import rows as town_rows
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction


def invitation(store: Store, call: Call, asked: OpenInvitation) -> InvitationOffer:
    with store.viewing(call.actor) as tx:
        waiting = waiting_for(tx, asked.token)
        username, secret, town = username_of(tx, waiting), secret_of(tx, waiting), town_rows.town(tx.conn)
    return InvitationOffer(
        username=username,
        totp_secret=secret,
        uri=totp.enrolment_uri(secret, username=username, town=town.name),
        expires_at=waiting.expires_at.isoformat(),
        second_factor_only=waiting.second_factor_only,
    )


def waiting_for(tx: Transaction, token: str, *, locked: bool = False) -> Invitation:
    agent_id = account_of(token)
    waiting = invitation_rows.invitation(tx.conn, agent_id, locked=locked) if agent_id else None
    if waiting is None or not is_of(token, waiting.token_hash):
        raise InvitationUnknown
    if waiting.expires_at <= tx.now:
        raise InvitationExpired
    return waiting


def username_of(tx: Transaction, waiting: Invitation) -> str:
    return records.agent_details(tx, waiting.agent_id, waiting.details).username


def secret_of(tx: Transaction, waiting: Invitation) -> str:
    secret = tx.open(str(waiting.agent_id), waiting.totp_secret)
    if not isinstance(secret, str):
        raise InvitationUnknown
    return secret
