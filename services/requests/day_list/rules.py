"""What may be noted of a person on the day, who is late, and who is called next. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound
from services.chassis.event_store.locks import declare_lock_order
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.schemas.day_list import Presence
from services.townhall.town_time import local_day

# What is noted of a day is changed under one lock; no event stands in this stream.
declare_lock_order({"presences": 3})

KEPT = timedelta(days=7)
"""For so long what was noted of a day can be read and changed; then it is gone."""

FOLLOWING: Mapping[Presence, frozenset[Presence]] = {
    Presence.EXPECTED: frozenset({Presence.ARRIVED, Presence.ABSENT}),
    Presence.ARRIVED: frozenset({Presence.CALLED, Presence.EXPECTED}),
    Presence.CALLED: frozenset({Presence.ARRIVED}),
    Presence.ABSENT: frozenset({Presence.ARRIVED, Presence.EXPECTED}),
}
"""What can be noted after what: the other way round, it takes back what was pressed by mistake."""


class PresenceChanged(Conflict):
    message = "Quelqu’un a noté autre chose pour cette personne entre-temps : relisez la liste avant de recommencer."


class AlreadyCalled(Conflict):
    message = "Cette personne vient d’être appelée à un autre poste : appelez la suivante."


class NotArrived(Conflict):
    message = "Notez d’abord l’arrivée de cette personne, ou annulez ce qui est déjà noté pour elle."


class NobodyWaits(Conflict):
    message = "Personne n’attend pour le moment dans cet agenda."


class DayToCome(Conflict):
    message = "Ce jour n’est pas encore venu : les présences se notent le jour même."


class DayOver(Conflict):
    message = "Ce jour est passé depuis plus d’une semaine : ses présences ne sont plus gardées."


class AgendaOfAnother(Forbidden):
    message = "Cet agenda est celui d’un autre service : ses agents y notent les présences et appellent les personnes."


class NotOfAgenda(Invalid):
    message = "Choisissez une démarche de vos services qui se fait sur rendez-vous dans cet agenda."


class WalkInUnknown(NotFound):
    message = "Cette personne n’est plus sur la liste du jour."


class Note(Struct):
    """What is noted at present of a person: what, and by which agent."""

    presence: Presence = Presence.EXPECTED
    by_id: str = ""


class Waiting(Struct):
    """Who has arrived; `starts_at`: of the appointment, None without one."""

    id: str
    arrived_at: datetime
    starts_at: datetime | None = None


def stream(agenda: str, day: date) -> str:
    """What is locked while a presence of that day is noted."""
    return f"presences-{agenda}-{day.isoformat()}"


def check_day(day: date, today: date) -> None:
    """Raises DayToCome and DayOver where nothing can be noted."""
    if day > today:
        raise DayToCome
    if day < today - KEPT:
        raise DayOver


def notable(day: date, today: date) -> bool:
    return today - KEPT <= day <= today


def changes(noted: Note, wanted: Presence, *, seen: Presence, by_id: str) -> bool:
    """Whether that is to be noted: not where it is already, as after a second press. Raises PresenceChanged where the agent read
    another state, AlreadyCalled where another agent called the person, NotArrived where it cannot follow."""
    if wanted is noted.presence:
        if wanted is Presence.CALLED and noted.by_id != by_id:
            raise AlreadyCalled
        return False
    if noted.presence is not seen:
        raise PresenceChanged
    if wanted not in FOLLOWING[noted.presence]:
        raise NotArrived
    return True


def next_of(waiting: Iterable[Waiting]) -> Waiting | None:
    """Whose hour comes first: that of the appointment, or without one that of the arrival; then who arrived first."""
    return min(waiting, key=lambda one: (one.starts_at or one.arrived_at, one.arrived_at, one.id), default=None)


def is_late(starts_at: datetime, presence: Presence, now: datetime) -> bool:
    """Whether the hour has passed today without an arrival; of another day it is not said any more."""
    return presence is Presence.EXPECTED and starts_at < now and local_day(starts_at) == local_day(now)


def filed_there(agenda: Agenda, offered: Iterable[Procedure], departments: Iterable[str]) -> list[Procedure]:
    """The procedures of these departments that are filed with an appointment of that agenda."""
    ours = set(departments)
    found = [
        one
        for one in offered
        if one.appointment.mode != "none" and one.appointment.agenda == agenda.slug and one.department in ours
    ]
    return sorted(found, key=lambda one: one.title)


def serves(agenda: Agenda, offered: Iterable[Procedure], departments: Iterable[str]) -> bool:
    """Whether that agenda is one of these departments: its own, or that of a procedure which is filed with it."""
    ours = tuple(departments)
    return agenda.department in ours or bool(filed_there(agenda, offered, ours))


def department_of(
    agenda: Agenda, chosen: Procedure | None, ours: Iterable[Procedure], departments: Iterable[str]
) -> str:
    """The department for which a person who came without an appointment waits."""
    if chosen is not None:
        return chosen.department
    own = agenda.department in tuple(departments)
    return agenda.department if own else next(one.department for one in ours)
