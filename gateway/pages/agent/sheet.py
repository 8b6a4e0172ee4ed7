"""The agents' list as a file for spreadsheets, of which no cell is run as a formula whichever way it is opened; pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from gateway.dates import local
from gateway.pages.agent.work_table import CLOSING, PROCEDURE, Column
from services.requests.schemas.work_list import WorkLine

SEPARATOR, END = ";", "\r\n"
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which a spreadsheet knows the letters of the file for UTF-8."""
CLOSED = "close"
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Characters of the category Cf, which a program may drop: names in some scripts have them, so they stay, but hide nothing.
FORMAT = (
    r"\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
# Also as wide, small, raised and lowered signs, which a program may read as the plain ones.
SIGNS = r"=+\-@\u2212⁺⁻⁼₊₋₌⩵⩶﬩﹢﹣﹦﹫＋－＝＠"
# At the beginning of a cell, or behind what another program may take for the end of one: a person's name may be « ,=1+1 ».
RUN = re.compile(rf"(^|[;,|\t])([\s{FORMAT}]*)(?=[{SIGNS}])")
AS_TEXT = r"\1\2'"
PLAIN_QUOTE, QUOTE = '"', "”"


def text_of(heads: Iterable[str], lines: Iterable[Sequence[str]]) -> str:
    """Every cell in quotes and of one line; what would be run is preceded by an apostrophe, as spreadsheets mark a text."""
    rows = (SEPARATOR.join(map(cell, line)) for line in (list(heads), *lines))
    return MARK + "".join(f"{row}{END}" for row in rows)


def cell(value: str) -> str:
    shown = INVISIBLE.sub(" ", value).replace(PLAIN_QUOTE, QUOTE)
    return PLAIN_QUOTE + RUN.sub(AS_TEXT, shown) + PLAIN_QUOTE


def heads(columns: Iterable[Column]) -> list[str]:
    """A day aimed at and a day of closing are two columns, for a list may hold open and closed requests."""
    return [PROCEDURE.label, *(label for column in columns for label in _labels(column))]


def line(item: WorkLine, columns: Iterable[Column], names: Mapping[str, str], areas: Mapping[str, str]) -> list[str]:
    """One request; days as `2026-11-30`, which every spreadsheet reads."""
    values = {
        "numero": item.number,
        "demandeur": _who(item),
        "recue": _day(item.submitted_at),
        "reponse": item.due_on or "",
        CLOSED: _day(item.closed_at),
        "silence": item.implicit_on or "",
        "rendez-vous": f"{_day(item.appointment_at)} {local(item.appointment_at):%H:%M}" if item.appointment_at else "",
        "lieu": item.appointment_place,
        "statut": item.status.label,
        "suivi": (item.assignee.name or "") if item.assignee else "",
        "service": names.get(item.department, item.department),
        "domaine": areas.get(item.area, item.area),
    }
    return [item.procedure_title, *(values[slug] for column in columns for slug in _slugs(column))]


def _labels(column: Column) -> list[str]:
    return [column.label, CLOSING.label] if column.slug == CLOSING.slug else [column.label]


def _slugs(column: Column) -> list[str]:
    return [column.slug, CLOSED] if column.slug == CLOSING.slug else [column.slug]


def _who(item: WorkLine) -> str:
    name = item.applicant_name or ""
    return f"{name} pour {item.member_name}" if item.member_name else name


def _day(moment: str | None) -> str:
    return local(moment).date().isoformat() if moment else ""
