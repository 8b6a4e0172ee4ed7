"""What was filed seals to the same characters in every release: a code on paper still says that the town keeps the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.chassis.event_store.events import revive
from services.requests.receipts import receipt_codes, rules
from services.requests.request import events  # noqa: F401 registered by being imported

EXAMPLES = Path(__file__).parents[2] / "contract" / "events" / "requests"
KEY = bytes(range(32))
PIECE = {
    "id": "7d3f0f0e-4f0b-4d0a-9a55-0c9d1f6a1a03",
    "piece": "justificatif",
    "label": "Justificatif de domicile",
    "files": [{"id": "7d3f0f0e-4f0b-4d0a-9a55-0c9d1f6a1a04", "name": "facture.pdf", "size": 1204, "sha256": "ab" * 32}],
}


def sealed(name: str, **changes: Any) -> str:
    kept = json.loads((EXAMPLES / f"RequestSubmitted.v1{name}.json").read_text("utf-8"))
    filed = revive("requests", "RequestSubmitted", 1, kept["public"], {**kept["sealed"], **changes})
    return receipt_codes.seal(KEY, rules.sealed_text(filed))


@pytest.mark.parametrize(
    ("name", "changes", "seal"),
    [
        ("", {}, "E83RZ277"),
        (".alert", {}, "E83RZ277"),
        (".identity", {}, "E83RZ277"),
        (".reception", {}, "E83RZ277"),
        (".point", {}, "E83RZ277"),
        ("", {"manifest": [PIECE], "member": {"given_names": "Sacha", "relation": "child"}}, "8VKEX19P"),
        (
            "",
            {"applicant": {"given_names": "Zoé", "phone": "06 39 98 10 01", "mobile_phone": "06 39 98 10 01"}},
            "MWW0C21S",
        ),
    ],
)
def test_a_kept_filing_makes_the_seal_that_it_made(name: str, changes: dict[str, Any], seal: str) -> None:
    """Where this is red, codes that are on paper no longer agree: keep the old reading, or give the text a new form."""
    assert sealed(name, **changes) == seal
