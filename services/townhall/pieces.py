"""What may be handed in, the same for pages, the API and documents: sizes, formats, numbers, and the free piece. Pure."""

from collections.abc import Iterable

from services.chassis.structs import Struct
from services.townhall.file_formats import FORMATS

MEGABYTE = 1_000_000
"""« 1 Mo », on every screen and in every limit: a million octets, as the law of units has it."""

PROXY_BYTES = 20 * MEGABYTE
"""The largest body that the proxy of a deployment lets in (deploy/proxy/haproxy.cfg says the same number)."""

LARGEST_FILE_MEGABYTES = 19
"""What a town may allow for one file: it has to pass the proxy with the form around it."""

FREE = "autre"
"""The piece of a document that the procedure does not ask for: its label is the person's own."""

FOR_THE_DECISION = "decision"
"""`delete_after` of a piece that serves for the decision only: it is erased as soon as the request is closed (P2, D7)."""

LONGEST_LABEL = 120


class Limits(Struct):
    """The town's own limits; the defaults hold until the town has been published."""

    file_megabytes: int = 5
    formats: tuple[str, ...] = FORMATS
    files_a_document: int = 4
    documents_a_space: int = 10

    @property
    def max_bytes(self) -> int:
        """The size of the largest file that is accepted."""
        return self.file_megabytes * MEGABYTE

    def formats_of(self, asked: Iterable[str]) -> tuple[str, ...]:
        """The formats of a piece: those that its procedure names, else the town's."""
        return tuple(asked) or self.formats

    def files_of(self, asked: int | None) -> int:
        """How many files a piece takes: what its procedure says, never more than the town's limit."""
        return min(asked or 1, self.files_a_document)


def free_label(typed: str | None) -> str:
    """The name of a free piece: the person's own words, cut to their longest, else « Pièce complémentaire »."""
    return (typed or "").strip()[:LONGEST_LABEL] or "Pièce complémentaire"
