"""How often one account, then one address, may do a thing: token buckets in this process.

Each gateway counts for itself, its part of what the town allows: that divided by the number of gateways (GATEWAYS), and at
least one. What only a gateway itself answers, or the proxy in front bounds for all of them, is not divided. Addresses get
ten times an account's share, for a school or a library shares one.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from services.chassis.errors import TooMany

BUCKETS_KEPT = 50_000
ADDRESS_SHARE = 10
RETRY_AFTER = "retry_after_seconds"


class TooOften(TooMany):
    message = "Trop d’essais en peu de temps. Réessayez dans un moment."


@dataclass(frozen=True)
class Limit:
    """`of_each`: of each gateway by itself, rather than of all of them."""

    name: str
    times: int
    seconds: int
    of_each: bool = False


LOG_IN = Limit("log_in", 10, 60)
SECOND_FACTOR = Limit("second_factor", 10, 60)
SIGN_UP = Limit("sign_up", 10, 3600)
USERNAMES = Limit("usernames", 12, 60)  # as they are typed: accounts counts them too, over all gateways
ADDRESSES = Limit("addresses", 120, 60)  # as they are typed
LINK_AGAIN = Limit("link_again", 5, 3600)
RECOVERY = Limit("recovery", 5, 3600)
CAPTCHA = Limit("captcha", 30, 60)
SPOKEN_CODE = Limit("spoken_code", 10, 60)  # each takes the processor for a fifth of a second
UPLOAD = Limit("upload", 60, 3600)
SUBMIT = Limit("submit", 30, 3600)
CHECK_RECEIPT = Limit("check_receipt", 30, 60)
HOLD_SLOT = Limit("hold_slot", 60, 3600)
EXPORT = Limit("export", 30, 3600)  # each reads as much as forty pages of the list
NEWS = Limit("news", 60, 60, of_each=True)  # three a minute for each list that one agent has open
PAGES = Limit("pages", 120, 60)  # of files: each takes the processor for up to half a second
WRITE = Limit("write", 240, 60)
READ = Limit("read", 1200, 60, of_each=True)


class RateLimits:
    """Buckets that refill evenly; the oldest are forgotten, so memory is bounded."""

    def __init__(self, multiplier: float, *, gateways: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._multiplier = multiplier
        self._gateways = gateways
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def spend(self, limit: Limit, *, account: str | None, address: str) -> None:
        """Takes one token from the account's bucket and one from the address's; raises TooOften with the wait."""
        waits = [self._spend(limit, f"address {address}", ADDRESS_SHARE)]
        if account is not None:
            waits.append(self._spend(limit, f"account {account}", 1))
        wait = max(waits)
        if wait > 0:
            raise TooOften(details={RETRY_AFTER: math.ceil(wait)})

    def _spend(self, limit: Limit, holder: str, share: int) -> float:
        """Seconds to wait before the next try; 0 when a token was there."""
        full = limit.times * share * self._multiplier
        full = max(1.0, full if limit.of_each else full / self._gateways)
        per_second = full / limit.seconds
        now = self._clock()
        key = (limit.name, holder)
        left, since = self._buckets.pop(key, (full, now))
        left = min(full, left + (now - since) * per_second)
        wait = 0.0 if left >= 1 else (1 - left) / per_second
        self._buckets[key] = (left - 1 if wait == 0 else left, now)
        if len(self._buckets) > BUCKETS_KEPT:
            self._buckets.popitem(last=False)
        return wait
