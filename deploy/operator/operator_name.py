"""Who types a command that stays in a journal."""

import getpass

from deploy.command.deployed import is_deployed
from deploy.command.trouble import Trouble

LONGEST = 80


def operator(named: str | None) -> str:
    """The name given, or that of the account on this machine; a container has one account for everybody, so it asks for a name."""
    name = " ".join((named or "").split())
    if len(name) > LONGEST:
        raise Trouble(f'Un nom de {LONGEST} caractères au plus : --by "Prénom Nom".')
    if name:
        return name
    if is_deployed():
        raise Trouble('Dites qui le demande : --by "Prénom Nom". Le nom est gardé.')
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        raise Trouble('Ce compte n’a pas de nom : dites qui le demande, --by "Prénom Nom".') from None
