"""An agenda with its place, closures, rule of public holidays and school holidays: slots are computed from it alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.chassis.contracts import stored_as
from services.townhall.town_time import Weekday


@dataclass(frozen=True, kw_only=True)
class Span:
    """Some days, first and last included, and what they are called."""

    first: date = stored_as("from")
    last: date = stored_as("to")
    label: str = ""

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True)
class HoursException:
    """Other hours: on one day, `on`, or on that weekday from `first` to `last`. No hours: closed."""

    on: date | None = stored_as("date", default=None)
    first: date | None = stored_as("from", default=None)
    last: date | None = stored_as("to", default=None)
    weekday: Weekday | None = None
    hours: tuple[str, ...]
    label: str

    def changes(self, day: date) -> bool:
        """Whether that day is one of those weekdays."""
        if self.first is None or self.last is None or self.weekday is not Weekday.of(day):
            return False
        return self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True)
class BookingWindow:
    min_hours: int
    max_days: int


@dataclass(frozen=True, kw_only=True)
class AgendaEntry:
    """An agenda as the town's file has it."""

    slug: str
    title: str
    department: str
    site: str
    room: str
    slot_minutes: int
    capacity: int
    weekly: Mapping[Weekday, tuple[str, ...]]
    """Local ranges, `08:30-12:00`; a day that is not named is closed."""
    closed_on_public_holidays: bool
    closed_weekdays_in_school_holidays: tuple[Weekday, ...]
    booking_window: BookingWindow
    change_until_hours: int
    cancel_until_hours: int
    reminder_hours: tuple[int, ...]
    closures: tuple[Span, ...]
    exceptions: tuple[HoursException, ...]
    instructions: str


@dataclass(frozen=True, kw_only=True)
class Agenda(AgendaEntry):
    site_name: str
    address: str
    school_holidays: tuple[Span, ...]
