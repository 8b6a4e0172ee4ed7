"""Documents (pièces) and their files: refusals, and the rules that bound what may be handed in. Pure."""

from collections.abc import Iterable

from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound, NotKnownYet
from services.chassis.event_store.locks import declare_lock_order
from services.chassis.structs import Struct
from services.documents.files.events import DocumentAdded, DocumentRemoved, DocumentReplaced, FileRejected
from services.procedures.schemas.definitions.procedures import Procedure
from services.townhall import pieces
from services.townhall.grants import Side
from services.townhall.pieces import Limits

# The streams of requests come after: here without a rank, in their own service with one.
declare_lock_order({"space": 0})

MAX_FILES_A_REQUEST = 40

DocumentEvent = DocumentAdded | DocumentReplaced | DocumentRemoved | FileRejected


class JournalRefused(Forbidden):
    code = "not_allowed"
    message = "Vous n’avez pas le droit de faire cela."


class TooManyFiles(Conflict):
    code = "too_many_files"


class UnknownPiece(Invalid):
    message = "Cette démarche ne demande pas cette pièce."


class NotEnclosed(Invalid):
    message = "Seule la mairie joint un document à une décision, sous un nom qu’elle choisit."


class StillExamined(Conflict):
    message = "Le contrôle d’un fichier de cette pièce n’est pas terminé : réessayez dans un instant."


class AlreadySubmitted(Conflict):
    message = "La demande est déjà enregistrée : ajoutez vos pièces depuis son suivi."


class DraftEnded(Conflict):
    message = "Ce brouillon n’existe plus : recommencez la démarche."


class DefinitionNotKnownYet(NotKnownYet):
    """The procedure's version comes by another way than what asks for it; it will be here in a moment."""

    code = "definition_not_heard_yet"


class NotYours(Forbidden):
    code = "document_of_the_other_side"
    message = "Cette pièce a été ajoutée par votre interlocuteur : vous ne pouvez ni la modifier ni la retirer."


class UnknownDocument(NotFound):
    code = "unknown_request_document"
    message = "Cette pièce n’existe pas, ou ne fait plus partie de la demande."


class LabelIsTheProcedures(Conflict):
    code = "label_of_the_procedure"
    message = "Le nom de cette pièce est celui que lui donne la démarche : il ne se change pas."


class LabelTaken(Conflict):
    message = "Une autre pièce de cette demande porte déjà ce nom."


class SensitiveFile(Forbidden):
    message = "Cette pièce est réservée aux agents habilités."


class Piece(Struct):
    """What a procedure says of one piece: a document that it asks for, or an upload inside its form."""

    slug: str
    label: str
    formats: tuple[str, ...]
    max_files: int
    sensitive: bool
    delete_after: str | None


def piece(slug: str, label: str | None, definition: Procedure | None, limits: Limits) -> Piece:
    """The piece as the procedure defines it; without a definition at hand, the town's limits alone bound it."""
    asked = next((one for one in asked_pieces(definition, limits) if one.slug == slug), None) if definition else None
    if asked:
        return asked
    if definition is not None and slug != pieces.FREE:
        raise UnknownPiece
    return Piece(
        slug=slug,
        label=pieces.free_label(label),
        formats=limits.formats,
        max_files=limits.files_a_document,
        sensitive=False,
        delete_after=None,
    )


def asked_pieces(definition: Procedure, limits: Limits) -> list[Piece]:
    return [
        Piece(
            slug=one.slug,
            label=one.label,
            formats=limits.formats_of(one.formats),
            max_files=limits.files_of(one.max_files),
            sensitive=bool(one.sensitive),
            delete_after=one.delete_after,
        )
        for one in (*definition.documents, *definition.uploads())
    ]


def check_room(asked: Piece, files_in_piece: int, files_in_request: int) -> None:
    """Refuses with TooManyFiles a file beyond the piece's or the request's limit."""
    if files_in_piece >= asked.max_files:
        plural = "s" if asked.max_files > 1 else ""
        raise TooManyFiles(f"{asked.max_files} fichier{plural} au plus pour « {asked.label} ».")
    if files_in_request >= MAX_FILES_A_REQUEST:
        raise TooManyFiles(f"{MAX_FILES_A_REQUEST} fichiers au plus pour une demande.")


def changed(
    document_id: str, piece_slug: str, side: Side, label: str | None, names: Iterable[str], *, announced: bool
) -> DocumentEvent:
    """What to say of a document whose files have just changed."""
    left = list(names)
    if not left:
        return DocumentRemoved(document_id=document_id, piece=piece_slug, by=side.value, reason="wish", label=label)
    kind = DocumentReplaced if announced else DocumentAdded
    return kind(document_id=document_id, piece=piece_slug, files=len(left), by=side.value, names=left, label=label)


class NotAHolder(Forbidden):
    code = "not_a_holder"
    message = "L’espace de stockage est réservé aux personnes qui ont un espace personnel."


class LabelMissing(Invalid):
    message = "Donnez un nom à cette pièce."


def typed_label(typed: str) -> str:
    """The name of a piece; raises LabelMissing."""
    given = " ".join(typed.split())
    if not given:
        raise LabelMissing(fields={"label": LabelMissing.message})
    return given
