"""The rights that a town gives its agents, and what each role comes with. Pure."""

from collections.abc import Mapping

from services.townhall.capabilities import Capability

HANDLING = ("read_requests", "change_status", "write_exchanges", "manage_appointments", "request_documents")
CONFIDENTIAL = ("handle_confidential",)
PUBLISHING = ("manage_news", "manage_activities", "manage_practical_info", "manage_polls")
GOVERNING = (
    "manage_settings",
    "manage_procedures",
    "manage_agendas",
    "manage_agents",
    "read_audit_log",
    "handle_data_rights",
    "run_retention",
)
RIGHTS = (*HANDLING, *CONFIDENTIAL, *PUBLISHING, *GOVERNING)
TO_COME = {
    **dict.fromkeys(PUBLISHING, Capability.EDITORS_PAGES),
    "manage_settings": Capability.SETTINGS_PAGES,
    "manage_procedures": Capability.SETTINGS_PAGES,
    "manage_agendas": Capability.AGENDA_PAGES,
}
"""Rights that a town may give already, though no page or operation asks for them yet, with the capability that will."""
ADMINISTRATOR = "administrator"
USUAL: Mapping[str, tuple[str, ...]] = {"agent": HANDLING, "editor": PUBLISHING, ADMINISTRATOR: GOVERNING}
"""Roles, and what each may do when nothing else is said: files of confidential procedures are opened by none of them."""
