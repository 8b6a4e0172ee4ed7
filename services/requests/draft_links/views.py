"""What a mailed link leads to, and what its mail says."""

from services.chassis.actors import only_ourselves
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.requests import refusals
from services.requests.access.use_cases import actor_of
from services.requests.draft_links import rows as link_rows, rules as draft_link
from services.requests.drafts import rows as draft_rows, rules as draft, views as drafts
from services.requests.request import rows as store
from services.requests.schemas import draft_links as linking
from services.requests.schemas.refusals import DraftLinkOver


def read_link(tx: Transaction, _: Settings, asked: linking.ReadDraftLink) -> linking.DraftBehindLink:
    link = link_rows.by_digest(tx, asked.digest)
    known = behind(tx, link, link and draft_rows.of_anyone(tx, link.draft_id))
    actor = actor_of(tx)
    draft_link.way(actor, known.owner)
    owner = draft.owner_of(actor)
    here = draft_rows.by_procedure(tx, known.procedure, owner)
    another = here if here and here.id != known.id else None
    return linking.DraftBehindLink(
        procedure=known.procedure,
        procedure_title=drafts.offered(tx, known.procedure).definition.title,
        expires_at=known.expires_at.isoformat(),
        another_here=another is not None,
        another_stays=another is not None and another.owner != owner,
    )


def read_mail(tx: Transaction, settings: Settings, asked: linking.ReadDraftLinkMail) -> linking.DraftLinkMail:
    only_ourselves(actor_of(tx), refusals.NotAllowed)
    found = link_rows.to_mail(tx, str(asked.link_id))
    known = draft_rows.of_anyone(tx, found[0].draft_id) if found else None
    if found is None or known is None or found[0].replaced or found[0].expires_at <= tx.now:
        raise DraftLinkOver
    definition = drafts.offered(tx, known.procedure).definition
    return linking.DraftLinkMail(
        email=found[1],
        procedure_title="" if definition.confidential else definition.title,
        expires_at=found[0].expires_at.isoformat(),
    )


def behind(tx: Transaction, link: draft_link.DraftLink | None, known: draft.Draft | None) -> draft.Draft:
    """The draft of the link; raises what became of it."""
    filed = link is not None and known is None and store.by_id(tx, link.draft_id) is not None
    draft_link.check(link, owner=known.owner if known else None, filed=filed, now=tx.now)
    assert known is not None  # noqa: S101 checked
    return known
