"""What the link of an invitation offers, and what its mail holds."""

from uuid import UUID

from services.accounts.invitations import rows as invitation_rows
from services.accounts.invitations.rules import InvitationExpired, InvitationUnknown
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import account_of, activation_token, is_of
from services.accounts.schemas.agents import InvitationOffer, OpenInvitation
from services.accounts.schemas.people import NoticeDetails
from services.accounts.second_factor import rules as totp
from services.accounts.spaces import records
from services.accounts.spaces.rules import NothingToSay
from services.accounts.town import rows as town_rows
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings


def invitation(tx: Transaction, _: Settings, asked: OpenInvitation) -> InvitationOffer:
    waiting = waiting_for(tx, asked.token)
    username, secret = username_of(tx, waiting), secret_of(tx, waiting)
    return InvitationOffer(
        username=username,
        totp_secret=secret,
        uri=totp.enrolment_uri(secret, username=username, town=town_rows.town(tx.conn).name),
        expires_at=waiting.expires_at.isoformat(),
        second_factor_only=waiting.second_factor_only,
    )


def waiting_for(tx: Transaction, token: str, *, locked: bool = False) -> invitation_rows.Invitation:
    agent_id = account_of(token)
    waiting = invitation_rows.invitation(tx.conn, agent_id, locked=locked) if agent_id else None
    if waiting is None or not is_of(token, waiting.token_hash):
        raise InvitationUnknown
    if waiting.expires_at <= tx.now:
        raise InvitationExpired
    return waiting


def username_of(tx: Transaction, waiting: invitation_rows.Invitation) -> str:
    return records.agent_details(tx, waiting.agent_id, waiting.details).username


def secret_of(tx: Transaction, waiting: invitation_rows.Invitation) -> str:
    secret = tx.open(str(waiting.agent_id), waiting.totp_secret)
    if not isinstance(secret, str):
        raise InvitationUnknown
    return secret


def notice_details(tx: Transaction, settings: Settings, agent_id: UUID) -> NoticeDetails:
    """What the mail of an invitation needs, at the moment it is sent. Raises NothingToSay when no link waits."""
    waiting = invitation_rows.invitation(tx.conn, agent_id)
    if waiting is None or waiting.expires_at <= tx.now:
        raise NothingToSay
    details = records.agent_details(tx, agent_id, waiting.details)
    return NoticeDetails(
        email=details.email,
        name=waiting.function,
        username=details.username,
        token=activation_token(agent_id, waiting.nonce, DerivedKeys(settings).invitations),
        valid_hours=town_rows.town(tx.conn).activation_hours,
        expires_at=waiting.expires_at.isoformat(),
        second_factor_only=waiting.second_factor_only,
    )
