"""A request in the making: steps, slot, files, then submission."""

import uuid
from collections.abc import Mapping

from werkzeug.datastructures import FileStorage

from gateway.api.bodies import call_of
from gateway.api.operations import Operations
from gateway.api.schemas import counter, people, pieces, requests as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.files import uploads
from gateway.http.rate_limits import HOLD_SLOT, LINK_AGAIN, SUBMIT
from gateway.permissions import CITIZEN, PUBLIC
from gateway.sessions.identity import current_identity
from gateway.shared.security_code_retry import with_code
from gateway.town import town_book
from services.documents.schemas.pieces import Freeze, ListDraftDocuments, RemoveFile, Uploaded
from services.procedures.schemas.definitions.procedures import Step
from services.requests.schemas import drafts as calls
from services.requests.schemas.draft_links import MailDraftLink, OpenDraftLink
from services.requests.schemas.filing import Receipt, SubmitDraft
from services.requests.schemas.profile import ReadProfileNews, TakeProfile
from services.requests.schemas.refusals import DraftFiled, DraftNotFound
from services.townhall import mailed_links

drafts = Operations("drafts", "Une demande en préparation, gardée au nom du compte ou du navigateur.")
DRAFT = "/drafts/<uuid:draft_id>"


def upload_grant(draft_id: str) -> str:
    """By which documents takes files for the draft."""
    return clients().send(calls.ReadDraft(draft_id=draft_id)).grant


def shown(draft: calls.DraftView) -> Json:
    """The draft without what only our own processes and pages need."""
    values: dict[str, object] = vars(draft)
    return {name: value for name, value in values.items() if name not in ("grant", "marks", "given_up")}


@drafts.post(
    "/drafts",
    permission=PUBLIC,
    body=schemas.OpenDraft,
    returns=calls.DraftView,
    status=201,
    command=True,
    refuses=(401, 404),
)
def open_draft(body: Mapping[str, object], command_id: uuid.UUID) -> Json:
    """Ouvre le brouillon d’une démarche, ou rend celui qui existe."""
    town_book().must_have_procedure(str(body["procedure"]))
    current_identity().lasting_visitor()
    # derived from the command: asked again with the same key, it is the same draft
    made: dict[str, object] = {
        "draft_id": str(uuid.uuid5(command_id, "draft")),
        "member": body.get("described_member") or body.get("member"),
    }
    asked = call_of(calls.OpenDraft, {**body, **made})
    return shown(clients().send(asked, command_id=command_id))


@drafts.get("/drafts", permission=PUBLIC, returns=calls.Drafts)
def my_drafts() -> calls.Drafts:
    """Les brouillons du compte ou du navigateur, le dernier modifié en premier."""
    return clients().send(calls.ListDrafts(), brief=True)


drafts.get(DRAFT, permission=PUBLIC, refuses=(409,)).sends(
    calls.ReadDraft,
    "Le brouillon, avec ce qui reste à corriger ; s’il est déposé, le refus donne le numéro de la demande.",
    shown=shown,
)
drafts.put(f"{DRAFT}/steps/<any({', '.join(Step)}):step>", permission=PUBLIC, body=schemas.SaveStep).sends(
    calls.SaveStep,
    "Enregistre une étape ; ce qui est saisi est gardé même à corriger, ce qui n’est pas demandé est refusé.",
    shown=shown,
    fixed={"strict": True},
)
drafts.get(f"{DRAFT}/profile", permission=CITIZEN, refuses=(404, 409)).sends(
    ReadProfileNews, "Ce que mon profil dit autrement depuis que le brouillon l’a repris, et que je n’y ai pas changé."
)
drafts.post(f"{DRAFT}/profile", permission=CITIZEN, refuses=(404, 409)).sends(
    TakeProfile, "Reprend ces nouvelles coordonnées dans le brouillon ; ce qui y a été saisi reste."
)
drafts.put(f"{DRAFT}/slot", permission=PUBLIC, body=schemas.HoldSlot, limit=HOLD_SLOT).sends(
    calls.HoldSlot,
    "Retient un créneau quinze minutes ; d’un même jour, une personne ou une connexion a le tiers, arrondi au-dessus.",
)
drafts.delete(f"{DRAFT}/slot", permission=PUBLIC).sends(calls.ReleaseSlot, "Rend le créneau retenu.")
drafts.delete(DRAFT, permission=PUBLIC).sends(calls.DiscardDraft, "Abandonne le brouillon et ses fichiers.")
drafts.post(f"{DRAFT}/links", permission=PUBLIC, body=people.EmailAlone, limit=LINK_AGAIN).sends(
    MailDraftLink,
    "Envoie par courriel un lien qui ouvre le brouillon d’un visiteur sur un autre appareil ; les précédents ne marchent plus.",
)


