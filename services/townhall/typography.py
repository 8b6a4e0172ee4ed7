"""Where no line breaks: before ; : ! ? » and after «, and inside a phone number. Pure."""

import re
from collections.abc import Mapping
from typing import Any

NBSP, NNBSP = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
BREAKING = re.compile(r"(?<=\S) (?=(?:[:;?»]|!(?!=))(?:\W|$))|(?<=«) ")
"""An ordinary space where there must be none. It is none of an operator (`!=`) nor of a word that begins with the sign."""

PHONE = re.compile(r"(?<!\d)(?:0|\+33 )[1-9](?: \d{2}){4}(?!\d)")

FOR_PROGRAMS = frozenset(
    {"phone", "emergency_phone", "pattern", "default", "demo_results", "success_marker", "failure_marker", "hidden"}
)
"""What a town writes letter by letter for programs to compare or to send: a field's form, what another site answers, a number that is called."""


def typeset(text: str) -> str:
    """The text as it is to be printed or shown."""
    return BREAKING.sub(NBSP, text)


def unbroken(text: str) -> str:
    """The text with its phone numbers each in one line."""
    return PHONE.sub(lambda number: number[0].replace(" ", NBSP), text)


def typeset_document(value: Any) -> Any:
    """A town's document with every text of it typeset, but for names and for what is written for programs."""
    match value:
        case str():
            return unbroken(typeset(value))
        case Mapping():
            return {name: part if name in FOR_PROGRAMS else typeset_document(part) for name, part in value.items()}
        case list():
            return [typeset_document(part) for part in value]
        case _:
            return value
