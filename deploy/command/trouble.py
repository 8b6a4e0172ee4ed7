"""The one way in which the command fails on purpose."""

import errno
import shutil
from pathlib import Path

from deploy.command.deployed import is_deployed, typed
from services.chassis.errors import Refusal

DISK_FULL = "Le disque est plein : libérez environ 1 Go, puis relancez la commande."
INTERRUPTED = 130  # the exit code of what Ctrl-C or a signal ended
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
ENOUGH_BYTES = 250_000_000  # RabbitMQ takes nothing below 200 MB


def disk_full(where: Path, said: str = "") -> bool:
    """Whether a failure comes from a full disk, also where no message could be written any more that says so."""
    full = any(
        words in said.lower() for words in ("no space left", "not enough free space", "disk space is insufficient")
    )
    return full or shutil.disk_usage(where).free < ENOUGH_BYTES


def _password_refused(error: Exception) -> str:
    from services.chassis.event_store import db

    return db.password_refused(error)


WORDS = {
    "agent.role": "rôle",
    "agent.permissions": "droits",
    "agent.username": "nom d’utilisateur",
    "username": "nom d’utilisateur",
    "agent.email": "courriel",
    "email": "courriel",
    "recipient": "adresse",
    "list_id": "identifiant de la liste",
    "numbers": "numéros",
}
"""What a command asks for, by the name that a service gives it in a refusal."""


AWAY = {
    f"psycopg.{kind}" for kind in ("OperationalError", "InterfaceError", "ReadOnlySqlTransaction", "UndefinedTable")
}
"""The errors of a database that is away, leads no more or is not migrated yet."""


class Trouble(Exception):
    """What went wrong and what to do about it: one French sentence, shown as it is; the exit code is 1."""


def explained(error: Exception, home: Path) -> Trouble | str | None:
    """The sentence for a foreseen failure of a command on the instance in `home`; None for an error that is ours to mend."""
    if isinstance(error, Trouble):
        return error
    if isinstance(error, Refusal):
        return of_a_service(error)
    return of_the_machine(error, home) if isinstance(error, OSError) else of_the_portal(error)


def of_a_service(refusal: Refusal) -> str:
    """A refusal in one line, without repetition: a field that begins with its sentence takes the sentence's place."""
    texts = refusal.fields.values()
    if any(text.startswith(refusal.message) for text in texts):
        return " ".join(dict.fromkeys(texts))
    return " ".join([refusal.message, *(f"{WORDS.get(name, name)} : {text}" for name, text in refusal.fields.items())])


def of_the_machine(error: OSError, where: Path) -> Trouble | None:
    """The sentence for what the machine refuses (space, rights); None for an error that is ours to mend."""
    match error.errno:
        case number if number in NO_ROOM:
            return Trouble(DISK_FULL)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Trouble(
                f"{error.filename or where} n’est pas accessible à ce compte : relancez sous le compte qui l’a créé, "
                "ou choisissez un autre dossier avec PARVIS_HOME."
            )
        case errno.EISDIR | errno.ENOTDIR | errno.EEXIST:
            return Trouble(
                f"{error.filename2 or error.filename or where} n’est pas ce que Parvis y met (un dossier à la place d’un fichier, "
                "ou l’inverse) : déplacez-le ailleurs, puis relancez la commande."
            )
        case errno.ENAMETOOLONG:
            return Trouble(f"{where} est un nom trop long : choisissez un autre dossier avec PARVIS_HOME.")
        case errno.ENOMEM:
            return Trouble("La mémoire manque : fermez d’autres programmes (2 Go suffisent à Parvis), puis relancez.")
        case _:
            return None


def of_the_portal(error: Exception) -> Trouble | None:
    """The sentence for what a running portal may fail to do; None for an error that is ours to mend.

    Known by its name: its module is imported where it is raised, and no other command should wait for that import.
    """
    kinds = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(error).__mro__}
    if "psycopg.OperationalError" in kinds and (refused := _password_refused(error)):
        new = (
            "dans secrets/database_owner ou le secrets/database_… de ce compte, puis relancez "
            f"{typed('up --force-recreate')}"
            if is_deployed()
            else f"par DATABASE_URL et OWNER_DATABASE_URL, puis relancez {typed('down')} et {typed('up')}"
        )
        return Trouble(
            f"La base de données ne nous reçoit pas, {refused} : remettez ce mot de passe, ou donnez le nouveau {new}."
        )
    if kinds & AWAY:
        return Trouble(
            f"La base de données ne répond pas ou n’est pas encore prête : {typed('status')} montre l’état de chaque "
            "processus ; relancez la commande dans un moment."
        )
    if "services.WrongSetting" in kinds:
        return Trouble(str(error))
    if "services.ServiceFailed" in kinds:
        return Trouble(f"Un service a rencontré une erreur de son côté ({error}) : {typed('logs')} dit laquelle.")
    return None
