"""Who has which file open: of the pages that ask about it while they are open. No service is asked, and nothing is kept.

Requests knows who opened a file in the last minutes, not when it was closed. Of the pages of this gateway both are known here; of those of
another one, and of browsers without scripts, what requests said stands for its minutes.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from zlib import crc32

from services.requests.schemas.tracking import AlsoOpen

STILL_THERE = 90.0
"""A page that stays open asks every twenty seconds, one that is out of sight once a minute."""
SAID = 300.0
"""For so long what requests said of a colleague is taken for true."""


@dataclass
class Page:
    number: str
    who: AlsoOpen
    said: tuple[AlsoOpen, ...]
    since: float
    seen: float
    asked: bool = False


class OpenFiles:
    """Of one gateway."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._pages: OrderedDict[str, Page] = OrderedDict()  # the one that was seen last at the end
        self._of: dict[str, set[str]] = {}
        self._closed: OrderedDict[tuple[str, str], float] = OrderedDict()

    def opened(self, number: str, who: AlsoOpen, said: Sequence[AlsoOpen]) -> str:
        """The id of a page of that file. `said`: the colleagues whom requests named."""
        with self._lock:
            self._forget()
            since = min(
                (one.who.since for one in self._at(number) if one.who.agent_id == who.agent_id), default=who.since
            )
            page, now = secrets.token_hex(8), self._clock()
            self._pages[page] = Page(number, replace(who, since=since), tuple(said), now, now)
            self._of.setdefault(number, set()).add(page)
            self._closed.pop((number, who.agent_id), None)
            return page

    def others(self, page: str, agent: str, *, again: bool = False) -> list[AlsoOpen] | None:
        """The colleagues who have the file of that page open; None where it is no page of that agent. `again`: asked by the page itself."""
        with self._lock:
            asking = self._pages.get(page)
            if asking is None or asking.who.agent_id != agent:
                return None
            asking.asked, asking.seen = asking.asked or again, self._clock()
            self._pages.move_to_end(page)
            self._forget()
            found = dict[str, AlsoOpen]()
            here = [one.who for one in self._at(asking.number)]
            for one in [*here, *(asking.said if asking.seen - asking.since < SAID else ())]:
                known = found.get(one.agent_id)
                if one.agent_id != agent and (asking.number, one.agent_id) not in self._closed:
                    found[one.agent_id] = one if known is None or one.since < known.since else known
            return sorted(found.values(), key=lambda one: one.since)

    def closed(self, page: str, agent: str) -> None:
        with self._lock:
            known = self._pages.get(page)
            if known is not None and known.who.agent_id == agent:
                self._close(page)

    def _at(self, number: str) -> list[Page]:
        return [self._pages[page] for page in self._of.get(number, ())]

    def _close(self, page: str) -> None:
        one = self._pages.pop(page)
        left = self._of[one.number]
        left.discard(page)
        if not left:
            del self._of[one.number]
        if not any(other.who.agent_id == one.who.agent_id for other in self._at(one.number)):
            of_agent = (one.number, one.who.agent_id)
            self._closed[of_agent] = self._clock()
            self._closed.move_to_end(of_agent)

    def _forget(self) -> None:
        """Pages that ask no more: those that never did may be of a browser without scripts."""
        now = self._clock()
        while self._pages:
            page, oldest = next(iter(self._pages.items()))
            if now - oldest.seen < STILL_THERE:
                break
            self._close(page)
            if not oldest.asked:
                self._closed.pop((oldest.number, oldest.who.agent_id), None)
        while self._closed and now - next(iter(self._closed.values())) >= SAID:
            self._closed.popitem(last=False)


def mark_of(others: Sequence[AlsoOpen]) -> str:
    """Another one where others have it open."""
    return f"{crc32(repr([(one.agent_id, one.since) for one in others]).encode()):x}"
