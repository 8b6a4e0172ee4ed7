"""The lines of a day at the counter, in the order of their hours: appointments, persons without one, free slots; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from gateway.dates import local, time_in_words
from services.chassis.structs import Struct
from services.requests.schemas.day_list import DayAgenda, DayAppointment, DayList, Presence, SlotToGive, WalkIn

SEPARATOR = "|"
APPOINTMENT, TAKEN, WALK_IN, FREE = "appointment", "taken", "walk-in", "free"

# By what is noted: what can be noted next, and the word of its button.
BUTTONS: Mapping[str, tuple[tuple[Presence, str], ...]] = {
    Presence.EXPECTED: ((Presence.ARRIVED, "Arrivée"), (Presence.ABSENT, "Absence")),
    Presence.ARRIVED: ((Presence.CALLED, "Appeler"), (Presence.EXPECTED, "Annuler")),
    Presence.CALLED: ((Presence.ARRIVED, "Annuler l’appel"),),
    Presence.ABSENT: ((Presence.ARRIVED, "Arrivée"), (Presence.EXPECTED, "Annuler")),
}
A_WHILE = timedelta(minutes=15)
"""For so long what was pressed by mistake is taken back where it stands."""
FEW_FREE = 4
"""So many free slots stand among the persons who come; more would hide them."""
TAKES_BACK: frozenset[tuple[str, str]] = frozenset(
    {
        (Presence.ARRIVED, Presence.EXPECTED),
        (Presence.CALLED, Presence.ARRIVED),
        (Presence.ABSENT, Presence.EXPECTED),
    }
)
"""What was noted, then what is noted instead, where a mistake is taken back."""
WITHOUT_APPOINTMENT = {Presence.EXPECTED: "Retirer"}
"""The word of a button for a person whom no appointment keeps on the list."""
DONE: Mapping[str, str] = {
    Presence.ARRIVED: "Arrivée notée",
    Presence.CALLED: "À appeler",
    Presence.ABSENT: "Absence notée",
    Presence.EXPECTED: "Annulé",
}


class Button(Struct):
    value: str
    label: str
    quiet: bool


class State(Struct):
    label: str
    kind: str
    icon: str


class Line(Struct):
    """`id`: its place on the page; `who`: whom its buttons name."""

    kind: str
    id: str
    starts_at: str
    ends_at: str | None
    who: str
    one: DayAppointment | WalkIn | SlotToGive
    state: State | None = None
    buttons: Sequence[Button] = ()


class ShownAgenda(Struct):
    """`past`: lines whose hour is over and of which nothing is left to be noted. `free`: the slots to give, where they are many."""

    agenda: DayAgenda
    past: Sequence[Line]
    lines: Sequence[Line]
    free: Sequence[Line]
    may_call: bool

    @property
    def quiet(self) -> bool:
        return not (self.past or self.lines or self.free)


class Wanted(Struct):
    """What a button asks for: of an appointment by number and start, or of a person without one by id."""

    presence: Presence
    seen: Presence
    number: str = ""
    starts_at: str = ""
    walk_in: str = ""

    @property
    def line(self) -> str:
        return of_walk_in(self.walk_in) if self.walk_in else of_appointment(self.number, self.starts_at)


def shown(found: DayList, now: datetime | None = None) -> list[ShownAgenda]:
    """Each agenda with its lines; what is over by `now` stands apart, on that day."""
    today, agendas = found.day == found.today, list[ShownAgenda]()
    for agenda in found.agendas:
        lines = sorted(_lines(agenda, notable=found.notable), key=_place)
        over = [one for one in lines if now and local(now).date().isoformat() == found.day and _over(one, now)]
        left = [one for one in lines if one not in over]
        free = [one for one in left if one.kind == FREE]
        apart = free if len(free) > FEW_FREE else []
        left = [one for one in left if one not in apart]
        may_call = agenda.may_note and today
        agendas.append(ShownAgenda(agenda=agenda, past=over, lines=left, free=apart, may_call=may_call))
    return agendas


def quiet_words(lists: Iterable[ShownAgenda]) -> list[tuple[str, str]]:
    """Why nobody comes, and in which agendas: those of one reason together, in the order in which they stand."""
    found = dict[str, list[str]]()
    for one in lists:
        if one.quiet:
            found.setdefault(one.agenda.closed_reason or "", []).append(one.agenda.title)
    return [(reason, ", ".join(titles)) for reason, titles in found.items()]


def of_appointment(number: str, starts_at: str) -> str:
    return f"rdv-{number}-{local(starts_at):%H%M}"


def of_walk_in(walk_in: str) -> str:
    return f"passage-{walk_in}"


def wanted(value: str) -> Wanted | None:
    """What a button that was pressed asks for; None where no page of ours has such a button."""
    parts = value.split(SEPARATOR)
    known = {one.value for one in Presence}
    if len(parts) != 5 or not {parts[0], parts[1]} <= known:
        return None
    presence, seen, number, starts_at, walk_in = parts
    return Wanted(presence=Presence(presence), seen=Presence(seen), number=number, starts_at=starts_at, walk_in=walk_in)


def _lines(agenda: DayAgenda, *, notable: bool) -> Iterable[Line]:
    for one in agenda.appointments:
        yield _appointment(one, notable=notable)
    for person in agenda.walk_ins:
        yield _walk_in(person, notable=notable)
    for slot in agenda.free_slots:
        yield Line(kind=FREE, id="", starts_at=slot.start, ends_at=slot.end, who="", one=slot)


def _place(line: Line) -> tuple[datetime, bool]:
    return local(line.starts_at), line.kind == FREE


def _over(line: Line, now: datetime) -> bool:
    """Whether its hour is over and the person was called or did not come: who is late or waits stays in sight."""
    if line.kind in (TAKEN, FREE):
        return local(line.ends_at or line.starts_at) <= now
    done = isinstance(line.one, DayAppointment | WalkIn) and line.one.presence in (Presence.CALLED, Presence.ABSENT)
    return done and local(line.ends_at or line.starts_at) + A_WHILE <= now


def _appointment(one: DayAppointment, *, notable: bool) -> Line:
    if one.number is None:
        return Line(kind=TAKEN, id="", starts_at=one.starts_at, ends_at=one.ends_at, who="", one=one)
    return Line(
        kind=APPOINTMENT,
        id=of_appointment(one.number, one.starts_at),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        who=f"{one.applicant_name or one.number}, {time_in_words(one.starts_at)}",
        one=one,
        state=_state(one, late=one.late),
        buttons=_buttons(one.presence, {}, (one.number, one.starts_at, "")) if notable else (),
    )


def _walk_in(one: WalkIn, *, notable: bool) -> Line:
    return Line(
        kind=WALK_IN,
        id=of_walk_in(one.id),
        starts_at=one.arrived_at or one.noted_at or "",
        ends_at=None,
        who=f"{one.name or 'Nom effacé'}, sans rendez-vous",
        one=one,
        state=_state(one, late=False),
        buttons=_buttons(one.presence, WITHOUT_APPOINTMENT, ("", "", one.id)) if notable else (),
    )


def _buttons(noted: str, words: Mapping[Presence, str], which: tuple[str, str, str]) -> list[Button]:
    return [
        Button(
            value=SEPARATOR.join((presence.value, noted, *which)),
            label=words.get(presence, label),
            quiet=(noted, presence) in TAKES_BACK,
        )
        for presence, label in BUTTONS.get(noted, ())
    ]


def _state(one: DayAppointment | WalkIn, *, late: bool) -> State | None:
    """A state of a later release is shown as nothing noted."""
    if one.presence == Presence.ARRIVED:
        return State(
            label=f"Arrivée à {time_in_words(one.arrived_at or one.noted_at or '')}", kind="success", icon="done"
        )
    if one.presence == Presence.CALLED:
        return State(label=f"Appel à {time_in_words(one.noted_at or '')}", kind="off", icon="forward")
    if one.presence == Presence.ABSENT:
        return State(label="Absence notée", kind="danger", icon="cancelled")
    return State(label="En retard", kind="warning", icon="clock") if late else None
