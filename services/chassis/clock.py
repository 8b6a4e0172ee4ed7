"""Where time and ids come from, and the only module that may ask for them."""

import uuid
from datetime import UTC, datetime
from uuid import UUID


class Clock:
    """The time of the machine."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        return datetime.now(UTC)


class Ids:
    """New ids, not guessable."""

    def new(self) -> UUID:
        """An id that was never given before."""
        return uuid.uuid4()
