"""Filling in a form as a person does: each question by its name, in the order of the page."""

from collections.abc import Iterator, Mapping
from typing import Any

from playwright.sync_api import Page


def fill(page: Page, values: Mapping[str, Any]) -> None:
    """Answers these questions, whatever kind of control each is asked with, once their page is there with its scripts."""
    page.wait_for_load_state()
    for name, value in _flat(values):
        _answer(page, name, value)


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """An address is one question of several lines: `lieu.city`."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{part}", line) for part, line in value.items() if part != "country")
        else:
            yield name, value


def _answer(page: Page, name: str, value: Any) -> None:
    asked = page.locator(f'main [name="{name}"], main [name="{name}-jour"]')
    if asked.first.get_attribute("name") != name:
        _type_birth_date(page, name, str(value))
        return
    kind = asked.first.get_attribute("type")
    if kind in ("radio", "checkbox"):
        wanted = value if isinstance(value, list) else [value]
        for one in wanted:
            choice = (
                asked if kind == "checkbox" and one is True else page.locator(f'main [name="{name}"][value="{one}"]')
            )
            choice.check()
    elif asked.first.evaluate("field => field.tagName") == "SELECT":
        asked.select_option(str(value))
    else:
        asked.fill(str(value).replace(".", ",") if isinstance(value, float) else str(value))


def _type_birth_date(page: Page, name: str, day: str) -> None:
    """Of a day in ISO 8601, each part in its own field."""
    for part, figures in zip(("annee", "mois", "jour"), day.split("-"), strict=True):
        page.locator(f'main [name="{name}-{part}"]').fill(figures)
