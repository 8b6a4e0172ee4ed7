"""The setting PARTNER_SITES: addresses that stand in for partners' hosts in a demonstration. Pure."""

from collections.abc import Mapping

from services.chassis.structs import Struct


class Site(Struct):
    """One place as a browser reaches it, and as a service of ours does."""

    browser: str
    service: str


PartnerSites = Mapping[str, Site]


def read(setting: str) -> PartnerSites:
    """By host: `host=http://browser`, or `host=http://browser>http://service`, with commas between them."""
    found: dict[str, Site] = {}
    for entry in filter(None, (one.strip() for one in setting.split(","))):
        host, _, addresses = entry.partition("=")
        browser, _, service = addresses.partition(">")
        found[host] = Site(browser=browser, service=service or browser)
    return found
