"""Texts are rendered to safe HTML, days are counted in the town's time."""

from datetime import UTC, date, datetime

import pytest

from services.content.publication import dates
from services.content.publication.rendering import render

TODAY = date(2026, 11, 24)


def test_paragraphs_lists_and_bold_are_rendered() -> None:
    html = render("Bonjour.\n\n**Avant**\n\n- un\n- deux\n")
    assert html == "<p>Bonjour.</p>\n<p><strong>Avant</strong></p>\n<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[clic](javascript:alert(1))",
        "![image](https://ailleurs.example/a.png)",
        '<a href="https://x.example" onclick="x()">x</a>',
        "[clic](http://sans-chiffrement.example)",
        "<iframe src='https://x.example'></iframe>",
    ],
)
def test_dangerous_markup_is_removed(text: str) -> None:
    html = render(text)
    assert not [
        part for part in ("<script", "<img", "<iframe", 'href="javascript', 'href="http:', "<a href=") if part in html
    ] or ('rel="noopener noreferrer"' in html and "javascript" not in html)


def test_an_outside_link_sends_no_referrer() -> None:
    assert (
        render("[site](https://x.example)") == '<p><a href="https://x.example" rel="noopener noreferrer">site</a></p>'
    )


@pytest.mark.parametrize("text", ["demain", "D+", "D+1m", "2026-13-01", "2026-12-01T08:00+02:00", ""])
def test_a_malformed_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        dates.starts(text, TODAY)


def test_a_day_begins_and_ends_at_midnight_in_the_town() -> None:
    assert dates.starts("2027-03-28", TODAY) == datetime(2027, 3, 27, 23, tzinfo=UTC)
    assert dates.ends("2027-03-28", TODAY) == datetime(2027, 3, 28, 22, tzinfo=UTC)
    assert dates.starts("2026-12-01T08:00", TODAY) == datetime(2026, 12, 1, 7, tzinfo=UTC)
