"""Partner spaces as the town's file describes them, with the addresses that this installation uses. Read only."""

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

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
        if space.shown.slug == asked.slug:
            return _connection(space, read(settings.partner_sites))
    raise NoSuchItem


def _described(space: rows.Space, sites: PartnerSites) -> spaces.PartnerSpace:
    return replace(space.shown, url=_moved(space.shown.url, sites).browser)


def _connection(space: rows.Space, sites: PartnerSites) -> spaces.PartnerConnection:
    login, landing = (_moved(url, sites) for url in (space.shown.url, space.landing_url))
    return spaces.PartnerConnection(
        space=_described(space, sites),
        site=urlsplit(space.shown.url).hostname or "",
        form_url=login.browser,
        form_origins=_origins(login.browser, landing.browser),
        check_url=login.service,
        check_origins=_origins(login.service, landing.service),
        success_marker=space.success_marker,
        failure_marker=space.failure_marker,
        hidden=space.hidden,
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
