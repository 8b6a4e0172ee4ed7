"""The child process that `examination.py` starts for one file: what it really is and whether it may be kept, or a page drawn."""

import hashlib
import json
import resource
import sys
from pathlib import Path

from services.documents.inspection.rejection import Rejected, Rejection

MAX_MEMORY_BYTES = 900 * 1_048_576
MAX_CPU_SECONDS = {"inspect": 10, "draw": 3}
MAX_WRITTEN_BYTES = 64 * 1_048_576


def real_types(source: Path) -> set[str]:
    """The media types of the content, whatever the file is called."""
    import puremagic

    try:
        return {match.mime_type for match in puremagic.magic_file(source) if match.mime_type}
    except (puremagic.PureError, ValueError):
        return set()


def inspect(source: Path, target: Path, media_type: str, kind: str) -> dict[str, str | int | None]:
    """Type, size, sha256 and pages of what was written to `target`; raises Rejected.

    Each kind's module is loaded when a file of that kind comes: the child lives for one file.
    """
    kept_type, pages = media_type, None
    if kind == "image":
        from services.documents.inspection.image_inspection import image

        kept_type, pages = image(source, target, media_type), 1
    elif media_type not in real_types(source):
        raise Rejected(Rejection.TYPE_MISMATCH)
    elif kind == "pdf":
        from services.documents.inspection.pdf_inspection import pdf

        pages = pdf(source, target)
    else:
        from services.documents.inspection.archive_inspection import archive

        archive(source, target)
    kept = target.read_bytes()
    return {"type": kept_type, "size": len(kept), "sha256": hashlib.sha256(kept).hexdigest(), "pages": pages}


def draw(source: Path, target: Path, media_type: str, page: str) -> dict[str, str | int | None]:
    """Width, height and pages of the picture that was written to `target`; `{}` where there is no such page. Raises Rejected."""
    from services.documents.inspection import page_drawing

    try:
        return {**page_drawing.draw(source, target, media_type, int(page))}
    except page_drawing.NoSuchPage:
        return {}


def main(act: str, source: str, target: str, media_type: str, what: str) -> None:
    """One JSON object on the standard output, whatever happens short of a kill. `what`: the kind to inspect, the page to draw."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS[act], MAX_CPU_SECONDS[act]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_WRITTEN_BYTES, MAX_WRITTEN_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    outcome: dict[str, str | int | None]
    try:
        outcome = (draw if act == "draw" else inspect)(Path(source), Path(target), media_type, what)
    except Rejected as rejected:
        outcome = {"rejected": rejected.code}
    except MemoryError:
        outcome = {"rejected": Rejection.TOO_COMPLEX}
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main(*sys.argv[1:])
