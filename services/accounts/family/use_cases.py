"""The members of one's family: who they are, added, changed and removed by the holder of the space."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from services.accounts.family import rows as family_rows, rules, views as family_views
from services.accounts.family.events import FamilyMemberAdded, FamilyMemberChanged
from services.accounts.schemas import family as asking
from services.accounts.schemas.facts import FamilyMemberRemoved
from services.accounts.schemas.refusals import MemberTwice
from services.accounts.spaces import records
from services.accounts.spaces.rules import FormRefused, own, stream_of
from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.townhall.town_time import local_day


@dataclass(frozen=True, kw_only=True)
class Household:
    """The holder and the members of a space; who changes it has locked the account."""

    account_id: UUID
    holder: records.Holder
    members: Sequence[rules.Kept]

    def member(self, member_id: UUID) -> rules.FamilyMember:
        for kept in self.members:
            if kept.id == member_id:
                return kept.member
        raise rules.MemberUnknown


def list_family(store: Store, call: Call, asked: asking.ListFamily) -> asking.Family:
    with store.transaction() as tx:
        return asking.Family(members=members_shown(tx, own(call.actor)), most=rules.MOST_MEMBERS)


def members_shown(tx: Transaction, account_id: UUID) -> tuple[asking.Member, ...]:
    """Raises AccountUnknown."""
    return tuple(_shown(kept) for kept in family_views.members_of(tx, account_id))


def add_family_member(store: Store, call: Call, asked: asking.AddFamilyMember) -> asking.Member:
    def add(tx: Transaction) -> asking.Member:
        household = _locked(tx, call.actor)
        member = _read(tx, asked, household, slug="")
        if len(household.members) >= rules.MOST_MEMBERS:
            raise rules.TooManyMembers
        member_id = tx.new_id()
        sealed = records.seal(tx, household.account_id, member)
        family_rows.add(tx.conn, member_id, household.account_id, sealed)
        tx.append(stream_of(household.account_id), [FamilyMemberAdded(member_id=str(member_id))])
        return _shown(rules.Kept(id=member_id, member=member))

    return store.run_declared(call, asking.Member, add)


def change_family_member(store: Store, call: Call, asked: asking.ChangeFamilyMember) -> asking.Member:
    """Requests and drafts keep what they were made with."""

    def change(tx: Transaction) -> asking.Member:
        household = _locked(tx, call.actor)
        before = household.member(asked.member_id)
        member = _read(tx, asked, household, slug=before.slug, member_id=asked.member_id)
        member = replace(member, address=before.address)
        if member != before:
            sealed = records.seal(tx, household.account_id, member)
            family_rows.change(tx.conn, asked.member_id, household.account_id, sealed)
            tx.append(stream_of(household.account_id), [FamilyMemberChanged(member_id=str(asked.member_id))])
        return _shown(rules.Kept(id=asked.member_id, member=member))

    return store.run_declared(call, asking.Member, change)


def remove_family_member(store: Store, call: Call, asked: asking.RemoveFamilyMember) -> Done:
    """A member who is gone already is no error."""

    def remove(tx: Transaction) -> Done:
        household = _locked(tx, call.actor)
        if family_rows.remove(tx.conn, asked.member_id, household.account_id):
            tx.append(stream_of(household.account_id), [FamilyMemberRemoved(member_id=str(asked.member_id))])
        return Done()

    return store.run_declared(call, Done, remove)


def _locked(tx: Transaction, actor: Actor) -> Household:
    account_id = own(actor)
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


def _shown(kept: rules.Kept) -> asking.Member:
    member = kept.member
    return asking.Member(
        id=kept.id,
        full_name=member.full_name,
        relation=member.relation,
        relation_label=rules.RELATIONS[member.relation],
        birth_name=member.birth_name,
        usage_name=member.usage_name,
        given_names=member.given_names,
        birth_date=member.birth_date,
        parental_authority=member.parental_authority,
        address=asking.MemberAddress(**asdict(member.address)) if member.address else None,
        **asdict(member.contact),
    )
