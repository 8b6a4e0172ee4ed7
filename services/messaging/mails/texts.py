"""Texts of mails: from what a mail may say to its subject, its text and its HTML twin. Pure but for reading its templates.

A template is written once, in a markup of four signs: a blank line parts paragraphs, `## ` opens a heading and `### ` one
below it, a paragraph `[label] address` is the one thing to do (a button in HTML), and an address in a sentence becomes a
link in HTML: of the portal's own and the town's own site alone, for a name that a stranger typed stands in the mail too.
The town's own texts carry `{{ placeholders }}`; they are filled by name, never run as a template.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.chassis.rpc.text_direction import strip_bidi
from services.chassis.structs import Struct
from services.messaging.copies.rules import Sender
from services.messaging.notices.purposes import LABELS, Purpose
from services.messaging.schemas.letters import LetterPart
from services.townhall.placeholders import PLACEHOLDER
from services.townhall.typography import NBSP, unbroken

ACTION = re.compile(r"\[(?P<label>[^\]]+)\] (?P<url>https?://\S+)")
URL = re.compile(r"https?://[^\s<>«»]+[^\s<>«».,;:)]")
ADDRESS_OR_NUMBER = re.compile(rf"(?P<url>{URL.pattern})|\b\d{{4}}-[0-9A-Z]{{4}}-[0-9A-Z]{{4}}\b")
HEADING = re.compile(r"^#{2,3} ", re.MULTILINE)
SITE = re.compile(r"https?://([^\s/?#]+)")
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html.j2"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    finalize=strip_bidi,
)


class UnfilledPlaceholder(Exception):
    """A text of the town names something that is not known: the mail must not leave with a hole in it."""


class MailText(Struct):
    subject: str
    text: str
    html: str
    markup: str = ""
    """Its body as its template gave it."""


TRIAL = MailText(
    subject="Essai d’envoi du portail",
    text="Ce message vérifie que les courriels du portail partent et arrivent. Il n’appelle pas de réponse.\n",
    html="<p>Ce message vérifie que les courriels du portail partent et arrivent. Il n’appelle pas de réponse.</p>\n",
)
"""What is sent to try the mail server out."""


@dataclass(frozen=True)
class Gathered:
    """A mail among several in one, and the request that it is about, as mails name it."""

    purpose: Purpose
    request: str
    text: MailText


class Paper(Struct):
    """A letter to be printed."""

    subject: str
    title: str
    parts: tuple[LetterPart, ...]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The town's text with each placeholder replaced; raises UnfilledPlaceholder when one has no value."""

    def value(match: re.Match[str]) -> str:
        name = match[1].strip()
        filled = values.get(name)
        if not filled:
            raise UnfilledPlaceholder(name)
        return filled

    return PLACEHOLDER.sub(value, text)


def named(number: str, title: str | None) -> str:
    """How a mail names a request; a confidential procedure's title is None and stays out of it."""
    return f"n°{NBSP}{number} «{NBSP}{title}{NBSP}»" if title else f"n°{NBSP}{number}"


def of_request(number: str, title: str | None) -> str:
    """What ends the subject of a mail to the applicant: of which procedure, unless it is confidential, and of which request."""
    return f" : {title}, demande {number}" if title else f", demande {number}"


def write(purpose: Purpose, sender: Sender, values: Mapping[str, object]) -> MailText:
    """The mail; raises jinja2's UndefinedError when the template needs a fact that is missing."""
    subject, title, body = _filled(purpose, sender, values)
    paragraphs = _paragraphs(body)
    as_html = partial(_as_html, own=frozenset(filter(None, map(_site, (str(values["link"]), sender.website)))))
    layout = TEMPLATES.get_template("layout.html.j2")
    return MailText(
        subject=subject,
        text=_as_text(sender, title, paragraphs),
        html=layout.render(subject=subject, title=title, sender=sender, body="\n".join(map(as_html, paragraphs))),
        markup=body,
    )


def print_out(purpose: Purpose, sender: Sender, values: Mapping[str, object]) -> Paper:
    """The same on paper: of the same template, with every address written out."""
    subject, title, body = _filled(purpose, sender, values)
    return Paper(subject=subject, title=title, parts=tuple(part for one in _paragraphs(body) for part in _parts(one)))


