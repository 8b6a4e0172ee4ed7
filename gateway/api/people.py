"""Personal spaces: created, activated, recovered, changed, ended; and an agent's invitation."""

from gateway.api.operations import Operations
from gateway.api.schemas import people as schemas
from gateway.http.rate_limits import CAPTCHA, LOG_IN, READ, RECOVERY, SECOND_FACTOR, SPOKEN_CODE
from gateway.permissions import CITIZEN, PUBLIC
from services.accounts.schemas import agents, closures, profile, recovery, sign_up
from services.accounts.schemas.people import ReadProfile
from services.accounts.schemas.team import RecoveryCodes

people = Operations("people", "L’espace personnel.")

people.post("/captcha", permission=PUBLIC, status=201, limit=CAPTCHA).sends(
    sign_up.DrawCode, "Un code de sécurité à recopier, en image."
)
people.get("/captcha/<uuid:id>/audio", permission=PUBLIC, limit=SPOKEN_CODE).sends(
    sign_up.SpeakCode, "Le même code, à écouter."
)
people.post("/accounts/password-resets", permission=PUBLIC, body=schemas.RequestPasswordReset, limit=RECOVERY).sends(
    recovery.RequestPasswordReset,
    "Envoie un lien pour choisir un nouveau mot de passe ; même réponse que le nom ou l’adresse soit connu ou non.",
)
people.post("/accounts/username-reminders", permission=PUBLIC, body=schemas.EmailAlone, limit=RECOVERY).sends(
    recovery.RequestUsername,
    "Envoie le nom d’utilisateur à l’adresse de l’espace ; même réponse qu’il y en ait un ou non.",
)
people.post(
    "/accounts/password-resets/link", permission=PUBLIC, body=schemas.Activate, refuses=(403, 404, 409), limit=READ
).sends(
    recovery.PasswordResetLink,
    "Ce qu’offre le lien du courriel : de qui il change le mot de passe, et si un code à usage unique sera demandé.",
)
people.post(
    "/accounts/password-resets/completion",
    permission=PUBLIC,
    body=schemas.ResetPassword,
    refuses=(403, 404, 409),
    limit=SECOND_FACTOR,
).sends(
    recovery.ResetPassword,
    "Choisit le nouveau mot de passe, une seule fois par lien ; toutes les sessions sont fermées, aucune n’est ouverte.",
)
people.get("/profile", permission=CITIZEN).sends(ReadProfile, "Mes coordonnées et ma famille.")
people.get("/space", permission=CITIZEN).sends(
    profile.ReadSpace,
    "Tout ce que la mairie sait de moi dans mon espace, et l’adresse de courriel qui reste à confirmer.",
)
people.put("/profile", permission=CITIZEN, body=schemas.ChangeProfile).sends(
    profile.ChangeProfile,
    "Remplace mon identité, mon adresse, mes moyens de contact et mon organisme. Les demandes déposées ne changent pas.",
)
people.post("/profile/credentials", permission=CITIZEN, body=schemas.ChangeCredentials, limit=LOG_IN).sends(
    profile.ChangeCredentials,
    """Change mon nom d’utilisateur, mon mot de passe ou mon courriel ; ce qui manque reste comme il est.

    Un nouveau nom ou mot de passe ferme les autres sessions. Un nouveau courriel compte une fois confirmé par son lien.
    """,
)
people.post(
    "/profile/email/confirmation", permission=PUBLIC, body=schemas.ConfirmEmail, refuses=(403, 404), limit=LOG_IN
).sends(
    profile.ConfirmEmail,
    "Confirme la nouvelle adresse avec le jeton qu’elle a reçu ; sans la session de cet espace, avec son mot de passe.",
)
people.post("/profile/email/undo", permission=PUBLIC, body=schemas.Activate, refuses=(403, 404)).sends(
    profile.UndoEmailChange,
    "Rétablit l’ancienne adresse avec le jeton qu’elle a reçu, et ferme toutes les sessions de cet espace.",
)
people.get("/profile/closure", permission=CITIZEN).sends(
    closures.ForeseeClosure,
    "Jusqu’à quand mon espace pourrait être rouvert, et quand il serait effacé, si je le fermais maintenant.",
)
people.post("/profile/closure", permission=CITIZEN, body=schemas.PasswordAlone, limit=LOG_IN).sends(
    closures.RequestClosure,
    """Ferme mon espace : l’accès est coupé aussitôt, et il est effacé le jour dit, sauf retour par le lien du courriel.

    Les demandes déposées restent, le temps que la loi fixe (`kept` de mes demandes).
    """,
)
people.post(
    "/profile/closure/withdrawal", permission=PUBLIC, body=schemas.WithdrawClosure, refuses=(403, 404), limit=LOG_IN
).sends(
    closures.WithdrawClosure,
    "Rouvre l’espace tel qu’il était, avec le jeton du courriel et le mot de passe ; n’ouvre pas de session.",
)
people.post("/agent/invitation", permission=PUBLIC, body=schemas.Activate, refuses=(403, 404)).sends(
    agents.OpenInvitation,
    "Ce qu’offre le lien d’invitation d’un agent : son nom d’utilisateur et la clé de son second facteur.",
)
people.post(
    "/agent/invitation/acceptance",
    permission=PUBLIC,
    body=schemas.AcceptInvitation,
    returns=RecoveryCodes,
    refuses=(403, 404),
    limit=SECOND_FACTOR,
).sends(
    agents.AcceptInvitation,
    """Choisit le mot de passe de l’agent et confirme son second facteur par un premier code ; rend dix codes de secours.

    Pour un nouveau second facteur (`second_factor_only`), `password` est celui que l’agent a déjà.
    """,
    shown=lambda done: {"codes": done.recovery_codes},
)
