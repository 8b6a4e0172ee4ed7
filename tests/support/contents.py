"""News, activities, polls and partner spaces of the demo town, as pages get them."""

from datetime import timedelta
from functools import cache

from services.chassis.actors import Actor
from services.chassis.contracts import from_json, to_json
from services.content.polls import rules as ballots
from services.content.publication.rendering import render
from services.content.schemas.polls import Question
from tests.support.demo_town import NOW, Json, file

rendered = cache(render)
"""Each text is rendered once for all tests: it is a fifth of what they set up."""


DATES = {"news": {"published": "2026-11-21"}, "activities": {}, "practical_info": {"updated": "2026-10-21"}}


def articles(kind: str) -> Json:
    """A list of them, of that kind."""
    items = [_shown(kind, entry) for entry in file(kind)[kind]]
    categories = [{**category, "count": 0} for category in file(kind)["categories"]]
    return {"items": items, "total": len(items), "page": 1, "pages": 1, "categories": categories}


def article(kind: str, slug: str) -> Json:
    """One with its text."""
    entry = next(one for one in file(kind)[kind] if one["slug"] == slug)
    return {**_shown(kind, entry), "html": rendered(entry["body"])}


def _shown(kind: str, entry: Json) -> Json:
    labels = {category["slug"]: category["label"] for category in file(kind)["categories"]}
    category = {"slug": entry["category"], "label": labels[entry["category"]]}
    shown = {name: value for name, value in entry.items() if name not in ("body", "keywords")}
    return {"highlighted": False, "picture": None, **shown, "category": category, **DATES[kind]}


def found_contents(body: Json, _: Actor) -> Json:
    """What of the contents has these words in its title or among its keywords."""
    items = [
        {
            **{name: entry[name] for name in ("slug", "title", "summary", "audience")},
            "kind": kind,
            "category_label": _shown(kind, entry)["category"]["label"],
            "rank": 0.4,
        }
        for kind in DATES
        for entry in file(kind)[kind]
        if any(body["q"].lower() in text.lower() for text in (entry["title"], *entry.get("keywords", ())))
    ]
    return {"items": items[: body["limit"]], "total": len(items), "suggestion": None, "partial": False}


def polls() -> Json:
    return {
        "items": [
            {
                **entry,
                "intro": rendered(entry["intro"]),
                "opens_at": NOW.isoformat(),
                "closes_at": (NOW + timedelta(days=40)).isoformat(),
                "state": "closed" if "demo_results" in entry else "open",
                "answered": False,
                "answered_by": None,
                "results_setting": entry["results"],
                "results": _results(entry) if "demo_results" in entry else None,
            }
            for entry in file("polls")["polls"]
        ]
    }


def _results(poll: Json) -> Json:
    given = dict(poll["demo_results"])
    tally = ballots.Tally(answers=given.pop("answers"), counts=given)
    return to_json(ballots.results([from_json(Question, one) for one in poll["questions"]], tally))


def own_news(news: Json) -> Json:
    """The private ones, the first of them not opened yet."""
    private = [item for item in news["items"] if item["audience"] == "account"]
    items = [
        {
            **{name: item[name] for name in ("slug", "title", "summary", "published", "image_alt", "highlighted")},
            "category": item["category"]["slug"],
            "category_label": item["category"]["label"],
            "unread": item is private[0],
            "picture": "",
            "picture_widths": [],
            "picture_height": 0,
        }
        for item in private
    ]
    categories = [{"slug": "enfance-jeunesse", "label": "Enfance et jeunesse", "count": 2}]
    counts = {"published": len(items), "unread": 1, "total": len(items), "page": 1, "pages": 1}
    return {"items": items, "categories": categories, **counts}


def partner_spaces() -> Json:
    """As content answers them, without what is never stored."""
    return {
        "spaces": [
            {
                **{key: entry[key] for key in entry.keys() - {"connection", "form", "order", "help_contact"}},
                "kind": entry["connection"]["kind"],
                "url": entry["connection"]["login_url"],
                "note": entry["connection"].get("note", ""),
                "fields": [
                    {"name": one["name"], "label": one["label"], "role": one["role"]}
                    | {"pattern": one.get("pattern", ""), "help": one.get("help", "")}
                    for one in entry["form"]["fields"]
                    if one.get("stored", True)
                ],
            }
            for entry in file("partner_spaces")["partner_spaces"]
        ]
    }


def _pick(found: Json, body: Json) -> Json:
    return next(item for item in found["items"] if item["slug"] == body["slug"])
