"""A request once filed: history, appointments, exchanges, documents; by account or by tracking link."""

import uuid
from dataclasses import replace
from typing import Any

from flask import Response

from gateway.api.drafts import frozen_manifest
from gateway.api.operations import Operations
from gateway.api.schemas import common, counter, dashboard, pieces
from gateway.api.schemas import requests as schemas
from gateway.api.schemas.storage import AddFile, Labelled, NoWords
from gateway.clients import Json
from gateway.conversation import clients
from gateway.dates import instant
from gateway.files import downloads, uploads
from gateway.http.rate_limits import LINK_AGAIN, SUBMIT, UPLOAD
from gateway.permissions import CITIZEN, FOLLOWER, PUBLIC
from gateway.sessions.identity import current_identity
from gateway.shared.piece_names import named
from gateway.shared.tracked import tracked
from gateway.shared.vouching import with_code
from gateway.town import town_book
from services.chassis.contracts import to_json
from services.documents.schemas import pieces as handed
from services.messaging.schemas.begun_messages import KeepBegunMessage
from services.messaging.schemas.exchanges import AddExchange, ListExchanges, OpenExchange
from services.requests.schemas import following
from services.requests.schemas.appointments import (
    AddAppointment,
    CancelAppointment,
    MoveAppointment,
    ReadCalendarFile,
)
from services.requests.schemas.attestation import RequestAttestation
from services.requests.schemas.dashboard import ReadDashboard
from services.requests.schemas.filing import Submit
from services.townhall.pieces import FREE

requests = Operations("requests", "Les demandes déposées et leur suivi.")


@requests.post(
    "/requests",
    permission=PUBLIC,
    body=counter.Submit,
    returns=schemas.Receipt,
    status=201,
    command=True,
    key_required=True,
    refuses=(404,),
    limit=SUBMIT,
)
def submit(body: Json, command_id: uuid.UUID) -> Json:
    """Dépose une demande entière ; les fichiers envoyés sous `draft_id` sont joints.

    Une même adresse prend un tiers des places d’une démarche à quota sans autre formalité. Au-delà, le refus 422
    `security_code_required` demande aussi `captcha` ; au-delà de deux tiers, 409 `too_many_from_address`.
    """
    town_book().must_have_procedure(body["procedure"])
    current_identity().lasting_visitor()
    draft_id, captcha, slot = (body.pop(name, None) for name in ("draft_id", "captcha", "slot"))
    # The answers come with the request, not with the draft: requests says which pieces they ask for.
    manifest = frozen_manifest(draft_id, command_id) if draft_id else None
    member, described = body.pop("member", None), body.pop("described_member", None)

    def file(code_given: bool) -> Json:
        asked = Submit(
            **body,
            member=described or member,
            draft_id=None if draft_id is None else str(draft_id),
            slot=None if slot is None else instant(slot),
            manifest=manifest,
            address_seen=clients().address(),
            code_given=code_given,
        )
        return to_json(clients().send(asked, command_id=command_id))

    return with_code(file, captcha, command_id=command_id)


@requests.get("/requests", permission=CITIZEN, query=schemas.MineQuery, returns=schemas.RequestLines)
def mine(query: Json) -> Json:
    """Mes demandes, en cours ou archivées."""
    return to_json(clients().send(following.ListMine(**query)))


@requests.get("/dashboard", permission=CITIZEN, returns=dashboard.Dashboard)
def read_dashboard() -> Json:
    """Mon tableau de bord : mes dernières demandes, les échanges à lire et les rendez-vous proches."""
    return to_json(clients().send(ReadDashboard()))


@requests.get("/requests/<number:number>", permission=FOLLOWER, query=schemas.RequestQuery, returns=schemas.Request)
def show(number: str, query: Json) -> Json:
    """Une demande et son historique."""
    as_of = query.get("as_of")
    view = tracked(number, as_of=as_of and instant(as_of))
    shown = to_json(replace(view, history=tuple(named(view))))
    del shown["grant"]
    return shown


@requests.post(
    "/requests/<number:number>/cancellation",
    permission=FOLLOWER,
    body=schemas.Seen,
    returns=common.Done,
    command=True,
)
def cancel(number: str, body: Json, command_id: uuid.UUID) -> Json:
    """Annule la demande : elle est archivée, le créneau et la place sont rendus."""
    asked = following.CancelRequest(number=number, version=body["version"])
    return to_json(clients().send(asked, command_id=command_id))


@requests.post("/requests/<number:number>/attestation", permission=FOLLOWER, status=204, command=True)
def request_attestation(number: str, command_id: uuid.UUID) -> None:
    """Demande l’attestation d’une acceptation née du silence de la mairie ; enregistrée une fois, `attestation` la suit."""
    clients().send(RequestAttestation(number=number), command_id=command_id)


