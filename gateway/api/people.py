"""Personal spaces: created, activated, recovered, changed, ended; and an agent's invitation."""

import uuid

from gateway.api.operations import Operations
from gateway.api.schemas import people as schemas
from gateway.api.schemas.team import RecoveryCodes
from gateway.clients import Json
from gateway.conversation import clients
from gateway.http.rate_limits import CAPTCHA, LOG_IN, READ, RECOVERY, SECOND_FACTOR, SPOKEN_CODE
from gateway.permissions import CITIZEN, PUBLIC
from gateway.sessions.identity import current_identity
from services.accounts.schemas import agents, closures, recovery, sign_up
from services.accounts.schemas import profile as profile_calls
from services.accounts.schemas.people import ReadProfile
from services.chassis.contracts import from_json, to_json

people = Operations("people", "L’espace personnel.")


@people.post("/captcha", permission=PUBLIC, returns=schemas.Captcha, status=201, limit=CAPTCHA)
def captcha() -> Json:
    """Un code de sécurité à recopier, en image."""
    return to_json(clients().send(sign_up.DrawCode()))


@people.get("/captcha/<uuid:id>/audio", permission=PUBLIC, returns=schemas.CaptchaAudio, limit=SPOKEN_CODE)
def captcha_audio(id: uuid.UUID) -> Json:
    """Le même code, à écouter."""
    return to_json(clients().send(sign_up.SpeakCode(id=str(id))))


@people.post(
    "/accounts/password-resets",
    permission=PUBLIC,
    body=schemas.RequestPasswordReset,
    status=204,
    command=True,
    limit=RECOVERY,
)
def request_password_reset(body: Json, command_id: uuid.UUID) -> None:
    """Envoie un lien pour choisir un nouveau mot de passe ; même réponse que le nom ou l’adresse soit connu ou non."""
    asked = recovery.RequestPasswordReset(identifier=body["identifier"], address_seen=clients().address())
    clients().send(asked, command_id=command_id)


@people.post(
    "/accounts/username-reminders",
    permission=PUBLIC,
    body=schemas.RequestUsername,
    status=204,
    command=True,
    limit=RECOVERY,
)
def request_username(body: Json, command_id: uuid.UUID) -> None:
    """Envoie le nom d’utilisateur à l’adresse de l’espace ; même réponse qu’il y en ait un ou non."""
    asked = recovery.RequestUsername(email=body["email"], address_seen=clients().address())
    clients().send(asked, command_id=command_id)


@people.post(
    "/accounts/password-resets/link",
    permission=PUBLIC,
    body=schemas.Activate,
    returns=schemas.ResetOffer,
    refuses=(403, 404, 409),
    limit=READ,
)
def password_reset_link(body: Json) -> Json:
    """Ce qu’offre le lien du courriel : de qui il change le mot de passe, et si un code à usage unique sera demandé."""
    return to_json(clients().send(recovery.PasswordResetLink(token=body["token"])))


@people.post(
    "/accounts/password-resets/completion",
    permission=PUBLIC,
    body=schemas.ResetPassword,
    status=204,
    refuses=(403, 404, 409),
    command=True,
    limit=SECOND_FACTOR,
)
def reset_password(body: Json, command_id: uuid.UUID) -> None:
    """Choisit le nouveau mot de passe, une seule fois par lien ; toutes les sessions sont fermées, aucune n’est ouverte."""
    asked = from_json(recovery.ResetPassword, {**body, "address_seen": clients().address()})
    clients().send(asked, command_id=command_id)


@people.get("/profile", permission=CITIZEN, returns=schemas.Profile)
def profile() -> Json:
    """Mes coordonnées et ma famille."""
    return to_json(clients().send(ReadProfile()))


@people.get("/space", permission=CITIZEN, returns=schemas.Space)
def read_space() -> Json:
    """Tout ce que la mairie sait de moi dans mon espace, et l’adresse de courriel qui reste à confirmer."""
    return to_json(clients().send(profile_calls.ReadSpace()))


@people.put("/profile", permission=CITIZEN, body=schemas.ChangeProfile, status=204, command=True)
def change_profile(body: Json, command_id: uuid.UUID) -> None:
    """Remplace mon identité, mon adresse, mes moyens de contact et mon organisme. Les demandes déposées ne changent pas."""
    clients().send(from_json(profile_calls.ChangeProfile, body), command_id=command_id)


