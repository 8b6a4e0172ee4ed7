"""What the town has published, kept until that changes, for seconds at most, and shown as it was last known while a service is silent."""

import json
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Generic, TypeVar, cast

from flask import Flask, current_app

from gateway.clients import ANYONE, Clients
from gateway.sessions.published_changes import PublishedChanges, ValidAnswers, Validity
from services.chassis import logs, town_id
from services.chassis.actors import Actor
from services.chassis.contracts import Misfit, Query, from_json, to_json
from services.chassis.errors import NotFound, Reason, Unavailable
from services.chassis.structs import Struct
from services.content.schemas.articles import Home, ReadHome
from services.content.schemas.partner_spaces import ListPartnerSpaces, PartnerSpace, PartnerSpaces
from services.procedures.schemas import catalogue as calls
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import Versions
from services.procedures.schemas.definitions.towns import TownNow
from services.procedures.schemas.refusals import NoSuchProcedure
from services.townhall.untyped import entry

MOST_TITLES = 100
MOST_FEATURED = 6
DEFINITIONS_KEPT = 500
ANSWERS_KEPT = 200
PAGE_OF_A_LIST = "procedures/"
WRITTEN_EVERY = timedelta(minutes=10)
FILE = "published.json"
DECLARED: dict[str, type[object]] = {
    "town": calls.TownDocument,
    "areas": calls.ServiceAreas,
    **dict.fromkeys(("titles", "featured", "contact-details", "procedures"), calls.Catalogue),
    "news": Home,
    "partner-spaces": PartnerSpaces,
}
"""The class of each answer, by the first part of the name under which it is kept."""

A = TypeVar("A")

log = logs.get_logger("gateway")


class Known(Struct, Generic[A]):
    """An answer, with its instant where its service does not answer now; None where it never did."""

    answer: A | None
    last_at: datetime | None = None


@dataclass
class _Kept:
    """`validity`: None of an answer to an earlier process."""

    answer: object
    at: datetime
    validity: Validity | None = None


class Offered(Struct):
    """A procedure as it may be asked for today, or could be until it was withdrawn."""

    definition: Procedure
    withdrawn: bool


class NoSuchAgenda(NotFound):
    message = "Cet agenda n’existe pas."


