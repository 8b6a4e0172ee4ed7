"""Two tabs of one draft: a page that would overwrite what another page wrote meanwhile is refused. Pure.

A page that shows a step sends two values back: its own name, and the mark of the step, a digest of what it showed there. The
draft keeps, for each step, the name of the page that wrote it last. A page may write a step that is still as it showed it, one
that it wrote last itself (it saves while the person types), and one that it leaves unchanged. Anything else was typed elsewhere
meanwhile: it is refused, and the person chooses on a new page, which has the present mark.

The browser only has to send its form: no clock, no script, no identity of a tab. « Back » and « forward » load a new page, for
browsers store none. Programs send no mark, and are not checked.
"""

import hashlib
import json
from collections.abc import Mapping

from services.requests.schemas.refusals import WrittenElsewhere

Steps = Mapping[str, object]
"""What was typed, by step."""


def mark(shown: object) -> str:
    """Two pages with the same mark showed the same."""
    written = json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(written).hexdigest()[:16]


def check(before: object, after: object, *, last_page: str, page: str | None, seen: str | None) -> None:
    """Raises WrittenElsewhere where `page`, made when the step was as `seen` says, would overwrite what it never showed."""
    if seen is None or seen == mark(before) or after == before:
        return
    if not page or page != last_page:
        raise WrittenElsewhere


def signed(last_pages: Mapping[str, str], before: Steps, after: Steps, page: str | None) -> dict[str, str]:
    """Who wrote each step last, once `page` has put `after` in the place of `before`."""
    return {**last_pages, **{step: page or "" for step, data in after.items() if data != before[step]}}
