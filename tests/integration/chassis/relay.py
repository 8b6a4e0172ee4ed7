"""The relay, for the one database of the chassis's tests: `python -m tests.integration.chassis.relay`."""

import sys

from services.chassis import link, relay

link.LEAVE_SECONDS = 20  # that it takes leave is asked of it; how soon, elsewhere

if __name__ == "__main__":
    sys.exit(relay.main(["tests"]))
