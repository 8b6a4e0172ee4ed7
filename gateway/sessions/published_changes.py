"""Whether anything was published since an answer was asked for: the town, a procedure, news. What a gateway keeps of it is valid until then.

Of these events this counts that they came; what they say is read by no one.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

FOLLOWED_SECONDS = 4.0
"""For so long at most an answer is kept while these events are received: one may be late, or of what is published without one. A page that
is made of it is kept for a second more at most (kept_pages.py): nothing on it is older than five seconds."""
UNFOLLOWED_SECONDS = 1.0
"""The same while they are not received."""

A = TypeVar("A")


@dataclass(frozen=True)
class Validity:
    """`mark`: of what was published when the answer was asked for; `until`: it may be used as long as that stands."""

    mark: int
    until: float


class PublishedChanges:
    """Of one gateway. `clock`: seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._happened = 0
        self._followed = False

    def validity(self, most: float = FOLLOWED_SECONDS) -> Validity:
        """Of an answer that is asked for after this; `most`: seconds."""
        return Validity(self._happened, self._clock() + min(most, self.kept_seconds()))

    def holds(self, validity: Validity) -> bool:
        """Whether nothing was published since, as far as this gateway knows, and the answer is some seconds old at most."""
        return validity.mark == self._happened and self._clock() < validity.until

    def kept_seconds(self) -> float:
        """For how long an answer may be kept while nothing is published."""
        return FOLLOWED_SECONDS if self._followed else UNFOLLOWED_SECONDS

    @property
    def followed(self) -> bool:
        """Whether these events reach this gateway."""
        return self._followed

    def happened(self) -> None:
        """An event came."""
        self._happened += 1

    def subscribed(self, subscribed: bool) -> None:
        """Sets whether these events reach this gateway; some may have been missed until now."""
        self._followed = subscribed
        self.happened()


class ValidAnswers(Generic[A]):
    """Answers by name, used only while they are valid, for so many `seconds` at most; the latest ones, `most` of them."""

    def __init__(self, changes: PublishedChanges, *, most: int, seconds: float = FOLLOWED_SECONDS) -> None:
        self._changes = changes
        self._most, self._seconds = most, seconds
        self._kept: OrderedDict[str, tuple[Validity, A]] = OrderedDict()

    def get(self, name: str, ask: Callable[[], A], *, kept: Callable[[A], bool] = lambda _: True) -> A:
        """What is known by that name, else what `ask` answers, which is kept where `kept` says so. Raises what `ask` raises."""
        known = self._kept.get(name)
        if known and self._changes.holds(known[0]):
            return known[1]
        validity = self._changes.validity(self._seconds)
        answer = ask()
        self._kept.pop(name, None)
        if kept(answer):
            self._kept[name] = validity, answer
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return answer