@people.post(
    "/profile/credentials",
    permission=CITIZEN,
    body=schemas.ChangeCredentials,
    returns=schemas.CredentialsChange,
    command=True,
    limit=LOG_IN,
)
def change_credentials(body: Json, command_id: uuid.UUID) -> Json:
    """Change mon nom d’utilisateur, mon mot de passe ou mon courriel ; ce qui manque reste comme il est.

    Un nouveau nom ou mot de passe ferme les autres sessions. Un nouveau courriel compte une fois confirmé par son lien.
    """
    presented = current_identity().session_token() or ""
    wish = from_json(profile_calls.ChangeCredentials, {**body, "presented": presented})
    return to_json(clients().send(wish, command_id=command_id))


@people.post(
    "/profile/email/confirmation",
    permission=PUBLIC,
    body=schemas.ConfirmEmail,
    status=204,
    refuses=(403, 404),
    command=True,
    limit=LOG_IN,
)
def confirm_email(body: Json, command_id: uuid.UUID) -> None:
    """Confirme la nouvelle adresse avec le jeton qu’elle a reçu ; sans la session de cet espace, avec son mot de passe."""
    clients().send(from_json(profile_calls.ConfirmEmail, body), command_id=command_id)


@people.post(
    "/profile/email/undo", permission=PUBLIC, body=schemas.Activate, status=204, refuses=(403, 404), command=True
)
def undo_email_change(body: Json, command_id: uuid.UUID) -> None:
    """Rétablit l’ancienne adresse avec le jeton qu’elle a reçu, et ferme toutes les sessions de cet espace."""
    clients().send(profile_calls.UndoEmailChange(token=body["token"]), command_id=command_id)


@people.get("/profile/closure", permission=CITIZEN, returns=schemas.Closure)
def foresee_closure() -> Json:
    """Jusqu’à quand mon espace pourrait être rouvert, et quand il serait effacé, si je le fermais maintenant."""
    return to_json(clients().send(closures.ForeseeClosure()))


@people.post(
    "/profile/closure",
    permission=CITIZEN,
    body=schemas.RequestClosure,
    returns=schemas.Closure,
    command=True,
    limit=LOG_IN,
)
def request_closure(body: Json, command_id: uuid.UUID) -> Json:
    """Ferme mon espace : l’accès est coupé aussitôt, et il est effacé le jour dit, sauf retour par le lien du courriel.

    Les demandes déposées restent, le temps que la loi fixe (`kept` de mes demandes).
    """
    return to_json(clients().send(closures.RequestClosure(password=body["password"]), command_id=command_id))


@people.post(
    "/profile/closure/withdrawal",
    permission=PUBLIC,
    body=schemas.WithdrawClosure,
    status=204,
    refuses=(403, 404),
    command=True,
    limit=LOG_IN,
)
def withdraw_closure(body: Json, command_id: uuid.UUID) -> None:
    """Rouvre l’espace tel qu’il était, avec le jeton du courriel et le mot de passe ; n’ouvre pas de session."""
    clients().send(from_json(closures.WithdrawClosure, body), command_id=command_id)


@people.post(
    "/agent/invitation", permission=PUBLIC, body=schemas.Activate, returns=schemas.Invitation, refuses=(403, 404)
)
def invitation(body: Json) -> Json:
    """Ce qu’offre le lien d’invitation d’un agent : son nom d’utilisateur et la clé de son second facteur."""
    return to_json(clients().send(agents.OpenInvitation(token=body["token"])))


@people.post(
    "/agent/invitation/acceptance",
    permission=PUBLIC,
    body=schemas.AcceptInvitation,
    returns=RecoveryCodes,
    refuses=(403, 404),
    command=True,
    limit=SECOND_FACTOR,
)
def accept_invitation(body: Json, command_id: uuid.UUID) -> Json:
    """Choisit le mot de passe de l’agent et confirme son second facteur par un premier code ; rend dix codes de secours.

    Pour un nouveau second facteur (`second_factor_only`), `password` est celui que l’agent a déjà.
    """
    done = clients().send(from_json(agents.AcceptInvitation, body), command_id=command_id)
    return {"codes": list(done.recovery_codes)}
