from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ElementTree

def iterparse(source: IO[bytes]) -> Iterator[tuple[str, Element]]: ...
def parse(source: Path) -> ElementTree[Element[str]]: ...