@drafts.post(
    "/draft-links",
    permission=PUBLIC,
    body=schemas.OpenDraftLink,
    returns=calls.DraftView,
    command=True,
    refuses=(403, 404),
)
def open_draft_link(body: Mapping[str, object], command_id: uuid.UUID) -> Json:
    """Ouvre ici aussi le brouillon d’un tel lien ; avec un compte, il rejoint le compte. Un autre brouillon de la démarche le refuse."""
    current_identity().lasting_visitor()
    asked = OpenDraftLink(digest=mailed_links.digest(str(body["token"])), replaces=bool(body.get("replaces")))
    opened = clients().send(asked, command_id=command_id)
    return shown(clients().send(calls.ReadDraft(draft_id=str(opened.draft_id))))


drafts.get(f"{DRAFT}/documents", permission=PUBLIC, refuses=(409,)).sends(
    ListDraftDocuments, "Les pièces déjà jointes au brouillon.", grant=upload_grant
)


@drafts.upload(f"{DRAFT}/files", permission=PUBLIC, form=pieces.UploadDocument, returns=Uploaded)
def upload_file(draft_id: uuid.UUID, form: Mapping[str, str], upload: FileStorage, command_id: uuid.UUID) -> Json:
    """Joint un fichier à une pièce demandée."""
    grant = upload_grant(str(draft_id))
    kept = uploads.send(grant, upload, piece=form["piece"], label=form.get("label"), command_id=command_id)
    return uploads.shown(kept)


drafts.delete(f"{DRAFT}/files/<uuid:file_id>", permission=PUBLIC).sends(
    RemoveFile, "Retire un fichier du brouillon.", grant=upload_grant
)


@drafts.post(
    f"{DRAFT}/submission",
    permission=PUBLIC,
    body=counter.SubmitDraft,
    returns=Receipt,
    status=201,
    command=True,
    limit=SUBMIT,
)
def submit_draft(draft_id: uuid.UUID, body: Mapping[str, object], command_id: uuid.UUID) -> Receipt:
    """Dépose la demande ; la réponse dit qu’elle est enregistrée.

    Une place de quota au-delà du tiers d’une adresse demande `captcha`, comme `POST /requests`.
    """
    manifest = frozen_manifest(draft_id, command_id, shown_only=True)

    def file(code_given: bool) -> Receipt:
        asked: dict[str, object] = {**body, "draft_id": str(draft_id), "manifest": manifest, "code_given": code_given}
        return clients().send(call_of(SubmitDraft, asked), command_id=command_id)

    return with_code(file, body.get("captcha"), command_id=command_id)


def frozen_manifest(draft_id: uuid.UUID, command_id: uuid.UUID, *, shown_only: bool = False) -> str | None:
    """What is filed with the request, signed: all that was handed in, or what the draft's answers ask for; nothing can be
    added afterwards. None of a draft that is no longer there: this command may have filed it, requests knows."""
    try:
        draft = clients().send(calls.ReadDraft(draft_id=str(draft_id)))
    except (DraftNotFound, DraftFiled):
        return None
    asked = Freeze(grant=draft.grant, pieces=draft.shown_documents if shown_only else None)
    return clients().send(asked, command_id=uuid.uuid5(command_id, "freeze")).manifest
