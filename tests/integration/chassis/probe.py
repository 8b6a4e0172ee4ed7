"""A small service of the tests' own: `python -m tests.integration.chassis.probe` stands on the chassis as any other does.

It is called "tests", appends to its own streams, and hears its own events, by the relay and the broker like everyone.
"""

from services.chassis import patched  # isort: skip -- before anything that opens a socket

import sys
import time

import eventlet

from services.chassis.calls import Call
from services.chassis.entrypoints import rpc
from services.chassis.errors import Conflict
from services.chassis.providers import Neighbours, Stores
from services.chassis.rpc import RpcClient
from services.chassis.run import serve
from services.chassis.store import Store
from tests.integration.chassis import facts

assert patched


class Refused(Conflict):
    code = "refused_by_the_probe"
    message = "Non."


class Probe:
    name = "tests"

    store: Store = Stores()  # type: ignore[assignment]
    neighbours: RpcClient = Neighbours()  # type: ignore[assignment]

    @rpc()
    def echo(self, call: Call) -> dict[str, object]:
        return {"actor": call.actor.id, "correlation_id": call.correlation_id}

    @rpc()
    def refuse(self, call: Call) -> None:
        raise Refused(fields={"name": "Trop court."}, details={"least": 3})

    @rpc()
    def fail(self, call: Call) -> None:
        raise ValueError("never told")

    @rpc()
    def sleep(self, call: Call) -> dict[str, object]:
        eventlet.sleep(30)
        return {}

    @rpc()
    def note(self, call: Call) -> dict[str, object]:
        return self.store.run(call, lambda tx: facts.note(tx, str(call.command_id)))

    @rpc()
    def query_slowly(self, call: Call) -> dict[str, object]:
        """Twenty queries of a second side by side: how long they take, and the longest pause of the hub meanwhile."""
        longest, stop = [0.0], [False]

        def tick() -> None:
            while not stop[0]:
                begun = time.monotonic()
                eventlet.sleep(0.01)
                longest[0] = max(longest[0], time.monotonic() - begun - 0.01)

        def query() -> None:
            with self.store.read() as conn:
                conn.execute("SELECT pg_sleep(1)")

        eventlet.spawn(tick)
        begun = time.monotonic()
        for running in [eventlet.spawn(query) for _ in range(5)]:
            running.wait()
        stop[0] = True
        return {"seconds": time.monotonic() - begun, "pause": longest[0]}


if __name__ == "__main__":
    sys.exit(serve("tests", lambda _: Probe))
