"""Documents as they are stored, and what an import would change of those that are published; pure."""

from collections.abc import Mapping

import orjson

from services.chassis.structs import Struct


class Differences(Struct):
    """How many are new, changed, as they were, and which are named no more (`left`)."""

    added: int
    changed: int
    same: int
    left: tuple[str, ...]


def dumped(document: Mapping[str, object]) -> str:
    """A document as it is stored: equal texts are equal documents, in content and in order."""
    return orjson.dumps(document).decode()


def differences(known: Mapping[str, str], wanted: Mapping[str, str]) -> Differences:
    """Of documents as they are stored, by slug."""
    named = known.keys() & wanted.keys()
    changed = sum(known[slug] != wanted[slug] for slug in named)
    return Differences(
        added=len(wanted) - len(named),
        changed=changed,
        same=len(named) - changed,
        left=tuple(sorted(known.keys() - named)),
    )
