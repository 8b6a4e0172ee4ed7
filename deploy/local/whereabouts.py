"""Where an instance keeps its data: in servers of its own, or in those that the environment named at its last start.

An instance never changes from the one to the other by itself: a variable that was forgotten would otherwise show an empty
portal to everybody, and a variable too many as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from deploy.command import notes
from deploy.command.addresses import place
from deploy.command.layout import Layout, write_private
from deploy.command.trouble import Trouble
from deploy.local import object_store, postgres, rabbitmq
from deploy.local.given import servers_with_data

OWN = {
    "DATABASE_URL": (postgres.NAME, "postgres"),
    "AMQP_URL": (rabbitmq.NAME, "rabbitmq"),
    "S3_ENDPOINT": (object_store.NAME, "s3"),
}
"""What each setting that names a server with data takes the place of: the private one, and its folder."""


def stay(layout: Layout, given: Mapping[str, str]) -> None:
    """Raises Trouble where this instance's data are not in the servers that this start would use."""
    named = _named(layout)
    for setting, (server, folder) in OWN.items():
        if setting in given and layout.has_data(folder):
            raise Trouble(
                f"{setting} nomme {place(given[setting])}, mais cette instance a ses données chez elle, dans {layout.home / folder} "
                f"({server}) : relancez sans {setting} ; pour changer de serveur, copiez-y d’abord ces données, puis "
                "déplacez ce dossier ailleurs."
            )
        if setting not in given and setting in named:
            raise Trouble(
                f"Cette instance a ses données sur {named[setting]} ({server}), que l’environnement ne nomme plus : donnez "
                f"de nouveau {setting}, ou recommencez à neuf avec ./parvis up --fresh (ce qui est sur ce serveur y reste)."
            )


def _named(layout: Layout) -> dict[str, str]:
    """Nothing for an instance of which no start came that far."""
    remedy = "il dit où sont les données de cette instance ; remettez-le en place, ou recommencez à neuf avec ./parvis up --fresh"
    return notes.read(layout.named_servers, notes.texts, remedy) or {}


def remember(layout: Layout, given: Mapping[str, str]) -> None:
    """Notes which servers were named for this start, without their passwords."""
    named = {setting: place(given[setting]) for setting in servers_with_data(given)}
    write_private(layout.named_servers, json.dumps(named, indent=1))
