"""RPC_KEY is changed while calls go on: processes of two steps of the change stand beside each other, and none is deaf."""

import base64
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise

import pytest

from services.chassis.errors import Unavailable
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import Process, until
from tests.integration.chassis.test_calls import ME

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
STEPS = ((OLD,), (OLD, NEW), (NEW, OLD), (NEW,))
"""What the setting holds, one step after the other; the first one seals."""
MANY = 40  # calls, of which the broker gives each of two processes some


def written(keys: tuple[bytes, ...]) -> str:
    return " ".join(base64.b64encode(key).decode() for key in keys)


def test_calls_go_on_at_each_step_of_a_change_of_the_key(own_settings: Settings, run: Callable[..., Process]) -> None:
    before = run("probe", RPC_KEY=written(STEPS[0]))
    for step, next_step in pairwise(STEPS):
        after = run("probe", RPC_KEY=written(next_step))
        with ExitStack() as opened:
            callers = [
                opened.enter_context(RpcClient(replace(own_settings, rpc_key=keys))) for keys in (step, next_step)
            ]
            both = (before, after)
            until(lambda both=both, callers=callers: calls(callers, 1) and all(map(has_answered, both)))
            assert calls(callers, MANY)
        assert before.stop() == 0
        before = after
    assert before.stop() == 0


def test_a_call_under_a_key_that_a_service_lacks_is_given_up_and_logged(
    own_settings: Settings, run: Callable[..., Process]
) -> None:
    probe = run("probe", RPC_KEY=written(STEPS[0]))
    with RpcClient(replace(own_settings, rpc_key=STEPS[0])) as known:
        until(lambda: answered(known))
    with RpcClient(replace(own_settings, rpc_key=STEPS[3])) as unknown:

        def is_given_up_and_logged() -> bool:
            with pytest.raises(Unavailable):
                unknown.call("tests.echo", {}, actor=ME, timeout=1)
            return "unreadable_call" in probe.log.read_text("utf-8")

        until(is_given_up_and_logged)  # a call that expires before the service is given a processor is never read


def calls(callers: list[RpcClient], times: int) -> bool:
    return all(answered(caller) for _ in range(times) for caller in callers)


def answered(caller: RpcClient) -> bool:
    try:
        return bool(caller.call("tests.echo", {}, actor=ME, timeout=20))
    except Unavailable:
        return False


def has_answered(process: Process) -> bool:
    return '"event": "call"' in process.log.read_text("utf-8")
