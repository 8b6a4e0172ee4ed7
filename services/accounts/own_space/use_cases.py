"""One's own space: read whole, and changed apart from what one logs in with."""

from dataclasses import asdict, replace
from datetime import date

from services.accounts.profile.rules import SECTIONS, mark_of
from services.accounts.schemas.profile import ChangeProfile
from services.accounts.schemas.refusals import ProfileWrittenElsewhere
from services.accounts.spaces import records
from services.accounts.spaces.citizen import Profile, read_profile
from services.accounts.spaces.events import ProfileChanged
from services.accounts.spaces.records import keep, known
from services.accounts.spaces.rules import FormRefused, own, stream_of
from services.chassis.contracts import Done, to_json
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.townhall.town_time import local_day


def change_profile(tx: Transaction, _: Settings, asked: ChangeProfile) -> Done:
    """The profile as it was typed, by the rules of a new space; the e-mail address stays. What was filed keeps what it had.

    Raises FormRefused with every fault; ProfileWrittenElsewhere where the profile is no longer the one that was shown, and
    differs from the one that is asked for.
    """
    account_id = own(tx.actor)
    holder = records.holder(tx, account_id, known(tx, account_id, locked=True).profile)
    profile = _profile(asked, holder, local_day(tx.now))
    changed = tuple(name for name in SECTIONS if getattr(profile, name) != getattr(holder.profile, name))
    if not changed:
        return Done()
    if asked.seen and asked.seen != mark_of(holder.profile):
        raise ProfileWrittenElsewhere
    keep(tx, account_id, replace(holder, profile=profile))
    fact = ProfileChanged(sections=changed, profile=asdict(profile))
    tx.append(stream_of(account_id), [fact], key=str(account_id))
    return Done()


def _profile(asked: ChangeProfile, holder: records.Holder, today: date) -> Profile:
    typed = to_json(asked)
    sections = {
        **typed,
        "contact": {**typed["phones"], "email": holder.profile.contact.email},
        "organisation": typed["organisation"] if any((typed["organisation"] or {}).values()) else None,
    }
    profile, errors = read_profile(sections, today=today)
    if profile is None:
        raise FormRefused(fields=errors)
    return profile
