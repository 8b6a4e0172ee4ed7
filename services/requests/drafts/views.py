"""A draft as its owner reads it, and the procedure that it is of as it is offered to them."""

from uuid import UUID

from services.accounts.schemas.people import Profile
from services.chassis.event_store import commands
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.towns import Town
from services.requests import blind_index
from services.requests.access import rules as access
from services.requests.access.use_cases import actor_of
from services.requests.capacity import use_cases as capacity
from services.requests.definitions.rows import Current, published
from services.requests.drafts import profile_news as news, rows as draft_rows, rules as draft
from services.requests.request import rows as store
from services.requests.schemas import drafts as drafting, refusals as declared
from services.requests.schemas.filing import Registered
from services.requests.schemas.profile import ProfileNews, ReadProfileNews
from services.townhall.grants import Grant, Right, Side, give


def draft_for(tx: Transaction, settings: Settings, asked: drafting.ReadDraftFor) -> drafting.DraftFor:
    if asked.after and not commands.is_done(tx, asked.after):
        raise declared.SaveNotReceivedYet
    known = draft_rows.by_procedure(tx, asked.procedure, draft.owner_of(actor_of(tx)))
    try:
        found = shown(tx, settings, known) if known else None
    except declared.AccountRequired:  # begun before the procedure was kept for accounts
        found = None
    try:
        quota = capacity.quota_now(tx, published.current(tx.conn, asked.procedure).definition)
    except declared.NotReceivedYet:  # published a moment ago: no place is taken
        quota = None
    return drafting.DraftFor(draft=found, quota=quota)


def my_drafts(tx: Transaction, _: Settings, asked: drafting.ListDrafts) -> drafting.Drafts:
    begun = draft_rows.begun(tx, draft.owner_of(actor_of(tx)))
    latest = published.latest(tx.conn, [one.procedure for one in begun])
    labels = _step_labels(published.town(tx.conn)) if begun else {}
    return drafting.Drafts(
        items=tuple(
            draft.list_item(one, definition, offered=offered, labels=labels, now=tx.now)
            for one in begun
            if one.procedure in latest
            for definition, offered in [latest[one.procedure]]
        )
    )


def _step_labels(town: Town) -> dict[str, str]:
    return {step.slug: step.label for step in town.catalogues.step_catalogue}


def profile_news(tx: Transaction, _: Settings, asked: ReadProfileNews, profile: Profile | None) -> ProfileNews:
    """What the owner's profile says otherwise by now, of what the draft took over and was not changed since."""
    known = mine(tx, str(asked.draft_id))
    own = news.news(known.typed, offered(tx, known.procedure).definition, profile)
    return ProfileNews(applicant=own, member=news.news_of_member(known.typed, profile))


def show(tx: Transaction, settings: Settings, asked: drafting.ReadDraft) -> drafting.DraftView:
    known = draft_rows.by_id(tx, asked.draft_id, draft.owner_of(actor_of(tx)))
    if known is None:
        raise declared.DraftFiled(details={"number": filed_before(tx, settings, asked.draft_id).number})
    return shown(tx, settings, known)


def filed_before(tx: Transaction, settings: Settings, draft_id: str) -> Registered:
    """The request that this draft became, for who filed it; raises DraftNotFound for anyone else."""
    row = store.by_id(tx, draft_id)
    filer = blind_index.holder(settings.signing_key, "filer", draft.owner_of(actor_of(tx)))
    if row is None or row.filed_by != filer:
        raise declared.DraftNotFound
    return Registered(request_id=row.request_id, number=row.number)


def shown(tx: Transaction, settings: Settings, known: draft.Draft) -> drafting.DraftView:
    current = offered(tx, known.procedure)
    actor = actor_of(tx)
    labels = _step_labels(current.town)
    upload = Grant(
        request=UUID(known.id),
        side=Side.TOWN if access.is_staff(actor) else Side.CITIZEN,
        rights=(Right.UPLOAD,),
        procedure=known.procedure,
        version=int(current.definition.version),
    )
    signed = give(settings, actor, upload)
    quota = capacity.quota_now(tx, current.definition)
    return draft.view(known, current.definition, labels=labels, now=tx.now, quota=quota, grant=signed)


def offered(tx: Transaction, slug: str) -> Current:
    """The procedure as it is offered now, to this actor; raises ProcedureWithdrawn, AccountRequired, NotReceivedYet."""
    current = published.current(tx.conn, slug)
    if current.withdrawn:
        raise declared.ProcedureWithdrawn
    actor = actor_of(tx)
    if current.definition.access == "account" and actor.kind not in ("citizen", "agent", "system"):
        raise declared.AccountRequired
    return current


def mine(tx: Transaction, draft_id: str, *, to_change: bool = False) -> draft.Draft:
    """The actor's own draft; raises DraftNotFound."""
    known = draft_rows.by_id(tx, draft_id, draft.owner_of(actor_of(tx)), to_change=to_change)
    if known is None:
        raise declared.DraftNotFound
    return known
