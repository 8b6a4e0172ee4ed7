"""The shape of `news.yaml`, `activities.yaml`, `practical_info.yaml`, `polls.yaml`, `partner_spaces.yaml`, `home.yaml`. Marshmallow schemas. Pure."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields

from services.chassis.french_fields import FrenchSchema, Listed, Named, Part, Text, Whole, YesNo, one_of, shaped
from services.content.publication import dates
from services.content.schemas.polls import QuestionType
from services.procedures.schemas.definitions.values import Https, Slug, is_day

AUDIENCES = {"public", "account"}


_is_day = partial(is_day, read=dates.starts)  # the time of a day may be written as well


def _text(**options: Any) -> Text:
    return Text(required=True, **options)


def _slug(**options: Any) -> Text:
    return Text(required=options.pop("required", True), checks=get_args(Slug)[1:], **options)


class Category(FrenchSchema):
    slug = _slug()
    label = _text()


def _picture(**options: Any) -> Text:
    check = shaped(r"[a-z0-9-]+\.(jpe?g|png|webp)", "Il faut le nom d’une image du dossier images/ : jpg, png ou webp.")
    return Text(checks=[check], **options)


class Pictured(FrenchSchema):
    """A picture of the folder `images` of the town, and what it shows."""

    image, image_alt = _picture(), Text()


class Article(Pictured):
    """What news, activities and practical information have in common."""

    slug = _slug()
    title, category, summary, body = (_text() for _ in range(4))
    audience = _text(checks=[one_of(AUDIENCES)])
    keywords = Listed(Text())
    related_procedure, related_poll, related_partner_space = (_slug(required=False) for _ in range(3))


class NewsArticle(Article):
    published = _text(checks=[_is_day])
    expires = Text(checks=[_is_day])
    highlighted = YesNo(required=True)
    image_alt = _text()


class Activity(Article):
    organiser, place, schedule, ages, price, contact, registration = (_text() for _ in range(7))
    starts, ends = (_text(checks=[_is_day]) for _ in range(2))


class Contact(FrenchSchema):
    label = _text()
    phone, email = Text(), Text()


class PracticalInfo(Article):
    updated = _text(checks=[_is_day])
    site = _slug(required=False)
    contacts = Listed(Part(Contact), required=True)


class Results(FrenchSchema):
    visible = _text(checks=[one_of({"after_answer", "after_close"})])
    minimum_answers = Whole(required=True, least=1)


class Question(FrenchSchema):
    name = _text(checks=[shaped(r"[a-z][a-z0-9_]*", "Il faut des minuscules sans accent et des chiffres.")])
    label = _text()
    type = _text(checks=[one_of(tuple(QuestionType))])
    required = YesNo(required=True)
    choices = Named(keys=Text(), values=Text())
    max_choices = Whole(least=1)
    min = Whole()
    max = Whole()
    min_label, max_label, help = Text(), Text(), Text()
    max_length = Whole(least=1, most=2000)


def _counted(value: dict[str, Any]) -> None:
    """`answers`: how many people; and by question, how often each choice was made."""
    choices = [given for name, given in value.items() if name != "answers"]
    numbers = [value.get("answers", 0), *(n for one in choices if isinstance(one, dict) for n in one.values())]
    if not all(isinstance(one, dict) for one in choices) or not all(type(n) is int for n in numbers):
        raise ValidationError("Il faut des nombres de réponses : answers, puis les choix de chaque question.")


class Poll(Pictured):
    slug = _slug()
    title, intro = _text(), _text()
    audience = _text(checks=[one_of(AUDIENCES)])
    opens, closes = (_text(checks=[_is_day]) for _ in range(2))
    anonymous = YesNo(required=True)
    one_answer_per = _text(checks=[one_of({"account", "browser"})])
    results = Part(Results, required=True)
    questions = Listed(Part(Question), required=True)
    demo_results = Named(validate=_counted)


class HomePicture(FrenchSchema):
    image, image_alt = _picture(required=True), _text()


class Connection(FrenchSchema):
    kind = _text(checks=[one_of({"form_post", "link"})])
    login_url, landing_url = (_text(checks=get_args(Https)[1:]) for _ in range(2))
    success_marker, failure_marker, note = Text(), Text(), Text()


class Credential(FrenchSchema):
    name, label = _text(), _text()
    role = _text(checks=[one_of({"identifier", "secret"})])
    pattern, help = Text(), Text()
    stored = YesNo()


class Form(FrenchSchema):
    method = _text(checks=[one_of({"post", "none"})])
    fields_ = Listed(Part(Credential), required=True, data_key="fields")
    hidden = Named(keys=Text(), values=fields.String(), required=True)


class PartnerSpace(FrenchSchema):
    slug = _slug()
    title, icon, description, provider, registration_label = (_text() for _ in range(5))
    order = Whole(required=True, least=1)
    connection = Part(Connection, required=True)
    form = Part(Form, required=True)
    issued_by, how_to_obtain, help_contact = (_text() for _ in range(3))


def _file(kind: str, entry: type[FrenchSchema], **parts: Listed[Any]) -> type[Schema]:
    version = _text(checks=[one_of({f"{kind}/1"})])
    return FrenchSchema.from_dict({"schema": version, **parts, kind: Listed(Part(entry), required=True)})


_CATEGORIES: Listed[Any] = Listed(Part(Category), required=True)

FILES: Mapping[str, type[Schema]] = {
    "news": _file("news", NewsArticle, categories=_CATEGORIES),
    "activities": _file("activities", Activity, categories=_CATEGORIES),
    "practical_info": _file("practical_info", PracticalInfo, categories=_CATEGORIES),
    "polls": _file("polls", Poll),
    "partner_spaces": _file("partner_spaces", PartnerSpace),
    "home": FrenchSchema.from_dict(
        {"schema": _text(checks=[one_of({"home/1"})]), "home": Part(HomePicture, required=True)}
    ),
}


def listed(files: Mapping[str, Any], kind: str) -> Sequence[dict[str, Any]]:
    """The entries of a file that is given; the picture of the front page is the only one of its own."""
    given = files[kind][kind]
    return [{"slug": kind, "image": given["image"], "image_alt": given["image_alt"]}] if kind == "home" else given
