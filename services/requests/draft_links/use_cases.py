"""A visitor's draft on another device: the link is mailed and opened."""

from uuid import UUID

from services.accounts.schemas.people import Profile
from services.chassis.errors import Invalid
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests.access.use_cases import actor_of
from services.requests.capacity import holders
from services.requests.draft_links import rows as link_rows, rules as draft_link, views
from services.requests.drafts import rows as draft_rows, rules as draft, use_cases as drafts, views as draft_views
from services.requests.schemas import draft_links as calls
from services.requests.schemas.facts import DraftLinkRequested
from services.requests.schemas.refusals import DraftAlreadyHere
from services.townhall import mailed_links, person


def mail_link(tx: Transaction, settings: Settings, asked: calls.MailDraftLink) -> None:
    """Makes the link, and the fact for which messaging mails it. The mailbox is locked while its links are counted."""
    known = draft_views.mine(tx, str(asked.draft_id), to_change=True)
    if not draft_link.is_visitors(known.owner):
        raise draft_link.DraftInSpace
    draft_views.offered(tx, known.procedure)
    email = _email(asked.email)
    mailbox = holders.mailed_to(settings.signing_key, email).mailbox
    tx.lock(f"mailbox-{mailbox}")
    mailed = link_rows.mailed_since(tx, mailbox, tx.now - draft_link.COUNTED_FOR)
    draft_link.require_share(mailed, settings.rate_limits)
    link_id = tx.new_id()
    token = mailed_links.token_of(settings.signing_key, draft_link.PURPOSE, link_id)
    digest = mailed_links.digest(token)
    link_rows.add(tx, known, link_id=str(link_id), digest=digest, mailbox=mailbox, email=email)
    tx.append(f"draft-{known.id}", [DraftLinkRequested(link_id=str(link_id))])


def open_link(tx: Transaction, _: Settings, asked: calls.OpenDraftLink, profile: Profile | None) -> calls.OpenedDraft:
    """The draft is on this device as well, or in the account; opened again, it is as it was.

    A browser's own draft of the procedure is locked before the one of the link, as where one is begun; an account's after it,
    as where an account takes over what was begun in a browser.
    """
    link = link_rows.by_digest(tx, asked.digest)
    actor = actor_of(tx)
    owner = draft.owner_of(actor)
    here = draft_rows.to_open(tx, link.procedure, owner) if link and actor.kind == "visitor" else None
    known = views.behind(tx, link, link and draft_rows.of_anyone(tx, link.draft_id, to_change=True))
    way = draft_link.way(actor, known.owner)
    draft_views.offered(tx, known.procedure)
    opened = calls.OpenedDraft(draft_id=UUID(known.id), procedure=known.procedure)
    if way is draft_link.Way.ADOPTED:
        here = draft_rows.to_open(tx, known.procedure, owner)
    if way is draft_link.Way.OWN or (here and here.id == known.id):
        return opened
    if here is not None:
        _give_up(tx, here, owner, replaces=asked.replaces)
    if way is draft_link.Way.ADOPTED:
        drafts.adopt(tx, known, actor, profile)
        return opened
    draft_link.require_device(link_rows.devices(tx, known.id))
    link_rows.let_in(tx, known, owner)
    return opened


def _give_up(tx: Transaction, here: draft.Draft, owner: str, *, replaces: bool) -> None:
    """The draft that is here makes room. One that was opened here by a link stays where it was begun."""
    if not replaces and here.expires_at > tx.now:
        raise DraftAlreadyHere
    if here.owner == owner:
        drafts.discard(tx, here.id)


def _email(typed: str) -> str:
    try:
        return person.email(typed.strip())
    except person.Wrong as wrong:
        raise Invalid(fields={"email": str(wrong)}) from None
