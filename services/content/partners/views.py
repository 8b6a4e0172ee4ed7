"""Partner spaces as the town's file describes them, with the addresses that this installation uses. Read only."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from services.chassis.contracts import from_json
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.content.articles import rows
from services.content.articles.rules import NoSuchItem
from services.content.partners.partner_sites import PartnerSites, Site, read
from services.content.schemas import partner_spaces as spaces


def list_partner_spaces(tx: Transaction, settings: Settings, _: spaces.ListPartnerSpaces) -> spaces.PartnerSpaces:
    sites = read(settings.partner_sites)
    return spaces.PartnerSpaces(spaces=tuple(_described(space, sites) for space in rows.partner_spaces(tx.conn)))


def find_connection(
    tx: Transaction, settings: Settings, asked: spaces.FindPartnerConnection
) -> spaces.PartnerConnection:
    """Raises NoSuchItem."""
    if tx.actor is None or tx.actor.kind != "system":
        raise NoSuchItem
    for space in rows.partner_spaces(tx.conn):
        if space["slug"] == asked.slug:
            return _connection(space, read(settings.partner_sites))
    raise NoSuchItem


def _described(space: Mapping[str, Any], sites: PartnerSites) -> spaces.PartnerSpace:
    connection = space["connection"]
    shown = {
        **space,
        "kind": connection["kind"],
        "url": _moved(connection["login_url"], sites).browser,
        "note": connection.get("note", ""),
        "fields": [field for field in space["form"]["fields"] if field.get("stored", True)],
    }
    return from_json(spaces.PartnerSpace, shown)


def _connection(space: Mapping[str, Any], sites: PartnerSites) -> spaces.PartnerConnection:
    connection = space["connection"]
    login, landing = (_moved(connection[name], sites) for name in ("login_url", "landing_url"))
    return spaces.PartnerConnection(
        space=_described(space, sites),
        site=urlsplit(connection["login_url"]).hostname or "",
        form_url=login.browser,
        form_origins=_origins(login.browser, landing.browser),
        check_url=login.service,
        check_origins=_origins(login.service, landing.service),
        success_marker=connection.get("success_marker", ""),
        failure_marker=connection.get("failure_marker", ""),
        hidden=dict(space["form"]["hidden"]),
    )


def _moved(url: str, sites: PartnerSites) -> Site:
    """The address for a browser and for a service: the town's own, unless a demonstration stands in for that host."""
    parts = urlsplit(url)
    found = sites.get(parts.hostname or "")
    if found is None:
        return Site(browser=url, service=url)
    rest = ("", "", *parts[2:])
    return Site(browser=found.browser + urlunsplit(rest), service=found.service + urlunsplit(rest))


def _origins(*urls: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys("{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in urls))