@requests.post(
    "/requests/<number:number>/attachment",
    permission=CITIZEN,
    returns=common.Done,
    command=True,
)
def attach(number: str, command_id: uuid.UUID) -> Json:
    """Rattache la demande à mon espace personnel ; le lien de suivi est aussi nécessaire."""
    return to_json(clients().send(following.AttachRequest(number=number), command_id=command_id))


# --- appointments


@requests.post(
    "/requests/<number:number>/appointments",
    permission=FOLLOWER,
    body=schemas.BookAppointment,
    returns=common.Done,
    status=201,
    command=True,
)
def add_appointment(number: str, body: Json, command_id: uuid.UUID) -> Json:
    """Prend un rendez-vous pour la demande."""
    asked = AddAppointment(number=number, start=instant(body["start"]), version=body["version"])
    return to_json(clients().send(asked, command_id=command_id))


@requests.put(
    "/requests/<number:number>/appointments/<uuid:appointment_id>",
    permission=FOLLOWER,
    body=schemas.BookAppointment,
    returns=common.Done,
    command=True,
)
def move_appointment(number: str, appointment_id: uuid.UUID, body: Json, command_id: uuid.UUID) -> Json:
    """Modifie un rendez-vous : un nouveau est pris, l’ancien est montré annulé."""
    start, moved = instant(body["start"]), str(appointment_id)
    asked = MoveAppointment(number=number, appointment_id=moved, start=start, version=body["version"])
    return to_json(clients().send(asked, command_id=command_id))


@requests.post(
    "/requests/<number:number>/appointments/<uuid:appointment_id>/cancellation",
    permission=FOLLOWER,
    body=schemas.Seen,
    returns=common.Done,
    command=True,
)
def cancel_appointment(number: str, appointment_id: uuid.UUID, body: Json, command_id: uuid.UUID) -> Json:
    """Annule un rendez-vous qui n’est pas obligatoire."""
    asked = CancelAppointment(number=number, appointment_id=str(appointment_id), version=body["version"])
    return to_json(clients().send(asked, command_id=command_id))


@requests.get("/requests/<number:number>/calendar.ics", permission=FOLLOWER, media_type="text/calendar")
def calendar(number: str) -> Response:
    """Le rendez-vous, pour un agenda personnel."""
    return downloads.calendar(clients().send(ReadCalendarFile(number=number)).ics)


# --- exchanges


def grant_of(number: str) -> str:
    """What this actor may do with the request, as requests says it: messaging and documents need no more."""
    return tracked(number).grant


@requests.get("/requests/<number:number>/exchanges", permission=FOLLOWER, returns=schemas.Exchanges)
def exchanges(number: str) -> Json:
    """Les échanges ; les lister ne les marque pas comme lus."""
    return to_json(clients().send(ListExchanges(grant=grant_of(number))))


@requests.post(
    "/requests/<number:number>/exchanges",
    permission=FOLLOWER,
    body=schemas.AddExchange,
    returns=schemas.ExchangeAdded,
    status=201,
    command=True,
)
def add_exchange(number: str, body: Json, command_id: uuid.UUID) -> Json:
    """Ajoute un échange."""
    asked = AddExchange(grant=grant_of(number), text=body["text"], seen=body.get("seen"))
    return to_json(clients().send(asked, command_id=command_id))


@requests.put(
    "/requests/<number:number>/exchanges/begun",
    permission=FOLLOWER,
    body=schemas.KeepBegunMessage,
    status=204,
    command=True,
)
def keep_begun_message(number: str, body: Json, command_id: uuid.UUID) -> None:
    """Garde un message commencé, trente jours au plus : il est rendu avec les échanges, et part avec `POST`."""
    asked = KeepBegunMessage(grant=grant_of(number), text=body["text"], seen=body.get("seen", ""))
    clients().send(asked, command_id=command_id)


@requests.post(
    "/requests/<number:number>/exchanges/<uuid:exchange_id>/reading",
    permission=FOLLOWER,
    returns=schemas.Exchange,
    command=True,
)
def open_exchange(number: str, exchange_id: uuid.UUID, command_id: uuid.UUID) -> Json:
    """Ouvre un échange : il devient lu."""
    asked = OpenExchange(grant=grant_of(number), exchange_id=str(exchange_id))
    return to_json(clients().send(asked, command_id=command_id))


# --- documents


@requests.get("/requests/<number:number>/documents", permission=FOLLOWER, returns=pieces.Documents)
def documents(number: str) -> Json:
    """Les pièces de la demande."""
    return to_json(clients().send(handed.ListRequestDocuments(grant=grant_of(number))))


