"""`parvis status`: each process, whether it can serve, and the memory that is its own."""

import argparse
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from deploy.command import notes
from deploy.command.console import Console
from deploy.command.layout import Layout, here
from deploy.command.running import running_settings, settings_file
from deploy.command.trouble import DISK_FULL, disk_full
from deploy.local import programs, servers
from deploy.local.probes import answers
from deploy.operator import erasure_answers
from services.chassis.rpc.client import RpcClient

NOT_RUNNING = 3  # as `systemctl status` says it
HEALTH_SECONDS = 5.0
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class ProcessStatus:
    """`health` is "ready", "not_ready", "running" (it has no health port) or "gone"; memory is PSS in bytes."""

    name: str
    pid: int
    health: str
    memory: int | None


def status(options: argparse.Namespace) -> int:
    layout, console = here(), Console()
    running = running_note(layout) if layout.is_locked() else None
    try:
        found = processes(running, settings_file(layout)) if running else []
    except (KeyError, ValueError) as error:  # the address of a server of ours is missing or malformed
        raise notes.damaged(layout.settings, notes.REWRITE) from error
    ready = bool(running and running["ready"] and not unfit(found))
    if options.json:
        whole = {
            "running": running is not None,
            "ready": ready,
            "addresses": running.get("addresses") if running else None,
            "settings": str(layout.settings),  # which holds the passwords that are left out
            "processes": [asdict(process) for process in found],
        }
        console.say(json.dumps(whole))
    elif running is None:
        stopped = f"Parvis ne tourne pas : démarrez-le avec {layout.command('up')}."
        console.say("Parvis démarre." if layout.is_locked() else stopped)
    else:
        _show(console, running, found)
        if disk_full(layout.home):
            console.say(str(DISK_FULL))
        if ready:
            with RpcClient(running_settings(layout)) as rpc:
                for line in erasure_answers.warnings(rpc):
                    console.say(line)
    return 0 if ready else NOT_RUNNING


def running_note(layout: Layout) -> dict[str, Any] | None:
    """What the supervisor last wrote of itself and its processes; raises Damaged."""
    return notes.read(layout.running, notes.running, notes.REWRITE)


def processes(running: dict[str, Any], settings: Mapping[str, str]) -> list[ProcessStatus]:
    """What became of each process that the instance started; all are asked at once, each for some seconds at most."""

    def ask(name: str, noted: dict[str, Any]) -> ProcessStatus:
        return ProcessStatus(name, noted["pid"], _health(name, noted, settings), memory(noted["pid"]))

    own = memory(running["pid"], with_children=False)
    found = [ProcessStatus("supervision", running["pid"], "running", own)]
    with ThreadPoolExecutor() as threads:
        found += threads.map(ask, running["processes"].keys(), running["processes"].values())
    return found


def unfit(found: list[ProcessStatus]) -> list[str]:
    """Those that should serve and do not."""
    return [process.name for process in found if process.health in ("not_ready", "gone")]


def _health(name: str, noted: dict[str, Any], settings: Mapping[str, str]) -> str:
    if not psutil.pid_exists(noted["pid"]):
        return "gone"
    port = noted["health"]
    if port is None:
        ready = servers.answers(name, settings, HEALTH_SECONDS)
    else:
        host = settings.get("GATEWAY_HOST", "127.0.0.1") if name == programs.GATEWAY else "127.0.0.1"
        ready = answers(port, HEALTH_SECONDS, host=host)
    if ready is None:
        return "running"
    return "ready" if ready else "not_ready"


def memory(pid: int, *, with_children: bool = True) -> int | None:
    """Its share of memory, pages shared with others counted in part (PSS), in bytes; None when it cannot be read."""
    try:
        process = psutil.Process(pid)
        own = int(process.memory_full_info().pss)
        children = process.children(recursive=True) if with_children else []
    except psutil.Error:
        return None
    for child in children:
        with suppress(psutil.Error):  # ended meanwhile, as those of PostgreSQL do
            own += int(child.memory_full_info().pss)
    return own


WORDS = {"ready": "prêt", "not_ready": "ne répond pas", "running": "en marche", "gone": "arrêté"}


def _show(console: Console, running: dict[str, Any], found: list[ProcessStatus]) -> None:
    console.say(f"{'processus':<18} {'pid':>8}  {'état':<14} {'mémoire':>9}")
    for process in found:
        size = "–" if process.memory is None else f"{process.memory / MEBIBYTE:.0f} Mio"
        console.say(f"{process.name:<18} {process.pid:>8}  {WORDS[process.health]:<14} {size:>9}")
    total = sum(process.memory or 0 for process in found)
    console.say(f"{'total':<18} {'':>8}  {'':<14} {total / MEBIBYTE:>5.0f} Mio")
    if not running["ready"]:
        console.say("\nDémarrage en cours.")
        return
    console.say(f"\nPortail : {running['addresses']['gateway']}")
    if faulty := unfit(found):
        console.say(
            f"Ne répond pas : {', '.join(faulty)}. Ce qui s’est arrêté est relancé de lui-même ; si cela dure, ./parvis logs "
            "dit pourquoi, et ./parvis down puis ./parvis up remet tout en marche."
        )
