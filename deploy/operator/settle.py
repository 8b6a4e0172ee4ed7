"""`python -m deploy.operator.settle TOWN`: the last step of a start, in a process of its own that gives its memory back.

Imports TOWN if nothing was ever published here, or ends such an import that was killed, then waits until requests knows all that procedures published.
"""

import sys
from pathlib import Path
from typing import TypeVar

from deploy.command import notes
from deploy.command.console import Console
from deploy.command.deployed import is_deployed, typed
from deploy.command.layout import ANEW, Layout, here, write_private
from deploy.command.trouble import Trouble
from deploy.operator.addresses import bring_in_first
from deploy.operator.calls import KEEPER
from deploy.operator.import_town import import_town, read_town
from deploy.operator.town_map import bring_in_of
from services.chassis.contracts import Query, to_json
from services.chassis.errors import Unavailable
from services.chassis.rpc.client import RpcClient, send
from services.chassis.settings import Settings
from services.procedures.schemas.catalogue import ReadPublished
from services.requests.schemas.streams import ReadReceived

READY_SECONDS = 60

A = TypeVar("A")


def settle(rpc: RpcClient, folder: Path, layout: Layout, console: Console) -> None:
    """Raises Trouble when requests has not caught up after READY_SECONDS."""
    console.wait(
        "Première réponse du service des démarches",
        lambda: ask(rpc, ReadPublished()) is not None,
        READY_SECONDS,
        lambda: Trouble(f"Le service des démarches ne répond pas : {typed('logs procedures')} dit pourquoi."),
    )
    remedy = f"écrivez-y {folder.name}" + ("" if is_deployed() else f", ou {ANEW}")
    if begun := notes.read(layout.importing, lambda name: _beside(folder, name), remedy):
        bring_in(begun, rpc, layout, console)
    elif not send(rpc, ReadPublished(), actor=KEEPER).town:
        bring_in(folder, rpc, layout, console)
    console.wait(
        "Démarches publiées, que le service des demandes doit avoir entendues",
        lambda: (sent := ask(rpc, ReadPublished())) is not None and to_json(sent) == to_json(ask(rpc, ReadReceived())),
        READY_SECONDS,
        lambda: Trouble(
            f"Le service des demandes n’a pas entendu toutes les démarches publiées : {typed('logs relay')} et "
            f"{typed('dead-letters list')} disent pourquoi."
        ),
    )


def _beside(folder: Path, name: str) -> Path:
    found = folder.with_name(name.strip())
    if not found.is_dir():
        raise ValueError
    return found


def bring_in(folder: Path, rpc: RpcClient, layout: Layout, console: Console) -> None:
    """Imports the town, and leaves a note of it until the import is whole: what is asked again changes nothing."""
    write_private(layout.importing, folder.name)
    import_town(read_town(folder), rpc, layout, console)
    bring_in_of(folder, rpc, console)
    layout.importing.unlink()


def ask(rpc: RpcClient, asked: Query[A]) -> A | None:
    """The answer; None while the service cannot answer yet."""
    try:
        return send(rpc, asked, actor=KEEPER)
    except Unavailable:
        return None


def main() -> None:
    try:
        settings, folder, console = Settings.load(), Path(sys.argv[1]), Console()
        with RpcClient(settings) as rpc:
            settle(rpc, folder, here(), console)
        bring_in_first(settings, folder, console)
    except Trouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
