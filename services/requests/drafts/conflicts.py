"""Two tabs of one draft: no page overwrites without a word what another page wrote after it was made. Pure.

A page that shows a step carries two words: a name of its own, and the mark of what it showed, a digest of what the draft
held there. The draft keeps, for each step, the name of the page that wrote it last. A page may write a step that is still
as it showed it, one that it wrote last itself (it saves without a button while one types), and one that it leaves as it is.
Anything else was typed elsewhere meanwhile: it is refused, and the person chooses. The choice is a page made anew, whose
mark is the present one.

Nothing is asked of the browser but to send its form: no clock, no script, no identity of a tab. Back and forward within
one tab lead to pages made anew (none is stored), hence to present marks. A program, which has no page, is not held to this.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from services.requests.schemas.refusals import WrittenElsewhere

Steps = Mapping[str, Any]
"""What was typed, by step."""


def mark(shown: Any) -> str:
    """Two pages with the same mark showed the same."""
    written = json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(written).hexdigest()[:16]


def check(before: Any, after: Any, *, last_page: str, page: str | None, seen: str | None) -> None:
    """Raises WrittenElsewhere where `page`, made when the step was as `seen` says, would overwrite what it never showed."""
    if seen is None or seen == mark(before) or after == before:
        return
    if not page or page != last_page:
        raise WrittenElsewhere


def signed(last_pages: Mapping[str, str], before: Steps, after: Steps, page: str | None) -> dict[str, str]:
    """Who wrote each step last, once `page` has put `after` in the place of `before`."""
    return {**last_pages, **{step: page or "" for step, data in after.items() if data != before[step]}}
