"""The sample requests of a town's file, `accounts.yaml`: what keeps one from being filed. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from marshmallow import RAISE, ValidationError

from services.chassis.contracts import from_json, schema_of
from services.procedures.schemas.definitions.forms import FieldType
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.values import NO_DAY, is_day
from services.requests.samples import rules as samples
from services.requests.samples.entries import Citizen, Sample
from services.townhall.file_formats import FORMATS
from services.townhall.problems import ImportRefused, Problem, from_schema
from services.townhall.town_time import local_day

FILE = "accounts.yaml"
SAMPLES = "sample_requests"
SHAPE = schema_of(Citizen, unknown=RAISE)

Entry = Mapping[str, Any]
Found = Iterator[tuple[str, str]]


def check(
    citizens: Sequence[Any],
    definitions: Mapping[str, Procedure] | None,
    now: datetime,
    *,
    agents: Sequence[Entry] = (),
    people_are_right: bool = True,
) -> None:
    """Raises ImportRefused with every fault of the citizens' samples.

    `definitions`: of the procedures that there will be; where they are not known, the shape alone is judged. `agents`: of
    the same file, who may have taken a request. What a procedure refuses of an applicant is reported where nothing else is
    wrong with the people.
    """
    departments = {str(agent.get("username")): agent.get("departments") or () for agent in agents}
    problems: list[Problem] = []
    for position, citizen in enumerate(citizens):
        if not isinstance(citizen, Mapping):
            continue  # accounts reports it
        own = {name: citizen[name] for name in ("username", SAMPLES) if citizen.get(name) is not None}
        if wrong := from_schema(FILE, {"citizens": citizens}, {"citizens": {position: SHAPE.validate(own)}}):
            problems += wrong
        elif definitions is not None and _is_whole(citizen):
            given = from_json(Citizen, own).sample_requests or ()
            faults = [*_of_one(citizen, given, definitions, now, people_are_right)]
            faults += [
                (one.ref, "handled_by", said) for one in given for said in _handler(one, definitions, departments)
            ]
            problems += [
                Problem(file=FILE, entry=citizen["username"], field=f"{SAMPLES}.{ref}.{field}", message=message)
                for ref, field, message in faults
            ]
    if problems:
        raise ImportRefused(problems)


def _is_whole(citizen: Entry) -> bool:
    """Whether the entry has what an applicant is made of; accounts reports where it has not."""
    sections = [citizen.get(name) for name in ("identity", "address", "contact")]
    family = citizen.get("family_members") or []
    return all(isinstance(part, Mapping) for part in (*sections, citizen.get("organisation") or {})) and (
        isinstance(family, list) and all(isinstance(member, Mapping) for member in family)
    )


def _of_one(
    citizen: Entry, given: Sequence[Sample], definitions: Mapping[str, Procedure], now: datetime, applicants_too: bool
) -> Iterator[tuple[str, str, str]]:
    seen: set[str] = set()
    for sample in given:
        if sample.ref in seen:
            yield sample.ref, "ref", "Deux demandes portent cette référence."
        seen.add(sample.ref)
        for field, message in _faults(citizen, sample, definitions, now, applicants_too):
            yield sample.ref, field, message


def _faults(
    citizen: Entry, sample: Sample, definitions: Mapping[str, Procedure], now: datetime, applicants_too: bool
) -> Found:
    definition = definitions.get(sample.procedure)
    if definition is None:
        yield "procedure", f"La démarche « {sample.procedure} » n’est pas dans procedures.yaml."
        return
    for part in (_days, _uploads, _member, _replies):
        if faults := list(part(citizen, sample, definition)):  # the checks that follow take this part for right
            yield from faults
            return
    today = local_day(now)
    filed_on = local_day(samples.filed_at(sample, today))
    given = samples.given(dict(citizen), sample, definition, filed_on=filed_on, today=today)
    yield from given.of_applicant.items() if applicants_too else ()
    yield from given.of_answers.items()
    yield from _pieces(sample, definition)
    yield from _appointments(sample, definition)
    try:
        samples.steps(sample, definition, today=today, now=now)
    except ValueError:
        yield "status", f"« {sample.status} » ne peut pas être atteint dans le circuit de la démarche."


def _handler(sample: Sample, definitions: Mapping[str, Procedure], departments: Entry) -> Iterator[str]:
    name, definition = sample.handled_by, definitions.get(sample.procedure)
    if name and name not in departments:
        yield f"« {name} » n’est pas un agent (agents)."
    elif name and definition and definition.department not in departments[name]:
        yield f"« {name} » n’est pas du service de la démarche, « {definition.department} »."


def _days(_citizen: Entry, sample: Sample, definition: Procedure) -> Found:
    dated = {field.name for field in definition.fields if field.type is FieldType.DATE}
    days = [(name, value) for name, value in sample.answers.items() if name in dated]
    days += [("exchanges.deadline", one.values["deadline"]) for one in sample.exchanges if "deadline" in one.values]
    for name, value in days:
        try:
            is_day(str(value))
        except ValidationError:
            yield name, NO_DAY


def _uploads(_citizen: Entry, sample: Sample, definition: Procedure) -> Found:
    for name in (piece.slug for piece in definition.uploads()):
        files = sample.answers.get(name, [])
        if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
            yield name, "Il faut une liste de noms de fichiers."


def _member(citizen: Entry, sample: Sample, _definition: Procedure) -> Found:
    slug = sample.member
    if slug and slug not in {one.get("slug") for one in citizen.get("family_members") or ()}:
        yield "member", f"« {slug} » n’est pas de la famille (family_members)."


def _replies(_citizen: Entry, sample: Sample, definition: Procedure) -> Found:
    known = {reply.slug for reply in definition.replies}
    for one in sample.exchanges:
        if bool(one.text) == bool(one.reply):
            yield "exchanges", "Il faut un texte (text) ou une réponse type (reply), et pas les deux."
        elif one.reply and one.reply not in known:
            yield "exchanges", f"« {one.reply} » n’est pas une réponse type de la démarche."


def _pieces(sample: Sample, definition: Procedure) -> Found:
    known = {piece.slug: piece for piece in (*definition.documents, *definition.uploads())}
    for handed in samples.pieces(sample, definition):
        field, piece = f"documents.{handed.slug}", known.get(handed.slug)
        if piece is None:
            yield field, "Cette pièce n’est pas de la démarche."
            continue
        accepted = set(piece.formats or FORMATS).intersection(FORMATS)
        for name in handed.files:
            if PurePosixPath(name).suffix.removeprefix(".").lower() not in accepted:
                yield field, f"« {name} » n’est pas d’un format accepté pour cette pièce."
    for slug in sample.missing_documents:
        if slug not in known:
            yield "missing_documents", f"« {slug} » n’est pas une pièce de la démarche."


def _appointments(sample: Sample, definition: Procedure) -> Found:
    agenda = definition.agenda_details and definition.agenda_details.slug
    for wanted in sample.appointments:
        if wanted.agenda != agenda:
            yield "appointments", f"« {wanted.agenda} » n’est pas l’agenda de la démarche."