@requests.post(
    "/requests/<number:number>/files",
    permission=FOLLOWER,
    form=pieces.UploadForm,
    documented_form=pieces.UploadDocument,
    returns=pieces.UploadedFile,
    status=201,
    command=True,
    limit=UPLOAD,
    max_bytes=uploads.largest_body,
)
def add_document(number: str, form: Json, command_id: uuid.UUID) -> Json:
    """Ajoute un fichier à la demande, tant qu’elle l’accepte."""
    upload = uploads.required_file("file")
    added = uploads.send(
        clients(), grant_of(number), upload, piece=form["piece"], label=form.get("label"), command_id=command_id
    )
    return uploads.shown(added)


@requests.put(
    "/requests/<number:number>/documents/<uuid:document_id>",
    permission=FOLLOWER,
    body=Labelled,
    status=204,
    command=True,
    refuses=(409,),
)
def relabel_piece(number: str, document_id: uuid.UUID, body: Json, command_id: uuid.UUID) -> None:
    """Donne un autre nom à une pièce que son auteur nomme, tant que la demande l’accepte et par qui l’a jointe."""
    asked = handed.RelabelDocument(grant=grant_of(number), document_id=document_id, label=body["label"])
    clients().send(asked, command_id=command_id)


@requests.delete("/requests/<number:number>/documents/<uuid:document_id>", permission=FOLLOWER, command=True)
def remove_piece(number: str, document_id: uuid.UUID, command_id: uuid.UUID) -> None:
    """Retire une pièce et tous ses fichiers, tant que la demande l’accepte et par qui l’a jointe."""
    asked = handed.RemoveDocument(grant=grant_of(number), document_id=document_id)
    clients().send(asked, command_id=command_id)


@requests.post(
    "/requests/<number:number>/documents/<uuid:document_id>/files",
    permission=FOLLOWER,
    form=NoWords,
    documented_form=AddFile,
    returns=pieces.UploadedFile,
    status=201,
    command=True,
    limit=UPLOAD,
    max_bytes=uploads.largest_body,
)
def add_to_piece(number: str, document_id: uuid.UUID, form: Json, command_id: uuid.UUID) -> Json:
    """Ajoute un fichier à une pièce de la demande, tant qu’elle l’accepte et par qui l’a jointe."""
    upload = uploads.required_file("file")
    to = {"piece": FREE, "document_id": document_id}
    return uploads.shown(uploads.send(clients(), grant_of(number), upload, **to, command_id=command_id))


@requests.get(
    "/requests/<number:number>/files/<uuid:file_id>", permission=FOLLOWER, media_type="application/octet-stream"
)
def download(number: str, file_id: uuid.UUID) -> Response:
    """Le fichier ; une lecture par un agent est enregistrée."""
    return downloads.file(clients().send(handed.OpenFile(grant=grant_of(number), file_id=str(file_id))))


@requests.delete("/requests/<number:number>/files/<uuid:file_id>", permission=FOLLOWER, command=True)
def remove_document(number: str, file_id: uuid.UUID, command_id: uuid.UUID) -> None:
    """Retire un fichier de la demande, tant qu’elle l’accepte et par qui l’a joint."""
    clients().send(handed.RemoveFile(grant=grant_of(number), file_id=str(file_id)), command_id=command_id)


# --- tracking links


@requests.post("/tracking", permission=PUBLIC, body=schemas.OpenTracking, returns=schemas.Opened, refuses=(404,))
def open_tracking(body: Json) -> Json:
    """Dit quelle demande un lien de suivi ouvre ; le jeton se donne ensuite dans l’en-tête `Parvis-Tracking`."""
    return to_json(clients().send(following.OpenTracking(token=body["token"])))


@requests.post("/tracking/links", permission=PUBLIC, body=schemas.SendLink, status=204, command=True, limit=LINK_AGAIN)
def send_tracking_link(body: Json, command_id: uuid.UUID) -> Any:
    """Renvoie le lien de suivi à l’adresse de la demande ; même réponse qu’elle existe ou non."""
    asked = following.SendTrackingLink(number=body["number"], email=body["email"])
    clients().send(asked, command_id=command_id)


@requests.delete("/requests/<number:number>/tracking-links", permission=FOLLOWER, command=True, refuses=(409,))
def revoke_tracking_links(number: str, command_id: uuid.UUID) -> None:
    """Désactive tous les liens de suivi envoyés pour la demande ; un nouveau s’obtient par courriel."""
    clients().send(following.RevokeTrackingLinks(number=number), command_id=command_id)
