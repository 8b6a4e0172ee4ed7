"""Passwords and keys of an instance: drawn once, kept in a file that only its owner can read."""

from __future__ import annotations

import base64
import json
import secrets

from deploy.local.layout import Layout, read_json, write_private
from deploy.local.trouble import Trouble

KEYS = ("master", "rpc", "signing")


class Secrets:
    """`secrets("postgres")`: the same value at every start of this instance."""

    def __init__(self, layout: Layout) -> None:
        if not layout.secrets.exists() and (layout.home / "postgres" / "data").exists():
            raise Trouble(
                f"Le fichier {layout.secrets} manque alors que des données existent : remettez-le en place, ou "
                "recommencez à neuf avec ./parvis up --fresh (les données sont perdues)."
            )
        self._layout = layout
        self._known: dict[str, str] = read_json(layout.secrets) or {}

    def __call__(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = new_key() if name in KEYS else new_password()
            write_private(self._layout.secrets, json.dumps(self._known, indent=1))
        return self._known[name]


def new_password(_name: str = "") -> str:
    """Fit for URLs and configuration files."""
    return secrets.token_hex(24)


def new_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
