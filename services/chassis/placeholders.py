"""The blanks that a town's texts may leave, `{{ name }}`: who fills which, and how they are filled. Pure."""

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)

OF_AN_APPEAL = frozenset(
    {
        "department_name",
        "department_address",
        "department_email",
        "department_phone",
        "appeal_months",
        "administrative_court",
        "online_appeal",
    }
)
"""What the means of appeal of any refusal may name."""

AUTOMATIC = OF_AN_APPEAL | {
    "applicant_name",
    "procedure_title",
    "request_number",
    "received_at",
    "tracking_url",
    "implicit_decision_date",
    "means_of_appeal",
    "appointment_at",
}
"""What the system fills."""

OF_THE_AGENT = frozenset({"missing_documents", "deadline", "reason", "other_administration"})
"""What an agent fills who sends a prepared reply."""

CLOSED_LIST = AUTOMATIC | OF_THE_AGENT


def all_of(text: str) -> list[str]:
    """The placeholders of a text, each once, in order of appearance."""
    return list(dict.fromkeys(found.strip() for found in PLACEHOLDER.findall(text)))


def unknown(text: str) -> list[str]:
    """Those that nobody could ever fill."""
    return [name for name in all_of(text) if name not in CLOSED_LIST]


def to_fill(text: str) -> list[str]:
    """The placeholders that an agent has to fill before the text may be sent."""
    return [name for name in all_of(text) if name not in AUTOMATIC]


def fill(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with every known value in place, and its placeholders without one: an unfilled one must block sending.

    A value is taken as it is: braces in somebody's name are no placeholder."""
    known = {name: values.get(name, "").strip() for name in all_of(text)}
    filled = PLACEHOLDER.sub(lambda match: known[match[1].strip()] or match[0], text)
    return filled, [name for name, value in known.items() if not value]
