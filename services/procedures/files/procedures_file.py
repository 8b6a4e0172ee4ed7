"""The shape of `procedures.yaml`: catalogues, then each procedure with its form. Marshmallow schemas.

What holds between entries (a condition refers to an earlier field, a reply to a status of the flow…) is in `form.py`.
"""

from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields

from services.chassis.french_fields import FrenchSchema, Listed, Named, Part, Text, Whole, YesNo, one_of, shaped
from services.procedures.files import values
from services.procedures.schemas.definitions.forms import FieldType, RuleKind
from services.procedures.schemas.definitions.procedures import Period, Step
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


class StepEntry(FrenchSchema):
    slug = values.text(checks=[one_of(tuple(Step))])
    label = values.text()
    purpose = values.text()


class Status(FrenchSchema):
    slug = values.name()
    label = values.text()
    closed = YesNo(required=True)
    meaning = values.text()


class Transition(FrenchSchema):
    source = values.name(data_key="from")
    to = values.name()
    by = values.text(checks=[one_of({"agent", "citizen", "system"})])
    notify = YesNo(required=True)


class Flow(FrenchSchema):
    slug = values.name()
    label = values.text()
    initial = values.name()
    transitions = Listed(Part(Transition), required=True)


class AcknowledgementTexts(FrenchSchema):
    header, header_confidential, acceptance, rejection, none, footer = (values.text() for _ in range(6))


class Reply(FrenchSchema):
    slug = values.slug()
    title = values.text()
    sets_status = values.name()
    text = values.text()


class Condition(FrenchSchema):
    field = values.name()
    equals = Free(validate=_answer)
    any_of = Listed(Text())
    contains = Text()
    any_contains = Listed(Text())


class StopLink(FrenchSchema):
    label = values.text()
    url = values.text(checks=[shaped(r"https://\S+", "Il faut une adresse en https.")])


class Stop(FrenchSchema):
    equals = values.text()
    message = values.text()
    link = Part(StopLink)


class Field(FrenchSchema):
    name = values.name()
    label = values.text()
    type = values.text(checks=[one_of(tuple(FieldType))])
    required = YesNo(required=True)
    choices = Named(keys=Text(), values=Text())
    default = Free()
    min = Free(validate=_bound)
    max = Free(validate=_bound)
    min_length = Whole(least=1)
    max_length = Whole(least=1, most=10000)
    pattern = values.maybe()
    help = values.maybe()
    prefill = values.maybe()
    shown_when = Part(Condition)
    stop = Listed(Part(Stop))
    formats = values.formats()
    max_files = Whole(least=1, most=4)
    sensitive = YesNo()
    in_town = YesNo()
    agrees_to = values.slug(required=False)


class TextToRead(FrenchSchema):
    """What a person reads before agreeing to it: rules, tariffs, a charter; Markdown as in `help`."""

    slug = values.slug()
    title = values.text()
    text = values.text()


class Rule(FrenchSchema):
    kind = values.text(checks=[one_of(tuple(RuleKind))])
    fields_ = Listed(Text(), data_key="fields")
    field = values.maybe()
    by = values.maybe()
    limits = Named(keys=Text(), values=Whole())
    days = Whole(least=1)
    next_day_until = values.maybe(checks=[shaped(values.HOUR, "Il faut une heure de la forme 02:00.")])
    message = values.text()


class Document(FrenchSchema):
    slug = values.slug()
    label = values.text()
    required = YesNo(required=True)
    formats = values.formats(required=True)
    max_files = Whole(required=True, least=1, most=4)
    shown_when = Part(Condition)
    sensitive = YesNo()
    delete_after = values.maybe(checks=[one_of({FOR_THE_DECISION})])
    help = values.maybe()


class Applicant(FrenchSchema):
    kinds = Listed(Text(checks=[one_of({"person", "company", "association"})]), required=True)
    identity = values.text(checks=[one_of({"full", "contact"})])


class Appointment(FrenchSchema):
    mode = values.text(checks=[one_of({"none", "optional", "required"})])
    agenda = values.slug(required=False)
    reception_field = values.maybe()
    reception_none = values.maybe()


