"""The blanks that a town's texts may leave, `{{ name }}`: who fills which, and how they are filled. Pure."""

import re
from collections.abc import Callable, Mapping

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)

STILL_BLANK = re.compile(r"\{\{([^{}]*)\}\}|\[([^\[\]:]*):\s*à compléter\s*\]", re.IGNORECASE)

OF_AN_APPEAL = frozenset({
    "department_name", "department_address", "department_email", "department_phone",
    "appeal_months", "administrative_court", "online_appeal",
})  # fmt: skip
"""What the means of appeal of any refusal may name."""

AUTOMATIC = OF_AN_APPEAL | {
    "applicant_name", "procedure_title", "request_number", "received_at", "tracking_url", "implicit_decision_date",
    "means_of_appeal", "appointment_at",
}  # fmt: skip
"""What the system fills."""

OF_THE_AGENT = frozenset({"missing_documents", "deadline", "reason", "other_administration"})
"""What an agent fills who sends a prepared reply."""

CLOSED_LIST = AUTOMATIC | OF_THE_AGENT


def all_of(text: str) -> list[str]:
    """The placeholders of a text, each once, in order of appearance."""
    return list(dict.fromkeys(found[1].strip() for found in PLACEHOLDER.finditer(text)))


def unknown(text: str) -> list[str]:
    """Those outside the closed list."""
    return [name for name in all_of(text) if name not in CLOSED_LIST]


def to_fill(text: str) -> list[str]:
    """The placeholders that an agent has to fill before the text may be sent."""
    return [name for name in all_of(text) if name not in AUTOMATIC]


def in_words(text: str, name: Callable[[str], str]) -> str:
    """The text for an agent who finishes it by hand: each placeholder as `[date limite : à compléter]`, by its name there."""
    return PLACEHOLDER.sub(lambda match: f"[{name(match[1].strip())} : à compléter]", text)


def still_blank(text: str) -> list[str]:
    """What is still to be filled in a text that was finished by hand, each once: placeholders, and those put in words."""
    found = STILL_BLANK.finditer(text)
    return list(dict.fromkeys((match[1] if match[2] is None else match[2]).strip() for match in found))


def fill(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with every known value in place, and its placeholders without one: an unfilled one must block sending.

    A value is taken as it is: braces in a person's name are not a placeholder."""
    known = {name: values.get(name, "").strip() for name in all_of(text)}
    filled = PLACEHOLDER.sub(lambda match: known[match[1].strip()] or match[0], text)
    return filled, [name for name, value in known.items() if not value]
