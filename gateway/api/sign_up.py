"""Making a personal space, from the user name to the activation."""

from gateway.api.operations import Operations
from gateway.api.schemas import people, sign_up as schemas
from gateway.api.sessions import opened
from gateway.http.rate_limits import LINK_AGAIN, LOG_IN, SIGN_UP, USERNAMES
from gateway.permissions import PUBLIC
from services.accounts.schemas import sign_up as calls

sign_up = Operations("sign_up", "Créer un espace personnel et l’activer.")
PENDING = {"pending": "token"}

sign_up.post("/captcha/solutions", permission=PUBLIC, body=schemas.SolveCaptcha, status=201, limit=SIGN_UP).sends(
    calls.SolveCaptcha,
    "Répond d’avance au code de sécurité d’un nouvel espace : la réponse juste vaut un quart d’heure, pour un espace.",
)
sign_up.post("/accounts/username-checks", permission=PUBLIC, body=schemas.CheckUsername, limit=USERNAMES).sends(
    calls.CheckUsername,
    "Dit si un nom d’utilisateur est libre. Rien n’est réservé ; les questions d’une même adresse sont comptées.",
)
sign_up.post(
    "/accounts", permission=PUBLIC, body=schemas.CreateAccount, status=201, refuses=(404,), limit=SIGN_UP
).sends(
    calls.CreateAccount,
    "Crée un espace personnel ; il s’ouvre par le lien envoyé par courriel, avec le mot de passe choisi.",
)


sign_up.post("/accounts/pending/email", permission=PUBLIC, body=schemas.CorrectPendingEmail, limit=LINK_AGAIN).sends(
    calls.CorrectPendingEmail,
    "Corrige l’adresse d’un espace qui attend son activation : le courriel y part, l’ancien lien n’ouvre plus rien.",
    renamed=PENDING,
)
sign_up.post("/accounts/pending/link", permission=PUBLIC, body=schemas.ResendPendingLink, limit=LINK_AGAIN).sends(
    calls.ResendPendingLink, "Envoie de nouveau le courriel d’activation de cet espace.", renamed=PENDING
)
sign_up.post(
    "/accounts/activation",
    permission=PUBLIC,
    body=schemas.ActivateSpace,
    status=201,
    refuses=(403, 404),
    limit=LOG_IN,
).sends(
    calls.Activate,
    """Ouvre l’espace personnel avec le jeton du courriel et le mot de passe choisi, puis une session.

    Les brouillons que ce navigateur a commencés sans compte passent au compte. La session présentée est fermée.
    """,
    shown=opened,
)
sign_up.post("/accounts/activation/links", permission=PUBLIC, body=people.EmailAlone, limit=LINK_AGAIN).sends(
    calls.SendActivation, "Envoie un nouveau lien d’activation ; même réponse qu’un espace l’attende ou non."
)
