"""What a schema finds wrong, as one French sentence per field; the same for pages and API."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import BadRequest

from services.chassis.errors import Invalid
from services.townhall.missing import missing

WRONG_TYPE = "Cette valeur n’a pas le type attendu."
# marshmallow speaks English; these are all the sentences that our schemas can draw from it.
FRENCH = (
    (r"Unknown field\.", "Cette information n’est pas demandée ici."),
    (r"Not a valid (integer|number)\.", "Donnez un nombre."),
    (r"Not a valid (string|list|mapping type|boolean)\.", WRONG_TYPE),
    (r"Invalid input type\.", WRONG_TYPE),
    (r"Must be one of: .*", "Choisissez une des valeurs proposées."),
    (r"Must be (greater|less) than .*", "Ce nombre est hors limites."),
    (r"Longer than maximum length (\d+)\.", r"Limitez cette réponse à \1 caractères."),
    (r"Shorter than minimum length (\d+)\.", r"Donnez au moins \1 caractère."),
    (r"Length must be between (\d+) and (\d+)\.", r"Donnez entre \1 et \2 caractères."),
    (r"Length must be (\d+)\.", r"Donnez exactement \1 caractères."),
)
MISSING = ("Missing data for required field.", "Field may not be null.")
LONGEST_PATH = 200
DEEPEST = 10


class NotUnderstood(Invalid):
    """What was sent does not have the announced form."""

    code = "invalid"
    message = "Certaines informations sont à corriger."


def load(schema: Schema, data: object) -> dict[str, Any]:
    """The data as the schema reads it; raises NotUnderstood with a sentence for each field at fault, or for the whole."""
    try:
        return schema.load(data)  # pyright: ignore[reportArgumentType, reportReturnType]
    except ValidationError as error:
        fields = dict(_sentences(error.normalized_messages()))
        raise NotUnderstood(fields.pop("", None), fields=fields) from None


def load_json(schema: Schema) -> dict[str, Any]:
    """The body of the present HTTP request, in the same way; raises BadRequest when it is no JSON."""
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise BadRequest from None
    if _is_deeper_than(DEEPEST, body):
        raise NotUnderstood("Le corps de la requête a trop de niveaux, l’un dans l’autre.")
    return load(schema, body)


def _is_deeper_than(levels: int, value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_is_deeper_than(levels - 1, part) for part in inner)


def _sentences(messages: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """By dotted name, the first of each field."""
    for name, found in messages.items():
        path = prefix if name == "_schema" else f"{prefix}.{name}".strip(".")[:LONGEST_PATH]
        if isinstance(found, Mapping):
            yield from _sentences(found, path)
        else:
            said = str(found[0] if isinstance(found, list) else found)
            yield path, missing("", path) if said in MISSING else in_french(said)


def in_french(message: str) -> str:
    for pattern, sentence in FRENCH:
        if found := re.fullmatch(pattern, message):
            return found.expand(sentence)
    return message
