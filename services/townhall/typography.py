"""Where no line breaks: before ; : ! ? » and after «, and inside a phone number. Pure."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from services.townhall.untyped import is_list, is_mapping

if TYPE_CHECKING:
    from services.chassis.contracts import Json  # which takes packages that a help does without

NBSP, NNBSP = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
BREAKING = re.compile(r"(?<=\S) (?=(?:[:;?»]|!(?!=))(?:\W|$))|(?<=«) ")
"""An ordinary space where there must be none. It is none of an operator (`!=`) nor of a word that begins with the sign."""

PHONE = re.compile(rf"(?<!\d)(?:0|\+33[ {NBSP}])[1-9](?:[ {NBSP}]\d{{2}}){{4}}(?!\d)")
"""A French number, in national or international form."""

FOR_PROGRAMS = frozenset(
    {"phone", "emergency_phone", "pattern", "default", "demo_results", "success_marker", "failure_marker", "hidden"}
)
"""What a town writes letter by letter for programs to compare or to send: a field's form, what another site answers, a number that is called."""


def typeset(text: str) -> str:
    """The text as it is to be printed or shown."""
    return BREAKING.sub(NBSP, text)


def unbroken(text: str) -> str:
    """The text with its phone numbers each in one line; one that holds such a space already is left, as it was published."""
    return PHONE.sub(lambda number: number[0] if NBSP in number[0] else number[0].replace(" ", NBSP), text)


def typeset_document(document: Mapping[str, object]) -> "Json":
    """A town's document with every text of it typeset, but for names and for what is written for programs."""
    return {name: part if name in FOR_PROGRAMS else _typeset_value(part) for name, part in document.items()}


def _typeset_value(value: object) -> object:
    if is_mapping(value):
        return typeset_document(value)
    if is_list(value):
        return [_typeset_value(part) for part in value]
    return unbroken(typeset(value)) if isinstance(value, str) else value
