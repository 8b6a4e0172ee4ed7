"""The gateway, which gives an incomplete request up sooner: `python -m tests.integration.gateway.impatient`."""

import sys

from gateway.__main__ import main
from gateway.http import server

server.HEADERS_SECONDS = 1.0  # that it gives it up, not how soon
server.BODY_SECONDS = 2.0

if __name__ == "__main__":
    sys.exit(main())
