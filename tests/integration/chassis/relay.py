"""The relay, for the one database of the chassis's tests: `python -m tests.integration.chassis.relay`."""

import sys

from services.chassis import relay

if __name__ == "__main__":
    sys.exit(relay.main(["tests"]))
