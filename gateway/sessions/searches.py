"""What an agent searches for by name: personal data, so no address holds it.

The browser keeps the last searches in a cookie that only the gateway can read, sealed for the agent who made them; an
address holds a word without meaning that names one of them. Pages, filters and « back » are plain addresses then, in any
tab, with any gateway. The number of a request names no one: it may stand in an address.
"""

import re
import secrets

from flask import Response, request

from gateway.sessions.cookies import CookieJar

SEARCHES_KEPT = 5
PURPOSE = "agents' searches"
LONGEST = 80
NUMBER = r"^[0-9]{4}[ -]?[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{4}$"
NAME_BYTES = 6


def is_number(typed: str) -> bool:
    """Whether that is the number of a request, as people type it, and so may stand in an address."""
    return re.fullmatch(NUMBER, typed) is not None


def known(jar: CookieJar, agent: str) -> dict[str, str]:
    """The agent's searches by the word that names them, the latest first; none where the cookie is not theirs."""
    return jar.unseal(PURPOSE, request.cookies.get(jar.searches, ""), bound_to=agent)


def keep(response: Response, jar: CookieJar, agent: str, searches: dict[str, str]) -> None:
    """The browser remembers them until it is closed or the agent logs out."""
    latest = dict(list(searches.items())[:SEARCHES_KEPT])
    jar.put(response, jar.searches, jar.seal(PURPOSE, latest, bound_to=agent))


def named(text: str, searches: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The word that names this search, and all searches with it in front; made again, it keeps its word."""
    word = next((word for word, known in searches.items() if known == text), None) or secrets.token_urlsafe(NAME_BYTES)
    return word, {word: text, **{other: known for other, known in searches.items() if other != word}}
