"""What may be asked: the town, its service areas, procedures and their definitions."""

from gateway.clients.link import Json, Link


class ProceduresClient:
    def __init__(self, link: Link) -> None:
        self._link = link

    def town(self) -> Json:
        """The town's document: identity, hours, sites, departments, theme, legal mentions, portal settings."""
        return self._link.ask("town")

    def service_areas(self) -> Json:
        return self._link.ask("service_areas")

    def catalogue(
        self,
        *,
        area: str | None = None,
        q: str | None = None,
        featured: bool | None = None,
        dashboard_tile: str | None = None,
        page: int | None = None,
        per_page: int | None = None,
    ) -> Json:
        """A page of procedures that may be shown, with the total and, when a search finds nothing, a suggestion.

        `dashboard_tile`: those that stand behind that tile of « Mon tableau de bord ».
        """
        return self._link.ask(
            "catalogue",
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
