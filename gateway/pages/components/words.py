"""How the pages say hours, counts, lists and texts in French; pure. With `gateway.dates`, the filters of the templates."""

import re
from collections.abc import Callable, Mapping
from typing import assert_never, cast

import nh3
from jinja2.utils import urlize
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from gateway.dates import day_in_words, local
from services.procedures.schemas.definitions.procedures import Period
from services.requests.schemas.quotas import Place
from services.townhall import postal_address, typography
from services.townhall.folding import folded
from services.townhall.french_dates import clock
from services.townhall.french_names import MONTHS
from services.townhall.names import initials
from services.townhall.sentences import count, listed, number
from services.townhall.typography import NBSP, PHONE, unbroken

JOINER = "\N{WORD JOINER}"

SMALL_NUMBERS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")
ORDINALS = ("1er", "2e", "3e", "4e")

_markdown = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_inline", "html_block", "link"])
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "br"}


def opening(value: str) -> str:
    """`08:30-12:00` as `8 h 30 – 12 h`."""
    start, _, end = value.partition("-")
    return f"{_hour(start)}{NBSP}–{JOINER}{NBSP}{_hour(end)}"


def duration(months: int) -> str:
    """`5 ans`, `18 mois`: in years where they are whole."""
    years, rest = divmod(months, 12)
    return count(months, "mois", "mois") if rest or not years else count(years, "an")


def of_person(name: str) -> str:
    """`de Lou Exemple`, `d’Andrée Témoin`."""
    return f"d’{name}" if folded(name)[:1] in {*"aeiou"} else f"de {name}"


def envelope(address: object) -> list[str]:
    """The lines of an address that has its parts as attributes."""
    return postal_address.lines(vars(address))


def lines(value: str) -> Markup:
    """Lines of an address, one under the other."""
    return Markup("<br>").join(escape(line) for line in unbroken(str(value)).splitlines())


def paragraphs(value: str) -> Markup:
    """What someone typed: paragraphs and lines kept, nothing else."""
    blocks = re.split(r"\n\s*\n", value.strip())
    return Markup("").join(Markup("<p>{}</p>").format(lines(block)) for block in blocks)


def markdown(value: str) -> Markup:
    """The town's texts: paragraphs, lists, bold; no raw HTML, no link, no image."""
    html = cast("str", _markdown.render(value))  # as its own renderer makes it
    return Markup(nh3.clean(html, tags=_TAGS, attributes={}))  # noqa: S704 (cleaned) # nosec B704


def town_html(value: str) -> Markup:
    """A text that content has rendered; cleaned once more, for no page trusts what comes from outside it."""
    attributes = {"a": {"href"}}
    return Markup(nh3.clean(value, tags=_TAGS | {"a"}, attributes=attributes, link_rel="noopener noreferrer"))  # noqa: S704 (cleaned) # nosec B704


def typeset(value: str) -> Markup:
    """A title or a sentence as a printer sets it: no line begins with a closing sign, none ends within « rendez-vous »."""
    set_text = str(escape(typography.typeset(str(value))))
    return Markup(re.sub(r"(?i)rendez-vous", r'<span class="whole">\g<0></span>', set_text))  # noqa: S704 (escaped) # nosec B704


def telephone(value: str) -> str:
    """The address of a French number for a `tel:` link."""
    digits = re.sub(r"\D", "", value)
    return f"+33{digits[1:]}" if len(digits) == 10 and digits.startswith("0") else digits


def callable_numbers(value: str) -> Markup:
    """A sentence in which French numbers can be called, where they are in national form."""
    return Markup(PHONE.sub(_callable, escape(value)))  # noqa: S704 (escaped) # nosec B704


def _callable(found: re.Match[str]) -> str:
    number = found[0]
    return f'<a class="num" href="tel:{telephone(number)}">{number}</a>' if number.startswith("0") else number


def reachable(value: str) -> Markup:
    """A sentence of the town's in which sites, addresses of mail and French numbers can be followed, written or called."""
    return callable_numbers(Markup(urlize(value, rel="noopener")))  # noqa: S704 (urlize escapes) # nosec B704


def capital(value: str) -> str:
    """The first letter as a capital, the rest untouched."""
    return value[:1].upper() + value[1:]


def after_colon(value: str) -> str:
    """A sentence that goes on after a colon: without its capital, which an acronym keeps."""
    return value[:1].lower() + value[1:] if value[1:2].islower() or value[1:2] in " ’" else value


def in_letters(value: int) -> str:
    """`deux`, `douze`, then figures."""
    return SMALL_NUMBERS[value] if 0 <= value < len(SMALL_NUMBERS) else number(value)


def place_words(place: Place) -> str:
    """The place that a request takes of a quota: « collecte le jeudi 3 décembre 2026 », else « semaine du lundi … »."""
    if place.on:
        what = place.what or ""
        return f"{what[:1].lower()}{what[1:]} le {day_in_words(place.on)}"
    first = local(place.first)
    period = Period(place.period)
    match period:
        case Period.DAY:
            return day_in_words(first)
        case Period.WEEK:
            return f"semaine du {day_in_words(first)}"
        case Period.MONTH:
            return f"{MONTHS[first.month - 1]}{NBSP}{first.year}"
        case Period.QUARTER:
            return f"{ORDINALS[(first.month - 1) // 3]} trimestre{NBSP}{first.year}"
        case Period.SEMESTER:
            return f"{ORDINALS[(first.month - 1) // 6]} semestre{NBSP}{first.year}"
        case Period.YEAR:
            return f"année{NBSP}{first.year}"
        case _:
            assert_never(period)


def _hour(value: str) -> str:
    hour, _, minute = value.partition(":")
    return clock(int(hour), int(minute))


FILTERS: Mapping[str, Callable[..., object]] = {
    "count": count,
    "duration": duration,
    "listed": listed,
    "lines": lines,
    "paragraphs": paragraphs,
    "markdown": markdown,
    "envelope": envelope,
    "town_html": town_html,
    "typeset": typeset,
    "telephone": telephone,
    "unbroken": unbroken,
    "callable_numbers": callable_numbers,
    "reachable": reachable,
    "initials": initials,
    "capital": capital,
    "after_colon": after_colon,
    "in_letters": in_letters,
    "place": place_words,
}
