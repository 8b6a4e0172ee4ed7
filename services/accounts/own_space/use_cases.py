"""One's own space, changed by its holder: the profile, and, given the current password, what one logs in with."""

from dataclasses import asdict, replace
from datetime import date
from uuid import UUID

from services.accounts.credentials import hashing, rows as credential_rows, rules as passwords, usernames
from services.accounts.credentials.rules import PasswordFault
from services.accounts.credentials.use_cases import judge_password
from services.accounts.email_changes import use_cases as email_changes
from services.accounts.profile.rules import SECTIONS, mark_of
from services.accounts.schemas.facts import CredentialsChanged
from services.accounts.schemas.profile import ChangeCredentials, ChangeProfile, CredentialsChange
from services.accounts.schemas.refusals import ProfileWrittenElsewhere, UsernameTaken
from services.accounts.sessions.lifetime import end_sessions_of
from services.accounts.spaces import records
from services.accounts.spaces.citizen import Profile, read_profile
from services.accounts.spaces.events import ProfileChanged
from services.accounts.spaces.records import keep, known
from services.accounts.spaces.rules import FormRefused, own, stream_of
from services.accounts.town import rows as town_rows, rules as town_rules
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import Struct
from services.townhall.person_fields import Errors, PersonFields
from services.townhall.town_time import local_day

WRONG = "Ce mot de passe n’est pas le vôtre. Rien n’a été changé."


def change_profile(tx: Transaction, _: Settings, asked: ChangeProfile) -> None:
    """The profile as it was typed, by the rules of a new space; the e-mail address stays. What was filed keeps what it had.

    Raises FormRefused with every fault; ProfileWrittenElsewhere where the profile is no longer the one that was shown, and
    differs from the one that is asked for.
    """
    account_id = own(tx.actor)
    holder = records.holder(tx, account_id, known(tx, account_id, locked=True).profile)
    profile = _profile(asked, holder, local_day(tx.now))
    changed = tuple(name for name in SECTIONS if getattr(profile, name) != getattr(holder.profile, name))
    if not changed:
        return
    if asked.seen and asked.seen != mark_of(holder.profile):
        raise ProfileWrittenElsewhere
    keep(tx, account_id, replace(holder, profile=profile))
    fact = ProfileChanged(sections=changed, profile=asdict(profile))
    tx.append(stream_of(account_id), [fact], key=str(account_id))


def _profile(asked: ChangeProfile, holder: records.Holder, today: date) -> Profile:
    organisation = vars(asked.organisation) if asked.organisation else {}
    sections: dict[str, object] = {
        "identity": vars(asked.identity),
        "address": vars(asked.address),
        "contact": {**vars(asked.phones), "email": holder.profile.contact.email},
        "preferred_contact": asked.preferred_contact,
        "organisation": organisation if any(organisation.values()) else None,
    }
    profile, errors = read_profile(sections, today=today)
    if profile is None:
        raise FormRefused(fields=errors)
    return profile


class Wanted(Struct):
    """What is to change, tidied; "" where it stays."""

    username: str
    password: str
    email: str


def change_credentials(store: Store, call: Call, asked: ChangeCredentials) -> CredentialsChange:
    """All of it or nothing. The form is checked first, then the password, before anything can be learnt of others. Raises
    FormRefused with every fault, PasswordWrong, UsernameTaken, TryLater, NotYours."""
    account_id = own(call.actor)
    if done := store.done(call, CredentialsChange):
        return done
    with store.viewing(call.actor) as tx:
        wanted = _wanted(asked, records.holder(tx, account_id, known(tx, account_id).profile), town_rows.town(tx.conn))
    judge_password(store, account_id, asked.current_password, field="current_password", wrong=WRONG)
    password_hash = hashing.hash_password(wanted.password) if wanted.password else ""

    def change(tx: Transaction) -> CredentialsChange:
        holder = records.holder(tx, account_id, known(tx, account_id, locked=True).profile)
        changed: list[str] = []
        if wanted.username:
            changed.append("username")
            _rename(tx, account_id, holder, wanted.username)
            holder = replace(holder, username=wanted.username)
        if password_hash:
            changed.append("password")
            tx.conn.execute(credential_rows.CHANGE_HASH, {"person_id": account_id, "password_hash": password_hash})
            credential_rows.use_links(tx.conn, account_id, tx.now)
        if changed:
            tx.append(stream_of(account_id), [CredentialsChanged(changed=tuple(changed))])
            end_sessions_of(tx, account_id, but=asked.presented)
        if wanted.email:
            email_changes.ask_for(tx, account_id, holder, wanted.email, store)
        return CredentialsChange(
            username=bool(wanted.username), password=bool(wanted.password), email_asked=bool(wanted.email)
        )

    return store.run_declared(call, CredentialsChange, change)


def _rename(tx: Transaction, account_id: UUID, holder: records.Holder, username: str) -> None:
    if not credential_rows.rename(tx.conn, account_id, usernames.fold(username)):
        raise UsernameTaken(fields={"username": f"{UsernameTaken.message} Choisissez-en un autre."})
    keep(tx, account_id, replace(holder, username=username))


def _wanted(asked: ChangeCredentials, holder: records.Holder, town: town_rules.Town) -> Wanted:
    """What differs from what there is. Raises FormRefused."""
    errors: Errors = {}
    username = asked.username.strip()
    username = "" if username == holder.username else username
    email = PersonFields(form={"email": asked.email}, errors=errors, missing={}).take("email")
    if email.casefold() == holder.profile.contact.email.casefold():
        email = ""
    sentences: dict[str, str | None] = {
        "current_password": None if asked.current_password else "Indiquez votre mot de passe actuel.",
        "username": _fault_of_name(username, asked) if username else None,
        "new_password": _fault_of_password(asked, username or holder.username, town) if asked.new_password else None,
    }
    errors |= {name: sentence for name, sentence in sentences.items() if sentence}
    if errors:
        raise FormRefused(fields=errors)
    return Wanted(username=username, password=asked.new_password, email=email)


def _fault_of_name(username: str, asked: ChangeCredentials) -> usernames.UsernameFault | None:
    contained = not asked.new_password and usernames.fold(username) in usernames.fold(asked.current_password)
    return usernames.fault_of(username) or (usernames.UsernameFault.IN_PASSWORD if contained else None)


def _fault_of_password(asked: ChangeCredentials, username: str, town: town_rules.Town) -> PasswordFault | None:
    if asked.new_password == asked.current_password:
        return PasswordFault.SAME_AGAIN
    return passwords.fault_of(asked.new_password, username=username, town_words=town.words)
