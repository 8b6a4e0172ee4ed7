"""Why a file may not be kept, as its inspection says it."""


class Rejected(Exception):
    """`code` is one of examination.REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
