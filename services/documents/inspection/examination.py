"""Examines an upload, or draws a page of what was kept, in a child process of its own, so that no file can freeze, exhaust or
take over the service.

The child gets two paths, no secret and no environment; memory, CPU time and output are bounded by the kernel
(`inspection.main`), the wait by this module.
"""

import json
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import cast

from services.chassis.contracts import from_json
from services.chassis.errors import Unavailable
from services.chassis.structs import Struct
from services.documents.inspection.formats import Format
from services.documents.inspection.rejection import Rejected, Rejection

WAIT_SECONDS = 12
CHILDREN = BoundedSemaphore(2)
DRAWING_SECONDS = 3
"""How long a page may take, its turn included; below the 4 s of a call."""
DRAWINGS = BoundedSemaphore(2)
"""Pages that are drawn at once; uploads have a limit of their own."""
PROJECT = Path(__file__).parents[__name__.count(".")]  # in which the package `services` lies

REASONS = {
    Rejection.TYPE_MISMATCH: "Ce fichier est abîmé, ou n’est pas ce que dit la fin de son nom : enregistrez-le de nouveau.",
    Rejection.UNREADABLE: "Ce fichier est abîmé ou illisible : enregistrez-le de nouveau, puis recommencez.",
    Rejection.PROTECTED: "Ce PDF est protégé par un mot de passe : envoyez-en une copie sans protection.",
    Rejection.ACTIVE_CONTENT: "Ce fichier contient un programme ou un formulaire actif. "
    "Imprimez-le en PDF, puis envoyez le nouveau fichier.",
    Rejection.ENCLOSED_FILES: "Ce fichier en contient d’autres (pièces jointes, objets incorporés). "
    "Imprimez-le en PDF, puis envoyez le nouveau fichier ; envoyez à part ce qu’il contenait.",
    Rejection.OUTSIDE_CONTENT: "Ce fichier va chercher une partie de son contenu ailleurs (un autre fichier ou un site). "
    "Imprimez-le en PDF, puis envoyez le nouveau fichier.",
    Rejection.TOO_COMPLEX: "Ce fichier est trop complexe pour être contrôlé : simplifiez-le ou numérisez-le de nouveau.",
    Rejection.PICTURE_TOO_LARGE: "Cette image a trop de points : réduisez ses dimensions.",
    Rejection.INFECTED: "Notre contrôle de sécurité a écarté ce fichier.",
    Rejection.TOO_LARGE: "Ce fichier est trop lourd.",
}
"""What the person reads, by the code that is kept."""


class DrawingBusy(Unavailable):
    code = "pens_taken"
    message = "D’autres pages sont en cours d’affichage : réessayez dans un instant."


class Examined(Struct):
    """`pages`: None of what has none, or cannot be drawn."""

    type: str
    size: int
    sha256: str
    pages: int | None = None


class Drawn(Struct):
    width: int
    height: int
    pages: int


@contextmanager
def workplace() -> Generator[Path]:
    """A private folder that is gone afterwards, whatever happened in it."""
    with TemporaryDirectory(prefix="parvis-file-") as folder:
        yield Path(folder)


def examine(source: Path, target: Path, announced: Format) -> Examined:
    """`target` holds what may be kept when this returns; raises Rejected."""
    with CHILDREN:
        return from_json(
            Examined, _child("inspect", source, target, announced.media_type, announced.kind, WAIT_SECONDS)
        )


def draw(source: Path, target: Path, media_type: str, page: int) -> Drawn | None:
    """`target` holds the page as a JPEG when this returns, None where the file has no such page; raises Rejected, DrawingBusy."""
    until = time.monotonic() + DRAWING_SECONDS
    if not DRAWINGS.acquire(timeout=DRAWING_SECONDS / 2):
        raise DrawingBusy
    try:
        drawn = _child("draw", source, target, media_type, str(page), until - time.monotonic())
    finally:
        DRAWINGS.release()
    return from_json(Drawn, drawn) if drawn else None


def _child(act: str, source: Path, target: Path, media_type: str, what: str, seconds: float) -> dict[str, object]:
    command = [sys.executable, "-m", "services.documents.inspection.child", act, source, target, media_type, what]
    try:
        child = subprocess.run(  # noqa: S603  fixed program, paths of our own making
            command, cwd=PROJECT, env={}, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise Rejected(Rejection.TOO_COMPLEX) from None
    if child.returncode != 0:
        raise Rejected(Rejection.TOO_COMPLEX)
    outcome = cast("dict[str, object]", json.loads(child.stdout))  # which child.py writes
    if "rejected" in outcome:
        raise Rejected(Rejection(str(outcome["rejected"])))
    return outcome
