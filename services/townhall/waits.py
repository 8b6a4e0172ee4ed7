"""How long one has to wait, in French words, with the hour from which the wait is over. Pure."""

import math
from datetime import datetime, timedelta

from services.townhall.french_dates import clock
from services.townhall.town_time import TOWN_TIME
from services.townhall.typography import NBSP

IN_SECONDS_BELOW = 120


def wait_in_words(seconds: int, now: datetime) -> str:
    """« dans 15 secondes, à partir de 14 h 05 min 27 s », « dans 2 minutes, à partir de 14 h 08 »: never too early."""
    if seconds < IN_SECONDS_BELOW:
        over = (now + timedelta(seconds=seconds, microseconds=999_999)).replace(microsecond=0).astimezone(TOWN_TIME)
        wait = f"{seconds}{NBSP}seconde" + ("s" if seconds > 1 else "")
        return f"dans {wait}, à partir de {_exactly(over)}"
    over = (
        (now + timedelta(seconds=seconds + 60, microseconds=-1)).replace(second=0, microsecond=0).astimezone(TOWN_TIME)
    )
    return f"dans {math.ceil(seconds / 60)}{NBSP}minutes, à partir de {clock(over.hour, over.minute)}"


def _exactly(moment: datetime) -> str:
    return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02d}{NBSP}min{NBSP}{moment.second:02d}{NBSP}s"
