"""What may be sent in the place of an answer: by a person, by a program, by somebody who tries."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

ODD = (
    "", " ", "\0", "a\nb", "\t", "\x1f", "\x7f", "\u202e", "\ufffe", "{{ x }}", "{% x %}", "<b>", "'\"", "%0A", "%", "\\",
    "1e1000000", "-1e-1000000", "9" * 5000, "NaN", "sNaN", "٣", "2026-02-30", "0000-00-00", "9999-12-31", "D", "x" * 70_000,
)  # fmt: skip
"""Texts that have their own way of being wrong."""

TEXTS = st.sampled_from(ODD) | st.text(max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
"""Whatever JSON can say."""


def typed(names: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Anything as answers to these questions and to others, whole and part by part, in any order."""
    parts = ("", ".line1", ".city", ".country", ".name", ".siret", ".", "..", ".x.y")
    asked = st.builds(str.__add__, st.sampled_from(names), st.sampled_from(parts))
    return st.dictionaries(asked | TEXTS, VALUES, max_size=8)
