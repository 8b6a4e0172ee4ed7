"""The packet filter of this machine, in which a Docker daemon writes rules that outlive it."""

import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("iptables", "ip6tables")
FORWARDING = (Path("/proc/sys/net/ipv4/ip_forward"), Path("/proc/sys/net/ipv6/conf/all/forwarding"))
Rules = list[tuple[str, str]]


@contextmanager
def left_as_found() -> Iterator[None]:
    """Afterwards no rule, chain or policy is left that came meanwhile, and packets are forwarded or not as before."""
    found = {program: rules(program) for program in PROGRAMS if shutil.which(f"{program}-save")}
    forwarding = {file: file.read_text("ascii") for file in FORWARDING if file.exists()}
    try:
        yield
    finally:
        for program, before in found.items():
            for command in undoing(before, rules(program)):
                subprocess.run([program, *command], capture_output=True, check=True)
        for file, was in forwarding.items():
            if file.read_text("ascii") != was:
                file.write_text(was, "ascii")


def rules(program: str) -> Rules:
    """Each table's chains with their policies, and its rules, as the program saves them."""
    saved = subprocess.run([f"{program}-save"], capture_output=True, text=True, check=True).stdout
    table, found = "", []
    for line in saved.splitlines():
        if line.startswith("*"):
            table = line[1:]
        elif line.startswith((":", "-A")):
            found.append((table, line.partition(" [")[0]))
    return found


def undoing(before: Rules, after: Rules) -> list[list[str]]:
    """What takes away all that is in `after` alone: rules first, then the chains that they led to."""
    new = [one for one in after if one not in before]
    policies = {(table, line.split()[0][1:]): line.split()[1] for table, line in before if line.startswith(":")}
    removed = [["-t", table, "-D", *shlex.split(line)[1:]] for table, line in new if line.startswith("-A")]
    for table, line in new:
        if line.startswith(":"):
            chain, policy = line[1:].split()
            own = policy == "-"
            order = ["-X", chain] if own else ["-P", chain, policies.get((table, chain), "ACCEPT")]
            removed.append(["-t", table, *order])
    return removed
