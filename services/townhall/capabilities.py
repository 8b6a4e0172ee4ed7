"""What the portal does not do yet, by name: one list for the rights and the scenarios that wait for it. Pure.

docs/roadmap.md says what each will bring and what stands in its place today.
"""

from enum import StrEnum


class Capability(StrEnum):
    EDITORS_PAGES = "editors' pages"
    SETTINGS_PAGES = "settings pages"
    AGENDA_PAGES = "agenda pages"
    ELIMINATION_PAGES = "elimination pages"
