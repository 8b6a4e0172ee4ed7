"""A receipt as requests gives it, with a code of the demo town."""

from services.requests.receipts import receipt_codes
from tests.support.demo_town import NOW, NUMBER, Json
from tests.support.tracked_request import tracking

KEY = bytes(range(32))
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
CODE = receipt_codes.mint(
    KEY, town="saint-aubin-sur-orne", number=NUMBER, submitted_at=NOW, files=1, text="ce qui a été déposé"
)
SEAL = "5" * 64


def printed(**changes: object) -> Json:
    view = tracking()
    return {
        "number": NUMBER,
        "procedure_title": view["procedure"]["title"],
        "town": "Commune de Saint-Aubin-sur-Orne",
        "department": view["procedure"]["department_details"]["name"],
        "submitted_at": NOW.isoformat(),
        "holder": "Camille Exemple",
        "member": None,
        "applicant": view["applicant"],
        "answers": view["answers"],
        "files": [{"piece": "Attestation d’assurance", "name": "attestation-rc.pdf", "size": 640_000, "sha256": HASH}],
        "appointment": {
            "starts_at": "2026-11-27T14:00:00+00:00",
            "ends_at": "2026-11-27T14:30:00+00:00",
            "place": "22 quai de l’Orne",
        },
        "bring": ["Un chèque de caution"],
        "aimed_on": "2026-12-02",
        "aim_met": False,
        "place": None,
        "mentions": ["Votre demande a été reçue.", f"Suivre ma demande : http://localhost/demande/{NUMBER}"],
        "code": CODE,
        **changes,
    }


def proof(**changes: object) -> Json:
    return {
        "number": NUMBER,
        "submitted_at": "2026-11-24T09:20:00+00:00",
        "files": 1,
        "procedure_title": "Louer une salle municipale",
        "kept": True,
        "agrees": True,
        "unchanged": None,
        **changes,
    }
