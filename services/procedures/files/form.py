"""What makes a procedure coherent, beyond the shape of its entry; pure.

Each function yields problems of one kind, as a field name and a French sentence that says what to write.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from services.procedures.files import bounds
from services.procedures.files.entries import ProcedureEntry
from services.procedures.schemas.definitions.forms import Condition, Field, FieldType, Rule, RuleKind
from services.procedures.schemas.definitions.procedures import Detail, Flow, Period, Reply, SilenceEffect
from services.procedures.schemas.definitions.values import HOURS
from services.townhall import placeholders
from services.townhall.person import PHONES

Found = Iterator[tuple[str, str]]

# A type of field that is named in none of these has none of their options: an entry that gives one is refused.
TESTS = ("equals", "any_of", "contains", "any_contains")
CHOICES = (FieldType.CHOICE, FieldType.MULTICHOICE)
TEXTS = (FieldType.TEXT, FieldType.LONGTEXT)
RANGED = (FieldType.DATE, FieldType.NUMBER)
LIMITS = {**dict.fromkeys(("pattern", "min_length", "max_length"), TEXTS), "min": RANGED, "max": RANGED}

RULE_FIELDS: Mapping[RuleKind, tuple[int | None, FieldType | None]] = {
    RuleKind.AT_LEAST_ONE_OF: (None, None),
    RuleKind.SAME_VALUE: (2, None),
    RuleKind.DATE_ORDER: (2, FieldType.DATE),
    RuleKind.TIME_ORDER: (2, FieldType.TEXT),
    RuleKind.MAX_DAYS_BETWEEN: (2, FieldType.DATE),
    RuleKind.LESS_OR_EQUAL: (2, FieldType.NUMBER),
}
"""For each kind of rule on `fields`: how many it compares and of which type; None is any."""

APPLICANT = {
    *("birth_name", "usage_name", "given_names", "full_name", "birth_date", "birth_place", "civility", "address"),
    *("email", *PHONES),
}
PREFILLS = {f"{who}.{what}" for who in ("applicant", "member") for what in APPLICANT}


def problems(procedure: ProcedureEntry, flow: Flow) -> Found:
    """Everything that keeps this procedure from being published; the entry has the shape of its schema."""
    checks = (_relations, _fields, _texts, _rules, _documents, _steps, _quota, _silence, _appeal, _alert, _profile)
    for check in (_applicant, *checks, _reception, _at_the_counter):
        yield from check(procedure)
    yield from _replies(procedure, flow)


def _applicant(procedure: ProcedureEntry) -> Found:
    """Who files has a name and an e-mail address; who awaits a decision, a postal address too (R2, CRPA R112-9-1)."""
    asked = procedure.applicant.details
    named = Detail.BIRTH_NAME in asked or Detail.USAGE_NAME in asked
    if not (named and Detail.GIVEN_NAMES in asked and Detail.EMAIL in asked):
        yield "applicant.asks", "Les prénoms, un nom et le courriel sont toujours demandés."
    by_post = Detail.ADDRESS in asked
    if procedure.silence.effect != SilenceEffect.NONE and not by_post:
        yield "applicant", "Une demande qui attend une décision porte l’adresse postale (CRPA, art. R112-9-1)."
    if by_post != (procedure.applicant.identity == "full"):
        yield "applicant.identity", "L’adresse postale est demandée avec identity: full, et seulement alors."


def _relations(procedure: ProcedureEntry) -> Found:
    if procedure.relations and procedure.about == "applicant":
        yield "relations", "Cette démarche se fait pour soi-même, et ne choisit personne dans la famille."


def _quota(procedure: ProcedureEntry) -> Found:
    quota = procedure.quota
    if quota and quota.served and quota.period is not Period.WEEK:
        yield "quota.served", "Le jour où la place est honorée ne se dit que d’un quota par semaine (period: week)."


def condition_problem(condition: Condition | None, known: Mapping[str, Field]) -> str | None:
    """What is wrong with a `shown_when`: it must ask one thing of a field that comes earlier."""
    if condition is None:
        return None
    tests = {test: value for test in TESTS if (value := getattr(condition, test)) is not None}
    if len(tests) != 1:
        return "Il faut une seule condition : equals, any_of, contains ou any_contains."
    field = known.get(condition.field)
    if field is None:
        return f"La condition porte sur « {condition.field} », qui n’est pas un champ placé avant."
    [(test, value)] = tests.items()
    return _asked(field, test, value)


def reply_problems(reply: Reply, statuses: Sequence[str]) -> Found:
    """A canned reply sets a status of the flow and leaves only known placeholders to be filled."""
    if reply.sets_status not in statuses:
        yield f"{reply.slug}.sets_status", f"« {reply.sets_status} » n’est pas un état de ce circuit."
    for name in placeholders.unknown(reply.text):
        yield f"{reply.slug}.text", f"« {{{{ {name} }}}} » ne fait pas partie des mentions à compléter."


def _asked(field: Field, test: str, value: Any) -> str | None:
    kind, name = field.type, field.name
    if test == "equals" and kind is FieldType.CHECKBOX:
        return (
            None if isinstance(value, bool) else f"« {name} » est une case à cocher : equals doit être true ou false."
        )
    wanted = FieldType.MULTICHOICE if test in ("contains", "any_contains") else FieldType.CHOICE
    if kind is not wanted:
        return f"« {test} » ne s’applique pas à « {name} », qui est de type {kind}."
    asked = value if isinstance(value, tuple) else (value,)
    missing = [choice for choice in asked if choice not in field.choices]
    return f"« {missing[0]} » n’est pas un choix de « {name} »." if missing else None


def _fields(procedure: ProcedureEntry) -> Found:
    known: dict[str, Field] = {}
    for field in procedure.fields:
        where = f"fields.{field.name}"
        if field.name in known:
            yield where, "Deux champs portent ce nom."
        if problem := condition_problem(field.shown_when, known):
            yield f"{where}.shown_when", problem
        for option, message in _options(field):
            yield f"{where}.{option}", message
        known[field.name] = field


def _options(field: Field) -> Found:
    kind = field.type
    if (kind in CHOICES) != bool(field.choices):
        yield "choices", "Il faut des choix pour une liste, et seulement pour une liste."
    for option, kinds in LIMITS.items():
        if getattr(field, option) is not None and kind not in kinds:
            yield option, f"Cette limite ne s’applique pas au type {kind}."
    if field.in_town and kind is not FieldType.ADDRESS:
        yield "in_town", "Seule une adresse peut être demandée dans la commune."
    if kind in RANGED:
        yield from bounds.problems(field)
    if (field.min_length or 0) > (field.max_length or 10000):
        yield "min_length", "La longueur minimale dépasse la longueur maximale."
    if kind is FieldType.FILES and not (field.formats and field.max_files):
        yield "formats", "Un champ de fichiers annonce ses formats et le nombre de fichiers (max_files)."
    if field.pattern is not None:
        yield from _pattern(field.pattern)
    if field.prefill not in (None, *PREFILLS):
        yield "prefill", f"« {field.prefill} » n’est pas une information du demandeur ou du membre choisi."
    yield from _stops_and_default(field)


def _texts(procedure: ProcedureEntry) -> Found:
    """What a box agrees to is there to be read."""
    slugs = [text.slug for text in procedure.texts]
    for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        yield f"texts.{slug}", "Deux textes portent ce nom."
    for field in procedure.fields:
        if field.agrees_to is None:
            continue
        where = f"fields.{field.name}.agrees_to"
        if field.type is not FieldType.CHECKBOX:
            yield where, "Seule une case à cocher accepte un texte."
        if field.agrees_to not in slugs:
            yield where, f"« {field.agrees_to} » n’est pas un texte de la démarche (texts)."


def _stops_and_default(field: Field) -> Found:
    for stop in field.stop:
        if stop.equals not in field.choices:
            yield "stop", f"« {stop.equals} » n’est pas un choix de ce champ."
    if field.type is FieldType.CHOICE and field.default is not None and field.default not in field.choices:
        yield "default", f"« {field.default} » n’est pas un choix de ce champ."


def _pattern(pattern: str) -> Found:
    try:
        re.compile(pattern)
    except re.error:
        yield "pattern", "Ce motif ne peut pas être lu."
        return
    if not (pattern.startswith("^") and pattern.endswith("$")):
        yield "pattern", "Le motif doit décrire toute la réponse : de ^ à $."
    # What means something else, or nothing, in a browser.
    if re.search(r"\(\?P|\(\?#|\(\?<[=!]|\\[AZ]|\(\?[aiLmsux]", pattern):
        yield "pattern", "Ce motif n’a pas le même sens dans un navigateur."


def _rules(procedure: ProcedureEntry) -> Found:
    known = {field.name: field for field in procedure.fields}
    for number, rule in enumerate(procedure.rules, start=1):
        where = f"rules.{rule.kind} (n° {number})"
        check = _limits if rule.kind is RuleKind.MAX_BY_CHOICE else _compared
        for message in check(rule, known):
            yield where, message


def _compared(rule: Rule, known: Mapping[str, Field]) -> Iterator[str]:
    count, kind = RULE_FIELDS[rule.kind]
    if (count and len(rule.fields) != count) or len(rule.fields) < 2:
        yield "Il faut deux champs à comparer." if count else "Il faut au moins deux champs."
    for name in rule.fields:
        if name not in known:
            yield f"« {name} » n’est pas un champ de la démarche."
        elif kind and known[name].type is not kind:
            yield f"« {name} » doit être de type {kind}."
    if rule.kind is RuleKind.MAX_DAYS_BETWEEN and not rule.days:
        yield "Il manque le nombre de jours (days)."
    if rule.kind is RuleKind.TIME_ORDER and not all(name in known and _of_hours(known[name]) for name in rule.fields):
        yield "Les champs à comparer ont un motif d’heure, de la forme 14:00 ou 14 h."


def _of_hours(field: Field) -> bool:
    with suppress(re.error):
        return any(re.fullmatch(field.pattern or "", hour) for hour in HOURS)
    return False


def _limits(rule: Rule, known: Mapping[str, Field]) -> Iterator[str]:
    limited, by = known.get(rule.field), known.get(rule.by)
    if limited is None or limited.type is not FieldType.NUMBER:
        yield "« field » doit nommer un champ de type number."
    if by is None or by.type is not FieldType.CHOICE:
        yield "« by » doit nommer un champ de type choice."
        return
    for choice in rule.limits or {"": 0}:
        if choice not in by.choices:
            yield f"« {choice} » n’est pas un choix de « {by.name} »."


def _documents(procedure: ProcedureEntry) -> Found:
    known = {field.name: field for field in procedure.fields}
    seen = {field.name for field in procedure.fields if field.type is FieldType.FILES}
    for document in procedure.documents:
        where = f"documents.{document.slug}"
        if document.slug in seen:
            yield where, "Deux pièces portent ce nom."
        seen.add(document.slug)
        if problem := condition_problem(document.shown_when, known):
            yield f"{where}.shown_when", problem


def _steps(procedure: ProcedureEntry) -> Found:
    appointment, steps = procedure.appointment, procedure.steps
    booked = appointment.mode != "none"
    if booked != (appointment.agenda is not None):
        yield "appointment.agenda", "Il faut un agenda quand un rendez-vous est possible, et seulement alors."
    wanted = ["procedure", *(["appointment"] if booked else []), "applicant", "request", "summary"]
    if list(steps) != wanted:
        yield "steps", f"Les étapes doivent être, dans cet ordre : {', '.join(wanted)}."


def _silence(procedure: ProcedureEntry) -> Found:
    silence = procedure.silence
    if (silence.effect != "none") != (silence.months is not None):
        yield "silence.months", "Il faut un délai quand le silence a un effet, et seulement alors."
    known = {field.name: field for field in procedure.fields}
    for exception in silence.exceptions:
        if problem := condition_problem(exception.when, known):
            yield "silence.exceptions", problem


def _appeal(procedure: ProcedureEntry) -> Found:
    """The town's own means of appeal stand under a decision: they are filled without an agent."""
    for name in placeholders.all_of(procedure.appeal or ""):
        if name not in placeholders.OF_AN_APPEAL:
            yield "appeal", f"« {{{{ {name} }}}} » ne peut pas être complété dans les voies de recours."


