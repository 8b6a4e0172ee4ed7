"""The browser's own accessibility tree, which is what a screen reader is given."""

import re

from playwright.sync_api import Page


def names(page: Page, role: str) -> list[str]:
    """Of all that has that role, in the order of the page; what is hidden has none."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    shown = [one for one in nodes if not one["ignored"] and one["role"]["value"] == role and "name" in one]
    return [re.sub(r"\s+", " ", str(one["name"]["value"])).strip() for one in shown]
