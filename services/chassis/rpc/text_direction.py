"""Controls of text direction are dropped: what a reader sees stands in the order in which it was written. Pure.

The controls below turn what follows them, beyond the end of their own text too: an amount, a name or a refusal beside them reads
as something else. Letters of right-to-left scripts need none: they bring their direction themselves.
"""

from collections.abc import Mapping
from typing import Any

CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
DROPPED = dict.fromkeys(map(ord, CONTROLS))
NEVER_SHOWN = frozenset({"password"})
"""Fields that are compared and never shown: they stay as they were typed."""


def strip_bidi(value: Any) -> Any:
    """A text without the controls that set a direction, and still markup if it was; anything else as it is."""
    if isinstance(value, str) and not value.isascii() and any(control in value for control in CONTROLS):
        return value.translate(DROPPED)
    return value


def strip_bidi_in_document(value: Any) -> Any:
    """What a caller sent, each text without those controls."""
    if isinstance(value, Mapping):
        return {name: one if name in NEVER_SHOWN else strip_bidi_in_document(one) for name, one in value.items()}
    if isinstance(value, list):
        return [strip_bidi_in_document(one) for one in value]
    return strip_bidi(value)
