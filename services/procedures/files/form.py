"""What makes a procedure coherent, beyond the shape of its entry; pure.

Each function yields problems of one kind, as a field name and a French sentence that says what to write.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from services.procedures.files import bounds
from services.procedures.files.definition import flow_statuses
from services.townhall import placeholders

Entry = Mapping[str, Any]
Found = Iterator[tuple[str, str]]

CHOICES = ("choice", "multichoice")
TEXTS = ("text", "longtext")
LENGTHS = ("pattern", "min_length", "max_length")
RANGED = ("date", "number")
HOURS = ("14:00", "14 h")

RULE_FIELDS = {
    "at_least_one_of": (None, None),
    "same_value": (2, None),
    "date_order": (2, "date"),
    "time_order": (2, "text"),
    "max_days_between": (2, "date"),
    "less_or_equal": (2, "number"),
}
"""For each kind of rule on `fields`: how many it compares and of which type; None is any."""

APPLICANT = {
    *("birth_name", "usage_name", "given_names", "full_name", "birth_date", "birth_place", "civility", "address"),
    *("email", "mobile_phone", "home_phone", "work_phone"),
}
PREFILLS = {f"{who}.{what}" for who in ("applicant", "member") for what in APPLICANT}


def problems(procedure: Entry, flow: Entry) -> Found:
    """Everything that keeps this procedure from being published; the entry has the shape of its schema."""
    for check in (_relations, _fields, _texts, _rules, _documents, _steps, _quota, _silence, _appeal, _alert, _profile):
        yield from check(procedure)
    yield from _reception(procedure)
    yield from _replies(procedure, flow)


def _relations(procedure: Entry) -> Found:
    if procedure.get("relations") and procedure["about"] == "applicant":
        yield "relations", "Cette démarche se fait pour soi-même, et ne choisit personne dans la famille."


def _quota(procedure: Entry) -> Found:
    quota = procedure["quota"]
    if quota and "served" in quota and quota["period"] != "week":
        yield "quota.served", "Le jour où la place est honorée ne se dit que d’un quota par semaine (period: week)."


def condition_problem(condition: Entry | None, known: Mapping[str, Entry]) -> str | None:
    """What is wrong with a `shown_when`: it must ask one thing of a field that comes earlier."""
    if condition is None:
        return None
    tests = set(condition) - {"field"}
    if len(tests) != 1:
        return "Il faut une seule condition : equals, any_of, contains ou any_contains."
    field = known.get(condition["field"])
    if field is None:
        return f"La condition porte sur « {condition['field']} », qui n’est pas un champ placé avant."
    return _asked(field, test := tests.pop(), condition[test])


def reply_problems(reply: Entry, statuses: Sequence[str]) -> Found:
    """A canned reply sets a status of the flow and leaves only known placeholders to be filled."""
    if reply["sets_status"] not in statuses:
        yield f"{reply['slug']}.sets_status", f"« {reply['sets_status']} » n’est pas un état de ce circuit."
    for name in placeholders.unknown(reply["text"]):
        yield f"{reply['slug']}.text", f"« {{{{ {name} }}}} » ne fait pas partie des mentions à compléter."


def _asked(field: Entry, test: str, value: Any) -> str | None:
    kind, name = field["type"], field["name"]
    if test == "equals" and kind == "checkbox":
        return (
            None if isinstance(value, bool) else f"« {name} » est une case à cocher : equals doit être true ou false."
        )
    wanted = "multichoice" if test in ("contains", "any_contains") else "choice"
    if kind != wanted:
        return f"« {test} » ne s’applique pas à « {name} », qui est de type {kind}."
    asked = value if isinstance(value, list) else [value]
    missing = [choice for choice in asked if choice not in field.get("choices", {})]
    return f"« {missing[0]} » n’est pas un choix de « {name} »." if missing else None


def _fields(procedure: Entry) -> Found:
    known: dict[str, Entry] = {}
    for field in procedure["fields"]:
        where = f"fields.{field['name']}"
        if field["name"] in known:
            yield where, "Deux champs portent ce nom."
        if problem := condition_problem(field.get("shown_when"), known):
            yield f"{where}.shown_when", problem
        for option, message in _options(field):
            yield f"{where}.{option}", message
        known[field["name"]] = field


def _options(field: Entry) -> Found:
    kind = field["type"]
    if (kind in CHOICES) != bool(field.get("choices")):
        yield "choices", "Il faut des choix pour une liste, et seulement pour une liste."
    for option, kinds in (dict.fromkeys(LENGTHS, TEXTS) | {"min": RANGED, "max": RANGED}).items():
        if option in field and kind not in kinds:
            yield option, f"Cette limite ne s’applique pas au type {kind}."
    if "in_town" in field and kind != "address":
        yield "in_town", "Seule une adresse peut être demandée dans la commune."
    if kind in RANGED:
        yield from bounds.problems(field)
    if field.get("min_length", 0) > field.get("max_length", 10000):
        yield "min_length", "La longueur minimale dépasse la longueur maximale."
    if kind == "file-free" and not ("formats" in field and "max_files" in field):
        yield "formats", "Un champ de fichiers annonce ses formats et le nombre de fichiers (max_files)."
    if "pattern" in field:
        yield from _pattern(field["pattern"])
    if field.get("prefill") not in (None, *PREFILLS):
        yield "prefill", f"« {field['prefill']} » n’est pas une information du demandeur ou du membre choisi."
    yield from _stops_and_default(field)


def _texts(procedure: Entry) -> Found:
    """What a box agrees to is there to be read."""
    slugs = [text["slug"] for text in procedure.get("texts", ())]
    for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        yield f"texts.{slug}", "Deux textes portent ce nom."
    for field in procedure["fields"]:
        if "agrees_to" not in field:
            continue
        where = f"fields.{field['name']}.agrees_to"
        if field["type"] != "checkbox":
            yield where, "Seule une case à cocher accepte un texte."
        if field["agrees_to"] not in slugs:
            yield where, f"« {field['agrees_to']} » n’est pas un texte de la démarche (texts)."


def _stops_and_default(field: Entry) -> Found:
    for stop in field.get("stop", ()):
        if stop["equals"] not in field.get("choices", {}):
            yield "stop", f"« {stop['equals']} » n’est pas un choix de ce champ."
    if field["type"] == "choice" and "default" in field and field["default"] not in field.get("choices", {}):
        yield "default", f"« {field['default']} » n’est pas un choix de ce champ."


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


def _rules(procedure: Entry) -> Found:
    types = {field["name"]: field["type"] for field in procedure["fields"]}
    for number, rule in enumerate(procedure["rules"], start=1):
        where = f"rules.{rule['kind']} (n° {number})"
        check = _limits if rule["kind"] == "max_by_choice" else _compared
        for message in check(rule, types, procedure):
            yield where, message


def _compared(rule: Entry, types: Mapping[str, str], procedure: Entry) -> Iterator[str]:
    count, kind = RULE_FIELDS[rule["kind"]]
    names = rule.get("fields") or []
    if (count and len(names) != count) or len(names) < 2:
        yield "Il faut deux champs à comparer." if count else "Il faut au moins deux champs."
    for name in names:
        if name not in types:
            yield f"« {name} » n’est pas un champ de la démarche."
        elif kind and types[name] != kind:
            yield f"« {name} » doit être de type {kind}."
    if rule["kind"] == "max_days_between" and "days" not in rule:
        yield "Il manque le nombre de jours (days)."
    patterns = {field["name"]: field.get("pattern", "") for field in procedure["fields"]}
    if rule["kind"] == "time_order" and not all(_of_hours(patterns.get(name, "")) for name in names):
        yield "Les champs à comparer ont un motif d’heure, de la forme 14:00 ou 14 h."


def _of_hours(pattern: str) -> bool:
    with suppress(re.error):
        return any(re.fullmatch(pattern, hour) for hour in HOURS)
    return False


def _limits(rule: Entry, types: Mapping[str, str], procedure: Entry) -> Iterator[str]:
    if types.get(rule.get("field", "")) != "number":
        yield "« field » doit nommer un champ de type number."
    by = next((field for field in procedure["fields"] if field["name"] == rule.get("by")), None)
    if by is None or by["type"] != "choice":
        yield "« by » doit nommer un champ de type choice."
        return
    for choice in rule.get("limits") or {"": 0}:
        if choice not in by.get("choices", {}):
            yield f"« {choice} » n’est pas un choix de « {by['name']} »."


def _documents(procedure: Entry) -> Found:
    known = {field["name"]: field for field in procedure["fields"]}
    seen = {field["name"] for field in procedure["fields"] if field["type"] == "file-free"}
    for document in procedure["documents"]:
        where = f"documents.{document['slug']}"
        if document["slug"] in seen:
            yield where, "Deux pièces portent ce nom."
        seen.add(document["slug"])
        if problem := condition_problem(document.get("shown_when"), known):
            yield f"{where}.shown_when", problem


def _steps(procedure: Entry) -> Found:
    appointment, steps = procedure["appointment"], procedure["steps"]
    booked = appointment["mode"] != "none"
    if booked != ("agenda" in appointment):
        yield "appointment.agenda", "Il faut un agenda quand un rendez-vous est possible, et seulement alors."
    wanted = ["procedure", *(["appointment"] if booked else []), "applicant", "request", "summary"]
    if list(steps) != wanted:
        yield "steps", f"Les étapes doivent être, dans cet ordre : {', '.join(wanted)}."


def _silence(procedure: Entry) -> Found:
    silence = procedure["silence"]
    if (silence["effect"] != "none") != ("months" in silence):
        yield "silence.months", "Il faut un délai quand le silence a un effet, et seulement alors."
    known = {field["name"]: field for field in procedure["fields"]}
    for exception in silence.get("exceptions", ()):
        if problem := condition_problem(exception["when"], known):
            yield "silence.exceptions", problem


def _appeal(procedure: Entry) -> Found:
    """The town's own means of appeal stand under a decision: they are filled without an agent."""
    for name in placeholders.all_of(procedure.get("appeal", "")):
        if name not in placeholders.OF_AN_APPEAL:
            yield "appeal", f"« {{{{ {name} }}}} » ne peut pas être complété dans les voies de recours."


