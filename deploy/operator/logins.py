"""Who can log in: a YAML file that only its owner can read, and the one-time code of the moment."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pyotp.totp import TOTP

from deploy.command import notes
from deploy.command.layout import here, write_private
from deploy.command.trouble import Trouble

HEADER = "# Comptes de la démonstration. Les mots de passe ne sont gardés nulle part ailleurs en clair.\n"
ROLES = {
    "citizen": "citoyen",
    "agent": "agent instructeur",
    "editor": "rédaction",
    "administrator": "administration",
}

Login = dict[str, Any]


def read_logins(path: Path) -> list[Login]:
    """The logins of the file, none when there is no file; raises Damaged."""
    return (
        notes.read(path, _logins, "remettez-le en place ou déplacez-le ; ses mots de passe ne sont nulle part ailleurs")
        or []
    )


def _logins(text: str) -> list[Login]:
    try:
        found: list[Login] = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        raise ValueError from error
    if not all(isinstance(login[name], str) for login in found for name in ("username", "password", "role")):
        raise ValueError
    return found


def add_logins(path: Path, logins: Iterable[Login]) -> None:
    """Adds these; one of the same user name takes the place of the old one."""
    written = ({name: value for name, value in login.items() if value} for login in logins)
    known = {login["username"]: login for login in [*read_logins(path), *written]}
    text = yaml.safe_dump(list(known.values()), allow_unicode=True, sort_keys=False)
    write_private(path, HEADER + text)


def describe(logins: list[Login]) -> list[str]:
    """One line a person: user name, password, role, and whether a one-time code is asked for besides."""
    widest = max((len(login["username"]) for login in logins), default=0)
    return [
        f"{login['username']:<{widest}}  {login['password']:<20}  {ROLES.get(login['role'], login['role'])}"
        + (", et code à usage unique" if login.get("totp_secret") else "")
        for login in logins
    ]


def code(options: argparse.Namespace) -> str:
    """`parvis code NAME`: the one-time code of a demonstration agent, as a telephone would show it."""
    for login in read_logins(here().logins):
        if login["username"] == options.name and login.get("totp_secret"):
            return TOTP(login["totp_secret"]).now()
    raise Trouble(f"Aucun compte à code unique du nom de {options.name} dans {here().logins}.")
