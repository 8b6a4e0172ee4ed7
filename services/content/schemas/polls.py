"""Declared calls about polls: « Votre avis nous intéresse ». Moments are ISO 8601; the text of a poll is HTML.

`browser`: the name under which a browser answers, the same before and after a log-in."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from services.chassis.contracts import Command, Query, Remembered, checked, if_given, marked
from services.chassis.french_fields import Named, Text
from services.chassis.structs import Struct


class PollState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class PollShown(Struct):
    """`state`: a PollState; `answered_by`: "self", or "browser" where another person answered from it. Its picture: as of
    OwnNewsItem."""

    slug: str
    title: str
    intro: str
    audience: str
    opens_at: str
    closes_at: str
    state: str
    answered: bool
    answered_by: str | None = None
    image_alt: str = ""
    picture: str = ""
    picture_widths: tuple[int, ...] = ()
    picture_height: int = 0


class Polls(Struct):
    items: tuple[PollShown, ...]


class ListPolls(Query[Polls], method="polls"):
    """Those that have opened and that the actor may see, open ones first."""

    browser: str = ""


class Share(Struct):
    """`share`: in percent of those who answered."""

    value: str
    label: str
    count: int
    share: float


class QuestionResults(Struct):
    name: str
    label: str
    type: str
    choices: tuple[Share, ...]


class PollResults(Struct):
    """`answers`: of how many persons. Free texts are never shown."""

    answers: int
    questions: tuple[QuestionResults, ...]


class QuestionType(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    TEXT = "text"


class Question(Struct):
    """`choices`: labels by value. `min` to `max_label` are of a scale."""

    name: str
    label: str
    type: QuestionType
    required: bool
    max_choices: int | None = if_given(None)
    choices: Mapping[str, str] | None = if_given(None)
    min: int | None = if_given(None)
    max: int | None = if_given(None)
    min_label: str = if_given("")
    max_label: str = if_given("")
    max_length: int | None = if_given(None)
    help: str = if_given("")

    @property
    def steps(self) -> range:
        """Of a scale."""
        return range(0) if self.min is None or self.max is None else range(self.min, self.max + 1)


class ResultsSetting(Struct):
    """`visible`: "after_answer" or "after_close"."""

    visible: str
    minimum_answers: int


class Poll(PollShown):
    """`results` where this person may see them."""

    questions: tuple[Question, ...]
    anonymous: bool
    one_answer_per: str
    results_setting: ResultsSetting
    results: PollResults | None = None


class ReadPoll(Query[Poll], method="poll"):
    browser: str = ""
    slug: str = checked(Text(required=True))


class VoteCounted(Struct):
    slug: str
    answered: bool


class Vote(Command[VoteCounted]):
    """`answers`: by name of question, a value, a list of values, a number or a text. `address_seen`: where the HTTP request
    came from; above the share of an address the vote is refused as `security_code_required`, until `code_given` says that
    accounts took a security code for it. What is remembered of the command is the poll alone: answers cannot be tried against
    its hash."""

    browser: str = marked(remembered=Remembered.LEFT_OUT, default="")
    slug: str = checked(Text(required=True))
    answers: Mapping[str, object] = field(
        metadata={"field": Named(keys=Text(), required=True), "remembered": Remembered.LEFT_OUT}
    )
    address_seen: str = marked(remembered=Remembered.LEFT_OUT, default="")
    code_given: bool = marked(remembered=Remembered.LEFT_OUT, default=False)
