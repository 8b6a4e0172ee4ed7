"""The steps of a procedure on their way through the pages: addresses, order, what a form sent; pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from gateway.dates import NBSP
from gateway.pages.controls import condition_text
from services.chassis import file_formats

Json = Mapping[str, Any]

ADDRESS = {
    "procedure": "demarche",
    "appointment": "rendez-vous",
    "applicant": "informations",
    "request": "demande",
    "summary": "recapitulatif",
}
TYPED = frozenset({"applicant", "request"})
"""The steps at which something is typed."""
CHANGED = "changee"
"""What the address of a step says when the procedure was published anew since its form was opened."""
STEP = {address: step for step, address in ADDRESS.items()}
FRAME_FIELDS = frozenset({"csrf", "command_id", "draft_id", "version", "compte", "action", "semaine", "creneau"})


def path(slug: str, step: str) -> str:
    """The address of a step; La démarche is the procedure's own page."""
    return f"/demarches/{slug}" if step == "procedure" else f"/demarches/{slug}/etape/{ADDRESS[step]}"


def line(definition: Json, draft: Json | None, slug: str) -> list[dict[str, Any]]:
    """What the list of steps shows: labels, which are done, which can be gone to."""
    labels = {step["slug"]: step["label"] for step in draft["steps"]} if draft else {}
    states = {step["slug"]: step["state"] for step in draft["steps"]} if draft else {}
    return [
        {
            "slug": step,
            "label": labels.get(step) or LABELS[step],
            "done": states.get(step) == "done" or (draft is not None and step == "procedure"),
            "address": path(slug, step) if draft or step == "procedure" else None,
        }
        for step in definition["steps"]
    ]


LABELS = {
    "procedure": "La démarche",
    "appointment": "Mon rendez-vous",
    "applicant": "Mes informations",
    "request": "Ma demande",
    "summary": "Le récapitulatif",
}


def following(definition: Json, step: str) -> str:
    """The step after this one."""
    order = definition["steps"]
    return order[min(order.index(step) + 1, len(order) - 1)]


def preceding(definition: Json, step: str) -> str:
    """The step before this one."""
    order = definition["steps"]
    return order[max(order.index(step) - 1, 0)]


def typed(form: MultiDict[str, str], definition: Json) -> dict[str, Any]:
    """What the person typed, question by question; a question with several answers gives a list."""
    several = {field["name"] for field in definition["fields"] if field["type"] == "multichoice"}
    names = [name for name in form if name not in FRAME_FIELDS and not name.startswith("piece:")]
    return {name: form.getlist(name) if name in several else form[name] for name in names}


def still_asked(data: Json, definition: Json, step: str) -> dict[str, Any]:
    """Of what was typed in a form of an older version, what the present one asks."""
    asked = {field["name"] for field in definition["fields"]}
    return {name: value for name, value in data.items() if step != "request" or name.partition(".")[0] in asked}


def nested(data: Json) -> dict[str, Any]:
    """`address.city` as `{"address": {"city": …}}`: as a draft keeps it."""
    result: dict[str, Any] = {}
    for key, value in data.items():
        outer, dot, inner = key.partition(".")
        if dot:
            part = result.setdefault(outer, {})
            if isinstance(part, dict):
                part[inner] = value
        else:
            result[key] = value
    return result


def pieces(
    definition: Json,
    shown: Iterable[str],
    shown_documents: Iterable[str],
    given: Iterable[Json],
    errors: Mapping[str, str],
    max_bytes: int,
) -> list[dict[str, Any]]:
    """The pieces that the form asks for, hidden ones included, with the files already there."""
    files = {document["piece"]: document["files"] for document in given}
    visible = {*shown, *shown_documents}
    uploads = [{**field, "slug": field["name"]} for field in definition["fields"] if field["type"] == "file-free"]
    return [
        piece(item, files.get(item["slug"], []), errors.get(item["slug"], ""), max_bytes, item["slug"] in visible)
        for item in (*uploads, *definition["documents"])
    ]


def piece(item: Json, files: list[Json], error: str, max_bytes: int, shown: bool = True) -> dict[str, Any]:
    """One piece as `components/uploader.html` draws it."""
    formats = item.get("formats") or ["pdf", "jpg", "jpeg", "png"]
    return {
        "slug": item["slug"],
        "label": item["label"],
        "required": bool(item.get("required")),
        "help": item.get("help") or "",
        "formats": formats,
        "formats_in_words": file_formats.in_words(formats),
        "max_files": item.get("max_files") or 1,
        "max_bytes": max_bytes,
        "files": files,
        "error": error,
        "when": condition_text(item.get("shown_when")),
        "shown": shown,
    }


def silence(definition: Json) -> str:
    """What the town's silence will mean, in words that a person understands."""
    rule = definition["silence"]
    months = rule.get("months")
    match rule["effect"]:
        case "acceptance":
            return f"Sans réponse de la mairie au bout de {months}{NBSP}mois, votre demande est réputée acceptée, si le dossier est complet."
        case "rejection":
            return (
                f"Sans réponse de la mairie au bout de {months}{NBSP}mois, votre demande est réputée refusée. "
                "Vous pouvez alors contester ce refus."
            )
        case _:
            return (
                f"Cette démarche n’attend pas de décision{NBSP}: le silence de la mairie n’a pas d’effet particulier."
            )
