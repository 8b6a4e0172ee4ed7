"""What holds inside the files of the town's contents, beyond the shape of each entry; pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.content.pictures import picture_files
from services.content.publication.files import FILES, listed
from services.content.schemas.polls import QuestionType
from services.townhall.problems import ImportRefused, Problem, from_schema

Entry = Mapping[str, Any]


def check(documents: Mapping[str, Any], drawn: Mapping[str, object]) -> None:
    """Raises ImportRefused with every problem; a file that is not given is not looked at. `drawn`: as `picture_files.problems`."""
    found: list[Problem] = []
    for name, schema in FILES.items():
        if name not in documents:
            continue
        document = documents[name]
        errors = schema().validate(document if isinstance(document, Mapping) else {})
        found += from_schema(f"{name}.yaml", document, errors) or list(_references(name, documents))
    found += picture_files.problems(documents.get("images", {}), drawn)
    if found:
        raise ImportRefused(found)


def _references(name: str, documents: Mapping[str, Any]) -> Iterator[Problem]:
    file, entries = f"{name}.yaml", listed(documents, name)
    seen: set[str] = set()
    categories = {category["slug"] for category in documents[name].get("categories", ())}
    for entry in entries:
        if entry["slug"] in seen:
            yield Problem(file=file, entry=entry["slug"], field="slug", message="Deux entrées portent ce nom.")
        seen.add(entry["slug"])
        if "category" in entry and entry["category"] not in categories:
            message = f"La catégorie « {entry['category']} » n’existe pas."
            yield Problem(file=file, entry=entry["slug"], field="category", message=message)
        if entry.get("image") and not entry.get("image_alt"):
            yield Problem(file=file, entry=entry["slug"], field="image_alt", message="Dites ce que montre l’image.")
        for field, message in _CHECKS[name](entry) if name in _CHECKS else ():
            yield Problem(file=file, entry=entry["slug"], field=field, message=message)
    if name == "news":
        yield from _highlighted(file, entries)


def _highlighted(file: str, articles: Sequence[Entry]) -> Iterator[Problem]:
    highlighted = [article for article in articles if article["highlighted"]]
    for article in highlighted:
        if article["audience"] != "account":
            message = "L’actualité à la une est réservée aux titulaires d’un espace personnel (audience: account)."
            yield Problem(file=file, entry=article["slug"], field="highlighted", message=message)
    for article in highlighted[1:]:
        message = "Une seule actualité peut être à la une."
        yield Problem(file=file, entry=article["slug"], field="highlighted", message=message)


def _poll(poll: Entry) -> Iterator[tuple[str, str]]:
    if not poll["anonymous"]:
        yield "anonymous", "Seuls les sondages anonymes sont proposés : aucun lien n’est gardé avec la personne."
    if poll["one_answer_per"] == "account" and poll["audience"] == "public":
        yield "one_answer_per", "Un sondage ouvert à tous compte une réponse par navigateur (browser)."
    if not poll["questions"]:
        yield "questions", "Il faut au moins une question."
    for question in poll["questions"]:
        if message := _question(question):
            yield f"questions.{question['name']}", message


def _question(question: Entry) -> str | None:
    kind = question["type"]
    if (kind in (QuestionType.SINGLE, QuestionType.MULTIPLE)) != bool(question.get("choices")):
        return "Il faut des choix pour une question à choix, et seulement alors."
    if kind == QuestionType.SCALE and not (
        "min" in question and question["min"] < question.get("max", question["min"])
    ):
        return "Une échelle a un minimum et un maximum (min, max)."
    return None


def _partner_space(space: Entry) -> Iterator[tuple[str, str]]:
    """Without marks, no log-in could ever be taken for accepted."""
    connection = space["connection"]
    for mark in ("success_marker", "failure_marker") if connection["kind"] == "form_post" else ():
        if not connection.get(mark):
            yield f"connection.{mark}", "Il faut les mots de la page qui disent si la connexion a réussi ou échoué."
    for field in space["form"]["fields"]:
        if connection["kind"] == "link" and field.get("role") == "secret" and field.get("stored", True):
            yield f"form.fields.{field['name']}.stored", "Un simple lien ne garde aucun secret : écrivez stored: false."
        try:
            re.compile(field.get("pattern", ""))
        except re.error:
            yield f"form.fields.{field['name']}.pattern", "Ce n’est pas une expression régulière."


_CHECKS = {"polls": _poll, "partner_spaces": _partner_space}
