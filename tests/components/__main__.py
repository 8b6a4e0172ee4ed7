"""The catalogue of components in a browser, without services: `.venv/bin/python -m tests.components [PORT]`; Ctrl-C stops it."""

import sys
from contextlib import suppress
from threading import Event

from tests.components import samples
from tests.components.catalogue import served

with suppress(KeyboardInterrupt), served(int(sys.argv[1]) if sys.argv[1:] else 8000) as address:
    sys.stdout.write(f"{address}{samples.HERE}\n")
    sys.stdout.flush()
    Event().wait()
