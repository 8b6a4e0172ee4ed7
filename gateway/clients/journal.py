"""The part of requests' client that reads the journal of the staff's looks."""

from gateway.clients.link import Json, Link


class JournalOfRequests:
    _link: Link

    def looks(
        self,
        at_most: int,
        *,
        agent: str | None = None,
        day: str | None = None,
        requests: list[str] | None = None,
        before_at: str | None = None,
        before_id: int | None = None,
    ) -> Json:
        """`{views, numbers}`: the looks of an agent, of a day or of both, the latest first; `numbers` of these `requests`, by id."""
        return self._link.ask(
            "looks",
            agent=agent,
            day=day,
            requests=requests,
            at_most=at_most,
            before_at=before_at,
            before_id=before_id,
        )

    def audit_trail(
        self, number: str, at_most: int, *, before_at: str | None = None, before_id: int | None = None
    ) -> Json:
        """The staff's looks at the request, the latest first, and the grant to ask documents for those at its files."""
        return self._link.ask("audit_trail", number=number, at_most=at_most, before_at=before_at, before_id=before_id)
