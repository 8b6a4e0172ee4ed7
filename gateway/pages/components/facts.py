"""What every page says about the town, drawn from the town's document; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from gateway.dates import day_in_words, local, short_day, time_in_words
from gateway.pages.components.words import JOINER, opening
from services.townhall.french_names import WEEKDAYS
from services.townhall.town_time import WEEKDAYS as ENGLISH_DAYS
from services.townhall.typography import NBSP, typeset

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The hours in words: « Ouvert jusqu’à 12 h », and what comes next."""

    title: str = "Horaires d’ouverture"
    detail: str = ""
    today: str = ""
    open: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The town as header and footer show it; neutral words stand in when the document cannot be had."""

    name: str = "Mairie"
    tagline: str = "Vos démarches, à votre rythme"
    legal_name: str = ""
    address: Json = field(default_factory=dict)
    phone: str = ""
    email: str = ""
    website: str = ""
    access: str = ""
    emergency_phone: str = ""
    emergency_note: str = ""
    paper_alternative: str = ""
    accessibility_mention: str = "Accessibilité"
    opening: Opening = Opening()


UNKNOWN = Facts()


def facts(document: Json, now: datetime) -> Facts:
    """The facts at that instant."""
    town, legal = document["town"], document["legal"]
    contacts = town["contacts"]
    return Facts(
        name=town["name"],
        tagline=town.get("tagline", UNKNOWN.tagline),
        legal_name=town.get("legal_name", town["name"]),
        address=town["address"],
        phone=contacts.get("phone", ""),
        email=contacts.get("email", ""),
        website=contacts.get("website", ""),
        access=town.get("access", ""),
        emergency_phone=contacts.get("emergency_phone", ""),
        emergency_note=contacts.get("emergency_note", ""),
        paper_alternative=legal.get("paper_alternative", ""),
        accessibility_mention=typeset(legal["accessibility"]["mention"]),
        opening=opening_words(document.get("open_now") or {}, now),
    )


def opening_words(state: Json, now: datetime) -> Opening:
    """Open until when; or closed, with the next opening; the hours of the day besides, where it has any.

    Of what was said some time ago, only what is still so.
    """
    if (state.get("today") or {}).get("date", local(now).date().isoformat()) != local(now).date().isoformat():
        state = {**state, "today": None}
    if _is_past(state, now):
        return Opening()
    today = ", ".join(opening(hours) for hours in (state.get("today") or {}).get("ranges", ()))
    if state.get("open"):
        until = state["until"]
        later = _later_today(state, local(until))
        return Opening(open=True, title=f"Ouvert jusqu’à{NBSP}{time_in_words(until)}", detail=later, today=today)
    following = state.get("next")
    if not following:
        return Opening(today=today)
    start = local(following["start"])
    gap = (start.date() - local(now).date()).days
    when = {0: "aujourd’hui", 1: "demain"}.get(gap) or (
        WEEKDAYS[start.weekday()] if gap < len(WEEKDAYS) else day_in_words(start)
    )
    return Opening(
        title="Fermé en ce moment",
        detail=f"Réouverture {when} à{NBSP}{time_in_words(start)}, jusqu’à{NBSP}{time_in_words(following['end'])}.",
        today=today,
    )


def _is_past(state: Json, now: datetime) -> bool:
    """Whether the doors have opened or closed since."""
    changes = state["until"] if state.get("open") else (state.get("next") or {}).get("start")
    return changes is not None and local(changes) <= local(now)


def _later_today(state: Json, until: datetime) -> str:
    clock = f"{until:%H:%M}"
    for hours in (state.get("today") or {}).get("ranges", ()):
        start, _, end = hours.partition("-")
        if start >= clock:
            return f"Puis de {opening(f'{start}-{end}').replace(f'–{JOINER}', 'à')}."
    return ""


def week_table(document: Json, today: date) -> list[dict[str, Any]]:
    """The usual hours, Monday first, today marked; none while the town has told no hour: that is not being closed."""
    weekly = document["opening_hours"]["weekly"]
    if not any(weekly.values()):
        return []
    return [
        {
            "day": name.capitalize(),
            "hours": ", ".join(opening(hours) for hours in weekly.get(english) or ()) or "Fermé",
            "today": today.weekday() == index,
        }
        for index, (name, english) in enumerate(zip(WEEKDAYS, ENGLISH_DAYS, strict=True))
    ]


def coming_exceptions(document: Json, today: date, within: timedelta = timedelta(days=45)) -> list[str]:
    """What changes soon: dated exceptions of the hours, in words."""
    coming: list[str] = []
    for exception in document["opening_hours"].get("exceptions", ()):
        if "date" not in exception:
            continue
        day = date.fromisoformat(exception["date"])
        if today <= day <= today + within:
            hours = ", ".join(opening(item) for item in exception["hours"]) or "fermé"
            coming.append(f"{short_day(day)} ({exception['label']}){NBSP}: {hours}")
    return coming


def good_to_know(document: Json, today: date) -> list[str]:
    """What to know before coming: the town's notes on its hours, and what changes soon."""
    return [*document["opening_hours"].get("notes", ()), *coming_exceptions(document, today)]


def is_the_town_hall(document: Json, site: str | None) -> bool:
    """Whether that site is the one whose hours are told: where the town hall is."""
    hall = document["town"]["address"]
    found = next((item for item in document.get("sites", ()) if item["slug"] == site), None)
    return found is not None and all(found[part] == hall[part] for part in ("line1", "postcode"))


def department(document: Json, slug: str) -> Json:
    """A department with the address of its site."""
    found = next((item for item in document.get("departments", ()) if item["slug"] == slug), {})
    site = next((item for item in document.get("sites", ()) if item["slug"] == found.get("site")), {})
    return {**found, "site_details": site}
