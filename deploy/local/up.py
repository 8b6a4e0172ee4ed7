"""`parvis up`: brings what is missing, starts everything in order, and keeps it running."""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Any

from deploy.command.console import Console
from deploy.command.layout import ANEW, DAMAGED, ROOT, Layout, here
from deploy.command.trouble import DISK_FULL, INTERRUPTED, Trouble, disk_full
from deploy.local import instance as instances, logs, postgres, programs, rabbitmq, ready
from deploy.local.given import SERVERS, given_settings, remember, servers_with_data, stay
from deploy.local.instance import Instance, module
from deploy.local.processes import PortTaken, sweep
from deploy.local.supervisor import STOPS, Supervisor

DEMO_TOWN = ROOT / "deploy" / "demo-town"
EMPTY_TOWN = ROOT / "deploy" / "empty-town"
ASK_SECONDS = 60
MIGRATION_SECONDS = 120
SETTLE_SECONDS = 180
LOST_RACES = 2
READY_MARK = "\x1eprêt "
"""What a detached start says to the one that waits for it; then one JSON object: addresses, and whether it is the first start."""


class Stopped(BaseException):
    """Someone asked us to end: a key, a signal, or a reader that left."""


def up(options: argparse.Namespace) -> int:
    """Runs the command in one of its three ways: in front, detached, or as the process behind a detached start."""
    _end_when_asked()
    if options.detach:
        return detach(options)
    layout = here()
    console = Console(sys.stderr if options.json else sys.stdout)
    try:
        with layout.lock():
            run(layout, console, options)
    except (Stopped, KeyboardInterrupt):
        console.step("Démarrage interrompu : tout est arrêté.")
        return INTERRUPTED
    console.step("Tout est arrêté.")
    return 0


def _end_when_asked() -> None:
    for number in STOPS:
        signal.signal(number, _stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)  # asked once: the stop itself is bounded in time
    raise Stopped


def run(layout: Layout, console: Console, options: argparse.Namespace) -> None:
    """Starts the instance and keeps it running until someone asks us to end; call it with the lock in hand.

    Raises Stopped or KeyboardInterrupt where that comes before it is ready.
    """
    given = given_settings()
    if options.fresh and (elsewhere := servers_with_data(given)):
        raise Trouble(
            f"--fresh n’efface que ce qui est à cette instance, et {', '.join(elsewhere)} la place ailleurs : videz ces "
            "serveurs vous-même, retirez --fresh, ou donnez un autre dossier par PARVIS_HOME et des bases neuves."
        )
    console.step("Préparation : ports, secrets, serveurs")
    left = sweep(layout.instance, console)
    layout.running.unlink(missing_ok=True)  # of a start that was killed: `status` must not take it for ours
    for name in left:
        console.step(f"Reste d’un démarrage interrompu, arrêté : {name}")
    if options.fresh:
        with console.busy("Effacement des données"):
            layout.erase()
    room(layout)
    with console.busy("Ouverture du dossier"):
        layout.open()
    stay(layout, given)
    on_free_ports(
        lambda: run_on(instances.compose(layout, console, given, port=options.port), console, options), console
    )


def on_free_ports(start: Callable[[], None], console: Console) -> None:
    """Has `start` choose ports and start on them; once more, on others, where another program was faster on one."""
    for _ in range(LOST_RACES):
        try:
            start()
        except PortTaken:
            _end_when_asked()  # signals were ignored while what was started has been stopped
            console.step("Un autre programme vient de prendre un port : nouveau démarrage sur d’autres")
        else:
            return
    start()


def run_on(instance: Instance, console: Console, options: argparse.Namespace) -> None:
    """One start on the ports that were chosen; nothing is left running, however it ends."""
    layout = instance.layout
    with Supervisor(layout, console) as supervisor:
        with console.minding(lambda: room(layout)):
            ask_given_servers(instance, console)
            remember(layout, instance.given)
            start_servers(instance, supervisor, console)
            sites = [] if options.no_demo else [programs.partner_sites(instance)]
            supervisor.start(
                *programs.mail_sink(instance), *sites, programs.relay(instance), *programs.services(instance)
            )
            first = not layout.logins.exists()
            settle(instance, console, supervisor.revive, EMPTY_TOWN if options.no_demo else DEMO_TOWN)
            supervisor.start(programs.gateway(instance))
        found = ready.addresses(instance)
        supervisor.write_note(ready=True, addresses=found)
        announce(layout, console, options, found, first=first)
        with suppress(Stopped, KeyboardInterrupt):
            if options.background:
                console.redirect(layout.log("parvis"))
                supervisor.watch()
            else:
                supervisor.watch(logs.Follower(layout, console).show_new)


def room(layout: Layout) -> None:
    """Raises Trouble on a full disk, where what is waited for would come too late or never."""
    if disk_full(layout.home):
        raise Trouble(DISK_FULL)


def run_module(
    instance: Instance, console: Console, what: str | Callable[[], str], argv: Sequence[str], seconds: float, log: Path
) -> tuple[int, list[str]]:
    """Runs a module of ours to its end: its exit code and the lines it printed. Raises Trouble where the disk is full."""
    env = instance.environment(PARVIS_HOME=str(instance.layout.home))
    code, said = console.run(what, module(*argv), seconds=seconds, cwd=ROOT, env=env, log=log)
    if code != 0 and disk_full(instance.layout.home, said):
        raise Trouble(DISK_FULL)
    return code, said.strip().splitlines()


