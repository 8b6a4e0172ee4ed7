"""Places and slots: a quota or a slot is never given beyond its number, whatever the concurrency. Pure.

Two kinds of streams: `quota-<procedure>-<period>` for the places of a calendar period, `day-<agenda>-<local day>` for the
slots of a day (several procedures share an agenda). A command holds its stream's lock from read to commit, so what is
counted here cannot be outrun. A hold lives until `until`: it expires by comparing with now, no timer is involved.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from services.chassis.event_store.decider import Decider
from services.chassis.structs import Struct
from services.procedures.schemas.definitions import procedures as definitions
from services.requests.capacity.events import PlaceReleased, PlaceTaken, SlotHeld, SlotReleased, SlotTaken
from services.requests.capacity.holders import Holders
from services.requests.refusals import QuotaFull, TooManyForOne, TooManyFromAddress, TooManyHolds, TooManyThatDay
from services.requests.schemas.facts import QuotaReached
from services.requests.schemas.refusals import SlotGone
from services.townhall.security_code import SecurityCodeRequired

HOLD = timedelta(minutes=15)
HOLDS_OF_ONE = 20
"""How often one request may hold a slot of one day: each time is an event of the day, for ever."""
OPEN_REQUESTS_OF_ONE = 3
"""How many open requests one mailbox or one browser may have within a quota's period."""
ADDRESS_SHARE = 3
"""A network address may have the third of a quota's places, and another third with a security code for each: a household, an
office or a library stands behind a single one. Of a day's slots it may have a third, and a mailbox or a browser too: one
person books for a whole family."""


class TakePlace(Struct):
    """`code_given`: a security code, which an address needs above its share; `multiplier` stretches what an address may have."""

    request_id: str
    holders: Holders
    quota: definitions.Quota
    procedure: str
    period: str
    reopens_at: datetime
    code_given: bool = False
    multiplier: float = 1


class ReleasePlace(Struct):
    request_id: str


class UseSlot(Struct):
    """Each of `holders` has up to `most_of_one` slots of the day, held and taken together."""

    request_id: str
    start: datetime
    capacity: int
    now: datetime
    holders: Sequence[str] = ()
    most_of_one: int = 0


class HoldSlot(UseSlot):
    """For the time of `HOLD`."""


class TakeSlot(UseSlot):
    appointment_id: str


class ReleaseSlot(Struct):
    """Gives back what the request holds or has booked at that start."""

    request_id: str
    start: datetime


QuotaEvent = PlaceTaken | PlaceReleased | QuotaReached
DayEvent = SlotHeld | SlotTaken | SlotReleased


@dataclass(kw_only=True)
class Quota:
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)  # request -> its holders

    def left(self, number: int) -> int:
        return max(number - len(self.places), 0)

    def held_by(self, holder: str) -> int:
        return sum(holder in holders for holders in self.places.values())


class Hold(Struct):
    start: datetime
    until: datetime
    holders: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Day:
    taken: dict[tuple[str, datetime], tuple[str, ...]] = field(default_factory=dict)  # (request, start) -> its holders
    held: dict[str, Hold] = field(default_factory=dict)  # by request
    times: Counter[str] = field(default_factory=Counter)  # how often each request has held a slot

    def free(self, start: datetime, capacity: int, now: datetime, *, but_for: str | None = None) -> int:
        """Bookings still possible at that start; holds of others count as taken until they expire."""
        booked = sum(1 for _, at in self.taken if at == start)
        held = sum(hold.start == start for hold in self._live(now, but_for))
        return max(capacity - booked - held, 0)

    def used_by(self, holder: str, now: datetime, *, but_for: str | None = None) -> int:
        """Slots that this holder has taken, and those that it holds for other requests."""
        held = (hold.holders for hold in self._live(now, but_for))
        return sum(holder in holders for holders in (*self.taken.values(), *held))

    def holds(self, request_id: str, start: datetime) -> bool:
        """Whether that request held this start last, expired or not."""
        hold = self.held.get(request_id)
        return hold is not None and hold.start == start

    def _live(self, now: datetime, but_for: str | None) -> list[Hold]:
        return [hold for who, hold in self.held.items() if hold.until > now and who != but_for]


def without_code(number: int, multiplier: float = 1) -> int:
    """How many of a quota's places one network address may have without a security code; never fewer than one person.
    `multiplier` stretches it."""
    return max(OPEN_REQUESTS_OF_ONE, math.ceil(number * multiplier / ADDRESS_SHARE))


def most_of_address(number: int, multiplier: float = 1) -> int:
    """How many it may have at all."""
    return max(OPEN_REQUESTS_OF_ONE, math.ceil(2 * number * multiplier / ADDRESS_SHARE))


