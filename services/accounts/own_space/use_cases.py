"""One's own space: read whole, and changed apart from what one logs in with."""

from dataclasses import asdict, replace
from itertools import islice
from uuid import UUID

from services.accounts.email_changes import rows as email_change_rows
from services.accounts.family import views as family_views
from services.accounts.own_space import views as space_changes
from services.accounts.profile.events import ProfileChanged
from services.accounts.profile.rules import SECTIONS, mark_of
from services.accounts.schemas import people
from services.accounts.schemas.profile import (
    Address,
    ChangeProfile,
    EmailToConfirm,
    Identity,
    Organisation,
    Phones,
    Relative,
    Space,
)
from services.accounts.schemas.refusals import ProfileWrittenElsewhere
from services.accounts.spaces import records
from services.accounts.spaces.citizen import Profile, read_profile
from services.accounts.spaces.records import keep, known
from services.accounts.spaces.rules import FormRefused, own, stream_of
from services.chassis.calls import Call
from services.chassis.contracts import Done, to_json
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.townhall.town_time import local_day

CHANGES_TOLD = 10


def read_space(store: Store, call: Call) -> Space:
    """Raises NotYours, AccountUnknown."""
    account_id = own(call.actor)
    with store.viewing(call.actor) as tx:
        return space_of(tx, account_id, changes_told=CHANGES_TOLD)


def space_of(tx: Transaction, account_id: UUID, *, changes_told: int | None) -> Space:
    """With the last changes, or all of them. Raises AccountUnknown."""
    account = known(tx, account_id)
    holder = records.holder(tx, account_id, account.profile)
    waiting = email_change_rows.waiting(tx.conn, account_id, tx.now)
    profile = holder.profile
    family = family_views.family_of(tx, account_id)
    names = {member.id: member.full_name for member in family}
    return Space(
        username=holder.username,
        full_name=holder.name,
        identity=Identity(**asdict(profile.identity)),
        address=Address(**asdict(profile.address)),
        email=profile.contact.email,
        phones=Phones(**_phones(profile)),
        preferred_contact=profile.preferred_contact,
        organisation=Organisation(**asdict(profile.organisation)) if profile.organisation else None,
        family=tuple(_relative(member) for member in family),
        mark=mark_of(profile),
        email_to_confirm=_to_confirm(tx, waiting) if waiting else None,
        changes=tuple(islice(space_changes.told(tx.history(stream_of(account_id)), names), changes_told)),
    )


def change_profile(store: Store, call: Call, asked: ChangeProfile) -> Done:
    """The profile as it was typed, by the rules of a new space; the e-mail address stays. What was filed keeps what it had.

    Raises FormRefused with every fault; ProfileWrittenElsewhere where the profile is no longer the one that was shown, and
    differs from the one that is asked for.
    """
    account_id = own(call.actor)
    with store.viewing(call.actor) as tx:  # which names are wrong is told before anything is locked
        _profile(asked, records.holder(tx, account_id, known(tx, account_id).profile), store)

    def change(tx: Transaction) -> Done:
        holder = records.holder(tx, account_id, known(tx, account_id, locked=True).profile)
        profile = _profile(asked, holder, store)
        changed = tuple(name for name in SECTIONS if getattr(profile, name) != getattr(holder.profile, name))
        if not changed:
            return Done()
        if asked.seen and asked.seen != mark_of(holder.profile):
            raise ProfileWrittenElsewhere
        keep(tx, account_id, replace(holder, profile=profile))
        fact = ProfileChanged(sections=changed, profile=asdict(profile))
        tx.append(stream_of(account_id), [fact], key=str(account_id))
        return Done()

    return store.run_declared(call, Done, change)


def _profile(asked: ChangeProfile, holder: records.Holder, store: Store) -> Profile:
    typed = to_json(asked)
    sections = {
        **typed,
        "contact": {**typed["phones"], "email": holder.profile.contact.email},
        "organisation": typed["organisation"] if any((typed["organisation"] or {}).values()) else None,
    }
    profile, errors = read_profile(sections, today=local_day(store.clock.now()))
    if profile is None:
        raise FormRefused(fields=errors)
    return profile


def _to_confirm(tx: Transaction, waiting: email_change_rows.EmailChange) -> EmailToConfirm | None:
    addresses = tx.open(str(waiting.account_id), waiting.addresses)
    return addresses and EmailToConfirm(
        email=addresses["new"], asked_at=waiting.asked_at.isoformat(), expires_at=waiting.expires_at.isoformat()
    )


def _phones(profile: Profile) -> dict[str, str]:
    return {name: value for name, value in asdict(profile.contact).items() if name != "email"}


def _relative(member: people.Relative) -> Relative:
    return Relative(
        id=UUID(member.id),
        full_name=member.full_name,
        relation_label=member.relation_label,
        birth_date=member.birth_date,
    )
