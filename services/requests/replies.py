"""Canned replies: placeholders filled from what is known, the rest by the agent; pure."""

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")

AUTOMATIC = frozenset(
    {
        "applicant_name",
        "procedure_title",
        "request_number",
        "received_at",
        "department_name",
        "department_address",
        "department_email",
        "department_phone",
        "tracking_url",
        "implicit_decision_date",
        "appeal_months",
        "administrative_court",
        "online_appeal",
        "appointment_at",
    }
)
"""Placeholders that the system fills; all others are the agent's to fill."""


def placeholders(text: str) -> list[str]:
    """The placeholders of a text, each once, in order of appearance."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def to_fill(text: str) -> list[str]:
    """The placeholders that an agent has to fill before the text may be sent."""
    return [name for name in placeholders(text) if name not in AUTOMATIC]


def fill(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with every known value in place, and the placeholders that remain: an unfilled one must block sending."""

    def known(match: re.Match[str]) -> str:
        return values.get(match[1], "").strip() or match[0]

    filled = PLACEHOLDER.sub(known, text)
    return filled, placeholders(filled)
