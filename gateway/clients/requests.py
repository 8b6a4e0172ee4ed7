"""What was asked and what became of it: drafts, submissions, tracking, appointments, and the agents' work."""

from gateway.clients.link import CommandId, Json, Link
from services.chassis.actors import Actor


class RequestsClient:
    def __init__(self, link: Link) -> None:
        self._link = link

    def public_events(self) -> list[Json]:
        """What partners may hear of requests: each event type with its meaning, its schema and an example."""
        return self._link.ask("public_events")

    def partners_stream(self) -> Json:
        """`{stream, since}`: the identity of the stream that partners read, and since when it has it."""
        return self._link.ask("partners_stream")

    def quotas_reached(self) -> Json:
        """`{items}`: the procedures whose places are all taken, each with `reopens_at`; Unavailable after a moment."""
        return self._link.glimpse("quotas_reached")

    # --- drafts

    def open_draft(
        self,
        procedure: str,
        draft_id: CommandId,
        *,
        member: Json | str | None = None,
        anew: bool | None = None,
        command_id: CommandId,
    ) -> Json:
        """The actor's draft of this procedure, made if there is none; `anew` discards what was typed before."""
        return self._link.ask(
            "open_draft", command_id=command_id, procedure=procedure, draft_id=str(draft_id), member=member, anew=anew
        )

    def draft_for(self, procedure: str, *, after: CommandId | None = None) -> Json:
        """`{draft, quota}` of this procedure, each None when there is none; `after`: once that command was heard."""
        return self._link.ask("draft_for", procedure=procedure, after=None if after is None else str(after))

    def my_drafts(self) -> Json:
        """`{items}`: what the actor has begun and not filed, the last one touched first; Unavailable after a moment."""
        return self._link.glimpse("my_drafts")

    def adopt_drafts(self, visitor: str, *, actor: Actor, command_id: CommandId) -> Json:
        """Gives to the account that `actor` has just opened what this browser began without one."""
        return self._link.ask("adopt_drafts", actor=actor, command_id=command_id, visitor=visitor)

    def draft(self, draft_id: CommandId) -> Json:
        return self._link.ask("draft", draft_id=str(draft_id))

    def save_step(
        self,
        draft_id: CommandId,
        step: str,
        data: Json,
        *,
        strict: bool | None = None,
        page: str | None = None,
        seen: str | None = None,
        command_id: CommandId,
    ) -> Json:
        """The draft with what was typed, right or wrong; what is wrong is in `errors`.

        `strict`: refused, and nothing kept, when it holds what the step does not ask. `page`, `seen`: which page sends
        it, and the mark of what it showed; refused as `written_elsewhere` where it would overwrite another page's words.
        """
        return self._link.ask(
            "save_step",
            command_id=command_id,
            draft_id=str(draft_id),
            step=step,
            data=data,
            strict=strict,
            page=page,
            seen=seen,
        )

    def hold_slot(self, draft_id: CommandId, start: str, *, command_id: CommandId) -> Json:
        return self._link.ask(
            "hold_slot", command_id=command_id, draft_id=str(draft_id), start=start, address_seen=self._link.address()
        )

    def release_slot(self, draft_id: CommandId, *, command_id: CommandId) -> Json:
        return self._link.ask("release_slot", command_id=command_id, draft_id=str(draft_id))

    def discard_draft(self, draft_id: CommandId, *, command_id: CommandId) -> Json:
        return self._link.ask("discard_draft", command_id=command_id, draft_id=str(draft_id))

    def submit_draft(
        self,
        draft_id: CommandId,
        version: int,
        *,
        manifest: str | None = None,
        seen: str | None = None,
        identity: str | None = None,
        code_given: bool = False,
        command_id: CommandId,
    ) -> Json:
        """The receipt: the request is stored. `version`: of the definition that was read; `seen`: the mark of the summary
        that was read, refused as `written_elsewhere` where it is another; `identity`: how an agent checked who asks.

        Refused as `security_code_required` for a place above the share of the address, until `code_given` says that
        accounts has taken a security code for it.
        """
        return self._link.ask(
            "submit_draft",
            command_id=command_id,
            draft_id=str(draft_id),
            version=version,
            manifest=manifest,
            seen=seen,
            identity=identity,
            address_seen=self._link.address(),
            code_given=code_given or None,
        )

    def submit(
        self,
        procedure: str,
        *,
        applicant: Json,
        answers: Json,
        version: int | None = None,
        draft_id: CommandId | None = None,
        member: Json | str | None = None,
        slot: str | None = None,
        manifest: str | None = None,
        identity: str | None = None,
        code_given: bool = False,
        command_id: CommandId,
    ) -> Json:
        """The receipt of a request given whole, without going through steps; refused as `submit_draft` is."""
        return self._link.ask(
            "submit",
            command_id=command_id,
            procedure=procedure,
            version=version,
            draft_id=None if draft_id is None else str(draft_id),
            applicant=applicant,
            member=member,
            answers=answers,
            slot=slot,
            manifest=manifest,
            identity=identity,
            address_seen=self._link.address(),
            code_given=code_given or None,
        )

    # --- tracking

    def tracking(self, number: str, *, as_of: str | None = None) -> Json:
        """One request with its history, as this actor may see it; `as_of` shows it as it stood then."""
        return self._link.ask("tracking", number=number, as_of=as_of)
