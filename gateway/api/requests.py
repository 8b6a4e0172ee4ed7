"""A request once filed: history, appointments, exchanges, documents; by account or by tracking link."""

import uuid
from collections.abc import Mapping

from werkzeug.datastructures import FileStorage

from gateway.api.bodies import call_of
from gateway.api.drafts import frozen_manifest
from gateway.api.operations import Operations
from gateway.api.schemas import counter, people, pieces, requests as schemas
from gateway.api.schemas.storage import AddFile, Labelled
from gateway.clients import Json
from gateway.conversation import clients
from gateway.dates import instant
from gateway.files import downloads, uploads
from gateway.http.rate_limits import LINK_AGAIN, PAGES, SUBMIT
from gateway.permissions import CITIZEN, FILE_READER, FOLLOWER, PUBLIC
from gateway.sessions.identity import current_identity
from gateway.shared.piece_names import named
from gateway.shared.security_code_retry import with_code
from gateway.shared.tracked import tracked
from gateway.town import town_book
from services.documents.schemas import pieces as handed
from services.messaging.schemas.exchanges import AddExchange, KeepBegunMessage, ListExchanges, OpenExchange
from services.requests.schemas import appointments, following
from services.requests.schemas.dashboard import ReadDashboard
from services.requests.schemas.filing import Receipt, Submit
from services.townhall.pieces import FREE

requests = Operations("requests", "Les demandes déposées et leur suivi.")
REQUEST = "/requests/<number:number>"


@requests.post(
    "/requests",
    permission=PUBLIC,
    body=counter.Submit,
    returns=Receipt,
    status=201,
    command=True,
    key_required=True,
    refuses=(401, 404),
    limit=SUBMIT,
)
def submit(body: Mapping[str, object], command_id: uuid.UUID) -> Receipt:
    """Dépose une demande entière ; les fichiers envoyés sous `draft_id` sont joints.

    Une même adresse prend un tiers des places d’une démarche à quota sans autre formalité. Au-delà, le refus 422
    `security_code_required` demande aussi `captcha` ; au-delà de deux tiers, 409 `too_many_from_address`.
    """
    town_book().must_have_procedure(str(body["procedure"]))
    current_identity().lasting_visitor()
    draft_id, member = body.get("draft_id"), body.get("described_member") or body.get("member")
    # The answers come with the request, not with the draft: requests says which pieces they ask for.
    manifest = frozen_manifest(uuid.UUID(str(draft_id)), command_id) if draft_id else None

    def file(code_given: bool) -> Receipt:
        asked: dict[str, object] = {**body, "member": member, "manifest": manifest, "code_given": code_given}
        return clients().send(call_of(Submit, asked), command_id=command_id)

    return with_code(file, body.get("captcha"), command_id=command_id)


requests.get("/requests", permission=CITIZEN, query=schemas.MineQuery).sends(
    following.ListMine, "Mes demandes, en cours ou archivées."
)
requests.get("/dashboard", permission=CITIZEN).sends(
    ReadDashboard, "Mon tableau de bord : mes dernières demandes, les échanges à lire et les rendez-vous proches."
)


@requests.get(REQUEST, permission=FOLLOWER, query=schemas.RequestQuery, returns=schemas.Request)
def show(number: str, query: Mapping[str, str]) -> Json:
    """Une demande et son historique."""
    view = tracked(number, as_of=instant(query["as_of"]) if "as_of" in query else None)
    shown: dict[str, object] = {**vars(view), "history": named(view)}
    del shown["grant"]
    return shown


requests.post(f"{REQUEST}/cancellation", permission=FOLLOWER, body=schemas.Seen).sends(
    following.CancelRequest, "Annule la demande : elle est archivée, le créneau et la place sont rendus."
)
requests.post(f"{REQUEST}/attestation", permission=FOLLOWER).sends(
    following.RequestAttestation,
    "Demande l’attestation d’une acceptation née du silence de la mairie ; enregistrée une fois, `attestation` la suit.",
)
requests.post(f"{REQUEST}/attachment", permission=CITIZEN).sends(
    following.AttachRequest, "Rattache la demande à mon espace personnel ; le lien de suivi est aussi nécessaire."
)


# --- appointments

requests.post(f"{REQUEST}/appointments", permission=FOLLOWER, body=schemas.BookAppointment, status=201).sends(
    appointments.AddAppointment, "Prend un rendez-vous pour la demande."
)
requests.put(f"{REQUEST}/appointments/<uuid:appointment_id>", permission=FOLLOWER, body=schemas.BookAppointment).sends(
    appointments.MoveAppointment,
    "Modifie un rendez-vous : un nouveau est pris, l’ancien est montré annulé. Un créneau plus tôt qu’un courriel a annoncé "
    "(`earlier_slot.freed`) se prend ainsi : le premier qui le demande l’obtient.",
)
requests.post(
    f"{REQUEST}/appointments/<uuid:appointment_id>/cancellation", permission=FOLLOWER, body=schemas.Seen
).sends(appointments.CancelAppointment, "Annule un rendez-vous qui n’est pas obligatoire.")
EARLIER_SLOT = f"{REQUEST}/appointments/<uuid:appointment_id>/earlier-slot"
requests.put(EARLIER_SLOT, permission=FOLLOWER, body=schemas.WantEarlierSlot).sends(
    appointments.WantEarlierSlot,
    "Prévient par courriel, une fois par jour au plus, quand un créneau avant ce rendez-vous se libère ; prend fin avec lui.",
    fixed={"wanted": True},
)
requests.delete(EARLIER_SLOT, permission=FOLLOWER).sends(
    appointments.WantEarlierSlot,
    "Ne prévient plus d’un créneau plus tôt.",
    name="unwant_earlier_slot",
    fixed={"wanted": False},
)


