"""The settings that the environment names: they take the place of ours, whole servers among them.

An instance never changes by itself from servers of its own to those that the environment names, nor back: a variable that was
forgotten would otherwise show an empty portal to everybody, and so would one that was set by mistake.
"""

import json
import os
from collections.abc import Mapping

from deploy.command import notes
from deploy.command.layout import Layout, caller_path, write_private
from deploy.command.trouble import Trouble
from deploy.local import object_store, postgres, rabbitmq
from services.chassis.hosts import host_of
from services.chassis.settings import Settings, WrongSetting, read_file

NAMES = tuple(setting.upper() for setting in Settings.__dataclass_fields__)
SERVERS: dict[str, tuple[str, ...]] = {
    "DATABASE_URL": ("OWNER_DATABASE_URL",),
    "AMQP_URL": ("PARTNERS_AMQP_URL", "RABBITMQ_MANAGEMENT_URL"),
    "S3_ENDPOINT": ("S3_SECURE", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY"),
    "SMTP_URL": ("MAIL_INBOX_URL",),
}
"""The setting that puts a server in the place of a private one, and those that mean nothing without it."""
OWN = {
    "DATABASE_URL": (postgres.NAME, "postgres"),
    "AMQP_URL": (rabbitmq.NAME, "rabbitmq"),
    "S3_ENDPOINT": (object_store.NAME, "s3"),
}
"""What each setting that names a server with data takes the place of: the private one, and its folder."""
PLACE = "{service}"


def given_settings(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """NAME, or what NAME_FILE holds, of every setting that is there; raises Trouble for one that cannot be meant."""
    try:
        found = {name: value for name in NAMES if (value := environ.get(name) or _from_file(name, environ))}
        Settings.load(found)
    except WrongSetting as error:
        raise Trouble(str(error)) from None
    for server, others in SERVERS.items():
        for other in others:
            if other in found and server not in found:
                raise Trouble(f"{other} ne va qu’avec {server} : donnez les deux, ou aucun des deux.")
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
        if PLACE not in found.get(name, PLACE):
            raise Trouble(f"{name} doit contenir {PLACE}, qui tient la place du nom de chaque base.")
    return found


def servers_with_data(given: Mapping[str, str]) -> list[str]:
    """Which of the servers that keep our data are not ours to empty."""
    return [name for name in OWN if name in given]


def _from_file(name: str, environ: Mapping[str, str]) -> str:
    path = environ.get(f"{name}_FILE")
    return read_file(name, caller_path(path, environ)) if path else ""


def stay(layout: Layout, given: Mapping[str, str]) -> None:
    """Raises Trouble where this instance's data are not in the servers that this start would use."""
    named = _named(layout)
    for setting, (server, folder) in OWN.items():
        if setting in given and layout.has_data(folder):
            raise Trouble(
                f"{setting} nomme {host_of(given[setting])}, mais cette instance a ses données chez elle, dans {layout.home / folder} "
                f"({server}) : relancez sans {setting} ; pour changer de serveur, copiez-y d’abord ces données, puis "
                "déplacez ce dossier ailleurs."
            )
        if setting not in given and setting in named:
            raise Trouble(
                f"Cette instance a ses données sur {named[setting]} ({server}), que l’environnement ne nomme plus : donnez "
                f"de nouveau {setting}, ou recommencez à neuf avec ./parvis up --fresh (ce qui est sur ce serveur y reste)."
            )


def _named(layout: Layout) -> dict[str, str]:
    """Empty for an instance whose start never came that far."""
    remedy = "il dit où sont les données de cette instance ; remettez-le en place, ou recommencez à neuf avec ./parvis up --fresh"
    return notes.read(layout.named_servers, notes.texts, remedy) or {}


def remember(layout: Layout, given: Mapping[str, str]) -> None:
    """Notes which servers were named for this start, without their passwords."""
    named = {setting: host_of(given[setting]) for setting in servers_with_data(given)}
    write_private(layout.named_servers, json.dumps(named, indent=1))
