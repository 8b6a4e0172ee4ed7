"""Names with a dot: `address.city` is the city of the address; and what is named after a class or a module. Pure."""

import re
from collections.abc import Mapping


def nested(typed: Mapping[str, object]) -> dict[str, object]:
    """What was typed, by question: parts that came one by one, as a page sends them, are put together.

    Where several answers came to one question, the later counts; a part changes that part only.
    """
    answers: dict[str, object] = {}
    for key, value in typed.items():
        name, dot, part = key.partition(".")
        known = answers.get(name)
        answers[name] = {**(known if isinstance(known, Mapping) else {}), part: value} if dot else value
    return answers


def home_of(module: str) -> str:
    """The service that a module belongs to: `services.<name>.…` is <name>; of any other module its first package."""
    parts = module.split(".")
    return parts[1] if parts[0] == "services" and len(parts) > 1 else parts[0]


def snake_case(name: str) -> str:
    """`ListSessions` is the call `list_sessions`, `SlotTaken` the code `slot_taken`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