def most_of_one(slots: int, multiplier: float = 1) -> int:
    """How many of a day's slots one mailbox, browser or network address may have. `multiplier` stretches it."""
    return math.ceil(slots * multiplier / ADDRESS_SHARE)


def decide_quota(command: TakePlace | ReleasePlace, quota: Quota) -> list[QuotaEvent]:
    match command:
        case TakePlace():
            return _take_place(command, quota)
        case ReleasePlace(request_id=request_id):
            return [PlaceReleased(request_id=request_id)] if request_id in quota.places else []
        case _:
            assert_never(command)


def _take_place(command: TakePlace, quota: Quota) -> list[QuotaEvent]:
    if command.request_id in quota.places:
        return []
    number, address = command.quota.number, command.holders.address
    reopens = {"reopens_at": command.reopens_at.isoformat()}
    if quota.left(number) == 0:
        raise QuotaFull(command.quota.message, details=reopens)
    if any(quota.held_by(holder) >= OPEN_REQUESTS_OF_ONE for holder in command.holders.own):
        raise TooManyForOne(details=reopens)
    held_there = quota.held_by(address) if address else 0
    if address and held_there >= most_of_address(number, command.multiplier):
        raise TooManyFromAddress(details=reopens)
    if address and held_there >= without_code(number, command.multiplier) and not command.code_given:
        raise SecurityCodeRequired
    taken = PlaceTaken(request_id=command.request_id, holders=list(command.holders.all))
    if quota.left(number) > 1:
        return [taken]
    return [taken, QuotaReached(procedure=command.procedure, period=command.period, number=number)]


def evolve_quota(quota: Quota, event: QuotaEvent) -> Quota:
    match event:
        case PlaceTaken(request_id=request_id, holders=holders):
            quota.places[request_id] = tuple(holders)
        case PlaceReleased(request_id=request_id):
            quota.places.pop(request_id, None)
        case QuotaReached():
            pass
        case _:
            assert_never(event)
    return quota


def decide_day(command: HoldSlot | TakeSlot | ReleaseSlot, day: Day) -> list[DayEvent]:
    match command:
        case HoldSlot(request_id=request_id, start=start):
            if day.holds(request_id, start) and day.held[request_id].until > command.now:
                return []
            if day.times[request_id] >= HOLDS_OF_ONE:
                raise TooManyHolds
            _check(command, day)
            until, holders = command.now + HOLD, list(command.holders)
            return [SlotHeld(request_id=request_id, start=start, until=until, holders=holders)]
        case TakeSlot(request_id=request_id, start=start):
            if (request_id, start) in day.taken:
                return []
            _check(command, day)
            appointment, holders = command.appointment_id, list(command.holders)
            return [SlotTaken(request_id=request_id, appointment_id=appointment, start=start, holders=holders)]
        case ReleaseSlot(request_id=request_id, start=start):
            if not day.holds(request_id, start) and (request_id, start) not in day.taken:
                return []
            return [SlotReleased(request_id=request_id, start=start)]
        case _:
            assert_never(command)


def _check(command: UseSlot, day: Day) -> None:
    now, request_id = command.now, command.request_id
    if day.free(command.start, command.capacity, now, but_for=request_id) == 0:
        raise SlotGone(details={"start": command.start.isoformat()})
    if any(day.used_by(holder, now, but_for=request_id) >= command.most_of_one for holder in command.holders):
        raise TooManyThatDay


def evolve_day(day: Day, event: DayEvent) -> Day:
    match event:
        case SlotHeld(request_id=request_id, start=start, until=until, holders=holders):
            day.held[request_id] = Hold(start=start, until=until, holders=tuple(holders))
            day.times[request_id] += 1
        case SlotTaken(request_id=request_id, start=start, holders=holders):
            day.held.pop(request_id, None)
            day.taken[request_id, start] = tuple(holders)
        case SlotReleased(request_id=request_id, start=start):
            if day.holds(request_id, start):
                del day.held[request_id]
            day.taken.pop((request_id, start), None)
        case _:
            assert_never(event)
    return day


quota_decider: Decider[TakePlace | ReleasePlace, Quota, QuotaEvent] = Decider(
    decide=decide_quota, evolve=evolve_quota, initial=Quota
)
day_decider: Decider[HoldSlot | TakeSlot | ReleaseSlot, Day, DayEvent] = Decider(
    decide=decide_day, evolve=evolve_day, initial=Day
)


def quota_stream(procedure: str, period: str) -> str:
    return f"quota-{procedure}-{period}"


def day_stream(agenda: str, local_day: str) -> str:
    return f"day-{agenda}-{local_day}"
