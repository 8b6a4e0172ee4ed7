"""What others may know of a person: what fills a form, and where a mail goes."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from services.accounts.closures import use_cases as closures
from services.accounts.closures.rules import MAILS as ABOUT_CLOSURES
from services.accounts.credentials import rows as credential_rows
from services.accounts.credentials import usernames
from services.accounts.credentials.events import ABOUT_CREDENTIALS
from services.accounts.email_changes import use_cases as email_changes
from services.accounts.email_changes.rules import ABOUT_EMAIL_CHANGES
from services.accounts.family import views as family_views
from services.accounts.inactivity import use_cases as inactive_spaces
from services.accounts.inactivity.rules import MAIL as INACTIVE_MAIL
from services.accounts.invitations import use_cases as invitations
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import activation_token
from services.accounts.profile_updates import rows as profile_update_rows
from services.accounts.recovery import use_cases as recovery
from services.accounts.recovery.rules import MAILS as RECOVERY_MAILS
from services.accounts.spaces import records, rows
from services.accounts.spaces.rules import AccountUnknown, NothingToSay, NotYours
from services.accounts.team import rows as agent_rows
from services.accounts.town import rows as town_rows
from services.chassis.actors import Actor, only_ourselves
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.townhall.town_time import local_day

WITHOUT_A_LINK = frozenset(
    {"email_used_again", "about_a_request", "archive_ready", "stored_file_rejected", *ABOUT_CREDENTIALS}
)
"""Purposes of mails that carry no secret link: name and address are enough."""


def profile(store: Store, call: Call) -> dict[str, Any]:
    """What prefills a request: identity, address, contact, preferred means, family members, organisation.

    `coming_updates`: the changes that requests were granted, until their day, and those that open requests ask for:
    `effective_on` is None where they count as soon as they are granted.

    A citizen reads only what is theirs; a service of ours names the account. Raises NotYours, AccountUnknown.
    """
    account_id = _whose(call.actor, call.body["account_id"])
    with store.transaction() as tx:
        holder = _holder(tx, account_id)
        return {
            "account_id": str(account_id),
            "username": holder.username,
            "full_name": holder.name,
            **asdict(holder.profile),
            "family_members": family_views.family_of(tx, account_id),
            "coming_updates": [
                _coming(one, local_day(tx.now)) for one in profile_update_rows.of_account(tx.conn, account_id)
            ],
        }


def _coming(pending: profile_update_rows.Pending, today: date) -> dict[str, Any]:
    dated = pending.granted or pending.effective_on > today
    return {
        "target": pending.target,
        "member_id": str(pending.member_id) if pending.member_id else None,
        "names": pending.names,
        "effective_on": pending.effective_on.isoformat() if dated else None,
        "granted": pending.granted,
    }


def contact(store: Store, call: Call) -> dict[str, Any]:
    """Name, e-mail, phones and preferred means of an account; for services of ours only."""
    only_ourselves(call.actor, NotYours)
    account_id: UUID = call.body["account_id"]
    with store.transaction() as tx:
        holder = _holder(tx, account_id)
    return {
        "account_id": str(account_id),
        "name": holder.name,
        **asdict(holder.profile.contact),
        "preferred_contact": holder.profile.preferred_contact,
    }


def notice_details(store: Store, call: Call) -> dict[str, Any]:
    """All that a mail about an account needs, at the moment it is sent; the activation token is made here, kept nowhere.

    For services of ours only. Raises NothingToSay when the mail has lost its reason.
    """
    only_ourselves(call.actor, NotYours)
    account_id: UUID = call.body["account_id"]
    if call.body["purpose"] == "agent_invitation":
        return invitations.notice_details(store, account_id)
    if call.body["purpose"] in RECOVERY_MAILS:
        return recovery.notice_details(store, account_id, call.body["purpose"])
    if call.body["purpose"] in ABOUT_EMAIL_CHANGES:
        return email_changes.notice_details(store, account_id, call.body["purpose"], call.body["about"])
    if call.body["purpose"] == INACTIVE_MAIL:
        return inactive_spaces.notice_details(store, account_id)
    if call.body["purpose"] in ABOUT_CLOSURES:
        return closures.notice_details(store, account_id, call.body["purpose"], call.body["about"])
    with store.transaction() as tx:
        account = rows.account(tx.conn, account_id)
        if account is None:
            raise NothingToSay
        holder, town = records.holder(tx, account_id, account.profile), town_rows.town(tx.conn)
    details = {
        "email": holder.profile.contact.email,
        "name": holder.name,
        "username": holder.username,
        "token": None,
    }
    if call.body["purpose"] in WITHOUT_A_LINK:
        return details
    expires_at, nonce = account.activation_expires_at, account.activation_nonce
    if account.activated_at is not None or nonce is None or expires_at is None or expires_at <= store.clock.now():
        raise NothingToSay
    token = activation_token(account_id, nonce, DerivedKeys.of(store.settings).activation)
    return {
        **details,
        "token": token,
        "valid_hours": town.activation_hours,
        "expires_at": expires_at.isoformat(),
    }


def colleagues(store: Store, call: Call) -> dict[str, Any]:
    """Those to whom an agent may hand a request: agents who share a department with the actor, who is one of them."""
    if call.actor.kind != "agent":
        raise NotYours
    with store.transaction() as tx:
        found = agent_rows.colleagues(tx.conn, call.actor.departments)
        agents = [
            {
                "id": str(row.id),
                "name": row.function,
                "username": records.agent_details(tx, row.id, row.details).username,
                "departments": row.departments,
            }
            for row in found
        ]
    return {"agents": agents}


def account_ids(store: Store, call: Call) -> dict[str, Any]:
    """The ids behind user names, as they were given; unknown ones are left out. For services of ours only."""
    only_ourselves(call.actor, NotYours)
    folded = {name: usernames.fold(name) for name in call.body["usernames"]}
    with store.read() as conn:
        found = credential_rows.person_ids(conn, list(folded.values()))
    return {"ids": {name: str(found[fold]) for name, fold in folded.items() if fold in found}}


def _whose(actor: Actor, named: UUID | None) -> UUID:
    if named is not None:
        only_ourselves(actor, NotYours)
        return named
    if actor.kind != "citizen":
        raise NotYours
    return UUID(actor.id)


def _holder(tx: Transaction, account_id: UUID) -> records.Holder:
    account = rows.account(tx.conn, account_id)
    if account is None:
        raise AccountUnknown
    return records.holder(tx, account_id, account.profile)