def _filled(purpose: Purpose, sender: Sender, values: Mapping[str, object]) -> tuple[str, str, str]:
    """Subject, title and body, as the template gives it; what happened comes first in a subject, then about what."""
    template = TEMPLATES.get_template(f"{purpose.value}.txt.j2")
    context = template.new_context({"sender": sender, **values})
    subject, title, body = ("".join(template.blocks[part](context)).strip() for part in ("subject", "title", "body"))
    return " ".join(f"{subject}{values.get('about', '')}".split()), title, body


def _paragraphs(body: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", unbroken(body)) if part.strip()]


def _parts(paragraph: str) -> list[LetterPart]:
    if action := ACTION.fullmatch(paragraph):
        return [LetterPart(kind="link", text=action["url"], label=action["label"])]
    if paragraph.startswith("## "):
        heading, _, rest = paragraph.removeprefix("## ").partition("\n")
        return [LetterPart(kind="heading", text=heading), *(_parts(rest) if rest else ())]
    return [LetterPart(kind="text", text=paragraph)]


def together(sender: Sender, gathered: Sequence[Gathered], link: str) -> MailText:
    """Several mails in one, whole, each under the name of its request and its own headings below that. Where not all are
    acknowledgements, that name also says what each is."""
    parts = [
        {"label": LABELS[one.purpose], "request": one.request, "body": HEADING.sub("### ", one.text.markup)}
        for one in gathered
    ]
    only_receipts = all(one.purpose is Purpose.ACKNOWLEDGEMENT for one in gathered)
    return write(Purpose.RECEIPTS, sender, {"mails": parts, "only_receipts": only_receipts, "link": link})


def _as_text(sender: Sender, title: str, paragraphs: list[str]) -> str:
    """A heading has one more line before it: nothing else tells it from a sentence."""
    parts = [f"\n{HEADING.sub('', part, count=1)}" if HEADING.match(part) else part for part in paragraphs]
    said = [ACTION.sub(r"\g<label> : \g<url>", part) for part in parts]
    signature = f"-- \n{sender.legal_name}, Espace citoyens\n{sender.address}\n{sender.phone}"
    return "\n\n".join([title, *said, signature]) + "\n"


def _site(address: str) -> str | None:
    found = SITE.match(address)
    return found and found[1]


def _as_html(paragraph: str, own: frozenset[str]) -> str:
    if (action := ACTION.fullmatch(paragraph)) and _site(action["url"]) in own:
        return f'<p><a class="btn" href="{escape(action["url"])}">{escape(action["label"])}</a></p>'
    if opens := HEADING.match(paragraph):
        heading, _, rest = paragraph[opens.end() :].partition("\n")
        tag = f"h{opens[0].count('#')}"
        return f"<{tag}>{escape(heading)}</{tag}>" + (f"\n{_as_html(rest, own)}" if rest else "")
    words, items = _listed(paragraph)
    said = f"<p>{_escaped(words, own)}</p>" if words else ""
    return said + (f"<ul>{''.join(f'<li>{_escaped(one, own)}</li>' for one in items)}</ul>" if items else "")


def _listed(paragraph: str) -> tuple[str, list[str]]:
    """What stands before the list that ends a paragraph, and each of its lines."""
    lines = paragraph.split("\n")
    first = len(lines)
    while first and lines[first - 1].startswith("- "):
        first -= 1
    return "\n".join(lines[:first]), [line.removeprefix("- ") for line in lines[first:]]


def _escaped(words: str, own: frozenset[str]) -> str:
    return ADDRESS_OR_NUMBER.sub(partial(_whole, own=own), escape(words).replace("\n", "<br>\n"))


def _whole(found: re.Match[str], own: frozenset[str]) -> str:
    """An address of ours as a link; the number of a request in one line, still copied as it is written."""
    if found["url"] is None:
        return f'<span class="number">{found[0]}</span>'
    return f'<a href="{found[0]}">{found[0]}</a>' if _site(found[0]) in own else found[0]
