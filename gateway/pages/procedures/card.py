"""« Mes informations » on one card, where the space knew them and nothing lacks: what is sent, at a glance; pure."""

from collections.abc import Iterable

from gateway.pages.components import edit_conflicts
from gateway.pages.components.controls import Control, Typed
from services.chassis.structs import Struct
from services.requests.schemas.own_data import Line
from services.townhall.names import full_name

IN_THE_NAME = frozenset({"civility", "given_names", "usage_name"})
SAID_ALONE = frozenset({"address", "email", "phone"})
"""What is read without its label."""


class Card(Struct):
    name: str
    lines: tuple[Line, ...]


def card(controls: Iterable[Control], who: Typed) -> Card:
    """`controls`: the questions of the step, as answered; the birth name is said where another one is in use, for whom one
    asks where it is not for a person, whose name it is."""
    in_use = who.get("usage_name")
    named = IN_THE_NAME if in_use and in_use != who.get("birth_name") else {*IN_THE_NAME, "birth_name"}
    hidden = {*named, "kind"} if who.get("kind", "person") == "person" else named
    answered = [(one, edit_conflicts.in_words(one)) for one in controls if one.shown and one.name not in hidden]
    return Card(
        name=full_name(who),
        lines=tuple(
            Line(label="" if one.name in SAID_ALONE else one.label, value=", ".join(words.split("\n")))
            for one, words in answered
            if words
        ),
    )
