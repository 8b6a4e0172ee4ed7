"""One's own space: read whole, and changed apart from what one logs in with."""

from dataclasses import asdict, replace

from services.accounts.profile.events import ProfileChanged
from services.accounts.profile.rules import SECTIONS, mark_of
from services.accounts.schemas.profile import ChangeProfile
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


def change_profile(store: Store, call: Call, asked: ChangeProfile) -> Done:
    """The profile as it was typed, by the rules of a new space; the e-mail address stays. What was filed keeps what it had.

    Raises FormRefused with every fault; ProfileWrittenElsewhere where the profile is no longer the one that was shown, and
    differs from the one that is asked for.
    """
    account_id = own(call.actor)
    with store.viewing(call.actor) as tx:  # wrong fields are refused before anything is locked
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