class Served(FrenchSchema):
    """What a place of a weekly quota gives, and on which day after the week that counts it."""

    what = values.text()
    weekday = values.weekday(required=True)
    weeks_later = Whole(required=True, least=0, most=52)


class Quota(FrenchSchema):
    number = Whole(required=True, least=1)
    period = values.text(checks=[one_of(tuple(Period))])
    counts = values.text(checks=[one_of({"submissions_not_cancelled"})])
    message = values.text()
    served = Part(Served)


class SilenceException(FrenchSchema):
    when = Part(Condition, required=True)
    months = Whole(required=True, least=1)


class Silence(FrenchSchema):
    effect = values.text(checks=[one_of({"acceptance", "rejection", "none"})])
    months = Whole(least=1, most=24)
    exceptions = Listed(Part(SilenceException))
    source = values.text()
    confidence = values.text(checks=[one_of({"sure", "check"})])


class Retention(FrenchSchema):
    months = Whole(required=True, least=1)
    start = values.text(data_key="from", checks=[one_of({"closure"})])
    then = values.text(checks=[one_of({"destroy", "sort", "transfer"})])
    note = values.maybe()
    confidence = values.text(checks=[one_of({"sure", "check"})])


class Privacy(FrenchSchema):
    purpose = values.text()
    basis = values.text(checks=[one_of({"public_task", "legal_obligation", "contract"})])
    recipients = values.text()


class Alert(FrenchSchema):
    """What an answer marks for the agents, before they open the request."""

    when = Part(Condition, required=True)
    label = values.text()


class ProfileUpdate(FrenchSchema):
    when = values.name()
    effective_on_field = values.maybe()
    household_field = values.maybe()
    map = Named(keys=Text(), values=Text(), required=True)
    clear = Named(keys=Text(), values=Text())
    prefer = Named(keys=Text(), values=Text(checks=[one_of(MEANS)]))
    requires_confirmation_link = YesNo()


class Procedure(FrenchSchema):
    slug = values.slug()
    title, summary, help, audience = (values.text() for _ in range(4))
    area = values.slug()
    department = values.slug()
    keywords = Listed(Text(), required=True)
    about = values.text(checks=[one_of({"applicant", "member", "either"})])
    relations = Listed(Text(checks=[one_of({"child", "spouse", "parent", "other"})]))
    applicant = Part(Applicant, required=True)
    fill_time_minutes = Whole(required=True, least=1, most=240)
    access = values.text(checks=[one_of({"public", "account"})])
    featured = YesNo(required=True)
    dashboard_tile = values.maybe(checks=[one_of({"contact_details"})])
    steps = Listed(Text(checks=[one_of(tuple(Step))]), required=True)
    appointment = Part(Appointment, required=True)
    quota = Part(Quota, required=True, allow_none=True)
    exchanges = YesNo(required=True)
    confidential = YesNo(required=True)
    processing_target_days = Whole(required=True, least=1)
    silence = Part(Silence, required=True)
    retention = Part(Retention, required=True)
    privacy = Part(Privacy, required=True)
    fields_ = Listed(Part(Field), required=True, data_key="fields")
    texts = Listed(Part(TextToRead))
    rules = Listed(Part(Rule), required=True)
    documents = Listed(Part(Document), required=True)
    bring = Listed(Text(), required=True)
    flow = values.name()
    status_meanings = Named(keys=Text(), values=Text())
    appeal = values.maybe()
    alert = Part(Alert)
    updates_profile = Part(ProfileUpdate)
    canned_replies = Listed(Part(Reply), required=True)


class ProceduresFile(FrenchSchema):
    """`procedures.yaml`."""

    schema = values.text(checks=[one_of({"procedures/1"})])
    step_catalogue = Listed(Part(StepEntry), required=True)
    status_catalogue = Listed(Part(Status), required=True)
    flows = Listed(Part(Flow), required=True)
    acknowledgement_texts = Part(AcknowledgementTexts, required=True)
    common_replies = Listed(Part(Reply), required=True)
    procedures = Listed(Part(Procedure), required=True)
