"""What pages say about the town: its address and telephones, its hours in words; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from gateway.dates import day_in_words, local, short_day, time_in_words
from gateway.pages.components.words import JOINER, opening
from services.chassis.structs import Struct, made_of
from services.procedures.schemas.definitions.towns import Department, OpenNow, PostalPlace, Site, TownNow
from services.townhall.french_names import WEEKDAYS
from services.townhall.town_time import Weekday
from services.townhall.typography import NBSP, typeset


class Opening(Struct):
    """The hours in words: « Ouvert jusqu’à 12 h », and what comes next."""

    title: str = "Horaires d’ouverture"
    detail: str = ""
    today: str = ""
    open: bool = False


class Facts(Struct):
    """The town as header and footer show it; neutral words stand in when the document cannot be had."""

    name: str = "Mairie"
    tagline: str = "Vos démarches, à votre rythme"
    legal_name: str = ""
    address: PostalPlace | None = None
    phone: str = ""
    email: str = ""
    access: str = ""
    emergency_phone: str = ""
    emergency_note: str = ""
    paper_alternative: str = ""
    accessibility_mention: str = "Accessibilité"
    opening: Opening = Opening()


UNKNOWN = Facts()


def facts(published: TownNow, now: datetime) -> Facts:
    """The facts at that instant."""
    town, legal = published.town, published.legal
    return replace(
        made_of(Facts, town, town.contacts, legal),
        accessibility_mention=typeset(legal.accessibility.mention),
        opening=opening_words(published.open_now, now),
    )


def opening_words(state: OpenNow, now: datetime) -> Opening:
    """Open until when; or closed, with the next opening; and the hours of the day. Of an old answer, only what still holds."""
    present = local(now)
    changes = state.until if state.open else state.next and state.next.start
    if changes is not None and changes <= now:
        return Opening()
    ranges = state.today.ranges if state.today.date == present.date() else ()
    today = ", ".join(opening(hours) for hours in ranges)
    if state.open and state.until:
        later = _later_today(ranges, local(state.until))
        return Opening(open=True, title=f"Ouvert jusqu’à{NBSP}{time_in_words(state.until)}", detail=later, today=today)
    if state.next is None:
        return Opening(today=today)
    start = local(state.next.start)
    gap = (start.date() - present.date()).days
    when = {0: "aujourd’hui", 1: "demain"}.get(gap) or (
        WEEKDAYS[start.weekday()] if gap < len(WEEKDAYS) else day_in_words(start)
    )
    return Opening(
        title="Fermé en ce moment",
        detail=f"Réouverture {when} à{NBSP}{time_in_words(start)}, jusqu’à{NBSP}{time_in_words(state.next.end)}.",
        today=today,
    )


def _later_today(ranges: Sequence[str], until: datetime) -> str:
    for start, _, end in (hours.partition("-") for hours in ranges):
        if start >= f"{until:%H:%M}":
            return f"Puis de {opening(f'{start}-{end}').replace(f'–{JOINER}', 'à')}."
    return ""


def week_table(weekly: Mapping[Weekday, Sequence[str]], today: date) -> list[tuple[str, str, bool]]:
    """The usual hours, Monday first; an empty list where no hour is published, for the town hall is not closed all week."""
    if not any(weekly.values()):
        return []
    return [
        (
            name.capitalize(),
            ", ".join(opening(hours) for hours in weekly.get(day, ())) or "Fermé",
            Weekday.of(today) is day,
        )
        for name, day in zip(WEEKDAYS, Weekday, strict=True)
    ]


def good_to_know(town: TownNow, today: date, within: timedelta = timedelta(days=45)) -> list[str]:
    """What to know before coming: the town's notes on its hours, then the exceptions of the coming days, in words."""
    coming: list[str] = []
    for exception in town.opening_hours.exceptions:
        if exception.on is not None and today <= exception.on <= today + within:
            hours = ", ".join(opening(item) for item in exception.hours) or "fermé"
            coming.append(f"{short_day(exception.on)} ({exception.label}){NBSP}: {hours}")
    return [*town.opening_hours.notes, *coming]


def is_the_town_hall(published: TownNow, site: str | None) -> bool:
    """Whether that site is the one of the opening hours: where the town hall is."""
    hall = published.town.address
    return any(one.slug == site and (one.line1, one.postcode) == (hall.line1, hall.postcode) for one in published.sites)


class Responsible(Struct):
    """A department, and the site at which it receives."""

    department: Department
    site: Site | None


def department(town: TownNow, slug: str) -> Responsible | None:
    found = next((one for one in town.departments if one.slug == slug), None)
    return found and Responsible(
        department=found, site=next((one for one in town.sites if one.slug == found.site), None)
    )
