"""The shape of the four files of a town. Marshmallow schemas. Pure.

An entry has the fields of the class that it is read into (`schemas/definitions`), checked as their types say; here is what
the files have besides. What holds between entries (a condition refers to an earlier field, a reply to a status of the flow…)
is in `coherence.py` and `form.py`.
"""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from services.chassis.french_fields import FrenchSchema, Named, Part, Text, Whole, YesNo, one_of
from services.procedures.files import entries
from services.procedures.files.shapes import of_type, shape
from services.procedures.schemas.definitions import agendas, procedures, towns, values

CONFIDENCE = ("sure", "check")


def _text(*choices: str, **options: Any) -> Text:
    """A mandatory text, one of these where there are any."""
    return Text(required=True, checks=[one_of(choices)] if choices else [], **options)


def _colour() -> Any:
    return of_type(values.Colour, required=True)


class Theme(FrenchSchema):
    primary, on_primary, accent, on_accent = (_colour() for _ in range(4))
    surface, surface_alt, text, text_muted = (_colour() for _ in range(4))
    link, focus, success, warning, danger = (_colour() for _ in range(5))
    badge, on_badge = (_colour() for _ in range(2))


shape(towns.Contacts, portal=_text())
shape(towns.Territory, name=None)
shape(towns.Identity, population=Whole(least=0), insee_code=_text(), academic_zone=_text())
shape(towns.SchoolHoliday, provisional=YesNo())
shape(towns.Site, accessible=YesNo(required=True))
shape(towns.Accessibility, status=_text(*towns.Conformity))
shape(towns.Cookies, banner=YesNo(required=True))
# `public_holidays_expected` is for tests: the holidays are computed.
TownFile = shape(
    towns.TownFile,
    schema=_text("town/1"),
    theme=Part(Theme, required=True),
    public_holidays_expected=Named(),
)
ServiceAreasFile = shape(entries.ServiceAreasFile, schema=_text("service_areas/1"))

shape(towns.StepLabel, slug=_text(*procedures.Step), purpose=_text())
shape(towns.StatusLabel, closed=YesNo(required=True), meaning=_text())
shape(
    procedures.Document,
    required=YesNo(required=True),
    formats=of_type(values.Formats, required=True),
    max_files=Whole(required=True, least=1, most=4),
)
shape(procedures.Quota, counts=_text("submissions_not_cancelled"))
shape(procedures.Silence, source=_text(), confidence=_text(*CONFIDENCE))
shape(procedures.Retention, start=_text("closure", data_key="from"), note=Text(), confidence=_text(*CONFIDENCE))
ProceduresFile = shape(entries.ProceduresFile, schema=_text("procedures/1"))


def _ranges_hold_whole_slots(_: Schema, data: dict[str, Any], **__: Any) -> None:
    length = data.get("slot_minutes")
    for weekday, ranges in data.get("weekly", {}).items():
        if length and any(_minutes(opening) % length for opening in ranges):
            raise ValidationError({"weekly": {weekday: [f"Chaque plage doit durer un multiple de {length} minutes."]}})


def _minutes(opening: str) -> int:
    """How long a range such as `08:30-12:00` lasts."""
    opens, closes = values.ends(opening)
    return (closes.hour - opens.hour) * 60 + closes.minute - opens.minute


shape(
    agendas.AgendaEntry,
    capacity_note=Text(),
    ranges_hold_whole_slots=validates_schema(_ranges_hold_whole_slots),
)
AgendasFile = shape(entries.AgendasFile, schema=_text("agendas/1"))
