"""The agents' list as a file for spreadsheets, of which no cell is run as a formula whichever way it is opened; pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from gateway.dates import local
from gateway.pages.agent.work_table import PROCEDURE, Column
from services.requests.schemas.work_list import WorkLine

SEPARATOR, END = ";", "\r\n"
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which a spreadsheet knows the letters of the file for UTF-8."""
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# At the beginning of a cell, or behind what another program may take for the end of one: a person's name may be « ,=1+1 ».
RUN = re.compile(r"(^|[;,|\t])(\s*)(?=[=+\-@＝＋－＠])")
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
    return [PROCEDURE.label, *(column.label for column in columns)]


def line(item: WorkLine, columns: Iterable[Column], names: Mapping[str, str], areas: Mapping[str, str]) -> list[str]:
    """One request; days as `2026-11-30`, which every spreadsheet reads."""
    values = {
        "numero": item.number,
        "demandeur": _who(item),
        "recue": _day(item.submitted_at),
        "reponse": _day(item.closed_at) if item.status.closed else item.due_on or "",
        "silence": item.implicit_on or "",
        "rendez-vous": f"{_day(item.appointment_at)} {local(item.appointment_at):%H:%M}" if item.appointment_at else "",
        "lieu": item.appointment_place,
        "statut": item.status.label,
        "suivi": (item.assignee.name or "") if item.assignee else "",
        "service": names.get(item.department, item.department),
        "domaine": areas.get(item.area, item.area),
    }
    return [item.procedure_title, *(values[column.slug] for column in columns)]


def _who(item: WorkLine) -> str:
    name = item.applicant_name or ""
    return f"{name} pour {item.member_name}" if item.member_name else name


def _day(moment: str | None) -> str:
    return local(moment).date().isoformat() if moment else ""
