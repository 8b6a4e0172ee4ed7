"""What the demonstration's people are known by at its partner sites: drawn once, kept for the sites to read."""

import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from deploy.command import notes
from deploy.command.layout import write_private

Logins = dict[str, dict[str, str]]
"""By slug of the site, the secret of each identifier."""
REMEDY = "remettez-le en place, ou supprimez-le : les sites simulés n’accepteront plus ce qui est enregistré"


def entries(
    citizens: Iterable[Mapping[str, Any]], spaces: Iterable[Mapping[str, Any]], ids: Mapping[str, str], file: Path
) -> list[dict[str, Any]]:
    """What accounts is to save of each `partner_links`; a `generated` secret is the sites' own, drawn here if it is new."""
    logins: Logins = notes.read(file, json.loads, REMEDY) or {}
    fields = {space["slug"]: space["form"]["fields"] for space in spaces}
    found: list[dict[str, Any]] = []
    for citizen in citizens:
        for link in citizen.get("partner_links") or ():
            values = dict(link["values"])
            if link["secret"] == "generated":  # noqa: S105 (the file's word for one that the sites draw)
                slug = link["partner"]
                names = {role: _name(fields[slug], role) for role in ("identifier", "secret")}
                known = logins.setdefault(slug, {})
                values[names["secret"]] = known.setdefault(values[names["identifier"]], secrets.token_urlsafe(12))
            if citizen["username"] in ids:
                found.append({"account_id": ids[citizen["username"]], "slug": link["partner"], "values": values})
    write_private(file, json.dumps(logins, indent=1))
    return found


def _name(fields: Iterable[Mapping[str, Any]], role: str) -> str:
    return next(field["name"] for field in fields if field["role"] == role)
