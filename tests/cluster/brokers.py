"""Three nodes of RabbitMQ, with the configuration of deploy/swarm.

A node finds another one's distribution port by asking epmd, and all three use one number, each on its own machine's address
(`-erl_epmd_port`). RABBITMQ_DIST_PORT is another one: RabbitMQ tries before whether it is free on every address. epmd is one for
all, at the three addresses; that is why the nodes' names differ before the @ too.
"""

import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from deploy.command.layout import ROOT
from deploy.local.probes import listens
from deploy.local.processes import Program
from deploy.local.rabbitmq import PARTNERS_VHOST, PORTS, RabbitMQ
from tests.cluster.machines import NUMBERS, Machines, own_address

SWARM = ROOT / "deploy" / "swarm" / "rabbitmq"
OWN_PORTS = tuple(f"{port}-{number}" for number in NUMBERS for port in ("amqp", "management", "tried"))
SHARED_PORTS = ("epmd", "distribution")
STREAM = "parvis.events"
STATES = """
[io:format("~s ~s~n", [N, maps:get('parvis_{queue}', element(2, rpc:call(N, rabbit_quorum_queue, all_replica_states, [])), none)])
    || N <- rabbit_nodes:list_running()], ok.
"""
COUNTED = """
Id = {{'parvis_{queue}', node()}},
[ra:pipeline_command(Id, rabbit_fifo:make_purge()) || _ <- lists:seq(1, 5)],
Written = fun Asked() -> case ra:key_metrics(Id) of
    #{{last_written_index := L, last_applied := A}} when L >= A + 5 -> L; _ -> timer:sleep(20), Asked() end end,
#{{names := #{{log_meta := Meta}}}} = ra_system:fetch(quorum_queues),
ok = ra_log_meta:store_sync(Meta, ra_directory:uid_of(quorum_queues, 'parvis_{queue}'), last_applied, Written()).
"""


def node_name(number: int) -> str:
    return f"parvis{number}@rabbitmq{number}"


@dataclass(frozen=True, kw_only=True)
class Node(RabbitMQ):
    """The node of one machine."""

    number: int
    machines: Machines

    def prepare(self) -> None:
        super().prepare()
        more = self.folder / "conf.d"
        more.mkdir(exist_ok=True)
        (more / "parvis-cluster.conf").write_bytes((SWARM / "parvis-cluster.conf").read_bytes())

    def environment(self) -> dict[str, str]:
        address = own_address(self.number).replace(".", ",")
        return super().environment() | {
            "RABBITMQ_NODENAME": node_name(self.number),
            "RABBITMQ_CONFIG_FILES": str(self.folder / "conf.d"),
            "RABBITMQ_DIST_PORT": str(self.ports["tried"]),
            "ERL_EPMD_ADDRESS": ",".join(map(own_address, NUMBERS)),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                f"-kernel inet_dist_use_interface {{{address}}} -erl_epmd_port {self.ports['distribution']}"
            ),
        }

    def program(self) -> Program:
        return replace(super().program(), name=f"rabbitmq{self.number}", wrapper=self.machines.inside(self.number))

    def lose_data(self) -> None:
        shutil.rmtree(self.folder / "data")

    def order(self, *argv: str | Path) -> str:
        """What one of RabbitMQ's commands, or a script of deploy/swarm that uses them, says on that machine."""
        programs = f"{self.unpacked}/usr/lib/rabbitmq/bin"
        environment = self.environment()
        done = subprocess.run(
            [*self.machines.inside(self.number), *map(str, argv)],
            env=environment | {"PATH": f"{programs}:{environment['PATH']}"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
        return done.stdout


@dataclass(frozen=True)
class Brokers:
    """All three; `ports` holds OWN_PORTS and SHARED_PORTS."""

    machines: Machines
    unpacked: Path
    ports: Mapping[str, int]
    password: str
    logs: Path

    @cached_property
    def nodes(self) -> dict[int, Node]:
        return {number: self._node(number) for number in NUMBERS}

    def _node(self, number: int) -> Node:
        folder = self.machines.folder / f"rabbitmq{number}"
        own = {name: self.ports[f"{name}-{number}"] for name in ("amqp", "management", "tried")}
        shared = {name: self.ports[name] for name in SHARED_PORTS}
        assert {*own, *shared} >= set(PORTS)
        log = self.logs / f"rabbitmq{number}.log"
        return Node(folder, self.unpacked, own | shared, self.password, log, number=number, machines=self.machines)

    def broken(self) -> list[str]:
        """What is not whole yet: nodes that do not answer or are away for another one, queues with a member too few."""
        if silent := [node_name(number) for number, node in self.nodes.items() if not node.management.answers()]:
            return silent
        away = [
            f"{node['name']} for {node_name(number)}"
            for number in NUMBERS
            for node in self.nodes[number].management.ask("/api/nodes")
            if not node["running"]
        ]
        few = [
            f"{queue['name']} on {len(queue.get('online', ()))} of {len(queue.get('members', ()))}"
            for queue in self.queues(NUMBERS[0])
            if queue["type"] in ("quorum", "stream")
            and not len(queue.get("online", ())) == len(queue.get("members", ())) == len(NUMBERS)
        ]
        return away + few

    def queues(self, number: int) -> list[dict[str, Any]]:
        return self.nodes[number].management.ask("/api/queues")

    def leads_most(self) -> int:
        """The node that leads more queues than any other."""
        leads = Counter(queue["leader"] for queue in self.queues(1) if queue["type"] == "quorum")
        return next(number for number in NUMBERS if node_name(number) == leads.most_common(1)[0][0])

    def pauses(self, number: int) -> bool:
        """Whether that node, which runs, serves nobody."""
        return not listens(self.ports[f"amqp-{number}"])

    def members_of_the_stream(self, number: int) -> list[str]:
        found = next(queue for queue in self.queues(number) if queue["name"] == STREAM)
        return sorted(found["members"])

    def forget(self, lost: int, by: int) -> None:
        self.nodes[by].order(SWARM / "forget-node", node_name(lost))

    def members(self, queue: str, by: int) -> dict[str, str]:
        """What the member on each node that runs does: `leader`, `follower`, `await_condition`, or `none` where there is none."""
        said = self.nodes[by].order("rabbitmqctl", "-q", "eval", STATES.format(queue=queue))
        return dict(line.split() for line in said.splitlines() if line != "ok")

    def count_as_committed(self, queue: str, number: int) -> None:
        """The member of a node that leads a queue and sees no other one writes entries, and counts them as committed."""
        self.nodes[number].order("rabbitmqctl", "-q", "eval", COUNTED.format(queue=queue))

    def replace_members(self, by: int) -> None:
        self.nodes[by].order(SWARM / "replace-members")

    def replicate_streams(self, by: int) -> None:
        self.nodes[by].order(SWARM / "replicate-streams", PARTNERS_VHOST)
