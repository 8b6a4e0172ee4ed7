"""When an agent may be absent, and who may replace that agent. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from services.chassis.errors import Conflict, Invalid, Refusal
from services.chassis.structs import Struct
from services.townhall import french_dates

LONGEST = timedelta(days=366)


class AgentNotHere(Invalid):
    message = "Cet agent ne traite aucune demande : choisissez un agent de l’équipe qui en traite."


class AbsenceEnds(Invalid):
    message = "Indiquez un dernier jour qui ne soit pas avant le premier."


class AbsenceOver(Invalid):
    message = "Cette absence est déjà finie : indiquez un dernier jour à venir."


class AbsenceTooLong(Invalid):
    message = "Indiquez une absence d’un an au plus, à partir d’aujourd’hui."


class AbsenceOverlaps(Conflict):
    code = "absence_overlaps"
    message = "Une absence est déjà indiquée pour l’un de ces jours : retirez-la d’abord."


class SubstituteUnknown(Invalid):
    message = "Choisissez pour remplaçant un autre agent, qui traite les demandes d’un même service."


class SubstituteAbsent(Conflict):
    code = "substitute_absent"
    message = "Ce remplaçant est lui-même absent l’un de ces jours : choisissez-en un autre."


class SubstituteOfAnother(Conflict):
    code = "substitute_of_another"
    message = "Cet agent remplace déjà un collègue l’un de ces jours : changez d’abord le remplaçant de ce collègue."


class Absent(Struct):
    """`last_day` is still one of absence."""

    absence_id: str
    agent_id: str
    agent_name: str
    departments: tuple[str, ...]
    substitute_id: str
    substitute_name: str
    first_day: date
    last_day: date

    def meets(self, other: "Absent") -> bool:
        """Whether both have a day in common."""
        return self.first_day <= other.last_day and other.first_day <= self.last_day


def check(wanted: Absent, known: Iterable[Absent], today: date) -> None:
    """`known`: the absences of all agents. A substitute is there: so no chain of substitutes, and no circle, can come about."""
    _check_days(wanted, today)
    if wanted.substitute_id == wanted.agent_id:
        raise at(SubstituteUnknown, "substitute")
    for other in known:
        if not other.meets(wanted):
            continue
        if other.agent_id == wanted.agent_id:
            raise AbsenceOverlaps
        if other.agent_id == wanted.substitute_id:
            raise SubstituteAbsent
        if other.substitute_id == wanted.agent_id:
            raise SubstituteOfAnother(
                f"Cet agent remplace {other.agent_name} du {french_dates.short_day(other.first_day)} au "
                f"{french_dates.short_day(other.last_day)} : changez d’abord ce remplacement."
            )


def _check_days(wanted: Absent, today: date) -> None:
    if wanted.last_day < wanted.first_day:
        raise at(AbsenceEnds, "last_day")
    if wanted.last_day < today:
        raise at(AbsenceOver, "last_day")
    if wanted.first_day < today - LONGEST or wanted.last_day > today + LONGEST:
        raise at(AbsenceTooLong, "last_day")


def at(refusal: type[Refusal], field: str) -> Refusal:
    """The refusal, said of that field."""
    return refusal(fields={field: refusal.message})