def _alert(procedure: Entry) -> Found:
    """It leaves the file, in lists and in a mail to the department: what is confidential does not."""
    alert = procedure.get("alert")
    if alert is None:
        return
    if problem := condition_problem(alert["when"], {field["name"]: field for field in procedure["fields"]}):
        yield "alert.when", problem
    if procedure["confidential"]:
        yield "alert", "Une démarche confidentielle ne signale aucune réponse d’avance."


def _reception(procedure: Entry) -> Found:
    """The choice that says what to prepare for who comes, and which of its answers asks for nothing."""
    appointment = procedure["appointment"]
    name, none = appointment.get("reception_field"), appointment.get("reception_none")
    if name is None and none is None:
        return
    choices = {field["name"]: field["choices"] for field in procedure["fields"] if field["type"] == "choice"}
    if name not in choices:
        yield "appointment.reception_field", f"« {name or ''} » n’est pas un choix de la démarche."
    elif none is not None and none not in choices[name]:
        yield "appointment.reception_none", f"« {none} » n’est pas une réponse de « {name} »."
    if appointment["mode"] == "none":
        yield "appointment.reception_field", "Sans rendez-vous possible, il n’y a pas d’accueil à préparer."


def _profile(procedure: Entry) -> Found:
    update = procedure.get("updates_profile")
    if update is None:
        return
    names = {field["name"] for field in procedure["fields"]}
    alone = (update.get("effective_on_field"), update.get("household_field"))
    used = [*update["map"], *update.get("clear", {}), *update.get("prefer", {}), *filter(None, alone)]
    for name in used:
        if name not in names:
            yield "updates_profile", f"« {name} » n’est pas un champ de la démarche."


def _replies(procedure: Entry, flow: Entry) -> Found:
    statuses = flow_statuses(flow)
    for reply in procedure["canned_replies"]:
        for field, message in reply_problems(reply, statuses):
            yield f"canned_replies.{field}", message
    for status in procedure.get("status_meanings", {}):
        if status not in statuses:
            yield f"status_meanings.{status}", f"« {status} » n’est pas un état de ce circuit."
    if (update := procedure.get("updates_profile")) and update["when"] not in statuses:
        yield "updates_profile.when", f"« {update['when']} » n’est pas un état de ce circuit."
