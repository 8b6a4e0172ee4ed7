"""What a storage space may hold, and what is refused of it. Pure."""

from collections.abc import Collection, Hashable

from services.chassis.errors import Conflict
from services.townhall.pieces import Limits
from services.townhall.typography import NBSP


class SpaceFull(Conflict):
    code = "storage_full"


class PieceFull(Conflict):
    code = "too_many_files"


class LastFile(Conflict):
    message = (
        f"Une pièce contient au moins un fichier{NBSP}: ajoutez d’abord celui qui le remplace, ou supprimez la pièce."
    )


def check_room(stored: Collection[Hashable], coming: Collection[Hashable], limits: Limits) -> None:
    """Refuses with SpaceFull what would leave more pieces in the space than the town allows; all of `coming` or none."""
    if len({*stored, *coming}) > limits.documents_a_space:
        raise SpaceFull(full(len(stored), limits.documents_a_space, len(set(coming) - set(stored))))


def full(stored: int, most: int, coming: int = 1) -> str:
    """Why nothing was added, and what to do about it."""
    if stored >= most:
        return f"Votre espace de stockage contient déjà {most} pièces, son maximum. Supprimez-en une pour en ajouter une autre."
    left = most - stored
    room = "une seule pièce" if left == 1 else f"{left} pièces"
    return f"Votre espace de stockage peut encore recevoir {room}, pas {coming}{NBSP}: aucune n’a été ajoutée."


def check_files(files: int, limits: Limits) -> None:
    """Refuses with PieceFull a file beyond those that a piece may have."""
    if files >= limits.files_a_document:
        plural = "s" if limits.files_a_document > 1 else ""
        raise PieceFull(f"{limits.files_a_document} fichier{plural} au plus dans une pièce.")
