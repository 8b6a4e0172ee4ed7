"""What was asked and what became of it: drafts, submissions, tracking, appointments, and the agents' work."""

from uuid import UUID

from gateway.clients.draft_links import DraftLinksOfRequests
from gateway.clients.held_data import HeldDataOfRequests
from gateway.clients.link import CommandId, Json, Link
from services.chassis.actors import Actor
from services.chassis.contracts import from_json, to_json
from services.requests.schemas import attestation, dashboard, profile


class RequestsClient(HeldDataOfRequests, DraftLinksOfRequests):
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

    def read_profile_news(self, draft_id: UUID) -> profile.ProfileNews:
        """What the actor's profile says otherwise by now; Unavailable after a moment, for a page can do without."""
        asked = profile.ReadProfileNews(draft_id=draft_id)
        return from_json(profile.ProfileNews, self._link.glimpse(asked.method(), **to_json(asked)))

    def take_profile(self, draft_id: UUID, *, command_id: CommandId) -> None:
        """Puts that news in the draft; what was typed stays."""
        self._link.send(profile.TakeProfile(draft_id=draft_id), command_id=command_id)

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

    def open_tracking(self, token: str) -> Json:
        """Which request the link opens; refused when forged, revoked or expired."""
        return self._link.ask("open_tracking", token=token)

    def send_tracking_link(self, number: str, email: str, *, command_id: CommandId) -> Json:
        """The same answer whether or not such a request exists."""
        return self._link.ask("send_tracking_link", command_id=command_id, number=number, email=email)

    def revoke_tracking_links(self, number: str, *, command_id: CommandId) -> Json:
        """Every link that was sent for this request stops working; a new one is sent on demand."""
        return self._link.ask("revoke_tracking_links", command_id=command_id, number=number)

    def tracking(self, number: str, *, as_of: str | None = None) -> Json:
        """One request with its history, as this actor may see it; `as_of` shows it as it stood then."""
        return self._link.ask("tracking", number=number, as_of=as_of)

    def mine(self, *, archived: bool = False, page: int | None = None) -> Json:
        return self._link.ask("mine", archived=archived, page=page)

    def read_dashboard(self, *, brief: bool = False) -> dashboard.Dashboard:
        """What is latest and what waits for the actor; `brief`: Unavailable after a moment."""
        asked = dashboard.ReadDashboard()
        answer = self._link.question(brief=brief)(asked.method(), **to_json(asked))
        return from_json(dashboard.Dashboard, answer)

    def unread(self) -> Json:
        """`{unread}`: how many exchanges wait in the actor's requests that are not archived; Unavailable after a moment."""
        return self._link.glimpse("unread")

    def request_attestation(self, number: str, *, command_id: CommandId) -> None:
        """That the town's silence accepted the request; recorded once."""
        self._link.send(attestation.RequestAttestation(number=number), command_id=command_id)

    def cancel(self, number: str, version: int, *, command_id: CommandId) -> Json:
        return self._link.ask("cancel", command_id=command_id, number=number, version=version)

    def attach(self, number: str, *, command_id: CommandId) -> Json:
        return self._link.ask("attach", command_id=command_id, number=number)

    # --- appointments

    def slots(
        self, agenda: str, *, week: str | None = None, number: str | None = None, draft_id: CommandId | None = None
    ) -> Json:
        """A week of bookable times, with the slot that the draft holds or the request has booked."""
        return self._link.ask(
            "slots", agenda=agenda, week=week, number=number, draft_id=None if draft_id is None else str(draft_id)
        )

    def move_appointment(
        self, number: str, appointment_id: str, start: str, version: int, *, command_id: CommandId
    ) -> Json:
        return self._link.ask(
            "move_appointment",
            command_id=command_id,
            number=number,
            appointment_id=appointment_id,
            start=start,
            version=version,
        )

    def cancel_appointment(self, number: str, appointment_id: str, version: int, *, command_id: CommandId) -> Json:
        return self._link.ask(
            "cancel_appointment", command_id=command_id, number=number, appointment_id=appointment_id, version=version
        )

    def add_appointment(self, number: str, start: str, version: int, *, command_id: CommandId) -> Json:
        return self._link.ask("add_appointment", command_id=command_id, number=number, start=start, version=version)

    def calendar_file(self, number: str) -> Json:
        return self._link.ask("calendar_file", number=number)

    # --- agents

    def day_list(self, day: str | None = None) -> Json:
        """Who comes that day, agenda by agenda, for the agent's departments; None: today."""
        return self._link.ask("day_list", day=day)

    def take_in_charge(self, number: str, version: int, *, command_id: CommandId) -> Json:
        return self._link.ask("take_in_charge", command_id=command_id, number=number, version=version)

    def change_status(
        self,
        number: str,
        to: str,
        version: int,
        *,
        reply: str | None = None,
        text: str | None = None,
        values: Json | None = None,
        reason: str | None = None,
        missing_documents: list[str] | None = None,
        deadline: str | None = None,
        other_administration: str | None = None,
        command_id: CommandId,
    ) -> Json:
        """Refused as stale, with what changed, when `version` is not the request's present one."""
        return self._link.ask(
            "change_status",
            command_id=command_id,
            number=number,
            to=to,
            version=version,
            reply=reply,
            text=text,
            values=values,
            reason=reason,
            missing_documents=missing_documents,
            deadline=deadline,
            other_administration=other_administration,
        )

    def assign(self, number: str, assignee: str | None, version: int, *, command_id: CommandId) -> Json:
        """Hands the request to an agent of its department; None: to no one."""
        return self._link.ask("assign", command_id=command_id, number=number, assignee=assignee, version=version)

    def add_note(self, number: str, text: str, *, command_id: CommandId) -> Json:
        return self._link.ask("add_note", command_id=command_id, number=number, text=text)

    def reply_preview(self, number: str, reply: str, *, values: Json | None = None) -> Json:
        """The text as it would be sent, and the placeholders still to fill."""
        return self._link.ask("reply_preview", number=number, reply=reply, values=values or {})
