"""What was begun in a browser without an account goes on in the account that was opened there."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from services.chassis.actors import Actor
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import access, draft, draft_rows
from services.requests.definitions import heard
from services.requests.draft import Draft
from services.requests.refusals import NotHeardYet
from services.requests.use_cases.acting import actor_of

Json = dict[str, Any]


def adopt_drafts(tx: Transaction, _: Settings, visitor: str, profile: Json | None) -> Json:
    """Gives the drafts of that visitor to the account, with their files and slots: `{adopted: ids, left: procedures}`.

    A draft keeps its id, hence the slot that it holds and the files under it. Where the account has a draft of the procedure
    already, that one stays; the other stays the browser's until it expires.
    """
    actor = actor_of(tx)
    access.require_citizen(actor)
    adopted: list[str] = []
    left: list[str] = []
    for known in draft_rows.of_visitor(tx, visitor):
        if adopt(tx, known, actor, profile):
            adopted.append(known.id)
        else:
            left.append(known.procedure)
    return {"adopted": adopted, "left": left}


def adopt(tx: Transaction, known: Draft, actor: Actor, profile: Json | None) -> bool:
    """The draft is the account's alone from now on; False, and nothing is changed, where it has one of the procedure."""
    if not draft_rows.change_owner(tx, known, draft.owner_of(actor)):
        return False
    draft_rows.write(tx, _adopted(tx, known, actor, profile))
    return True


def _adopted(tx: Transaction, known: Draft, actor: Actor, profile: Json | None) -> Draft:
    """The account's own from now on; what the account knows fills a step that nobody has been through."""
    typed = known.typed
    with suppress(NotHeardYet):  # the draft then goes on as it is
        typed = draft.introduced(typed, heard.current(tx.conn, known.procedure).definition, profile)
    return replace(known, owner=draft.owner_of(actor), typed=typed, expires_at=draft.expiry(actor, tx.now))
