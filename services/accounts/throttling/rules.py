"""How long one must wait after wrong tries: a delay that grows and is shown, never a lock for good."""

import math
from datetime import datetime, timedelta

from services.chassis.errors import TooMany
from services.chassis.structs import Struct
from services.townhall.french_dates import wait_in_words


class TryLater(TooMany):
    code = "too_many"
    message = "Trop d’essais. Patientez un peu avant de recommencer."

    @classmethod
    def until(cls, moment: datetime, now: datetime) -> "TryLater":
        """Says how long to wait, and the hour from which one may try: that stays true when it is read later."""
        seconds = max(1, math.ceil((moment - now).total_seconds()))
        said = f"Trop d’essais. Vous pourrez recommencer {wait_in_words(seconds, now)}."
        return cls(said, details={"retry_after_seconds": seconds})


class Allowance(Struct):
    """Tries that are free, then the first delay, doubled at each further try up to the longest."""

    free: int
    first_delay_seconds: int
    longest_seconds: int
    forgotten_after_seconds: int

    def delay_after(self, tries: int, *, multiplier: float = 1) -> timedelta:
        """The wait before the next try, when `tries` have been made. `multiplier` stretches the free ones."""
        beyond = tries - round(self.free * multiplier)
        if beyond < 0:
            return timedelta(0)
        return timedelta(seconds=min(self.first_delay_seconds << min(beyond, 20), self.longest_seconds))


# One account, guessed at from anywhere. A place from which its holder has logged in before is counted apart
# (FROM_A_KNOWN_PLACE), so that others who guess do not keep the holder out.
AN_ACCOUNT = Allowance(free=5, first_delay_seconds=15, longest_seconds=900, forgotten_after_seconds=3600)
FROM_A_KNOWN_PLACE = AN_ACCOUNT
SECOND_FACTOR = Allowance(free=5, first_delay_seconds=30, longest_seconds=900, forgotten_after_seconds=3600)
# One address: generous, for a town hall, a school or a library stands behind a single one.
AN_ADDRESS = Allowance(free=30, first_delay_seconds=5, longest_seconds=600, forgotten_after_seconds=900)
# Security codes answered from one address without the browser's proof of work.
WITHOUT_PROOF = Allowance(free=3, first_delay_seconds=60, longest_seconds=3600, forgotten_after_seconds=3600)
# Security codes answered ahead of the form that they belong to.
SOLVING = Allowance(free=10, first_delay_seconds=60, longest_seconds=3600, forgotten_after_seconds=3600)
# User names that a form asks for as they are typed.
CHECKING_NAMES = Allowance(free=60, first_delay_seconds=5, longest_seconds=600, forgotten_after_seconds=900)
# Corrections of the address of a space that waits for its activation, and mails sent again, in the browser that made it.
PENDING_ACTS = Allowance(free=4, first_delay_seconds=60, longest_seconds=900, forgotten_after_seconds=3600)
# Personal spaces and activation links asked for from one address.
ASKING = Allowance(free=10, first_delay_seconds=60, longest_seconds=3600, forgotten_after_seconds=3600)

# Mails that any visitor may have sent to one holder. The answer is the same once it is used up.
MAILS_TO_ONE_HOLDER = Allowance(free=4, first_delay_seconds=900, longest_seconds=3600, forgotten_after_seconds=3600)
