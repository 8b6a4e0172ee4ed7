"""The pages of a list: which one an address asks for, and the addresses of the others."""

from itertools import pairwise
from urllib.parse import urlencode

from flask import request

MOST_PAGES = 1000
"""Of a list, at most: each page costs the database the rows before it."""


def with_query(**changes: str | int | None) -> str:
    """The present address with other parameters: for pagination and filters."""
    query: dict[str, str | int | None] = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def page_number() -> int:
    """`?page=`: a number from 1, whatever was typed."""
    number = request.args.get("page", "1")
    return min(max(int(number), 1), MOST_PAGES) if number.isdecimal() and len(number) < 6 else 1


def page_address(number: int) -> str:
    """The same list, another page of it."""
    return with_query(page=number)


def page_numbers(page: int, pages: int) -> list[int | None]:
    """The first page, the last that can be opened, this one and two on each side; None for two pages or more in between."""
    last = min(pages, MOST_PAGES)
    linked = sorted({1, *range(max(page - 2, 1), min(page + 2, last) + 1), last})
    numbers: list[int | None] = [1]
    for before, number in pairwise(linked):
        if number - before > 1:
            numbers.append(before + 1 if number - before == 2 else None)
        numbers.append(number)
    return numbers