requests.get(f"{REQUEST}/calendar.ics", permission=FOLLOWER, media_type="text/calendar").sends(
    appointments.ReadCalendarFile,
    "Le rendez-vous, pour un agenda personnel.",
    name="calendar",
    shown=lambda file: downloads.calendar(file.ics),
)


# --- exchanges


def grant_of(number: str) -> str:
    """What this actor may do with the request, as requests says it: messaging and documents need no more."""
    return tracked(number).grant


requests.get(f"{REQUEST}/exchanges", permission=FOLLOWER).sends(
    ListExchanges, "Les échanges ; les lister ne les marque pas comme lus.", grant=grant_of
)
requests.post(f"{REQUEST}/exchanges", permission=FOLLOWER, body=schemas.AddExchange, status=201).sends(
    AddExchange, "Ajoute un échange.", grant=grant_of
)
requests.put(f"{REQUEST}/exchanges/begun", permission=FOLLOWER, body=schemas.KeepBegunMessage).sends(
    KeepBegunMessage,
    "Garde un message commencé, trente jours au plus : il est rendu avec les échanges, et part avec `POST`.",
    grant=grant_of,
)
requests.post(f"{REQUEST}/exchanges/<uuid:exchange_id>/reading", permission=FOLLOWER).sends(
    OpenExchange, "Ouvre un échange : il devient lu.", grant=grant_of
)


# --- documents

requests.get(f"{REQUEST}/documents", permission=FOLLOWER).sends(
    handed.ListRequestDocuments, "Les pièces de la demande.", name="documents", grant=grant_of
)


@requests.upload(f"{REQUEST}/files", permission=FOLLOWER, form=pieces.UploadDocument, returns=handed.Uploaded)
def add_document(number: str, form: Mapping[str, str], upload: FileStorage, command_id: uuid.UUID) -> Json:
    """Ajoute un fichier à la demande, tant qu’elle l’accepte."""
    grant = grant_of(number)
    kept = uploads.send(
        grant,
        upload,
        piece=form["piece"],
        label=form.get("label"),
        enclosed_for=form.get("enclosed_for"),
        command_id=command_id,
    )
    return uploads.shown(kept)


requests.put(f"{REQUEST}/documents/<uuid:document_id>", permission=FOLLOWER, body=Labelled, refuses=(409,)).sends(
    handed.RelabelDocument,
    "Donne un autre nom à une pièce que son auteur nomme, tant que la demande l’accepte et par qui l’a jointe.",
    name="relabel_piece",
    grant=grant_of,
)
requests.delete(f"{REQUEST}/documents/<uuid:document_id>", permission=FOLLOWER).sends(
    handed.RemoveDocument,
    "Retire une pièce et tous ses fichiers, tant que la demande l’accepte et par qui l’a jointe.",
    name="remove_piece",
    grant=grant_of,
)


@requests.upload(
    f"{REQUEST}/documents/<uuid:document_id>/files", permission=FOLLOWER, form=AddFile, returns=handed.Uploaded
)
def add_to_piece(number: str, document_id: uuid.UUID, form: Json, upload: FileStorage, command_id: uuid.UUID) -> Json:
    """Ajoute un fichier à une pièce de la demande, tant qu’elle l’accepte et par qui l’a jointe."""
    kept = uploads.send(grant_of(number), upload, piece=FREE, document_id=document_id, command_id=command_id)
    return uploads.shown(kept)


requests.get(f"{REQUEST}/files/<uuid:file_id>", permission=FOLLOWER, media_type="application/octet-stream").sends(
    handed.OpenFile, "Le fichier ; une lecture par un agent est enregistrée.", grant=grant_of, shown=downloads.file
)
requests.get(
    f"{REQUEST}/files/<uuid:file_id>/pages/<int:page>",
    permission=FILE_READER,  # a page costs seconds of the processor, and no page of a citizen asks for one
    limit=PAGES,
    media_type="image/jpeg",
    refuses=(409,),
).sends(
    handed.DrawPage,
    "Une page d’un PDF, ou une photographie, en image JPEG, pour les agents ; la lecture est enregistrée.",
    grant=grant_of,
    shown=downloads.page,
)
requests.delete(f"{REQUEST}/files/<uuid:file_id>", permission=FOLLOWER).sends(
    handed.RemoveFile,
    "Retire un fichier de la demande, tant qu’elle l’accepte et par qui l’a joint.",
    name="remove_document",
    grant=grant_of,
)


# --- tracking links

requests.post("/tracking", permission=PUBLIC, body=people.Activate, refuses=(404,)).sends(
    following.OpenTracking,
    "Dit quelle demande un lien de suivi ouvre ; le jeton se donne ensuite dans l’en-tête `Parvis-Tracking`.",
)
requests.post("/tracking/links", permission=PUBLIC, body=schemas.SendLink, limit=LINK_AGAIN).sends(
    following.SendTrackingLink,
    "Renvoie le lien de suivi à l’adresse de la demande ; même réponse qu’elle existe ou non.",
)
requests.delete(f"{REQUEST}/tracking-links", permission=FOLLOWER, status=204, refuses=(409,)).sends(
    following.RevokeTrackingLinks,
    "Désactive tous les liens de suivi envoyés pour la demande ; un nouveau s’obtient par courriel.",
)
