"""Passwords and keys of an instance: drawn once, kept in a file that only its owner can read."""

from __future__ import annotations

import base64
import json
import secrets

from deploy.local.layout import Layout, read_json, write_private
from deploy.local.trouble import Trouble

KEYS = ("master", "rpc", "signing")
LASTING = (*KEYS, "postgres", "rabbitmq")
"""Those without which the data that were made with them cannot be opened again."""


class Secrets:
    """`secrets("postgres")`: the same value at every start of this instance.

    Raises Trouble where the secrets of existing data are lost: new ones would not open them. Their file is then left as
    it is.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._with_data = layout.settings.exists() or (layout.home / "postgres" / "data").exists()
        exists = layout.secrets.exists()
        if self._with_data and not exists:
            raise self._lost("manque alors que des données existent")
        found = read_json(layout.secrets) if exists else {}
        if not isinstance(found, dict):
            raise self._lost("ne peut pas être lu")
        self._known: dict[str, str] = found
        for key in KEYS:
            self._check(key)

    def __call__(self, name: str) -> str:
        self._check(name)
        if name not in self._known:
            self._known[name] = new_key() if name in KEYS else new_password()
            write_private(self._layout.secrets, json.dumps(self._known, indent=1))
        return self._known[name]

    def _check(self, name: str) -> None:
        if self._with_data and name in LASTING and not self._known.get(name):
            raise self._lost(f"ne contient pas « {name} » alors que des données existent")

    def _lost(self, what: str) -> Trouble:
        return Trouble(
            f"Le fichier {self._layout.secrets} {what} : remettez-le en place, ou recommencez à neuf avec "
            "./parvis up --fresh (les données sont perdues)."
        )


def new_password(_name: str = "") -> str:
    """Fit for URLs and configuration files."""
    return secrets.token_hex(24)


def new_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
