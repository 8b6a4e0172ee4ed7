"""Which machine leads what: a machine that is to die leads all that can be moved to it first."""

import json
from collections.abc import Callable

from tests.swarm.machines import Machine
from tests.swarm.members import WHOLE, until
from tests.swarm.stacked import DATABASES, NODES, OBJECTS, Stack

Leads = Callable[[Stack, int], bool]
"""Whether the member of that number leads; if not, it is ordered to."""
SHELL = ("weed", "shell", f"-master={','.join(f'{one}:9333' for one in OBJECTS)}")
LED_ELSEWHERE = """
[{Q, amqqueue:get_pid(Q)} || Q <- rabbit_amqqueue:list(), amqqueue:get_type(Q) =:= rabbit_quorum_queue,
 element(2, amqqueue:get_pid(Q)) =/= node()]"""
LEAD_HERE = f"[ra:transfer_leadership(P, {{element(1, P), node()}}) || {{_, P}} <- {LED_ELSEWHERE}]."
STREAMS_LED_ELSEWHERE = """
[amqqueue:get_name(Q) || Q <- rabbit_amqqueue:list(), amqqueue:get_type(Q) =:= rabbit_stream_queue,
 maps:get(leader_node, amqqueue:get_type_state(Q)) =/= node()]"""
LEAD_STREAMS_HERE = f"[rabbit_stream_coordinator:restart_stream(S, #{{preferred_leader_node => node()}}) || S <- {STREAMS_LED_ELSEWHERE}]."


def swarm_leader(stack: Stack) -> Machine:
    """The manager that leads the swarm."""
    listed = stack.manager.docker("node", "ls", "--format", "{{.Hostname}} {{.ManagerStatus}}")
    [name] = [line.split()[0] for line in listed.splitlines() if line.endswith(" Leader")]
    return next(one for one in stack.machines if one.name == name)


def database_leader(stack: Stack) -> Machine:
    """The machine whose PostgreSQL leads."""
    roles = stack.roles()
    return next(one for name, one in zip(DATABASES, stack.machines, strict=True) if roles.get(name) == "Leader")


def all_led_from(stack: Stack, machine: Machine) -> None:
    """PostgreSQL, etcd, each queue and stream and the masters of the objects are led from that machine; all are whole. An order may be
    refused, as while another is being carried out, and is given again."""
    number = stack.machines.index(machine) + 1
    for leads_there in (_postgres, _etcd, _queues, _objects):
        refusals: list[str] = []

        def led(leads_there: Leads = leads_there, refusals: list[str] = refusals) -> bool:
            try:
                return leads_there(stack, number)
            except (AssertionError, ValueError, KeyError) as why:
                refusals.append(str(why))
                return False

        try:
            until(led, f"{leads_there.__name__} of {machine.name} to lead")
        except AssertionError as late:
            raise AssertionError(f"{late}: {refusals[-3:]}") from None


def _postgres(stack: Stack, number: int) -> bool:
    here, roles = DATABASES[number - 1], stack.roles()
    if sorted(roles.values()) != WHOLE:
        return False
    if roles[here] != "Leader":
        [(machine, container)] = stack.places(here)
        order = ("member", "patronictl", "switchover", "parvis", "--candidate", here, "--force")
        done = machine.run("exec", container, *order)
        assert "Successfully switched over" in done.stdout, done.stdout + done.stderr
        return False
    return True


def _etcd(stack: Stack, number: int) -> bool:
    said = stack.inside(f"etcd{number}", "etcdctl", "endpoint", "status", "--cluster", "-w", "json")
    members = {one["Endpoint"]: one["Status"] for one in json.loads(said)}
    here = members[f"http://etcd{number}:2379"]
    wanted, leader = here["header"]["member_id"], here["leader"]
    for endpoint, status in members.items():
        if status["header"]["member_id"] == leader != wanted:
            stack.inside(f"etcd{number}", "etcdctl", f"--endpoints={endpoint}", "move-leader", f"{wanted:x}")
    return leader == wanted


def _queues(stack: Stack, number: int) -> bool:
    def asked(code: str) -> str:
        return stack.inside(NODES[number - 1], "rabbitmqctl", "-q", "eval", code).strip()

    asked(LEAD_HERE)
    asked(LEAD_STREAMS_HERE)
    return (asked(f"{LED_ELSEWHERE}."), asked(f"{STREAMS_LED_ELSEWHERE}.")) == ("[]", "[]")


def _objects(stack: Stack, number: int) -> bool:
    """The master that leads; the only order that asks for the shell's lock."""
    here = f"objects{number}"
    if f"{here}:19333 (Leader)" in stack.inside(here, *SHELL, given="cluster.raft.ps\n"):
        return True
    order = f"lock\ncluster.raft.transferLeader -id {here}:9333 -address {here}:19333\nunlock\n"
    stack.inside(here, *SHELL, given=order)
    return False
