"""The relay, for the one database of the chassis's tests: `python -m tests.integration.chassis.relay`."""

import sys

from services.chassis.bus import broker_connection, relay

broker_connection.LEAVE_SECONDS = 20  # that it takes leave is asked of it; how soon, elsewhere
relay.LOOK_SECONDS = 0.2  # that it looks after its brokers while there is nothing to tell, not how often

if __name__ == "__main__":
    sys.exit(relay.main(["tests"]))
