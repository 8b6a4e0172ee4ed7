"""The storage space of an account: its pieces and their files."""

import uuid
from collections.abc import Mapping

from werkzeug.datastructures import FileStorage

from gateway.api.drafts import DRAFT, upload_grant
from gateway.api.operations import Operations
from gateway.api.requests import REQUEST, grant_of
from gateway.api.schemas import storage as schemas
from gateway.clients import Json
from gateway.files import downloads, uploads
from gateway.permissions import CITIZEN
from services.documents.schemas import storage as calls

storage = Operations("storage", "L’espace de stockage : les pièces justificatives que le titulaire d’un compte garde.")


storage.get("/storage", permission=CITIZEN).sends(
    calls.ReadStorage,
    "Les pièces de l’espace de stockage ; une pièce dont les fichiers sont encore contrôlés n’y est pas.",
    name="storage_space",
)


@storage.upload("/storage/documents", permission=CITIZEN, form=schemas.AddPiece, returns=calls.Stored)
def store_document(form: Mapping[str, str], upload: FileStorage, command_id: uuid.UUID) -> calls.Stored:
    """Ajoute une pièce avec son premier fichier ; refusé quand l’espace est plein."""
    document_id = uuid.uuid5(command_id, "piece")
    return uploads.store(document_id, upload, label=form["label"], command_id=command_id)


storage.put("/storage/documents/<uuid:document_id>", permission=CITIZEN, body=schemas.Labelled).sends(
    calls.RelabelStored, "Donne un autre nom à une pièce.", name="relabel_document"
)
storage.delete("/storage/documents/<uuid:document_id>", permission=CITIZEN).sends(
    calls.RemoveStored,
    "Supprime une pièce et ses fichiers ; les copies jointes à des demandes restent.",
    name="remove_stored_document",
)


@storage.upload(
    "/storage/documents/<uuid:document_id>/files", permission=CITIZEN, form=schemas.AddFile, returns=calls.Stored
)
def store_file(document_id: uuid.UUID, form: Json, upload: FileStorage, command_id: uuid.UUID) -> calls.Stored:
    """Ajoute un fichier à une pièce."""
    return uploads.store(document_id, upload, command_id=command_id)


storage.get("/storage/files/<uuid:file_id>", permission=CITIZEN, media_type="application/octet-stream").sends(
    calls.OpenStored, "Le fichier.", name="stored_file", shown=downloads.file
)
storage.delete("/storage/files/<uuid:file_id>", permission=CITIZEN).sends(
    calls.RemoveStoredFile, "Retire un fichier d’une pièce qui en a d’autres."
)


# --- from the space into a request or draft, and back

for whole, name, grant, into, out_of in (
    (REQUEST, "request", grant_of, "dans la demande", "de la demande"),
    (DRAFT, "draft", upload_grant, "dans le brouillon", "du brouillon"),
):
    storage.post(f"{whole}/documents/from-storage", permission=CITIZEN, body=schemas.UseStored, status=201).sends(
        calls.UseStored,
        f"Copie des pièces de l’espace de stockage {into} : toutes ou aucune.",
        name=f"use_stored_in_{name}",
        grant=grant,
        renamed={"documents": "chosen"},
    )
    storage.post(f"{whole}/documents/to-storage", permission=CITIZEN, body=schemas.StoreCopies, status=201).sends(
        calls.StoreCopies,
        f"Copie des pièces {out_of} dans l’espace de stockage : toutes ou aucune.",
        name=f"store_copies_of_{name}",
        grant=grant,
    )
