"""What the town publishes: news, private ones too, activities, practical information, polls."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import assert_never
from uuid import NAMESPACE_URL, uuid5

from flask import Response, render_template, request

from gateway.conversation import clients
from gateway.dates import local
from gateway.errors import status_of
from gateway.files import downloads
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.components.controls import Control, error_list
from gateway.pages.components.facts import good_to_know, is_the_town_hall
from gateway.pages.components.pagination import page_number
from gateway.pages.components.reader import logging_in_helps, reader
from gateway.pages.components.security_code import another_wanted, brought_code, in_error_list, new_code
from gateway.pages.components.words import capital, in_letters
from gateway.permissions import CITIZEN, PUBLIC
from gateway.routes import Answer, Pages, command_id, now, see_other, send_command
from gateway.sessions.identity import current_identity
from gateway.shared.security_code_retry import with_code
from gateway.town import town_book
from services.chassis.errors import Conflict, Invalid, Refusal, TooMany, Unavailable
from services.content.schemas import articles, pictures
from services.content.schemas.own_news import ListOwnNews, MarkNewsRead
from services.content.schemas.polls import ListPolls, Poll, Question, QuestionType, ReadPoll, Vote, VoteCounted
from services.townhall.security_code import FIELD as SECURITY_CODE
from services.townhall.typography import NBSP

page = Pages("content", __name__)
LONGEST_TEXT = 500


def listed(template: str, of: type[articles.ListArticles]) -> str:
    """One page of what is published of that kind, all of it or a category."""
    category = request.args.get("categorie") or None
    found = clients().send(of(category=category, page=page_number()))
    return render_template(f"content/{template}.html", found=found, category=category, number=page_number())


for template, address, of in (
    ("news", "/actualites", articles.ListNews),
    ("activities", "/activites", articles.ListActivities),
    ("practical", "/infos-pratiques", articles.ListPracticalInfo),
):
    page.get(address, permission=PUBLIC, limit=READ, endpoint=template)(partial(listed, template, of))


@page.get("/actualites/<slug>", permission=PUBLIC, limit=READ)
def article(slug: str) -> str:
    with logging_in_helps():
        item = clients().send(articles.ReadNews(slug=slug))
    own = item.audience == "account" and _opened_by_holder(slug)
    return render_template("content/article.html", item=item, own=own)


@page.get("/mes-actualites", permission=CITIZEN, limit=READ)
def own_news() -> str:
    """« Mes actualités »: the private news, and which of them their reader has opened."""
    category = request.args.get("categorie", "")
    found = clients().send(ListOwnNews(category=category, page=page_number()))
    return render_template("content/own_news.html", found=found, category=category, number=page_number())


def _opened_by_holder(slug: str) -> bool:
    """Whether who looks holds a space; marks this private article as read then. An article is shown all the same where
    that mark cannot be kept."""
    actor = reader()
    if actor is None or actor.kind != "citizen":
        return False
    with suppress(Refusal):
        # The same id each time: the service keeps the outcome, and a page that is opened again writes nothing.
        once = uuid5(NAMESPACE_URL, f"news read {actor.id} {slug}")
        clients().send(MarkNewsRead(slug=slug), command_id=once)
    return True


def picture(of: type[pictures.PictureOf], slug: str) -> Response:
    """The picture of an article or of a poll, to those who may read it."""
    return downloads.picture(clients().send(of(slug=slug, width=_width())))


for address, shown_by in (
    ("/actualites", pictures.ReadPicture),
    ("/activites", pictures.ReadActivityPicture),
    ("/infos-pratiques", pictures.ReadPracticalInfoPicture),
    ("/votre-avis", pictures.ReadPollPicture),
):
    page.get(f"{address}/<slug>/image", permission=PUBLIC, limit=READ, endpoint=f"picture_{shown_by.method()}")(
        partial(picture, shown_by)
    )


@page.get("/accueil/image", permission=PUBLIC, limit=READ)
def home_picture() -> Response:
    """The picture of the town."""
    return downloads.picture(clients().send(pictures.ReadHomePicture(width=_width())))


def _width() -> int:
    """In how many points the picture is shown; 0, the picture as the town gave it, for what is no such number."""
    given = request.args.get("largeur", "")
    return min(int(given), pictures.WIDEST) if given.isdecimal() and len(given) < 6 else 0


@page.get("/activites/<slug>", permission=PUBLIC, limit=READ)
def activity(slug: str) -> str:
    with logging_in_helps():
        item = clients().send(articles.ReadActivity(slug=slug))
    return render_template("content/activity.html", item=item)


@page.get("/infos-pratiques/<slug>", permission=PUBLIC, limit=READ)
def practical_item(slug: str) -> str:
    with logging_in_helps():
        item = clients().send(articles.ReadPracticalInfo(slug=slug))
    return render_template("content/practical_item.html", item=item, good_to_know=_before_coming(item.site))


@page.get("/votre-avis", permission=PUBLIC, limit=READ)
def polls() -> str:
    """« Votre avis nous intéresse »."""
    found = clients().send(ListPolls(browser=current_identity().voter()))
    return render_template("content/polls.html", found=found)


@page.get("/votre-avis/<slug>", permission=PUBLIC, limit=READ)
def poll(slug: str) -> str:
    with logging_in_helps():
        item = _poll(slug)
    return _shown(item, {}, thanked=item.answered and "merci" in request.args)


def poll_again(slug: str) -> str:
    """The answers that waited for a log-in, not given yet."""
    item = _poll(slug)
    return _shown(item, _given(item))


@page.post("/votre-avis/<slug>", permission=PUBLIC, limit=WRITE, reopen=poll_again)
def vote(slug: str) -> Answer:
    """One answer per person; a second one is refused. Above the share of a connection the form comes back as it was
    filled in, with a security code to copy."""
    item, browser = _poll(slug), current_identity().voter()
    given = _given(item)
    if another_wanted():
        return _shown(item, given, code_wanted=True), HTTPStatus.OK
    several = {question.name for question in item.questions if question.type is QuestionType.MULTIPLE}
    answers = {name: values if name in several else values[0] for name, values in given.items() if values}

    def cast(code_given: bool) -> VoteCounted:
        asked = Vote(
            slug=slug, answers=answers, browser=browser, address_seen=clients().address(), code_given=code_given
        )
        return send_command(asked)

    try:
        with_code(cast, brought_code(), command_id=command_id())
    except (Conflict, Invalid, TooMany) as refusal:
        if isinstance(refusal, TooMany) and not refusal.fields:
            raise  # of no field: the error page gives the form back
        return _shown(_poll(slug), given, refusal=refusal), status_of(refusal)
    current_identity().lasting_voter()
    return see_other(f"/votre-avis/{slug}?merci=1")


def _poll(slug: str) -> Poll:
    return clients().send(ReadPoll(slug=slug, browser=current_identity().voter()))


def _before_coming(site: str) -> list[str]:
    """What changes of the hours, on a page that is about the town hall; nothing while it is not known."""
    with suppress(Unavailable):
        town = town_book().town()
        if is_the_town_hall(town, site):
            return good_to_know(town, local(now()).date())
    return []


def _shown(
    item: Poll,
    given: dict[str, list[str]],
    *,
    thanked: bool = False,
    refusal: Refusal | None = None,
    code_wanted: bool = False,
) -> str:
    """The poll; after a refusal each question at fault says what is wrong with its answer. A form that showed a security
    code shows a new one."""
    errors = dict(refusal.fields or {"": refusal.message}) if refusal else {}
    code_error = errors.pop(SECURITY_CODE, "")
    controls = [_control(question, given.get(question.name, []), errors) for question in item.questions]
    return render_template(
        "content/poll.html",
        item=item,
        thanked=thanked,
        controls=controls,
        errors=error_list(controls, errors) + in_error_list(code_error),
        code=new_code() if code_wanted or code_error or brought_code() else None,
        code_error=code_error,
    )


def _control(question: Question, given: list[str], errors: Mapping[str, str]) -> Control:
    kind, most = _kind(question.type), question.max_choices
    return Control(
        question.name,
        question.label,
        kind,
        required=question.required,
        value=given if kind == "checkboxes" else "".join(given[:1]),
        error=errors.get(question.name, ""),
        help=question.help or (f"{capital(in_letters(most))} réponses au plus." if most else ""),
        in_order=question.type is QuestionType.SCALE,
        choices=() if kind == "longtext" else tuple(_choices(question)),
        max_length=question.max_length or LONGEST_TEXT if kind == "longtext" else None,
    )


def _kind(asked: QuestionType) -> str:
    match asked:
        case QuestionType.TEXT:
            return "longtext"
        case QuestionType.MULTIPLE:
            return "checkboxes"
        case QuestionType.SINGLE | QuestionType.SCALE:
            return "radios"
    assert_never(asked)


def _choices(question: Question) -> list[tuple[str, str]]:
    """The choices of a question; a scale says what its two ends mean."""
    if question.choices:
        return list(question.choices.items())
    ends = {question.min: question.min_label, question.max: question.max_label}
    return [(str(step), f"{step}{NBSP}: {ends[step]}" if ends.get(step) else str(step)) for step in question.steps]


def _given(item: Poll) -> dict[str, list[str]]:
    return {question.name: request.form.getlist(question.name) for question in item.questions}
