from pathlib import Path
from typing import NamedTuple

class PureError(LookupError): ...

class PureMagicWithConfidence(NamedTuple):
    mime_type: str

def magic_file(filename: Path) -> list[PureMagicWithConfidence]: ...
