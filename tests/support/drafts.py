"""Drafts behind the stub services: the rules are the service's own, only the store is in memory."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.published import read
from services.requests.capacity import slots
from services.requests.drafts import rules as draft
from tests.support.demo_town import DRAFT, NOW, NUMBER, Json, agenda, definition, file, procedure, step_labels
from tests.support.own_space import in_profile

RECEIPT = {
    "request_id": DRAFT, "number": NUMBER, "tracking_token": "token", "procedure_title": "", "submitted_at": NOW.isoformat(),
    "due_on": None, "implicit_decision": None, "email_sent_to_hint": "a…l@courriel.example", "next_steps": [],
}  # fmt: skip


class Drafts:
    """One draft per procedure, kept and shown by the rules of requests."""

    def __init__(self) -> None:
        self.kept: dict[str, draft.Draft] = {}
        self.quota: Json | None = None

    def open(self, body: Json, actor: Actor) -> Json:
        slug = body["procedure"]
        if slug not in self.kept or body.get("anew"):
            member = in_profile(file("accounts")["citizens"][0]["family_members"][0]) if body.get("member") else None
            self.kept[slug] = draft.Draft(
                id=DRAFT,
                owner=draft.owner_of(actor),
                procedure=slug,
                typed=draft.opened(procedure(slug), None, member),
                held=None,
                created_at=NOW,
                updated_at=NOW,
                expires_at=NOW + timedelta(days=draft.VISITOR_DAYS),
            )
        return self.view(slug)

    def find(self, body: Json, _: Actor) -> Json:
        return {"draft": self.view(body["procedure"]) if body["procedure"] in self.kept else None, "quota": self.quota}

    def save(self, body: Json, _: Actor) -> Json:
        slug, kept = self._the_one()
        sender = {"page": body.get("page"), "seen": body.get("seen")}
        typed = draft.saved_by(kept.typed, procedure(slug), body["step"], body["data"], **sender)
        self.kept[slug] = replace(kept, typed=typed)
        return self.view(slug)

    def hold(self, body: Json, _: Actor) -> Json:
        slug, kept = self._the_one()
        named = definition(slug)["appointment"]["agenda"]
        found = slots.slot_at(read(Agenda, agenda(named)), datetime.fromisoformat(body["start"]))
        assert found is not None
        until = NOW + timedelta(minutes=15)
        self.kept[slug] = replace(
            kept, held=draft.HeldSlot(agenda=named, start=found.start, end=found.end, until=until)
        )
        return {"slot": self.view(slug)["slot"]}

    def view(self, slug: str) -> Json:
        given: dict[str, Any] = {"labels": step_labels(), "now": NOW, "quota": None, "grant": "grant"}
        return to_json(draft.view(self.kept[slug], procedure(slug), **given))

    def mine(self, _: Json, __: Actor) -> Json:
        given = {"offered": True, "labels": step_labels(), "now": NOW}
        return {"items": [to_json(draft.list_item(one, procedure(slug), **given)) for slug, one in self.kept.items()]}

    def discard(self, body: Json, _: Actor) -> Json:
        self.kept = {slug: one for slug, one in self.kept.items() if one.id != body["draft_id"]}
        return {}

    def _the_one(self) -> tuple[str, draft.Draft]:
        return next(iter(self.kept.items()))


def new_draft() -> Json:
    """One of a visitor, with nothing typed yet."""
    return Drafts().open({"procedure": "acte-naissance"}, Actor(kind="visitor", id="v"))


def week(body: Json, _: Actor) -> Json:
    found, monday = agenda(body["agenda"]), date(2026, 11, 30)
    days = [monday + timedelta(days=offset) for offset in range(6)]
    return {
        "agenda": {
            "slug": found["slug"],
            "title": found["title"],
            "place": f"{found['room']}, {found['address']}",
            "instructions": found["instructions"],
            "slot_minutes": found["slot_minutes"],
            "change_until_hours": found["change_until_hours"],
        },
        "week": "2026-W49",
        "first_day": monday.isoformat(),
        "previous": "2026-W48",
        "next": "2026-W50",
        "days": [
            {
                "date": day.isoformat(),
                "closed_reason": slots.closed_reason(read(Agenda, found), day),
                "slots": [
                    {
                        "start": slot.start.isoformat(),
                        "end": slot.end.isoformat(),
                        "free": 0 if slot.start.minute == 20 and slot.start.hour != 13 else 1,
                        "mine": False,
                    }
                    for slot in slots.slots_on(read(Agenda, found), day)
                ],
            }
            for day in days
        ],
        "current": None,
    }
