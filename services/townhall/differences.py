"""What an import would change of what is published; pure."""

from collections.abc import Mapping
from typing import Any


def differences(known: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, Any]:
    """By slug, texts as they are stored: how many are new, changed, as they were, and which are named no more (`left`)."""
    named = known.keys() & wanted.keys()
    changed = sum(known[slug] != wanted[slug] for slug in named)
    return {
        "added": len(wanted) - len(named),
        "changed": changed,
        "same": len(named) - changed,
        "left": sorted(known.keys() - named),
    }