def ask_given_servers(instance: Instance, console: Console) -> None:
    """Servers that the environment names are asked before anything is started."""
    names = [name for name in SERVERS if name in instance.given]
    if not names:
        return
    what, log = f"Question aux serveurs de {', '.join(names)}", instance.layout.log("servers")
    code, lines = run_module(instance, console, what, ("deploy.operator.ask_servers", *names), ASK_SECONDS, log)
    for line in lines[: None if code == 0 else -1]:
        console.step(line)
    if code != 0:
        raise Trouble((lines or [f"Les serveurs n’ont pas pu être interrogés ; voir {log}."])[-1])
    console.step(f"Serveurs donnés par l’environnement : {', '.join(names)}")


def start_servers(instance: Instance, supervisor: Supervisor, console: Console) -> None:
    """The private servers, with the databases and vhosts that our processes expect."""
    private = instance.servers
    private.prepare(console)
    first, second = private.programs()
    supervisor.start(*first)
    supervisor.start(*second, meanwhile=lambda: migrate(instance, console))
    if private.rabbitmq:
        with console.busy("Création des espaces de messages de RabbitMQ"):
            for vhost in (rabbitmq.VHOST, rabbitmq.PARTNERS_VHOST):
                private.rabbitmq.management.create_vhost(vhost)


def migrate(instance: Instance, console: Console) -> None:
    what, log = "Mise à niveau des bases de données", instance.layout.log("migrate")
    code, lines = run_module(instance, console, what, ("services.chassis.process.migrate",), MIGRATION_SECONDS, log)
    if code != 0:
        last = (lines or ["sans message"])[-1]
        damaged = f" ; {DAMAGED}" if postgres.DAMAGE.search(last) else ""
        why = f"La mise à niveau des bases a échoué ({last[:200]})"
        raise Trouble(f"{why} ; {whence(instance, last)}voir {log}{damaged}.")
    console.step("Bases à jour")


def whence(instance: Instance, said: str) -> str:
    """Where a secret that a server or its data refuse comes from, and what to do; empty where it is not one of ours."""
    secret, setting = ("master", "MASTER_KEY") if "MASTER_KEY" in said else (postgres.SERVICES_SECRET, "DATABASE_URL")
    if "mot de passe" not in said and setting != "MASTER_KEY":
        return ""
    if setting in instance.given:
        return f"donnez dans {setting} ce qui est attendu ; "
    return f"remettez « {secret} » d’alors dans {instance.layout.secrets}, ou {ANEW} ; "


def settle(instance: Instance, console: Console, meanwhile: Callable[[], None], town: Path) -> None:
    """Imports the town into an empty portal and waits until requests knows all that was published."""
    log = instance.layout.log("import")

    def each_turn() -> None:
        room(instance.layout)
        meanwhile()

    def what() -> str:
        return f"Import de la commune et mise en route{so_far(log)}"

    with console.minding(each_turn):
        argv = ("deploy.operator.settle", str(town))
        code, lines = run_module(instance, console, what, argv, SETTLE_SECONDS, log)
    if code != 0:
        raise Trouble(f"{(lines or ['sans message'])[-1][:300]} Voir {log}.")
    console.step("Démarches publiées et connues de tous les services")


def so_far(log: Path) -> str:
    """The last step that a child has printed, « (1 250 comptes créés) »; nothing while it has printed none."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")[:-1] if log.exists() else []
    return f" ({lines[-1].partition(' s  ')[2].partition(' : encore')[0]})" if lines and " s  " in lines[-1] else ""


def announce(
    layout: Layout, console: Console, options: argparse.Namespace, found: dict[str, Any], *, first: bool
) -> None:
    """Says that all is ready, to a person, to a program, or to the command that waits for a detached start."""
    if options.background:
        console.say(READY_MARK + json.dumps({"addresses": found, "first": first}))
    elif options.json:
        print(json.dumps(found), flush=True)
    else:
        ready.describe(layout, console, found, first=first)
        console.say("Ctrl-C arrête tout. Journal :")


def detach(options: argparse.Namespace) -> int:
    """Starts the instance in a process of its own and returns once it is ready, or with its failure."""
    console, complaints = Console(sys.stderr if options.json else sys.stdout), Console(sys.stderr)
    argv = module("deploy.local", "up", "--background", *_again(options))
    behind = subprocess.Popen(
        argv,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    assert behind.stdout is not None  # noqa: S101 (asked for above)
    console.say("Démarrage en arrière-plan")  # at once: until here only the shell script has printed a line
    try:
        with console.busy("Chargement"):
            first = behind.stdout.readline()
        for line in chain([first], behind.stdout):
            if line.startswith(READY_MARK):
                said = json.loads(line.removeprefix(READY_MARK))
                if options.json:
                    print(json.dumps(said["addresses"]), flush=True)
                else:
                    ready.describe(here(), console, said["addresses"], first=said["first"])
                    hints = map(here().command, ("status", "logs", "down"))
                    console.say("\n  ".join(["Tout tourne en arrière-plan :", *hints]))
                behind.returncode = 0  # it outlives us: no warning about a child left running
                return 0
            (complaints if line.startswith("parvis : ") else console).say(line.rstrip("\n"))
    except (Stopped, KeyboardInterrupt):
        os.kill(behind.pid, signal.SIGTERM)
        console.say("Interruption : arrêt de ce qui a démarré…")
        behind.wait()
        return INTERRUPTED
    return behind.wait() or 1


def _again(options: argparse.Namespace) -> Sequence[str]:
    """The options of a detached start, for the process behind it."""
    flags = {"--fresh": options.fresh, "--no-demo": options.no_demo}
    port = ["--port", str(options.port)] if options.port else []
    return [*port, *(flag for flag, given in flags.items() if given)]
