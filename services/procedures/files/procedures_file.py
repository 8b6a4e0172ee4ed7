"""The shape of `procedures.yaml`: catalogues, then each procedure with its form. Marshmallow schemas.

An entry has the fields of the class that it is read into (`schemas/definitions`); here is what they may hold. What holds
between entries (a condition refers to an earlier field, a reply to a status of the flow…) is in `form.py`.
"""

from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields

from services.chassis.french_fields import Listed, Named, Part, Text, Whole, YesNo, one_of, shaped
from services.procedures.files import entries, values
from services.procedures.files.shapes import shape
from services.procedures.schemas.definitions import forms, procedures, towns
from services.townhall.person import MEANS
from services.townhall.pieces import FOR_THE_DECISION


class Free(fields.Raw):
    """A value whose type depends on the field that it is for; `form.py` judges it."""

    default_error_messages = Text.default_error_messages


def _one_of_types(expected: str, *types: type[Any]) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        if type(value) not in types:
            raise ValidationError(expected)

    return check


_answer = _one_of_types("Il faut un texte, ou true ou false pour une case à cocher.", str, bool)
_bound = _one_of_types("Il faut un nombre, une date, ou un jour tel que D, D-12 ou D+16y.", int, float, str)


StepEntry = shape(towns.StepLabel, slug=values.text(checks=[one_of(tuple(procedures.Step))]), purpose=values.text())
Status = shape(towns.StatusLabel, slug=values.name(), closed=YesNo(required=True), meaning=values.text())
Transition = shape(
    procedures.Transition,
    source=values.name(),
    to=values.name(),
    by=values.text(checks=[one_of({"agent", "citizen", "system"})]),
)
Flow = shape(procedures.Flow, slug=values.name(), initial=values.name())
AcknowledgementTexts = shape(towns.AcknowledgementTexts)
Reply = shape(procedures.Reply, slug=values.slug(), sets_status=values.name())
Condition = shape(forms.Condition, field=values.name(), equals=Free(validate=_answer))
StopLink = shape(forms.StopLink, url=values.text(checks=[shaped(r"https://\S+", "Il faut une adresse en https.")]))
Stop = shape(forms.Stop)
Field = shape(
    forms.Field,
    name=values.name(),
    default=Free(),
    min=Free(validate=_bound),
    max=Free(validate=_bound),
    min_length=Whole(least=1),
    max_length=Whole(least=1, most=10000),
    formats=values.formats(),
    max_files=Whole(least=1, most=4),
    agrees_to=values.slug(required=False),
)
TextToRead = shape(forms.TextToRead, slug=values.slug())
Rule = shape(
    forms.Rule,
    days=Whole(least=1),
    next_day_until=values.maybe(checks=[shaped(values.HOUR, "Il faut une heure de la forme 02:00.")]),
)
Document = shape(
    procedures.Document,
    slug=values.slug(),
    required=YesNo(required=True),
    formats=values.formats(required=True),
    max_files=Whole(required=True, least=1, most=4),
    delete_after=values.maybe(checks=[one_of({FOR_THE_DECISION})]),
)
Applicant = shape(
    procedures.Applicant,
    kinds=Listed(Text(checks=[one_of({"person", "company", "association"})]), required=True),
    identity=values.text(checks=[one_of({"full", "contact"})]),
)
Appointment = shape(
    procedures.Appointment,
    mode=values.text(checks=[one_of({"none", "optional", "required"})]),
    agenda=values.slug(required=False),
)
Served = shape(
    procedures.Served, weekday=values.weekday(required=True), weeks_later=Whole(required=True, least=0, most=52)
)
Quota = shape(
    procedures.Quota,
    number=Whole(required=True, least=1),
    counts=values.text(checks=[one_of({"submissions_not_cancelled"})]),
)
SilenceException = shape(procedures.SilenceException, months=Whole(required=True, least=1))
CONFIDENCE = values.text(checks=[one_of({"sure", "check"})])
Silence = shape(
    procedures.Silence,
    effect=values.text(checks=[one_of({"acceptance", "rejection", "none"})]),
    months=Whole(least=1, most=24),
    source=values.text(),
    confidence=CONFIDENCE,
)
Retention = shape(
    procedures.Retention,
    months=Whole(required=True, least=1),
    start=values.text(data_key="from", checks=[one_of({"closure"})]),
    then=values.text(checks=[one_of({"destroy", "sort", "transfer"})]),
    note=values.maybe(),
    confidence=CONFIDENCE,
)
Privacy = shape(procedures.Privacy, basis=values.text(checks=[one_of({"public_task", "legal_obligation", "contract"})]))
Alert = shape(procedures.Alert)
ProfileUpdate = shape(
    procedures.ProfileUpdate,
    when=values.name(),
    prefer=Named(keys=Text(), values=Text(checks=[one_of(MEANS)])),
)
Procedure = shape(
    entries.ProcedureEntry,
    slug=values.slug(),
    area=values.slug(),
    department=values.slug(),
    about=values.text(checks=[one_of({"applicant", "member", "either"})]),
    relations=Listed(Text(checks=[one_of({"child", "spouse", "parent", "other"})])),
    fill_time_minutes=Whole(required=True, least=1, most=240),
    access=values.text(checks=[one_of({"public", "account"})]),
    dashboard_tile=values.maybe(checks=[one_of({"contact_details"})]),
    quota=Part(Quota, required=True, allow_none=True),
    processing_target_days=Whole(required=True, least=1),
    flow=values.name(),
)
ProceduresFile = shape(
    entries.ProceduresFile,
    schema=values.text(checks=[one_of({"procedures/1"})]),
    acknowledgement_texts=Part(AcknowledgementTexts, required=True),
)
