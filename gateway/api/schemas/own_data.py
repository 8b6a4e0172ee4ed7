"""The archive of one's data, as programs read where it stands."""

from gateway.api.answers import answer
from gateway.api.fields import choice
from services.documents.schemas import archives

Archive = answer(
    archives.Archive,
    state=choice(
        ("none", "asked", "ready"),
        required=True,
        metadata={"description": "`none` : aucune ; `asked` : elle se prépare ; `ready` : elle peut être téléchargée."},
    ),
    kept_days="Combien de jours une archive est gardée.",
    expires_at="Jusqu’à quand elle peut être téléchargée ; vide sans archive.",
    next_at="À partir de quand une autre peut être demandée ; vide : dès maintenant.",
)
