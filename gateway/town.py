"""The town's own words and its procedures, kept at hand so that a page asks for them once in a while, not each time."""

import time
from collections import OrderedDict
from collections.abc import Callable

from flask import Flask, current_app

from gateway.clients import Clients, Json
from services.chassis.errors import NotFound, Unavailable

TOWN_KEPT_SECONDS = 5.0
TITLES_KEPT_SECONDS = 60.0
MOST_TITLES = 100
PUBLISHED_KEPT_SECONDS = 2.0
DEFINITIONS_KEPT = 500


class NoSuchProcedure(NotFound):
    code = "no_such_procedure"
    message = "Cette démarche n’existe pas, ou n’est plus proposée."


class NoSuchAgenda(NotFound):
    code = "no_such_agenda"
    message = "Cet agenda n’existe pas."


class TownBook:
    """The town's document and areas for a few seconds, each version of a definition for ever: versions never change."""

    def __init__(self, clients: Clients, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._clock = clock
        self._kept: dict[str, tuple[Json, float]] = {}
        self._published: Json = {}
        self._published_until = 0.0
        self._definitions: OrderedDict[tuple[str, int], Json] = OrderedDict()

    def town(self) -> Json:
        """The town's document."""
        return self._fresh("town", self._clients.procedures.town)

    def areas(self) -> list[Json]:
        """The town's areas, in their order."""
        return self._fresh("areas", self._clients.procedures.service_areas)["areas"]

    def titles(self) -> dict[str, str]:
        """What the procedures offered today are called, by slug."""
        found = self._fresh(
            "titles", lambda: self._clients.procedures.catalogue(per_page=MOST_TITLES), TITLES_KEPT_SECONDS
        )
        return {item["slug"]: item["title"] for item in found["items"]}

    def _fresh(self, name: str, ask: Callable[[], Json], seconds: float = TOWN_KEPT_SECONDS) -> Json:
        """What is kept under this name; an older one rather than none while procedures is away."""
        kept, until = self._kept.get(name, (None, 0.0))
        if kept is not None and self._clock() < until:
            return kept
        try:
            kept = ask()
        except Unavailable:
            if kept is None:
                raise
        self._kept[name] = (kept, self._clock() + seconds)
        return kept

    def last_known(self) -> Json | None:
        """What can be said about the town without asking anybody: for the pages that tell of a failure."""
        return self._kept.get("town", (None, 0.0))[0]

    def must_have_procedure(self, slug: str) -> None:
        """Raises NoSuchProcedure. Requests cannot say it: what it has not heard of may have been published just now."""
        if slug not in self._what_is_published()["procedures"]:
            raise NoSuchProcedure

    def must_have_agenda(self, slug: str) -> None:
        if slug not in self._what_is_published()["agendas"]:
            raise NoSuchAgenda

    def _what_is_published(self) -> Json:
        if self._clock() >= self._published_until:
            self._published = self._clients.procedures.published()
            self._published_until = self._clock() + PUBLISHED_KEPT_SECONDS
        return self._published

    def definition(self, slug: str, version: int) -> Json:
        """The definition of one version, with the keys that procedures resolved."""
        key = (slug, version)
        known = self._definitions.get(key)
        if known is None:
            known = self._clients.procedures.procedure(slug, version=version)["definition"]
            self._definitions[key] = known
            if len(self._definitions) > DEFINITIONS_KEPT:
                self._definitions.popitem(last=False)
        return known


def install(app: Flask, book: TownBook) -> None:
    app.extensions["parvis.town"] = book


def town_book() -> TownBook:
    return current_app.extensions["parvis.town"]
