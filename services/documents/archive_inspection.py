"""Office documents are archives: kept when their directory announces a bounded size and no macro."""

import zipfile
from pathlib import Path
from shutil import copyfile

from services.documents.rejection import Rejected

MAX_ENTRIES = 1_000
MAX_UNPACKED_BYTES = 100 * 1_048_576
MAX_RATIO = 100


def archive(source: Path, target: Path) -> None:
    """Copies `source` to `target`; nothing is unpacked before its size is known to be bounded. Raises Rejected."""
    try:
        with zipfile.ZipFile(source) as packed:
            entries = packed.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            compressed = sum(entry.compress_size for entry in entries)
            if len(entries) > MAX_ENTRIES or unpacked > min(MAX_UNPACKED_BYTES, MAX_RATIO * max(compressed, 1)):
                raise Rejected("too_complex")
            if any("vbaproject" in entry.filename.lower() for entry in entries):
                raise Rejected("active_content")
            if packed.testzip() is not None:
                raise Rejected("unreadable")
    except (zipfile.BadZipFile, RuntimeError, OSError):
        raise Rejected("unreadable") from None
    copyfile(source, target)
