"""The archive of one's data."""

import uuid

from flask import Response

from gateway.api.operations import Operations
from gateway.api.schemas import own_data as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.files import downloads
from gateway.permissions import CITIZEN, FOLLOWER
from gateway.shared.tracked import tracked
from services.chassis.contracts import to_json
from services.documents.schemas.archives import AskArchive, OpenArchive, ReadArchive

own_data = Operations("own_data", "L’archive de ce que la mairie garde d’une personne, ou d’une demande.")


@own_data.get("/profile/archive", permission=CITIZEN, returns=schemas.Archive)
def profile_archive() -> Json:
    """Où en est l’archive de mes données."""
    return to_json(clients().send(ReadArchive()))


@own_data.post("/profile/archive", permission=CITIZEN, returns=schemas.Archive, status=202, command=True)
def ask_profile_archive(command_id: uuid.UUID) -> Json:
    """Fait préparer l’archive de mes données : une par jour au plus (`archive_too_soon`). Un courriel dit quand elle est prête."""
    return to_json(clients().send(AskArchive(), command_id=command_id))


@own_data.get("/profile/archive/file", permission=CITIZEN, media_type="application/octet-stream", refuses=(404,))
def profile_archive_file() -> Response:
    """L’archive, au format ZIP : `mes-donnees.json`, `mes-donnees.html` et les fichiers."""
    return downloads.file(clients().send(OpenArchive()))


@own_data.get("/requests/<number:number>/archive", permission=FOLLOWER, returns=schemas.Archive)
def request_archive(number: str) -> Json:
    """Où en est l’archive d’une demande, pour la personne qui l’a déposée."""
    return to_json(clients().send(ReadArchive(grant=tracked(number).grant)))


@own_data.post(
    "/requests/<number:number>/archive", permission=FOLLOWER, returns=schemas.Archive, status=202, command=True
)
def ask_request_archive(number: str, command_id: uuid.UUID) -> Json:
    """Fait préparer l’archive de cette demande : une par jour au plus (`archive_too_soon`)."""
    grant = tracked(number).grant
    return to_json(clients().send(AskArchive(grant=grant), command_id=command_id))


@own_data.get("/requests/<number:number>/archive/file", permission=FOLLOWER, media_type="application/octet-stream")
def request_archive_file(number: str) -> Response:
    """L’archive de la demande, au format ZIP."""
    return downloads.file(clients().send(OpenArchive(grant=tracked(number).grant)))
