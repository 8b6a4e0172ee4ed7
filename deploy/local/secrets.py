"""Passwords and keys of an instance: drawn once, kept in a file that only its owner can read."""

import base64
import json
import secrets

from deploy.command import notes
from deploy.command.layout import ANEW, Layout, write_private
from deploy.command.trouble import Trouble

KEYS = ("master", "rpc", "signing")
KEY_BYTES = 32
KEYS_BY_CHOICE = ("partner",)
"""Drawn also for data of before; where one is lost, people save anew what it wrapped."""
SERVERS = ("postgres", "rabbitmq")
"""Those whose data, in the folder of that name, only the password that they were made with opens."""


class Secrets:
    """`secrets("postgres")`: the same value at every start of this instance.

    Raises Trouble where the secrets of existing data are lost: new ones would not open them. Their file is then left as
    it is.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        exists = layout.secrets.exists()
        if self._has_data() and not exists:
            raise self._lost("manque alors que des données existent")
        try:
            self._known: dict[str, str] = notes.read(layout.secrets, notes.texts, "") or {}
        except notes.Damaged:
            raise self._lost("est abîmé") from None
        for key in KEYS:
            self._check(key)

    def __call__(self, name: str) -> str:
        self._check(name)
        if not self._is_there(name):
            self._known[name] = new_key() if name in (*KEYS, *KEYS_BY_CHOICE) else new_password()
            write_private(self._layout.secrets, json.dumps(self._known, indent=1))
        return self._known[name]

    def _check(self, name: str) -> None:
        lasting = self._has_data() if name in KEYS else name in SERVERS and self._layout.has_data(name)
        if lasting and not self._is_there(name):
            what = "ne contient pas" if not self._known.get(name) else "ne contient pas de clé valable dans"
            raise self._lost(f"{what} « {name} » alors que des données existent")

    def _is_there(self, name: str) -> bool:
        found = self._known.get(name, "")
        return is_key(found) if name in KEYS else bool(found)

    def _has_data(self) -> bool:
        """Of its own, or in servers that the environment named and that answered."""
        return self._layout.named_servers.exists() or any(map(self._layout.has_data, SERVERS))

    def _lost(self, what: str) -> Trouble:
        return Trouble(f"Le fichier {self._layout.secrets} {what} : remettez en place celui d’alors, ou {ANEW}.")


def is_key(text: str) -> bool:
    """Whether it has the form of what `new_key` gives."""
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except ValueError:
        return False


def new_password(_name: str = "") -> str:
    """Fit for URLs and configuration files."""
    return secrets.token_hex(24)


def new_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
