"""The answers of a request against the definition that it is filed with; pure.

`definition` is a published procedure. Hidden fields are neither required nor kept, and hide what depends on them;
uploads are pieces of the request and hold no answer here.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import assert_never

from services.chassis.dotted_names import nested
from services.documents.schemas.pieces import File, FrozenPiece
from services.procedures.schemas.definitions.forms import Field, FieldType, Stop
from services.procedures.schemas.definitions.procedures import Document, Procedure
from services.requests.definitions import conditions
from services.requests.forms import cross_checks as rules, fields, french, territory
from services.requests.schemas.drafts import AnswerLine, Stopped
from services.requests.schemas.nearby import Point
from services.townhall import file_formats, french_dates, names, person, positions, postal_address
from services.townhall.missing import missing
from services.townhall.person import Wrong
from services.townhall.sentences import number
from services.townhall.untyped import items, parts, text

Answers = dict[str, object]
Errors = dict[str, str]

UNKNOWN = "Cette question ne fait pas partie de la démarche."


def clean(
    definition: Procedure,
    raw: Mapping[str, object],
    *,
    today: date,
    applicant: Mapping[str, object],
    member: Mapping[str, object] | None,
) -> tuple[Answers, Errors]:
    """The values of the fields that are shown, and one French sentence for each that is missing or wrong.

    `applicant` and `member` are who asks and for whom: a choice that needs them is checked by the rules. An unknown name
    is an error too: a label is never reused for another meaning. An answer that ends the procedure ends the questions.
    """
    typed = nested(raw)
    values: Answers = {}
    errors: Errors = {}
    ended: Errors = {}
    for field in definition.fields:
        name = field.name
        if field.type is FieldType.FILES or not conditions.holds(field.shown_when, values):
            continue
        try:
            value = _value(definition, field, typed.get(name), today)
        except Wrong as wrong:
            errors |= wrong.at(name)
            continue
        if value is None:
            continue
        values[name] = value
        if stop := _stop(field, value):
            ended = {name: stop.message}
            break
    known = {field.name for field in definition.fields}
    errors |= {name: UNKNOWN for name in typed if name not in known}
    return values, errors | (ended or rules.broken(definition.rules, values, already=errors))


def not_asked(definition: Procedure, raw: Mapping[str, object], values: Mapping[str, object]) -> Errors:
    """One sentence for each answer to a question that is hidden by these answers, or unknown.

    A page drops them, for a question may have been hidden after it was answered; a program has chosen to send them.
    """
    shown = set(shown_fields(definition, values))
    fields_by_name = {field.name: field for field in definition.fields}
    errors: Errors = {}
    ended = stopped(definition, values) is not None
    for name, answer in nested(raw).items():
        if name not in fields_by_name:
            errors[name] = UNKNOWN
        elif ended or person.is_empty(answer):
            continue  # the message is then that of the end
        elif name not in shown:
            errors[name] = "Cette question ne se pose pas pour vos réponses."
        elif fields_by_name[name].type is FieldType.FILES:
            errors[name] = "Cette question attend un fichier."
    return errors


def shown_fields(definition: Procedure, values: Mapping[str, object]) -> list[str]:
    """The names of the fields that these answers show, uploads included, in order."""
    kept: Answers = {}
    shown: list[str] = []
    for field in definition.fields:
        if not conditions.holds(field.shown_when, kept):
            continue
        shown.append(field.name)
        if field.name in values:
            kept[field.name] = values[field.name]
        if _stop(field, kept.get(field.name)):
            break
    return shown


def shown_documents(definition: Procedure, values: Mapping[str, object]) -> list[Document]:
    """The pieces that these answers ask for: documents of the procedure, then uploads inside the form."""
    if stopped(definition, values):
        return []
    shown = set(shown_fields(definition, values))
    kept = {name: value for name, value in values.items() if name in shown}
    documents = [one for one in definition.documents if conditions.holds(one.shown_when, kept)]
    return documents + [one for one in definition.uploads() if one.slug in shown]


def check_documents(definition: Procedure, values: Mapping[str, object], manifest: Sequence[FrozenPiece]) -> Errors:
    """One sentence for each piece that is missing, unasked, too numerous or of a refused format."""
    asked = {document.slug: document for document in shown_documents(definition, values)}
    given: dict[str, list[File]] = {}
    for frozen in manifest:
        given.setdefault(frozen.piece, []).extend(frozen.files)
    errors = {slug: "Cette pièce n’est pas demandée pour vos réponses." for slug in given if slug not in asked}
    for slug, document in asked.items():
        files = given.get(slug, [])
        if document.required and not files:
            errors[slug] = missing("piece", document.label)
        elif len(files) > (document.max_files or 1):
            errors[slug] = f"Gardez au plus {french.files(document.max_files or 1)}."
        elif any(file.name.rpartition(".")[2].lower() not in document.formats for file in files):
            errors[slug] = file_formats.not_accepted(document.formats)
    return errors


def stopped(definition: Procedure, values: Mapping[str, object]) -> Stopped | None:
    """The answer that ends the procedure; None while the procedure may go on."""
    for field in definition.fields:
        if stop := _stop(field, values.get(field.name)):
            return Stopped(field=field.name, message=stop.message, link=stop.link)
    return None


def defaults(definition: Procedure) -> Answers:
    """The answers that the form proposes before anything is typed."""
    return {field.name: field.default for field in definition.fields if field.default is not None}


def prefilled(definition: Procedure, applicant: Mapping[str, object], member: Mapping[str, object] | None) -> Answers:
    """What is already known of the person who asks, or of the member asked for, field by field."""
    sources: dict[str, Mapping[str, object]] = {"applicant": applicant, "member": member or {}}
    known: Answers = {}
    for field in definition.fields:
        source, _, detail = (field.prefill or "").partition(".")
        who = sources.get(source, {})
        value = names.full_name(who) if detail == "full_name" else _detail(who, detail)
        if not person.is_empty(value):
            known[field.name] = value
    return known | profile_values(definition, applicant, member)


def _detail(who: Mapping[str, object], name: str) -> object:
    """In place of a number that is not known, the one number of an applicant."""
    return who.get(name) or (who.get("phone") if name in person.PHONES else None)


def given_up(definition: Procedure, known: Mapping[str, object], member: Mapping[str, object] | None) -> dict[str, str]:
    """By box that gives up a value of the profile of the person whom the request is about, that value."""
    boxes: Mapping[str, str] = definition.updates_profile.clear if definition.updates_profile else {}
    present = parts(member.get("contact")) if member is not None else known
    return {field: value for field, name in boxes.items() if (value := text(present.get(name)))}


def followed(
    definition: Procedure,
    typed: Mapping[str, object],
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
    member: Mapping[str, object] | None,
) -> Answers:
    """The answers once the applicant is `after` and no longer `before`.

    What is still empty, or was taken over and never touched, is taken over from `after`; what the person typed stays.
    """
    taken = prefilled(definition, before, member)
    kept = nested(typed)
    for name, value in prefilled(definition, after, member).items():
        if person.is_empty(kept.get(name)) or kept[name] == taken.get(name):
            kept[name] = value
    return kept


def labelled(definition: Procedure, values: Mapping[str, object]) -> tuple[AnswerLine, ...]:
    """Question and answer as a person reads them, in order, of the questions that were answered."""
    next_day = rules.next_day(definition.rules, values)
    return tuple(
        AnswerLine(
            name=field.name,
            label=field.label,
            type=field.type,
            value=_readable(definition, field, values[field.name])
            + (" (le lendemain)" if field.name in next_day else ""),
        )
        for field in definition.fields
        if field.name in values
    )


def _value(definition: Procedure, field: Field, answer: object, today: date) -> object:
    """The value of an answer, None for an empty one; raises Wrong, also for an empty one where an answer is mandatory."""
    town = definition.territory if field.in_town else None
    nothing = person.is_empty(answer) or (town and not field.required and territory.names_no_place(parts(answer), town))
    value = None if nothing else fields.read(field, answer, today)
    if value is None or value is False:
        if field.required:
            raise Wrong(missing(field.type, field.label))
        return None
    if town:
        territory.check(parts(value), town)
    if field.type is FieldType.POSITION and definition.map:
        positions.check(parts(value), definition.map)
    return value


def point(definition: Procedure, values: Mapping[str, object]) -> Point | None:
    """Where what is asked for is, as far as the first point of the answers says."""
    asked = (field.name for field in definition.fields if field.type is FieldType.POSITION)
    placed = next(filter(None, (positions.point(parts(values.get(name))) for name in asked)), None)
    return Point(lat=placed[0], lon=placed[1]) if placed else None


def _stop(field: Field, value: object) -> Stop | None:
    """What the procedure says of an answer with which it cannot be filed."""
    return next((stop for stop in field.stop if stop.equals == value), None)


def _readable(definition: Procedure, field: Field, value: object) -> str:
    match field.type:
        case FieldType.CHOICE:
            return field.choices.get(text(value), str(value))
        case FieldType.MULTICHOICE:
            return ", ".join(field.choices.get(text(choice), str(choice)) for choice in items(value))
        case FieldType.CHECKBOX:
            return "Oui" if value else "Non"
        case FieldType.DATE:
            return french_dates.short_day(date.fromisoformat(text(value)))
        case FieldType.NUMBER:
            return number(value, spaced=False)
        case FieldType.ADDRESS:
            return "\n".join(postal_address.lines(parts(value)))
        case FieldType.POSITION:
            return positions.in_words(parts(value), definition.map.landmarks if definition.map else ())
        case FieldType.TEXT | FieldType.LONGTEXT | FieldType.EMAIL | FieldType.PHONE | FieldType.FILES:
            hour = french.read_hour(str(value))
            return french_dates.clock(hour.hour, hour.minute) if hour else str(value)
        case _:
            assert_never(field.type)


def profile_values(
    definition: Procedure, applicant: Mapping[str, object], member: Mapping[str, object] | None
) -> Answers:
    """By field, what the profile says today of the person whom the request is about: what the form proposes to change.

    Not an e-mail address: the new one is typed twice, and neither is the old one.
    """
    update = definition.updates_profile
    if update is None or update.requires_confirmation_link:
        return {}
    known = applicant
    if member is not None:
        known = dict[str, object](parts(member.get("contact"))) | {"address": member.get("address")}
    today = {field: known.get(name) for field, name in update.map.items()}
    return {field: value for field, value in today.items() if not person.is_empty(value)}
