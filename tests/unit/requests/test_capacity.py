"""Places and slots: never beyond their number, given back once, held for a quarter of an hour."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import services.requests.request.events  # noqa: F401 it declares the order of locks
from services.chassis.event_store.decider import fold
from services.chassis.event_store.events import revive
from services.chassis.event_store.locks import HeldLocks, LockOrder, lock_key
from services.procedures.schemas.definitions.procedures import Period, Quota
from services.requests.capacity import rules as cap
from services.requests.capacity.holders import Holders
from services.requests.refusals import QuotaFull, TooManyForOne, TooManyFromAddress, TooManyHolds, TooManyThatDay
from services.requests.schemas.refusals import SlotGone
from services.townhall.security_code import SecurityCodeRequired

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
NINE = datetime(2026, 11, 30, 8, tzinfo=UTC)
TEN = datetime(2026, 11, 30, 9, tzinfo=UTC)
MONDAY = datetime(2026, 11, 29, 23, tzinfo=UTC)
MOST_OF_ONE = 2


def test_capacity_is_locked_after_the_request_and_never_before_it() -> None:
    held = HeldLocks()
    held.missing(["request-1"])
    held.missing([cap.quota_stream("encombrants", "2026-W48"), cap.day_stream("salles", "2026-11-30")])

    with pytest.raises(LockOrder):
        held.missing(["request-2"])


def test_a_stream_is_locked_under_the_key_of_every_release_before() -> None:
    alone = (
        "from services.requests.request import events; from services.chassis.event_store.locks import lock_key as key; "
    )
    streams = ["request-1", cap.quota_stream("encombrants", "2026-W48"), cap.day_stream("salles", "2026-11-30")]
    asked = f"{alone}print([key(stream) for stream in {streams}])"
    printed = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout

    of_before = [131170799970448216, 207424724634678067, 212882165336660357]
    assert [lock_key(stream) for stream in streams] == json.loads(printed) == of_before


def quota(*events: Any) -> cap.Quota:
    return reduce(cap.evolve_quota, events, cap.Quota())


def day(*events: Any) -> cap.Day:
    return reduce(cap.evolve_day, events, cap.Day())


def place(
    request: str, *holders: str, number: int = 2, address: str | None = None, code_given: bool = False
) -> cap.TakePlace:
    return cap.TakePlace(
        request_id=request,
        holders=Holders(own=holders, address=address),
        quota=Quota(number=number, period=Period.WEEK, message="Complet cette semaine."),
        procedure="encombrants",
        period="2026-W48",
        reopens_at=MONDAY,
        code_given=code_given,
    )


def taken(request: str, *holders: str) -> cap.PlaceTaken:
    return cap.PlaceTaken(request_id=request, holders=list(holders))


def use(
    start: datetime = NINE, capacity: int = 1, now: datetime = NOW, holders: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {"start": start, "capacity": capacity, "now": now, "holders": holders, "most_of_one": MOST_OF_ONE}


def hold(request: str, *where: Any, **more: Any) -> cap.HoldSlot:
    return cap.HoldSlot(request_id=request, **use(*where, **more))


def take(request: str, *where: Any, **more: Any) -> cap.TakeSlot:
    return cap.TakeSlot(request_id=request, appointment_id=f"rdv-{request}", **use(*where, **more))


def test_a_fold_costs_the_same_for_each_fact_and_leaves_nothing_to_the_next() -> None:
    full, busy = quota(taken("a", "h")), day(cap.SlotTaken(request_id="a", appointment_id="rdv-a", start=NINE))

    assert cap.evolve_quota(full, taken("b")) is full  # no copy of what is there already
    assert cap.evolve_day(busy, cap.SlotHeld(request_id="b", start=NINE, until=NOW + cap.HOLD)) is busy
    assert fold(cap.quota_decider, [taken("a", "h")]).left(2) == 1
    assert fold(cap.quota_decider, []).left(2) == 2
    assert fold(cap.day_decider, []).free(NINE, 1, NOW) == 1


def test_the_last_place_says_that_the_quota_is_reached() -> None:
    assert cap.decide_quota(place("a", "h"), quota()) == [taken("a", "h")]
    assert cap.decide_quota(place("b"), quota(taken("a"))) == [
        taken("b"),
        cap.QuotaReached(procedure="encombrants", period="2026-W48", number=2),
    ]


def test_a_place_is_taken_and_given_back_once() -> None:
    assert cap.decide_quota(place("a"), quota(taken("a"), taken("b"))) == []
    full = quota(taken("a"), taken("b"), cap.PlaceReleased(request_id="a"))
    assert cap.decide_quota(place("c"), full)[0] == taken("c")
    assert (
        cap.decide_quota(cap.ReleasePlace(request_id="a"), quota(taken("a"), cap.PlaceReleased(request_id="a"))) == []
    )


def test_one_address_takes_no_fourth_place_before_it_gives_one_back() -> None:
    three = quota(taken("a", "mail", "x"), taken("b", "mail", "y"), taken("c", "z", "mail"))
    with pytest.raises(TooManyForOne):
        cap.decide_quota(place("d", "mail", number=24), three)
    two = quota(*(taken(r, "mail") for r in "abc"), cap.PlaceReleased(request_id="b"))
    assert cap.decide_quota(place("d", "mail", number=24), two) == [taken("d", "mail")]


def of_the_network(count: int) -> cap.Quota:
    return quota(*(taken(str(n), f"mail {n}", f"browser {n}", "network") for n in range(count)))


def test_an_address_has_a_third_and_each_place_above_takes_a_security_code() -> None:
    eighth = place("7", "mail 7", number=24, address="network")
    assert cap.decide_quota(eighth, of_the_network(7)) == [taken("7", "mail 7", "network")]
    with pytest.raises(SecurityCodeRequired) as asked:
        cap.decide_quota(place("8", "mail 8", number=24, address="network"), of_the_network(8))
    assert list(asked.value.fields) == ["captcha.answer"]
    for held in (8, 15):
        given = place("new", "mail", number=24, address="network", code_given=True)
        assert cap.decide_quota(given, of_the_network(held)) == [taken("new", "mail", "network")]
    assert cap.decide_quota(place("8", "mail 8", number=24, address="other"), of_the_network(8))


def test_above_two_thirds_an_address_is_refused_with_a_code_as_well() -> None:
    for code_given in (False, True):
        with pytest.raises(TooManyFromAddress) as refused:
            cap.decide_quota(
                place("16", "mail", number=24, address="network", code_given=code_given), of_the_network(16)
            )
        assert refused.value.details == {"reopens_at": MONDAY.isoformat()}


def test_no_code_is_asked_for_a_quota_that_is_full_or_of_one_who_has_three() -> None:
    with pytest.raises(QuotaFull):
        cap.decide_quota(place("8", "mail", number=8, address="network"), of_the_network(8))
    three = [taken(str(n), "mail", "network") for n in range(3)]
    with pytest.raises(TooManyForOne):
        cap.decide_quota(place("3", "mail", number=5, address="network"), quota(*three))


@pytest.mark.parametrize(
    ("number", "multiplier", "without_code", "most"),
    [(24, 1, 8, 16), (40, 1, 14, 27), (5, 1, 3, 4), (2, 1, 3, 3), (24, 1000, 8000, 16_000)],
)
def test_an_address_has_two_thirds_and_never_less_than_one_person(
    number: int, multiplier: float, without_code: int, most: int
) -> None:
    assert (cap.without_code(number, multiplier), cap.most_of_address(number, multiplier)) == (without_code, most)


@pytest.mark.parametrize(("slots", "multiplier", "most"), [(30, 1, 10), (4, 1, 2), (1, 1, 1), (4, 1000, 1334)])
def test_of_a_days_slots_one_has_a_third(slots: int, multiplier: float, most: int) -> None:
    assert cap.most_of_one(slots, multiplier) == most


def test_a_slot_is_given_once_for_each_place_and_free_again_once_released() -> None:
    booked = day(cap.SlotTaken(request_id="a", appointment_id="rdv-a", start=NINE))
    with pytest.raises(SlotGone):
        cap.decide_day(take("b"), booked)
    assert cap.decide_day(take("b", capacity=2), booked)
    freed = day(
        cap.SlotTaken(request_id="a", appointment_id="rdv-a", start=NINE), cap.SlotReleased(request_id="a", start=NINE)
    )
    assert freed.free(NINE, 1, NOW) == 1


@pytest.mark.parametrize("use_slot", [hold, take])
def test_one_address_has_its_share_of_a_day_until_it_gives_one_back(use_slot: Any) -> None:
    starts = [NINE + timedelta(minutes=30 * n) for n in range(3)]
    [first] = cap.decide_day(use_slot("a", starts[0], holders=("browser a", "network")), day())
    [second] = cap.decide_day(use_slot("b", starts[1], holders=("browser b", "network")), day(first))

    for third in (hold, take):
        with pytest.raises(TooManyThatDay):
            cap.decide_day(third("c", starts[2], holders=("browser c", "network")), day(first, second))
    given_back = cap.SlotReleased(request_id="a", start=starts[0])
    assert cap.decide_day(use_slot("c", starts[2], holders=("third", "network")), day(first, second, given_back))
    assert cap.decide_day(use_slot("c", starts[2], holders=("third", "elsewhere")), day(first, second))
    assert cap.decide_day(use_slot("c", starts[2]), day(first, second)), "at the counter no holder is counted"


def test_live_holds_and_taken_slots_count_together_but_for_ones_own_hold() -> None:
    taken = cap.SlotTaken(request_id="a", appointment_id="rdv-a", start=NINE, holders=["mail", "network"])
    held = cap.SlotHeld(request_id="b", start=TEN, until=NOW + cap.HOLD, holders=["browser", "network"])
    eleven = TEN + timedelta(hours=1)

    with pytest.raises(TooManyThatDay):
        cap.decide_day(hold("c", eleven, holders=("network",)), day(taken, held))
    assert cap.decide_day(hold("c", eleven, now=NOW + cap.HOLD, holders=("network",)), day(taken, held))
    released = cap.SlotReleased(request_id="b", start=TEN)
    assert cap.decide_day(hold("c", eleven, holders=("network",)), day(taken, held, released))
    assert cap.decide_day(hold("b", eleven, holders=("browser", "network")), day(taken, held))
    assert cap.decide_day(take("b", TEN, holders=("mail", "browser", "network")), day(taken, held))


def test_a_hold_stored_before_holders_were_kept_counts_for_no_holder() -> None:
    stored = {"request_id": "a", "start": NINE.isoformat(), "until": (NOW + cap.HOLD).isoformat()}
    old = revive("requests", "SlotHeld", 1, stored, None)

    with pytest.raises(SlotGone):
        cap.decide_day(hold("b", holders=("network",)), day(old))
    assert cap.decide_day(hold("b", TEN, holders=("network",)), day(old))


def test_a_hold_keeps_others_off_for_fifteen_minutes_and_is_not_prolonged() -> None:
    held = day(cap.SlotHeld(request_id="a", start=NINE, until=NOW + cap.HOLD))
    with pytest.raises(SlotGone):
        cap.decide_day(hold("b"), held)
    later = NOW + timedelta(minutes=15)
    assert cap.decide_day(take("b", now=later), held)[0].request_id == "b"
    assert cap.decide_day(take("a", now=NOW + timedelta(hours=1)), held)
    assert cap.decide_day(hold("a", now=NOW + timedelta(minutes=10)), held) == []
    both = day(
        cap.SlotHeld(request_id="a", start=NINE, until=NOW + cap.HOLD),
        cap.SlotHeld(request_id="a", start=TEN, until=NOW + cap.HOLD),
    )
    assert cap.decide_day(hold("b", NINE), both)


def test_one_request_does_not_hold_slots_of_a_day_for_ever() -> None:
    so_far = day()
    for n in range(cap.HOLDS_OF_ONE):
        so_far = reduce(cap.evolve_day, cap.decide_day(hold("a", (NINE, TEN)[n % 2]), so_far), so_far)
        if n % 3 == 0:
            released = cap.decide_day(cap.ReleaseSlot(request_id="a", start=(NINE, TEN)[n % 2]), so_far)
            so_far = reduce(cap.evolve_day, released, so_far)
    with pytest.raises(TooManyHolds):
        cap.decide_day(hold("a", NINE), so_far)
    assert cap.decide_day(hold("a", TEN), so_far) == [], "the one that it holds is its own"
    assert cap.decide_day(take("a", TEN), so_far)
    assert cap.decide_day(hold("b", NINE), so_far)


class Places(RuleBasedStateMachine):
    """However requests come and go, places taken never exceed the number, and a place is free exactly when it should."""

    def __init__(self) -> None:
        super().__init__()
        self.quota = cap.Quota()
        self.filed: set[str] = set()

    @rule(request=st.sampled_from("abcdefg"))
    def file(self, request: str) -> None:
        try:
            events = cap.decide_quota(place(request, number=4), self.quota)
        except QuotaFull:
            assert len(self.filed) == 4
            return
        self.quota = reduce(cap.evolve_quota, events, self.quota)
        self.filed.add(request)

    @precondition(lambda self: self.filed)
    @rule(request=st.sampled_from("abcdefg"))
    def withdraw(self, request: str) -> None:
        events = cap.decide_quota(cap.ReleasePlace(request_id=request), self.quota)
        assert bool(events) == (request in self.filed)
        self.quota = reduce(cap.evolve_quota, events, self.quota)
        self.filed.discard(request)

    @invariant()
    def places_are_exact(self) -> None:
        assert self.quota.left(4) == 4 - len(self.filed)


class Slots(RuleBasedStateMachine):
    """As time goes on, bookings and live holds never exceed the agenda's capacity, nor anybody's share of the day."""

    CAPACITY = 2
    HOLDERS = st.sampled_from([("one", "home"), ("two", "home"), ("three", "elsewhere"), ()])

    def __init__(self) -> None:
        super().__init__()
        self.day = cap.Day()
        self.now = NOW

    def _do(self, command: Any) -> None:
        try:
            events = cap.decide_day(command, self.day)
        except SlotGone:
            assert self.day.free(command.start, self.CAPACITY, self.now, but_for=command.request_id) == 0
            return
        except TooManyHolds:
            assert self.day.times[command.request_id] >= cap.HOLDS_OF_ONE
            return
        except TooManyThatDay:
            used = [self.day.used_by(one, self.now, but_for=command.request_id) for one in command.holders]
            assert max(used) >= MOST_OF_ONE
            return
        self.day = reduce(cap.evolve_day, events, self.day)

    @rule(request=st.sampled_from("abcde"), start=st.sampled_from([NINE, TEN]), holders=HOLDERS)
    def holds(self, request: str, start: datetime, holders: tuple[str, ...]) -> None:
        self._do(hold(request, start, self.CAPACITY, self.now, holders))

    @rule(request=st.sampled_from("abcde"), start=st.sampled_from([NINE, TEN]), holders=HOLDERS)
    def takes(self, request: str, start: datetime, holders: tuple[str, ...]) -> None:
        self._do(take(request, start, self.CAPACITY, self.now, holders))

    @rule(request=st.sampled_from("abcde"), start=st.sampled_from([NINE, TEN]))
    def releases(self, request: str, start: datetime) -> None:
        self._do(cap.ReleaseSlot(request_id=request, start=start))
        assert (request, start) not in self.day.taken

    @rule(minutes=st.integers(min_value=1, max_value=20))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def capacity_is_never_exceeded(self) -> None:
        live = [one for one in self.day.held.values() if one.until > self.now]
        for start in (NINE, TEN):
            assert (
                sum(at == start for _, at in self.day.taken) + sum(one.start == start for one in live) <= self.CAPACITY
            )

    @invariant()
    def no_holder_has_more_than_the_share(self) -> None:
        assert all(
            self.day.used_by(one, self.now) <= MOST_OF_ONE for one in ("one", "two", "three", "home", "elsewhere")
        )


TestPlaces = Places.TestCase
TestPlaces.settings = settings()
TestSlots = Slots.TestCase
TestSlots.settings = settings()
