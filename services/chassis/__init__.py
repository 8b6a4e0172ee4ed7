"""What every service stands on: event store, bus, RPC, process. No word of the domain in it."""

import warnings

warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")  # known: docs/decisions/0007