class TownBook:
    """What everyone may read, as it was last answered, nothing of one person; each version of a definition for ever.

    Raises Unavailable where what procedures published does not fit its dataclasses. With a folder, it outlives the process.
    """

    def __init__(
        self,
        clients: Clients,
        changes: PublishedChanges,
        *,
        now: Callable[[], datetime],
        state_folder: str = "",
    ) -> None:
        self.changes = changes
        self._clients = clients
        self._file = Path(state_folder) / FILE if state_folder else None
        self._now = now
        self._kept: OrderedDict[str, _Kept] = self._read()
        self._written_at = now()
        self._published = ValidAnswers[calls.Published](self.changes, most=1)
        self._offered_now = ValidAnswers[Offered](self.changes, most=DEFINITIONS_KEPT)
        self._town: tuple[calls.TownDocument, TownNow] | None = None
        self._definitions = Versions(Procedure, kept=DEFINITIONS_KEPT)

    # --- what a page cannot be without: Unavailable only where it was never answered

    def document(self) -> calls.TownDocument:
        """The town's document, as procedures answers it."""
        document = self._must_have("town", calls.ReadTown())
        town_id.learn(self._read_town(document).town.slug)
        return document

    def town(self) -> TownNow:
        return self._read_town(self.document())

    def areas(self) -> Sequence[calls.AreaOffered]:
        """The town's areas, in their order."""
        return self._must_have("areas", calls.ListServiceAreas()).areas

    def titles(self) -> dict[str, str]:
        """What the procedures offered today are called, by slug."""
        return {item.slug: item.title for item in self._offered()}

    def titles_of_areas(self) -> dict[str, str]:
        """What the area of each of them is called."""
        return {item.slug: item.area_title for item in self._offered()}

    def _offered(self) -> tuple[calls.CatalogueItem, ...]:
        return self._must_have("titles", calls.SearchCatalogue(per_page=MOST_TITLES)).items

    def last_known(self) -> TownNow | None:
        """The town without a call: for the pages that show a failure."""
        kept = self._kept.get("town")
        return self._read_town(kept.answer) if kept and isinstance(kept.answer, calls.TownDocument) else None

    def _read_town(self, document: calls.TownDocument) -> TownNow:
        if self._town is None or self._town[0] is not document:
            with _fitting():
                self._town = document, from_json(TownNow, vars(document))
        return self._town[1]

    # --- what a page can be without for a moment

    def featured(self) -> Known[calls.Catalogue]:
        """The procedures that are asked for most."""
        return self._known("featured", calls.SearchCatalogue(featured=True, per_page=MOST_FEATURED))

    def contact_details(self) -> Known[calls.Catalogue]:
        """The procedures behind the tile « Coordonnées »."""
        asked = calls.SearchCatalogue(dashboard_tile="contact_details", per_page=MOST_FEATURED)
        return self._known("contact-details", asked)

    def procedures(self, *, page: int, per_page: int, area: str | None = None) -> Known[calls.Catalogue]:
        """One page of the list of procedures, of one area or of all."""
        asked = calls.SearchCatalogue(area=area, page=page, per_page=per_page)
        return self._known(f"{PAGE_OF_A_LIST}{area or ''}/{page}", asked)

    def news(self, reader: Actor | None) -> Known[Home]:
        """The latest news for such a reader: account holders, of whatever name, read more than visitors."""
        return self._known(f"news/{reader.kind if reader else 'visitor'}", ReadHome(), actor=reader or ANYONE)

    def partner_spaces(self) -> Sequence[PartnerSpace]:
        """The tiles of « Autres espaces »; none while they were never answered."""
        known = self._known("partner-spaces", ListPartnerSpaces())
        return known.answer.spaces if known.answer else ()

    def _must_have(self, name: str, asked: Query[A]) -> A:
        known = self._known(name, asked)
        return known.answer if known.answer is not None else self._ask(name, asked, ANYONE, brief=False)

    def _known(self, name: str, asked: Query[A], *, actor: Actor = ANYONE) -> Known[A]:
        kept = self._kept.get(name)
        before = cast("A | None", kept and kept.answer)  # under that name, answers to such a call alone are kept
        if kept and kept.validity and self.changes.holds(kept.validity):
            return Known(answer=before)
        try:
            return Known(answer=self._ask(name, asked, actor, brief=True))
        except Unavailable:
            return Known(answer=before, last_at=kept and kept.at)

    def _ask(self, name: str, asked: Query[A], actor: Actor, *, brief: bool) -> A:
        validity = self.changes.validity()
        answer = self._clients.send(asked, actor=actor, brief=brief)
        if isinstance(answer, calls.TownDocument):
            self._read_town(answer)  # one that does not fit is not kept
        return self._keep(name, answer, validity)

    def _keep(self, name: str, answer: A, validity: Validity) -> A:
        """A page past the end of its list is not kept; where answers are too many, a page of a list goes and nothing else."""
        before = self._kept.get(name)
        empty = isinstance(answer, calls.Catalogue) and not answer.items
        if empty and name.startswith(PAGE_OF_A_LIST) and not name.endswith("/1"):
            self._kept.pop(name, None)
            return answer
        self._kept[name] = _Kept(answer, self._now(), validity)
        self._kept.move_to_end(name)
        if len(self._kept) > ANSWERS_KEPT:
            del self._kept[next(one for one in self._kept if one.startswith(PAGE_OF_A_LIST))]
        if before is None or before.answer != answer or self._now() - self._written_at > WRITTEN_EVERY:
            self._write()
        return answer

    # --- the file

    def _read(self) -> OrderedDict[str, _Kept]:
        """What the previous process kept; nothing without a file, or from one that cannot be read or is of another release."""
        if self._file is None:
            return OrderedDict()
        try:
            stored = cast("dict[str, dict[str, object]]", json.loads(self._file.read_text("utf-8")))  # of `_write`
            if "town" in stored:
                from_json(TownNow, stored["town"]["answer"])
            kept = OrderedDict[str, _Kept]()
            for name, one in stored.items():
                answer = from_json(DECLARED[name.partition("/")[0]], one["answer"])
                kept[name] = _Kept(answer, datetime.fromisoformat(str(one["at"])))
            return kept
        except FileNotFoundError:
            return OrderedDict()
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("published_not_read", error=type(error).__name__)
            return OrderedDict()

    def _write(self) -> None:
        """Whole or not at all: several gateways may share the folder. A full disk costs no page."""
        if self._file is None:
            return
        self._written_at = self._now()
        stored: dict[str, dict[str, object]] = {
            name: {"answer": to_json(kept.answer), "at": kept.at.isoformat()}
            for name, kept in self._kept.items()
            if not name.startswith("news/") or name == "news/visitor"
        }
        fresh = None
        try:
            with NamedTemporaryFile("w", dir=self._file.parent, encoding="utf-8", delete=False) as fresh:
                json.dump(stored, fresh, ensure_ascii=False)
            Path(fresh.name).replace(self._file)
        except OSError as error:
            if fresh is not None:
                Path(fresh.name).unlink(missing_ok=True)
            log.warning("published_not_written", error=type(error).__name__)

    # --- what decides

    def must_have_procedure(self, slug: str) -> None:
        """Raises NoSuchProcedure. Requests cannot say it: what it has not received may have been published just now."""
        if slug not in self._what_is_published().procedures:
            raise NoSuchProcedure

    def must_have_agenda(self, slug: str) -> None:
        if slug not in self._what_is_published().agendas:
            raise NoSuchAgenda

    def _what_is_published(self) -> calls.Published:
        """Unlike the pages' parts, never of before a silence."""
        return self._published.get("", lambda: self._clients.send(calls.ReadPublished(), actor=ANYONE))

    def offered(self, slug: str) -> Offered:
        """The procedure in its newest version, never of before a silence."""
        return self._offered_now.get(slug, lambda: self._ask_for_offered(slug))

    def _ask_for_offered(self, slug: str) -> Offered:
        found = self._clients.send(calls.ReadProcedure(slug=slug), actor=ANYONE)
        return Offered(definition=self._definition(slug, found.version, lambda: found), withdrawn=found.withdrawn)

    def definition(self, slug: str, version: int) -> Procedure:
        """The definition of one version."""
        asked = calls.ReadProcedure(slug=slug, version=version)
        return self._definition(slug, version, lambda: self._clients.send(asked))

    def _definition(self, slug: str, version: int, answer: Callable[[], calls.ProcedureVersion]) -> Procedure:
        with _fitting():
            found = self._definitions.get(slug, version, lambda: (version, answer().definition))
        if found is None:
            raise NoSuchProcedure
        return found


@contextmanager
def _fitting() -> Generator[None]:
    """Unavailable where what procedures published does not fit its classes: it is of another release."""
    try:
        yield
    except Misfit as misfit:
        log.error("answer_does_not_fit", fields=str(misfit))
        raise Unavailable(details={"reason": Reason.DOES_NOT_FIT}) from misfit


def install(app: Flask, book: TownBook) -> None:
    app.extensions["parvis.town"] = book


def town_book() -> TownBook:
    return entry(current_app.extensions, "parvis.town", TownBook)  # of `install`
