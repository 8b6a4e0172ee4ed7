"""What others may know of a person: what fills a form, and where a mail goes."""

from dataclasses import asdict, replace
from datetime import date
from uuid import UUID

from services.accounts.closures import use_cases as closures
from services.accounts.closures.rules import MAILS as ABOUT_CLOSURES
from services.accounts.credentials import rows as credential_rows
from services.accounts.credentials import usernames
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
from services.accounts.schemas import profile as shapes
from services.accounts.schemas.people import (
    AccountContact,
    AccountIds,
    Colleague,
    Colleagues,
    ComingUpdate,
    Contact,
    FindAccountIds,
    ListColleagues,
    NoticeDetails,
    Profile,
    ReadContact,
    ReadNoticeDetails,
    ReadProfile,
)
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
    {
        "email_used_again",
        "about_a_request",
        "archive_ready",
        "stored_file_rejected",
        "password_changed",
        "username_changed",
    }
)
"""Purposes of mails that carry no secret link: name and address are enough."""


def profile(store: Store, call: Call, asked: ReadProfile) -> Profile:
    """A citizen reads only what is theirs; a service of ours names the account. Raises NotYours, AccountUnknown."""
    account_id = _whose(call.actor, asked.account_id)
    with store.transaction() as tx:
        holder, today = _holder(tx, account_id), local_day(tx.now)
        person, organisation = holder.profile, holder.profile.organisation
        return Profile(
            account_id=str(account_id),
            username=holder.username,
            full_name=holder.name,
            identity=shapes.Identity(**asdict(person.identity)),
            address=shapes.Address(**asdict(person.address)),
            contact=Contact(**asdict(person.contact)),
            preferred_contact=person.preferred_contact,
            organisation=shapes.Organisation(**asdict(organisation)) if organisation else None,
            family_members=family_views.family_of(tx, account_id),
            coming_updates=tuple(_coming(one, today) for one in profile_update_rows.of_account(tx.conn, account_id)),
        )


def _coming(pending: profile_update_rows.Pending, today: date) -> ComingUpdate:
    dated = pending.granted or pending.effective_on > today
    return ComingUpdate(
        target=pending.target,
        member_id=str(pending.member_id) if pending.member_id else None,
        names=tuple(pending.names),
        effective_on=pending.effective_on.isoformat() if dated else None,
        granted=pending.granted,
    )


def contact(store: Store, call: Call, asked: ReadContact) -> AccountContact:
    """Raises NotYours for all but processes of ours, AccountUnknown."""
    only_ourselves(call.actor, NotYours)
    with store.transaction() as tx:
        holder = _holder(tx, asked.account_id)
    return AccountContact(
        account_id=str(asked.account_id),
        name=holder.name,
        **asdict(holder.profile.contact),
        preferred_contact=holder.profile.preferred_contact,
    )


def notice_details(store: Store, call: Call, asked: ReadNoticeDetails) -> NoticeDetails:
    """Raises NotYours for all but processes of ours; NothingToSay when the mail has lost its reason."""
    only_ourselves(call.actor, NotYours)
    account_id, purpose = asked.account_id, asked.purpose
    if purpose == "agent_invitation":
        return invitations.notice_details(store, account_id)
    if purpose in RECOVERY_MAILS:
        return recovery.notice_details(store, account_id, purpose)
    if purpose in ABOUT_EMAIL_CHANGES:
        return email_changes.notice_details(store, account_id, purpose, asked.about)
    if purpose == INACTIVE_MAIL:
        return inactive_spaces.notice_details(store, account_id)
    if purpose in ABOUT_CLOSURES:
        return closures.notice_details(store, account_id, purpose, asked.about)
    with store.transaction() as tx:
        account = rows.account(tx.conn, account_id)
        if account is None:
            raise NothingToSay
        holder, town = records.holder(tx, account_id, account.profile), town_rows.town(tx.conn)
    details = NoticeDetails(email=holder.profile.contact.email, name=holder.name, username=holder.username)
    if purpose in WITHOUT_A_LINK:
        return details
    expires_at, nonce = account.activation_expires_at, account.activation_nonce
    if account.activated_at is not None or nonce is None or expires_at is None or expires_at <= store.clock.now():
        raise NothingToSay
    token = activation_token(account_id, nonce, DerivedKeys.of(store.settings).activation)
    return replace(details, token=token, valid_hours=town.activation_hours, expires_at=expires_at.isoformat())


def colleagues(store: Store, call: Call, asked: ListColleagues) -> Colleagues:
    """Those to whom an agent may hand a request: agents who share a department with the actor, who is one of them."""
    if call.actor.kind != "agent":
        raise NotYours
    with store.transaction() as tx:
        found = agent_rows.colleagues(tx.conn, call.actor.departments)
        agents = tuple(
            Colleague(
                id=str(row.id),
                name=row.function,
                username=records.agent_details(tx, row.id, row.details).username,
                departments=tuple(row.departments),
            )
            for row in found
        )
    return Colleagues(agents=agents)


def account_ids(store: Store, call: Call, asked: FindAccountIds) -> AccountIds:
    """The ids behind user names, as they were given; unknown ones are left out. For services of ours only."""
    only_ourselves(call.actor, NotYours)
    folded = {name: usernames.fold(name) for name in asked.usernames}
    with store.read() as conn:
        found = credential_rows.person_ids(conn, list(folded.values()))
    return AccountIds(ids={name: str(found[fold]) for name, fold in folded.items() if fold in found})


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