def _alert(procedure: ProcedureEntry) -> Found:
    """It leaves the file, in lists and in a mail to the department: what is confidential does not."""
    alert = procedure.alert
    if alert is None:
        return
    if problem := condition_problem(alert.when, {field.name: field for field in procedure.fields}):
        yield "alert.when", problem
    if procedure.confidential:
        yield "alert", "Une démarche confidentielle ne signale aucune réponse d’avance."


def _reception(procedure: ProcedureEntry) -> Found:
    """The choice that says what to prepare for the person who comes, and which of its answers asks for nothing."""
    appointment = procedure.appointment
    name, none = appointment.reception_field, appointment.reception_none
    if name is None and none is None:
        return
    choices = {field.name: field.choices for field in procedure.fields if field.type is FieldType.CHOICE}
    if name not in choices:
        yield "appointment.reception_field", f"« {name or ''} » n’est pas un choix de la démarche."
    elif none is not None and none not in choices[name]:
        yield "appointment.reception_none", f"« {none} » n’est pas une réponse de « {name} »."
    if appointment.mode == "none":
        yield "appointment.reception_field", "Sans rendez-vous possible, il n’y a pas d’accueil à préparer."


def _at_the_counter(procedure: ProcedureEntry) -> Found:
    """What the list of a day shows of the answers: one choice, and one text."""
    appointment, types = procedure.appointment, {field.name: field.type for field in procedure.fields}
    if appointment.reason_field is not None and types.get(appointment.reason_field) is not FieldType.CHOICE:
        yield "appointment.reason_field", f"« {appointment.reason_field} » n’est pas un choix de la démarche."
    if appointment.reference_field is not None and types.get(appointment.reference_field) is not FieldType.TEXT:
        yield "appointment.reference_field", f"« {appointment.reference_field} » n’est pas un texte de la démarche."
    if appointment.mode == "none" and (appointment.reason_field or appointment.reference_field):
        yield "appointment", "Sans rendez-vous possible, rien n’est montré sur la liste du jour."


def _profile(procedure: ProcedureEntry) -> Found:
    update = procedure.updates_profile
    if update is None:
        return
    names = {field.name for field in procedure.fields}
    alone = (update.effective_on_field, update.household_field)
    used = [*update.map, *update.clear, *update.prefer, *filter(None, alone)]
    for name in used:
        if name not in names:
            yield "updates_profile", f"« {name} » n’est pas un champ de la démarche."


def _replies(procedure: ProcedureEntry, flow: Flow) -> Found:
    statuses = flow.statuses()
    for reply in procedure.canned_replies:
        for field, message in reply_problems(reply, statuses):
            yield f"canned_replies.{field}", message
    for status in procedure.status_meanings:
        if status not in statuses:
            yield f"status_meanings.{status}", f"« {status} » n’est pas un état de ce circuit."
    if (update := procedure.updates_profile) and update.when not in statuses:
        yield "updates_profile.when", f"« {update.when} » n’est pas un état de ce circuit."
