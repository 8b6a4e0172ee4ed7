"""What others may know of a person: what fills a form, and where a mail goes."""

from datetime import date
from uuid import UUID

from services.accounts.closures import views as closure_views
from services.accounts.credentials import rows as credential_rows, usernames
from services.accounts.email_changes import views as email_change_views
from services.accounts.family import views as family_views
from services.accounts.inactivity import use_cases as inactive_spaces
from services.accounts.invitations import views as invitation_views
from services.accounts.own_space import views as own_space_views
from services.accounts.partners.partner_vault import KeyRing
from services.accounts.partners.views import partner_spaces_of
from services.accounts.profile_updates import rows as profile_update_rows
from services.accounts.recovery import views as recovery_views
from services.accounts.schemas import people as calls
from services.accounts.schemas.mails import Mail
from services.accounts.schemas.own_data import ComingChange, OwnSpace, ReadOwnSpace
from services.accounts.sessions.rules import LOG_INS_KEPT
from services.accounts.sessions.views import sessions_of
from services.accounts.sign_up import views as sign_up
from services.accounts.spaces import records
from services.accounts.spaces.rules import NotYours, own
from services.accounts.team import rows as agent_rows
from services.chassis.actors import Actor, only_ourselves
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.townhall.town_time import local_day


def profile(tx: Transaction, _: Settings, asked: calls.ReadProfile) -> calls.Profile:
    """A citizen reads only what is theirs; a service of ours names the account."""
    account_id = _whose(tx.actor, asked.account_id)
    holder = records.holder(tx, account_id, records.known(tx, account_id).profile)
    person, today = holder.profile, local_day(tx.now)
    return calls.Profile(
        account_id=str(account_id),
        username=holder.username,
        full_name=holder.name,
        identity=person.identity,
        address=person.address,
        contact=person.contact,
        preferred_contact=person.preferred_contact,
        organisation=person.organisation,
        family_members=family_views.family_of(tx, account_id),
        coming_updates=tuple(_coming(one, today) for one in profile_update_rows.of_account(tx.conn, account_id)),
    )


def _coming(pending: profile_update_rows.Pending, today: date) -> calls.ComingUpdate:
    dated = pending.granted or pending.effective_on > today
    return calls.ComingUpdate(
        target=pending.target,
        member_id=str(pending.member_id) if pending.member_id else None,
        names=tuple(pending.names),
        effective_on=pending.effective_on.isoformat() if dated else None,
        granted=pending.granted,
    )


def notice_details(tx: Transaction, settings: Settings, asked: calls.ReadNoticeDetails) -> calls.NoticeDetails:
    only_ourselves(tx.actor, NotYours)
    account_id = asked.account_id
    match asked.purpose:
        case Mail.AGENT_INVITATION:
            return invitation_views.notice_details(tx, settings, account_id)
        case Mail.PASSWORD_RESET | Mail.USERNAME_REMINDER | Mail.PASSWORD_CHANGED | Mail.RECOVERY_CODE_USED as purpose:
            return recovery_views.notice_details(tx, settings, account_id, purpose)
        case (
            Mail.EMAIL_CHANGE_LINK | Mail.EMAIL_CHANGE_ASKED | Mail.EMAIL_CHANGED | Mail.EMAIL_CHANGE_UNDONE as purpose
        ):
            return email_change_views.notice_details(tx, settings, account_id, purpose, asked.about)
        case Mail.ACCOUNT_INACTIVE:
            return inactive_spaces.notice_details(tx, account_id)
        case Mail.CLOSURE_ASKED | Mail.CLOSURE_NEAR | Mail.CLOSURE_DONE | Mail.CLOSURE_WITHDRAWN as purpose:
            return closure_views.notice_details(tx, settings, account_id, purpose, asked.about)
        case Mail.ACCOUNT_ACTIVATION:
            return sign_up.notice_details(tx, settings, account_id)
        case (
            Mail.EMAIL_USED_AGAIN
            | Mail.ABOUT_A_REQUEST
            | Mail.ARCHIVE_READY
            | Mail.STORED_FILE_REJECTED
            | Mail.USERNAME_CHANGED
        ):
            return recovery_views.addressed(tx, account_id)


def colleagues(tx: Transaction, _: Settings, asked: calls.ListColleagues) -> calls.Colleagues:
    """Those to whom an agent may assign a request: agents who share a department with the actor, who is one of them."""
    if tx.actor is None or tx.actor.kind != "agent":
        raise NotYours
    return calls.Colleagues(agents=_shown(tx, agent_rows.colleagues(tx.conn, tx.actor.departments)))


def handlers(tx: Transaction, _: Settings, asked: calls.ListHandlers) -> calls.Colleagues:
    only_ourselves(tx.actor, NotYours)
    return calls.Colleagues(agents=_shown(tx, agent_rows.handlers(tx.conn)))


def _shown(tx: Transaction, found: list[agent_rows.Colleague]) -> tuple[calls.Colleague, ...]:
    return tuple(
        calls.Colleague(
            id=str(row.id),
            name=row.function,
            username=records.agent_details(tx, row.id, row.details).username,
            departments=tuple(row.departments),
            confidential=row.confidential,
        )
        for row in found
    )


def acting_agent(tx: Transaction, _: Settings, asked: calls.ReadActingAgent) -> calls.ActingAgent:
    only_ourselves(tx.actor, NotYours)
    row = agent_rows.acting(tx.conn, asked.agent_id)
    if row is None:
        return calls.ActingAgent(agent=None)
    agent = Actor(
        kind="agent",
        id=str(row.agent_id),
        name=row.function,
        roles=(row.role,),
        departments=tuple(row.departments),
        permissions=tuple(row.permissions),
    )
    return calls.ActingAgent(agent=agent)


def account_ids(tx: Transaction, _: Settings, asked: calls.FindAccountIds) -> calls.AccountIds:
    only_ourselves(tx.actor, NotYours)
    folded = {name: usernames.fold(name) for name in asked.usernames}
    found = credential_rows.person_ids(tx.conn, list(folded.values()))
    return calls.AccountIds(ids={name: str(found[fold]) for name, fold in folded.items() if fold in found})


def read_own_space(tx: Transaction, settings: Settings, asked: ReadOwnSpace) -> OwnSpace:
    """What accounts holds of one person: the space, the family, sessions and log-ins; for the archive of their data."""
    only_ourselves(tx.actor, NotYours)
    account_id = asked.account_id
    return OwnSpace(
        space=own_space_views.space_of(tx, account_id, most_changes=None),
        family=family_views.members_shown(tx, account_id),
        sessions=sessions_of(tx, account_id, since=tx.now - LOG_INS_KEPT, most=None),
        coming=tuple(
            ComingChange(
                target=one.target,
                names=tuple(one.names),
                effective_on=one.effective_on.isoformat(),
                granted=one.granted,
            )
            for one in profile_update_rows.of_account(tx.conn, account_id)
        ),
        partner_spaces=partner_spaces_of(tx, KeyRing(settings.partner_keys), account_id, with_uses=True),
    )


def _whose(actor: Actor | None, named: UUID | None) -> UUID:
    if named is not None:
        only_ourselves(actor, NotYours)
        return named
    return own(actor)
