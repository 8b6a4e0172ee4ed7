"""The members of one's family: who they are, added, changed and removed by the holder of the space."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from uuid import UUID

from services.accounts.family import rows as family_rows, rules, views as family_views
from services.accounts.schemas import family as asking
from services.accounts.schemas.facts import FamilyMemberRemoved
from services.accounts.schemas.refusals import MemberTwice
from services.accounts.spaces import records
from services.accounts.spaces.events import FamilyMemberAdded, FamilyMemberChanged
from services.accounts.spaces.rules import FormRefused, own, stream_of
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import Struct
from services.townhall.town_time import local_day


class Household(Struct):
    """The holder and the members of a space; who changes it has locked the account."""

    account_id: UUID
    holder: records.Holder
    members: Sequence[rules.Kept]

    def member(self, member_id: UUID) -> rules.FamilyMember:
        for kept in self.members:
            if kept.id == member_id:
                return kept.member
        raise rules.MemberUnknown


def add_family_member(tx: Transaction, _: Settings, asked: asking.AddFamilyMember) -> asking.Member:
    household = _locked(tx)
    member = _read(tx, asked, household, slug="")
    if len(household.members) >= rules.MOST_MEMBERS:
        raise rules.TooManyMembers
    member_id = tx.new_id()
    family_rows.add(tx.conn, member_id, household.account_id, records.seal(tx, household.account_id, member))
    tx.append(stream_of(household.account_id), [FamilyMemberAdded(member_id=str(member_id))])
    return family_views.shown(rules.Kept(id=member_id, member=member))


def change_family_member(tx: Transaction, _: Settings, asked: asking.ChangeFamilyMember) -> asking.Member:
    """Requests and drafts keep what they were made with."""
    household = _locked(tx)
    before = household.member(asked.member_id)
    member = _read(tx, asked, household, slug=before.slug, member_id=asked.member_id)
    member = replace(member, address=before.address)
    if member != before:
        sealed = records.seal(tx, household.account_id, member)
        family_rows.change(tx.conn, asked.member_id, household.account_id, sealed)
        tx.append(stream_of(household.account_id), [FamilyMemberChanged(member_id=str(asked.member_id))])
    return family_views.shown(rules.Kept(id=asked.member_id, member=member))


def remove_family_member(tx: Transaction, _: Settings, asked: asking.RemoveFamilyMember) -> None:
    """A member who is gone already is no error."""
    household = _locked(tx)
    if family_rows.remove(tx.conn, asked.member_id, household.account_id):
        tx.append(stream_of(household.account_id), [FamilyMemberRemoved(member_id=str(asked.member_id))])


def _locked(tx: Transaction) -> Household:
    account_id = own(tx.actor)
    account = records.known(tx, account_id, locked=True)
    holder = records.holder(tx, account_id, account.profile)
    return Household(account_id=account_id, holder=holder, members=family_views.members_of(tx, account_id))


def _read(
    tx: Transaction, asked: asking.DescribedMember, household: Household, *, slug: str, member_id: UUID | None = None
) -> rules.FamilyMember:
    """The member as kept; `member_id`: of the one who is changed, who is not compared with themselves."""
    member, errors = rules.read_described(asdict(asked), slug=slug, today=local_day(tx.now))
    if member is None:
        raise FormRefused(fields=errors)
    if rules.same_person(member, household.holder.profile.identity):
        raise rules.MemberIsHolder
    others = [kept.member for kept in household.members if kept.id != member_id]
    if not asked.even_if_there and any(rules.same_person(member, other) for other in others):
        raise MemberTwice
    return member
