"""The import of the town’s contents, and the facts about them: one function and one transaction each."""

from collections.abc import Mapping

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.errors import Forbidden
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.content.articles import rows
from services.content.pictures import drawing, rows as picture_rows
from services.content.polls import rows as poll_rows
from services.content.publication import coherence, rows as written
from services.content.schemas.files import CheckContent, ContentChecked, ContentFiles, ContentImported, ImportContent
from services.townhall.differences import differences, dumped
from services.townhall.town_time import local_day
from services.townhall.typography import typeset_document

ARTICLES = ("news", "activities", "practical_info")
CALENDAR = "calendar"
"""The signal of a commit that changed what is to be published, and when."""


class NotAnEditor(Forbidden):
    message = "Seule une personne chargée de la publication peut modifier les contenus."


RIGHTS = {
    "news": "manage_news",
    "activities": "manage_activities",
    "practical_info": "manage_practical_info",
    "polls": "manage_polls",
    "partner_spaces": "manage_settings",
    "images": "manage_news",
    "home": "manage_settings",
}


def check_content(tx: Transaction, _: Settings, asked: CheckContent) -> ContentChecked:
    """Raises what `import_content` would refuse of these files, else answers what it would change; nothing is kept of them."""
    require_editor(tx.actor, asked)
    given = _files_of(asked, drawing.drawn(drawing.new(tx.conn, asked.images or {}), draw=False))
    known = {kind: {slug: text for slug, (_, text) in rows.known_articles(tx.conn, kind).items()} for kind in ARTICLES}
    known["polls"] = poll_rows.known_polls(tx.conn)
    known["partner_spaces"] = rows.known_spaces(tx.conn)
    shown = picture_rows.home(tx.conn)
    home = {"slug": "home", "image": shown.image, "image_alt": shown.image_alt} if shown else None
    known["home"] = {"home": dumped(home)} if home else {}
    wanted = {kind: {slug: dumped(entry) for slug, entry in written.entries(given, kind).items()} for kind in known}
    return ContentChecked(changes={kind: differences(known[kind], wanted[kind]) for kind in known})


def import_content(store: Store, call: Call, asked: ImportContent) -> ContentImported:
    """Draws the pictures that are new, then publishes the whole in one transaction. Raises as `publish_files`."""
    require_editor(call.actor, asked)
    with store.viewing(call.actor) as view:
        pictures = drawing.new(view.conn, asked.images or {})
    drawn = drawing.drawn(pictures, draw=True)
    return store.run_declared(call, asked.answer(), lambda tx: publish_files(tx, asked, drawn))


def publish_files(tx: Transaction, asked: ImportContent, drawn: drawing.Drawn) -> ContentImported:
    """Publishes what is new or changed in the files given, or raises ImportRefused and keeps nothing of it.

    Texts are published with the spaces of French punctuation. Relative days count from today; an entry that is written as it was keeps the days of its first import.
    """
    given = _files_of(asked, drawn)
    tx.lock("content-import")  # one import at a time: the next one compares with what this one published
    changed = {kind: _import_articles(tx, kind, given) for kind in ARTICLES if kind in given}
    if "polls" in given:
        changed["polls"] = _import_polls(tx, given)
    picture_rows.save(tx.conn, asked.images or {}, drawn)
    for entry in written.entries(given, "home").values():
        picture_rows.save_home(tx.conn, entry)
    for entry in written.entries(given, "partner_spaces").values():
        rows.save_space(tx.conn, entry)
    publish_changes(tx)
    tx.wake(CALENDAR)
    return ContentImported(published=changed)


def publish_changes(tx: Transaction) -> None:
    """Publishes the facts of what can be read, answered, or no longer, since the last turn, each once; and lets it be found."""
    rows.let_be_found(tx.conn)
    for stream, fact in written.new_facts(tx.conn, tx.now):
        tx.append(stream, [fact])
    tx.conn.execute(poll_rows.FORGET_ADDRESSES, {"now": tx.now})


def _import_articles(tx: Transaction, kind: str, given: Mapping[str, object]) -> tuple[str, ...]:
    rows.save_categories(tx.conn, kind, given)
    known, changed = rows.known_articles(tx.conn, kind), list[str]()
    for place, (slug, entry) in enumerate(written.entries(given, kind).items()):
        version, before = known.get(slug, (0, ""))
        if dumped(entry) == before:
            continue
        rows.save_article(tx.conn, written.article(kind, entry, version + 1, place, tx.now))
        changed.append(slug)
    return tuple(changed)


def _import_polls(tx: Transaction, given: Mapping[str, object]) -> tuple[str, ...]:
    known, today, changed = poll_rows.known_polls(tx.conn), local_day(tx.now), list[str]()
    for slug, entry in written.entries(given, "polls").items():
        if known.get(slug) == dumped(entry):
            continue
        tx.conn.execute(poll_rows.SAVE, written.poll(entry, today))
        changed.append(slug)
    return tuple(changed)


def require_editor(actor: Actor | None, asked: ContentFiles) -> None:
    """Who publishes has the right to each of these contents; our own command has them all. Raises NotAnEditor."""
    needed = {right for kind, right in RIGHTS.items() if vars(asked)[kind] is not None}
    if actor is None or not (actor.kind == "system" or (actor.kind == "agent" and needed.issubset(actor.permissions))):
        raise NotAnEditor


def _files_of(asked: ContentFiles, drawn: drawing.Drawn) -> Mapping[str, object]:
    """The files that are given, by name, with the spaces of French punctuation. Raises ImportRefused."""
    given: dict[str, object] = vars(asked)
    documents = {name: part for name, part in given.items() if part is not None}
    coherence.check(documents, drawn)
    return typeset_document(documents)
