"""A week of slots as the calendar shows it: its days with how many each has, one of them open, its half-days; pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from gateway.dates import day_in_words, local, short_day, time_in_words
from services.chassis.structs import Struct
from services.requests.schemas.appointments import Slot, SlotDay, SlotWeek
from services.townhall.french_dates import rank
from services.townhall.french_names import MONTHS, WEEKDAYS
from services.townhall.typography import NBSP

NO_SLOT = "Choisissez un jour et une heure, puis validez."
NOON = 12
FIRST = "premiere"
"""What an address says for the first week with a free slot, whichever that is."""


class ShownSlot(Struct):
    """`mine`: it is the present appointment, and not the one that is being chosen."""

    start: str
    label: str
    detail: str
    chosen: bool
    mine: bool


class HalfDay(Struct):
    label: str
    slots: Sequence[ShownSlot]
    unfolded: bool


class ShownDay(Struct):
    """`slots`: how many may be chosen; without any, `closed` and `reason` say why."""

    date: str
    weekday: str
    rank: str
    month: str
    name: str
    slots: int
    halves: Sequence[HalfDay]
    closed: bool
    reason: str


class ShownWeek(Struct):
    """`opened`: the day whose slots are shown; None where no day has any. `first`: the beginning of the first free slot
    of all, where this week has it. `full`: no week has a free one."""

    slug: str
    previous: str | None
    next: str | None
    title: str
    days: Sequence[ShownDay]
    opened: ShownDay | None
    first: str | None
    full: bool


def week_asked(values: Mapping[str, str], chosen: str | None = None) -> str | None:
    """The week that an address or a form names, or else that of the chosen slot; None: the first with a free slot. A text that
    names no week is as none at all."""
    asked = values.get("semaine", "")
    if asked == FIRST:
        return None
    if _is_week(asked):
        return asked
    return local(chosen).strftime("%G-W%V") if chosen else None


def _is_week(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def slot_asked(values: Mapping[str, str]) -> str | None:
    """The slot that a form chooses: by the button of the first free one, or by its hour."""
    return values.get("premier") or values.get("creneau")


def slot_named(values: Mapping[str, str]) -> str | None:
    """The slot that an address names beforehand, as from the list of a day; None for any other text."""
    typed = values.get("creneau", "")
    try:
        local(typed)
    except (ValueError, OverflowError):
        return None
    return typed


def week_view(found: SlotWeek, *, first: bool, chosen: str | None = None, day: str | None = None) -> ShownWeek:
    """What `components/calendar.html` draws: open is that day where it has slots, or else that of the chosen slot, or
    else the first with a slot. `first`: whether the week was found as the first one with a free slot; a week before
    which none can be booked is it too, where it has one.

    Slots without a free place are left out, but for one's own.
    """
    items = found.days if found.previous else _from_the_first_free(found.days)
    days = [_day(item, chosen) for item in items]
    free = [slot.start for item in items for slot in item.slots if slot.free > 0 and not slot.mine]
    return ShownWeek(
        slug=found.week,
        previous=found.previous,
        next=found.next,
        title=_title([date.fromisoformat(item.date) for item in items]),
        days=days,
        opened=_opened([one for one in days if one.halves], day, chosen),
        first=free[0] if free and (first or not found.previous) else None,
        full=first and not free,
    )


def _from_the_first_free(days: Sequence[SlotDay]) -> Sequence[SlotDay]:
    """In the first week of a calendar: without the days that are over or too near to be booked."""
    first = next((index for index, day in enumerate(days) if _offered(day)), 0)
    return days[first:]


def _offered(day: SlotDay) -> list[Slot]:
    return [slot for slot in day.slots if slot.free > 0 or slot.mine]


def _opened(days: Sequence[ShownDay], day: str | None, chosen: str | None) -> ShownDay | None:
    wanted = (day, local(chosen).date().isoformat() if chosen else None)
    found = (one for name in wanted for one in days if one.date == name)
    return next(found, days[0] if days else None)


def span(start: str, end: str) -> str:
    """« de 14 h 40 à 15 h »."""
    return f"de {time_in_words(start)} à {time_in_words(end)}"


def _day(item: SlotDay, chosen: str | None) -> ShownDay:
    day, offered = date.fromisoformat(item.date), _offered(item)
    weekday, month = WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
    return ShownDay(
        date=item.date,
        weekday=weekday,
        rank=rank(day.day),
        month=month,
        name=f"{weekday} {rank(day.day)}{NBSP}{month}",
        slots=len(offered),
        halves=_halves(offered, chosen),
        closed=not item.slots,
        reason=item.closed_reason or "",
    )


def _halves(offered: Sequence[Slot], chosen: str | None) -> list[HalfDay]:
    """Morning and afternoon, without one that has no slot; unfolded is that of the chosen slot, or else the first."""
    morning = [slot for slot in offered if local(slot.start).hour < NOON]
    afternoon = [slot for slot in offered if local(slot.start).hour >= NOON]
    later = not morning or any(_is_at(slot, chosen) for slot in afternoon)
    halves = (("Matin", morning, not later), ("Après-midi", afternoon, later))
    return [
        HalfDay(label=label, slots=[_slot(slot, chosen) for slot in half], unfolded=unfolded)
        for label, half, unfolded in halves
        if half
    ]


def _slot(slot: Slot, chosen: str | None) -> ShownSlot:
    picked = _is_at(slot, chosen)
    return ShownSlot(
        start=slot.start,
        label=time_in_words(slot.start),
        detail=f"{day_in_words(slot.start)}, {span(slot.start, slot.end)}",
        chosen=picked,
        mine=slot.mine and not picked,
    )


def _is_at(slot: Slot, chosen: str | None) -> bool:
    return chosen is not None and local(slot.start) == local(chosen)


def _title(days: list[date]) -> str:
    first, last = (days[0], days[-1]) if days else (date.min, date.min + timedelta(days=6))
    if first == last:
        return f"Le {short_day(first)}"
    month = "" if first.month == last.month else f"{NBSP}{MONTHS[first.month - 1]}"
    return f"Du {rank(first.day)}{month} au {short_day(last)}"
