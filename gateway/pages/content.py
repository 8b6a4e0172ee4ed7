"""What the town publishes: news, activities, practical information, polls."""

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.clients import Json
from gateway.conversation import clients
from gateway.errors import status_of
from gateway.pages import Pages, command_id, see_other
from gateway.pages.common import logging_in_helps, page_number
from gateway.permissions import PUBLIC
from gateway.rate_limits import READ, WRITE
from services.chassis.errors import Conflict, Invalid

page = Pages("content", __name__)


@page.get("/actualites", permission=PUBLIC, limit=READ)
def news() -> str:
    found = clients().content.news(category=_category(), page=page_number())
    return render_template("content/news.html", found=found, category=_category(), number=page_number())


@page.get("/actualites/<slug>", permission=PUBLIC, limit=READ)
def article(slug: str) -> str:
    with logging_in_helps():
        item = clients().content.news_item(slug)
    return render_template("content/article.html", item=item)


@page.get("/activites", permission=PUBLIC, limit=READ)
def activities() -> str:
    found = clients().content.activities(category=_category(), page=page_number())
    return render_template("content/activities.html", found=found, category=_category(), number=page_number())


@page.get("/activites/<slug>", permission=PUBLIC, limit=READ)
def activity(slug: str) -> str:
    with logging_in_helps():
        item = clients().content.activity(slug)
    return render_template("content/activity.html", item=item)


@page.get("/infos-pratiques", permission=PUBLIC, limit=READ)
def practical() -> str:
    found = clients().content.practical(category=_category(), page=page_number())
    return render_template("content/practical.html", found=found, category=_category(), number=page_number())


@page.get("/infos-pratiques/<slug>", permission=PUBLIC, limit=READ)
def practical_item(slug: str) -> str:
    with logging_in_helps():
        item = clients().content.practical_item(slug)
    return render_template("content/practical_item.html", item=item)


@page.get("/votre-avis", permission=PUBLIC, limit=READ)
def polls() -> str:
    """« Votre avis nous intéresse »."""
    return render_template("content/polls.html", found=clients().content.polls())


@page.get("/votre-avis/<slug>", permission=PUBLIC, limit=READ)
def poll(slug: str) -> str:
    with logging_in_helps():
        item = clients().content.poll(slug)
    return render_template("content/poll.html", item=item, thanked="merci" in request.args, problem="", given={})


def poll_again(slug: str) -> str:
    """The answers that waited for a log-in, not given yet."""
    item = clients().content.poll(slug)
    return render_template("content/poll.html", item=item, thanked=False, problem="", given=_given(item))


@page.post("/votre-avis/<slug>", permission=PUBLIC, limit=WRITE, reopen=poll_again)
def vote(slug: str) -> AnyResponse | tuple[str, int]:
    """One answer per person; a second one is refused."""
    item = clients().content.poll(slug)
    given = _given(item)
    several = {question["name"] for question in item["questions"] if question["type"] == "multiple"}
    answers = {name: values if name in several else values[0] for name, values in given.items() if values}
    try:
        clients().content.vote(slug, answers, command_id=command_id())
    except (Conflict, Invalid) as refusal:
        problem = next(iter(refusal.fields.values()), refusal.message)
        again = render_template("content/poll.html", item=item, thanked=False, problem=problem, given=given)
        return again, status_of(refusal)
    return see_other(f"/votre-avis/{slug}?merci=1")


def scale_options(question: Json) -> list[tuple[str, str]]:
    """The choices of a question; a scale says what its two ends mean."""
    if question.get("choices"):
        return [(str(value), str(label)) for value, label in question["choices"].items()]
    ends = {question["min"]: question.get("min_label"), question["max"]: question.get("max_label")}
    steps = range(int(question["min"]), int(question["max"]) + 1)
    return [(str(step), f"{step} : {ends[step]}" if ends.get(step) else str(step)) for step in steps]


page.add_app_template_global(scale_options, "scale_options")


def _given(item: Json) -> dict[str, list[str]]:
    return {question["name"]: request.form.getlist(question["name"]) for question in item["questions"]}


def _category() -> str | None:
    return request.args.get("categorie") or None
