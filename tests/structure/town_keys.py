"""Every key of a town's files and which modules read it: `python -m tests.structure.town_keys` lists them.

A key is read where a module other than those that check files names it with what holds it in the file: `contact.email`,
`["contact"]["email"]`; where no module does, one that names the two apart.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema

from services.chassis.french_fields import Listed, Part
from services.procedures.files.town_files import AgendasFile, ServiceAreasFile, TownFile

ROOT = Path(__file__).resolve().parents[2]
TOWNS = ("demo-town", "empty-town")
CHECKED = {"town": TownFile, "service_areas": ServiceAreasFile, "agendas": AgendasFile}
CHECKERS = ("town_files.py", "people_file.py", "samples_file.py", "/files.py")
"""Modules that say of a key what it may hold. `services/content/publication/files.py` also makes the entries that readers see."""
DECLARATIONS = "services/procedures/schemas/definitions/"
ENTRIES = "services/requests/samples/entries.py"
"""They name every key; one is read where it is used, or by the declaration that it is handed to."""
NAMED = re.compile(r"""["'](\w+)["']|\.(\w+)|\b(\w+)\s*[:=]""")
FOR_TESTS = "scenarios"
"""The file that lists what the demonstration shows: the product never reads it."""
CHOSEN_BY_THE_TOWN = re.compile(
    r"""
    procedures\.procedures\.fields\.choices\..+ | procedures\.procedures\.rules\.limits\..+
    | procedures\.procedures\.(updates_profile\.(map|clear|prefer|set)|deadlines|fields\.labels)\..+
    | accounts\.citizens\.(sample_requests\.(answers|exchanges\.values)|partner_links\.values)\..+
    | procedures\.procedures\.status_meanings\..+ | procedures\.procedures\.applicant\.asks\..+
    | polls\.polls\.(questions\.choices|demo_results)\..+
    | partner_spaces\.partner_spaces\.form\.hidden\..+ | town\.public_holidays_expected\..+
    """,
    re.VERBOSE,
)
"""Names that a town gives to choices, answers and the like: they are data."""
ROOMS = ("services", "gateway", "deploy")
ROOMS_OF_PEOPLE = (
    "services/accounts",
    "services/requests",
    "services/messaging",
    "services/documents",
    "deploy/operator",
)
"""Those that are given the file of people, or a part of it."""
HANDED_TO = {
    "accounts.citizens.family_members": {"services/accounts/family/rules.py"},
    "accounts.citizens.sample_requests": {"services/requests/samples/rules.py"},
    "accounts.citizens.sample_requests.exchanges": {ENTRIES},
    "accounts.citizens.storage": {"services/documents/storage/use_cases.py"},
    "agendas.agendas.weekly": {"services/townhall/town_time.py"},
    "agendas.agendas.closures": {DECLARATIONS + "agendas.py"},
    "agendas.agendas.exceptions": {DECLARATIONS + "agendas.py"},
    "activities.activities": {"gateway/pages/templates/content/_item.html"},
    "news.news": {"gateway/pages/templates/content/_item.html"},
    "practical_info.practical_info": {"gateway/pages/templates/content/_item.html"},
    "partner_spaces.partner_spaces": {"services/content/schemas/partner_spaces.py"},
    "procedures.acknowledgement_texts": {"services/messaging/mails/values.py"},
    "procedures.common_replies": {"services/requests/following/views.py"},
    "procedures.procedures.canned_replies": {"services/requests/worklist/use_cases.py"},
    "procedures.procedures": {
        "services/procedures/publication/use_cases.py",
        "gateway/pages/templates/procedures/_privacy.html",
    },
    "service_areas.service_areas": {
        "services/procedures/publication/use_cases.py",
        "gateway/pages/templates/procedures/area.html",
    },
    "town.opening_hours.exceptions": {DECLARATIONS + "agendas.py"},
    "town.opening_hours.weekly": {"services/townhall/town_time.py"},
    "town.portal_settings": {DECLARATIONS + "towns.py", "services/accounts/town/rules.py"},
    **{key: {"services/townhall/positions.py"} for key in ("town.town.map", "town.town.map.landmarks")},
}
"""Modules that are given a part of a file and do not say what it is called there."""


@cache
def keys() -> frozenset[str]:
    """Of all files, `file.key.key`; the elements of a list have the key of their list."""
    found = {key for name, schema in CHECKED.items() for key in _of_schema(name, schema())}
    for town in TOWNS:
        for file in (ROOT / "deploy" / town).glob("*.yaml"):
            found |= set(_of_document(file.stem, yaml.load(file.read_bytes(), yaml.CSafeLoader)))
    return frozenset(key for key in found if not key.startswith(FOR_TESTS) and not CHOSEN_BY_THE_TOWN.fullmatch(key))


def _of_document(at: str, node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for element in node:
            yield from _of_document(at, element)
    elif isinstance(node, dict):
        for name, value in node.items():
            yield f"{at}.{name}"
            yield from _of_document(f"{at}.{name}", value)


def _of_schema(at: str, schema: Schema) -> Iterator[str]:
    for name, field in schema.fields.items():
        key = f"{at}.{field.data_key or name}"
        yield key
        inner = field.inner if isinstance(field, Listed) else field
        if isinstance(inner, Part):
            yield from _of_schema(key, inner.schema)


@cache
def _texts() -> dict[str, str]:
    """The modules and templates that may read what files say."""
    kinds = {".py", ".html", ".txt", ".j2"}
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in kinds]
    read = {path for path in files if not path.as_posix().endswith(CHECKERS) and "common_passwords" not in path.name}
    read |= {ROOT / "services/content/publication/files.py"}
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sorted(read)}


@cache
def _words() -> dict[str, set[str]]:
    """The names that each module speaks of."""
    return {path: {name for found in NAMED.findall(text) for name in found if name} for path, text in _texts().items()}


@cache
def _together(holder: str, name: str) -> re.Pattern[str]:
    return re.compile(rf"""\b{holder}["']?(?:\]|,[^()\n]*\))?(?:\.get\(|\[|\.)["']?{name}\b""")


@cache
def readers(key: str) -> list[str]:
    """The modules and templates that read it. A list is also known by its singular."""
    path, _, name = key.rpartition(".")
    holder = path.rpartition(".")[2]
    rooms = ROOMS_OF_PEOPLE if key.startswith("accounts.") else ROOMS
    given = HANDED_TO.get(path, ())
    named = [
        module
        for module, words in _words().items()
        if module.startswith(rooms)
        and name in words
        and (module in given or not module.startswith((DECLARATIONS, ENTRIES)))
    ]
    if path == holder:  # a whole list of a file
        return named
    holders = {holder, holder.removesuffix("s")}
    together = [module for module in named if any(_together(one, name).search(_texts()[module]) for one in holders)]
    return together or [module for module in named if holders & _words()[module] or module in given]


if __name__ == "__main__":
    for known in sorted(keys()):
        sys.stdout.write(f"{known:<70} {', '.join(readers(known)[:4]) or '-'}\n")
