"""Documents as they are stored, and what an import would change of those that are published; pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson


def dumped(document: Mapping[str, Any]) -> str:
    """A document as it is stored: equal texts are equal documents, in content and in order."""
    return orjson.dumps(document).decode()


def differences(known: Mapping[str, str], entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """By slug: how many are new, changed, as they were, and which are named no more (`left`). `known`: as they are stored."""
    wanted = {entry["slug"]: dumped(entry) for entry in entries}
    named = known.keys() & wanted.keys()
    changed = sum(known[slug] != wanted[slug] for slug in named)
    return {
        "added": len(wanted) - len(named),
        "changed": changed,
        "same": len(named) - changed,
        "left": sorted(known.keys() - named),
    }
