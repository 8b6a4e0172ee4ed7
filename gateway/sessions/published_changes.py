"""Whether anything was published since an answer was asked for: the town, a procedure, news. What a gateway keeps of it is valid until then.

Of these events this counts that they came; what they say is read by no one.
"""

FOLLOWED_SECONDS = 5.0
"""For so long at most an answer is kept while these events are received: one may be late, or of what is published without one."""
UNFOLLOWED_SECONDS = 1.0
"""The same while they are not received."""


class PublishedChanges:
    """Of one gateway."""

    def __init__(self) -> None:
        self._happened = 0
        self._followed = False

    def mark(self) -> int:
        """The state of things at present: while it is the same, nothing was published."""
        return self._happened

    def kept_seconds(self) -> float:
        """For how long an answer may be kept while the mark stays the same."""
        return FOLLOWED_SECONDS if self._followed else UNFOLLOWED_SECONDS

    def happened(self) -> None:
        """An event came."""
        self._happened += 1

    def subscribed(self, subscribed: bool) -> None:
        """Sets whether these events reach this gateway; some may have been missed until now."""
        self._followed = subscribed
        self.happened()
