"""The calendar file of an appointment (RFC 5545), in the town's time. Pure.

The same uid and a higher sequence move the entry that a calendar already holds; a cancelled one removes it.
"""

from datetime import datetime

from icalendar import Calendar, Event, Timezone, vText

from services.townhall.town_time import TOWN_TIME


def ics(
    *,
    request_id: str,
    number: str,
    title: str,
    place: str,
    instructions: str,
    starts_at: datetime,
    ends_at: datetime,
    stamp: datetime,
    sequence: int,
    cancelled: bool = False,
    organizer: str,
) -> str:
    """One event; `sequence` grows with each move, `organizer` is the address of the department."""
    calendar = Calendar()
    calendar.add("prodid", "-//Parvis//Portail citoyen//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(Timezone.from_tzid(TOWN_TIME.key))
    entry = Event()
    entry.add("uid", f"{request_id}@parvis")
    entry.add("sequence", sequence)
    entry.add("dtstamp", stamp)
    entry.add("dtstart", starts_at.astimezone(TOWN_TIME))
    entry.add("dtend", ends_at.astimezone(TOWN_TIME))
    entry.add("summary", title)
    entry.add("location", place)
    entry.add("description", f"Demande n° {number}. {instructions}".strip())
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry["organizer"] = vText(f"mailto:{organizer}")
    calendar.add_component(entry)
    return calendar.to_ical().decode()
