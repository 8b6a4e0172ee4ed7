"""The archive of one's data."""

from gateway.api.answers import answer
from gateway.api.fields import choice
from gateway.api.operations import Operations
from gateway.api.requests import REQUEST, grant_of
from gateway.files import downloads
from gateway.permissions import CITIZEN, FOLLOWER
from services.documents.schemas.archives import Archive, ArchiveState, AskArchive, OpenArchive, ReadArchive

answer(
    Archive,
    state=choice(
        ArchiveState,
        required=True,
        means="`none` : aucune ; `asked` : elle se prépare ; `ready` : elle peut être téléchargée.",
    ),
    kept_days="Combien de jours une archive est gardée.",
    expires_at="Jusqu’à quand elle peut être téléchargée ; vide sans archive.",
    next_at="À partir de quand une autre peut être demandée ; vide : dès maintenant.",
)
own_data = Operations("own_data", "L’archive de ce que la mairie garde d’une personne, ou d’une demande.")
BYTES = "application/octet-stream"

own_data.get("/profile/archive", permission=CITIZEN).sends(
    ReadArchive, "Où en est l’archive de mes données.", name="profile_archive"
)
own_data.post("/profile/archive", permission=CITIZEN, status=202).sends(
    AskArchive,
    "Fait préparer l’archive de mes données : une par jour au plus (`archive_too_soon`). Un courriel dit quand elle est prête.",
    name="ask_profile_archive",
)
own_data.get("/profile/archive/file", permission=CITIZEN, media_type=BYTES, refuses=(404,)).sends(
    OpenArchive,
    "L’archive, au format ZIP : `mes-donnees.json`, `mes-donnees.html` et les fichiers.",
    name="profile_archive_file",
    shown=downloads.file,
)
own_data.get(f"{REQUEST}/archive", permission=FOLLOWER).sends(
    ReadArchive,
    "Où en est l’archive d’une demande, pour la personne qui l’a déposée.",
    name="request_archive",
    grant=grant_of,
)
own_data.post(f"{REQUEST}/archive", permission=FOLLOWER, status=202).sends(
    AskArchive,
    "Fait préparer l’archive de cette demande : une par jour au plus (`archive_too_soon`).",
    name="ask_request_archive",
    grant=grant_of,
)
own_data.get(f"{REQUEST}/archive/file", permission=FOLLOWER, media_type=BYTES).sends(
    OpenArchive,
    "L’archive de la demande, au format ZIP.",
    name="request_archive_file",
    grant=grant_of,
    shown=downloads.file,
)
