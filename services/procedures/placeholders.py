"""The closed list of what a message may leave to be filled; pure."""

import re

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)

CLOSED_LIST = frozenset(
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
        "missing_documents",
        "deadline",
        "reason",
        "appointment_at",
        "other_administration",
    }
)


def unknown(text: str) -> list[str]:
    """The placeholders of the text that nobody could ever fill, each once, in order."""
    return list(
        dict.fromkeys(name for found in PLACEHOLDER.findall(text) if (name := found.strip()) not in CLOSED_LIST)
    )
