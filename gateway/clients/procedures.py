"""What may be asked: the town, its service areas, procedures and their definitions."""

from gateway.clients.link import Json, Link
from services.chassis.actors import Actor

ANYONE = Actor(kind="visitor", id="anyone")
"""On whose behalf is asked what is the same for everyone: also where it cannot be known who asks."""


class ProceduresClient:
    def __init__(self, link: Link) -> None:
        self._link = link

    def town(self, *, brief: bool = False) -> Json:
        """The town's document: identity, hours, sites, departments, theme, legal mentions, portal settings.

        `brief`, here and below: Unavailable after a moment, for whoever can do without.
        """
        return self._link.question(brief=brief)("town", actor=ANYONE)

    def service_areas(self, *, brief: bool = False) -> Json:
        return self._link.question(brief=brief)("service_areas", actor=ANYONE)

    def catalogue(
        self,
        *,
        area: str | None = None,
        q: str | None = None,
        featured: bool | None = None,
        dashboard_tile: str | None = None,
        page: int | None = None,
        per_page: int | None = None,
        brief: bool = False,
    ) -> Json:
        """A page of procedures that may be shown, with the total and, when a search finds nothing, a suggestion.

        `dashboard_tile`: those that stand behind that tile of « Mon tableau de bord ».
        """
        return self._link.question(brief=brief)(
            "catalogue",
            actor=ANYONE,
            area=area,
            q=q,
            featured=featured,
            dashboard_tile=dashboard_tile,
            page=page,
            per_page=per_page,
        )

    def procedure(self, slug: str, *, version: int | None = None) -> Json:
        """One definition, the current one unless a version is named; a version never changes."""
        return self._link.ask("procedure", slug=slug, version=version)

    def published(self) -> Json:
        return self._link.ask("published")
