"""The days that a request has to keep: its target, the effect of silence, the end of its retention; pure.

Two kinds of days (glossary R17): working days (Monday to Friday, minus the legal holidays) for what the town aims at,
calendar months from date to date for the effect of silence and for the retention.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import assert_never

from services.procedures.schemas.definitions.procedures import Procedure, SilenceEffect
from services.procedures.schemas.definitions.towns import Town
from services.requests.definitions import conditions, days
from services.requests.schemas.dashboard import Kept
from services.requests.schemas.facts import ImplicitDecision
from services.townhall.town_time import local_day


def aimed_at(target: date | None, appointment_at: datetime | None) -> date | None:
    """The day aimed at: the later of the target and the day of the booked appointment; none while there is no target.

    A person is answered after the appointment, not before. The column `aimed_on` says the same in SQL.
    """
    if target is None or appointment_at is None:
        return target
    return max(target, local_day(appointment_at))


def implicit_decision(
    definition: Procedure, answers: Mapping[str, object], complete_on: date
) -> ImplicitDecision | None:
    """What silence will mean and from when, for a file complete on that day; None when silence means nothing.

    Effect and delay are data of the procedure (R7, R9).
    """
    months = definition.silence.months or 0
    for exception in definition.silence.exceptions:
        if conditions.holds(exception.when, answers):
            months = exception.months
    if definition.silence.effect is SilenceEffect.NONE:
        return None
    return ImplicitDecision(effect=definition.silence.effect, at=days.months_after(complete_on, months))


def documents_by(today: date, town: Town) -> date:
    """The day proposed for missing pieces: after the days that the town gives, moved to a working day."""
    return days.working_days_after(today + timedelta(days=town.portal_settings.missing_documents_days), 0)


def deemed(effect: str) -> str:
    """What a request is deemed, in a word, once silence has had that effect."""
    match had := SilenceEffect(effect):
        case SilenceEffect.ACCEPTANCE:
            return "acceptée"
        case SilenceEffect.REJECTION:
            return "refusée"
        case SilenceEffect.NONE:
            raise ValueError(effect)
        case _:
            assert_never(had)


def kept_until(definition: Procedure, closed_on: date | None) -> date | None:
    """The last day of the retention; None while the request is open: it has not begun to run."""
    if closed_on is None:
        return None
    return days.months_after(closed_on, definition.retention.months)


def retention(definition: Procedure, closed_on: date | None) -> Kept:
    until, kept = kept_until(definition, closed_on), definition.retention
    return Kept(months=kept.months, until=until.isoformat() if until else None, then=kept.then)
