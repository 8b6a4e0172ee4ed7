"""What a place of a quota stands for, in days: the period that counts it, and the day on which it is honoured. Pure."""

from datetime import datetime, timedelta

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.definitions.days import period_ends, period_starts
from services.requests.schemas.quotas import Place
from services.townhall.town_time import local_day


def of_filing(definition: Procedure, filed_at: datetime) -> Place | None:
    """The place of what is filed then; None without a quota."""
    quota = definition.quota
    if not quota:
        return None
    first = local_day(period_starts(quota.period, filed_at))
    last = local_day(period_ends(quota.period, filed_at)) - timedelta(days=1)
    served = quota.served
    day = served and first + timedelta(days=7 * served.weeks_later + served.weekday.number)
    return Place(
        period=quota.period,
        first=first.isoformat(),
        last=last.isoformat(),
        what=served.what if served else None,
        on=day.isoformat() if day else None,
    )
