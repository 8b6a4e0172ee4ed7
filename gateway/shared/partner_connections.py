"""Where the page of an immediate connection stands, for pages and API."""

from flask import current_app

CONNECTION = "/autres-espaces/connexion"


def address_of(token: str) -> str:
    """Its address in full: opened once, within a minute, by the person who asked for it."""
    return f"{current_app.config['PUBLIC_URL']}{CONNECTION}/{token}"
