"""An agenda with its place, closures, rule of public holidays and school holidays: slots are computed from it alone."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from services.chassis.contracts import stored_as
from services.chassis.french_fields import between
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.values import Hours, NotNegative, Positive, Slug
from services.townhall.town_time import Weekday


class Span(Struct):
    """Some days, first and last included, and what they are called."""

    first: date = stored_as("from")
    last: date = stored_as("to")
    label: str

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


class HoursException(Struct):
    """Other hours: on one day, `on`, or on that weekday from `first` to `last`. No hours: closed."""

    on: date | None = stored_as("date", default=None)
    first: date | None = stored_as("from", default=None)
    last: date | None = stored_as("to", default=None)
    weekday: Weekday | None = None
    hours: Hours
    label: str

    def changes(self, day: date) -> bool:
        """Whether that day is one of those weekdays."""
        if self.first is None or self.last is None or self.weekday is not Weekday.of(day):
            return False
        return self.first <= day <= self.last


class BookingWindow(Struct):
    min_hours: NotNegative
    max_days: Annotated[int, between(1, 366)]


class AgendaEntry(Struct):
    """An agenda as the town's file has it."""

    slug: Slug
    title: str
    department: Slug
    site: Slug
    room: str
    slot_minutes: Annotated[int, between(5, 480)]
    capacity: Annotated[int, between(1, 500)]
    weekly: Mapping[Weekday, Hours]
    """A day that is not named is closed."""
    closed_on_public_holidays: bool
    closed_weekdays_in_school_holidays: tuple[Weekday, ...]
    booking_window: BookingWindow
    change_until_hours: NotNegative
    cancel_until_hours: NotNegative
    reminder_hours: tuple[Positive, ...]
    closures: tuple[Span, ...]
    exceptions: tuple[HoursException, ...]
    instructions: str


class Agenda(AgendaEntry):
    site_name: str
    address: str
    school_holidays: tuple[Span, ...]
