"""Lists, numbers and sizes as a French sentence has them. Pure."""

from collections.abc import Iterable

from services.townhall.typography import NBSP, NNBSP


def listed(values: Iterable[str], last: str = "et") -> str:
    """« PDF, JPG et PNG »; empty without values."""
    *before, final = [*values] or [""]
    return f"{', '.join(before)} {last} {final}" if before else final


def number(value: object, *, spaced: bool = True) -> str:
    """« 23 000 », « 1,5 », of a number or of its figures as a text; not `spaced`, as a year is written: « 23000 »."""
    figures = f"{value:,}".replace(",", NNBSP) if spaced and isinstance(value, int | float) else str(value)
    return figures.replace(".", ",")


def count(value: int, one: str, many: str | None = None) -> str:
    """« 1 pièce », « 3 pièces »; zero is singular."""
    return f"{number(value)}{NBSP}{one if value < 2 else many or one + 's'}"


def file_size(size: int) -> str:
    """« 350 Ko », « 1,2 Mo », of a number of bytes."""
    if not size:
        return f"0{NBSP}octet"
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}{NBSP}Ko"
    return f"{number(round(size / 1_000_000, 1)).removesuffix(',0')}{NBSP}Mo"
