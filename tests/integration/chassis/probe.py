"""A small service of the tests' own: `python -m tests.integration.chassis.probe` stands on the chassis as any other does.

It is called "tests", appends to its own streams, and gets its own events, by the relay and the broker like everyone.
"""

from services.chassis.process import patched  # isort: skip -- before anything that opens a socket

import sys
from contextlib import ExitStack
from typing import Any

import eventlet

from services.chassis.bus import broker_connection, parking
from services.chassis.calls import Call
from services.chassis.contracts import Command, Json, Query
from services.chassis.errors import Conflict
from services.chassis.process.providers import OfProcess, Stores, provided
from services.chassis.process.run import serve
from services.chassis.rpc.client import RpcClient
from services.chassis.rpc.entrypoints import declared_rpc
from tests.integration.chassis import facts

assert patched
broker_connection.LEAVE_SECONDS = 20  # that it takes leave is asked of it; how soon, elsewhere
parking.LOOK_SECONDS = 1.0  # that it finds what an operator has tried again, not how soon


class Refused(Conflict):
    code = "refused_by_the_probe"
    message = "Non."


class Echo(Query[Json]): ...


class Repeat(Query[Json]):
    typed: Json


class Refuse(Query[Json]): ...


class Fail(Query[Json]): ...


class AnswerNoJson(Query[Json]): ...


class Sleep(Query[Json]): ...


class Note(Command[Json]): ...


class QuerySlowly(Query[Json]): ...


class Probe:
    name = "tests"

    store = provided(Stores())
    other = provided(OfProcess(RpcClient, RpcClient.close))

    @declared_rpc(Echo)
    def echo(self, call: Call, _: Echo) -> Json:
        return {"method": call.method, "actor": call.actor.id, "correlation_id": call.correlation_id, "town": call.town}

    @declared_rpc(Repeat)
    def repeat(self, call: Call, asked: Repeat) -> Json:
        return asked.typed

    @declared_rpc(Refuse)
    def refuse(self, call: Call, _: Refuse) -> Json:
        raise Refused(fields={"name": "Trop court."}, details={"least": 3})

    @declared_rpc(Fail)
    def fail(self, call: Call, _: Fail) -> Json:
        raise ValueError("never told")

    @declared_rpc(AnswerNoJson)
    def answer_no_json(self, call: Call, _: AnswerNoJson) -> Json:
        return {"never told": {"in a set"}}

    @declared_rpc(Sleep)
    def sleep(self, call: Call, _: Sleep) -> Json:
        eventlet.sleep(30)
        return {}

    @declared_rpc(Note)
    def note(self, call: Call, _: Note) -> Json:
        return self.store.run(call, lambda tx: facts.note(tx, str(call.command_id)))

    @declared_rpc(QuerySlowly)
    def query_slowly(self, call: Call, _: QuerySlowly) -> Json:
        """Five queries, begun while none has been answered: how many were asked at once, and the hub's turns meanwhile."""
        asked, most, turns = 0, 0, 0

        def query(conn: Any) -> None:
            nonlocal asked, most
            asked += 1
            most = max(most, asked)
            conn.execute("SELECT pg_sleep(1)")
            asked -= 1

        with ExitStack() as open_ones:
            lines = [open_ones.enter_context(self.store.read()) for _ in range(5)]
            running = [eventlet.spawn(query, line) for line in lines]
            while not all(one.dead for one in running):
                eventlet.sleep(0.01)
                turns += bool(asked)
            for one in running:
                one.wait()
        return {"together": most, "turns": turns}


if __name__ == "__main__":
    sys.exit(serve("tests", lambda _: Probe))
