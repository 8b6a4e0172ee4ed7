"""A decision being worded: what is asked of the agent, what the person will read, what is still blank; pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from gateway.dates import day_in_words, day_or_none
from gateway.pages.components.controls import Control
from services.chassis.errors import Invalid
from services.chassis.structs import Struct
from services.requests.schemas.decisions import ChangeStatus, DecisionWords
from services.requests.schemas.statuses import Status
from services.requests.schemas.tracking import CaseView, Offered, PreparedReply
from services.townhall.placeholders import OF_THE_AGENT, PLACEHOLDER, in_words
from services.townhall.sentences import listed

LABELS = {
    "deadline": "Date limite",
    "reason": "Motif",
    "other_administration": "Administration compétente",
    "missing_documents": "Pièces demandées",
    "appointment_at": "Date du rendez-vous",
    "implicit_decision_date": "Date d’effet du silence",
    "means_of_appeal": "Voies de recours",
    "text": "Message à la personne",
    "tracking_url": "Lien de suivi",
}
LONGEST = {"reason": 2000, "other_administration": 200}
LONGEST_TEXT = 6000
EITHER = "Choisissez au moins une pièce, ou écrivez ce qui manque."
JOINED = re.compile(r"(?<!pièces )\bjoint(?:e|s|es)?\b", re.IGNORECASE)
"""A letter that speaks of what comes with it; « l’onglet Pièces jointes » is where the person adds theirs."""


class Wording(Struct):
    """What the agent has chosen and typed so far."""

    to: str
    reply: str = ""
    text: str = ""
    reason: str = ""
    other_administration: str = ""
    deadline: str = ""
    missing_documents: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "Wording":
        def typed(name: str) -> str:
            return form.get(name, "").strip().replace("\r\n", "\n")

        values = {name.removeprefix("values."): typed(name) for name in form if name.startswith("values.")}
        return cls(
            to=typed("vers"),
            reply=typed("reponse"),
            text=typed("text"),
            reason=typed("reason"),
            other_administration=typed("other_administration"),
            deadline=typed("deadline"),
            missing_documents=tuple(form.getlist("missing_documents")),
            values=values,
        )

    @classmethod
    def of(cls, words: DecisionWords) -> "Wording":
        """What was sent, to be typed on."""
        return cls(
            to=words.to,
            reply=words.reply or "",
            text=words.text or "",
            reason=words.reason or "",
            other_administration=words.other_administration or "",
            deadline=words.deadline.isoformat() if words.deadline else "",
            missing_documents=words.missing_documents or (),
            values=words.values or {},
        )

    def as_command(self, number: str, version: int) -> ChangeStatus:
        """Empty fields are left out. Raises Invalid where the deadline is not a day."""
        deadline = day_or_none(self.deadline)
        if self.deadline and deadline is None:
            raise Invalid(fields={"deadline": "Il faut une date, par exemple 2026-12-01."})
        return ChangeStatus(
            number=number,
            version=version,
            to=self.to,
            reply=self.reply or None,
            text=self.text or None,
            values=dict(self.values) or None,
            reason=self.reason or None,
            missing_documents=self.missing_documents or None,
            deadline=deadline,
            other_administration=self.other_administration or None,
            hold=True,
        )

    def as_values(self, pieces: Mapping[str, str]) -> dict[str, str]:
        """As `requests.reply_preview` takes it: every blank by its name."""
        said = {
            "reason": self.reason,
            "other_administration": self.other_administration,
            "deadline": self.deadline,
            "missing_documents": "\n".join(f"- {pieces.get(one, one)}" for one in self.missing_documents),
            **self.values,
        }
        return {name: value for name, value in said.items() if value}


def reply_of(view: CaseView, wording: Wording) -> PreparedReply | None:
    """The canned reply that was chosen, when it goes where the decision goes."""
    for reply in view.replies:
        if reply.slug == wording.reply and reply.sets_status == wording.to:
            return reply
    return None


def pieces_of(view: CaseView) -> dict[str, str]:
    """The pieces that may be asked for, by slug."""
    return {piece.slug: piece.label for piece in view.asked_documents}


def controls(
    view: CaseView, wording: Wording, reply: PreparedReply | None, errors: Mapping[str, str], today: date
) -> list[Control]:
    """The questions of this decision, in the order in which they are answered."""
    blanks = list(reply.placeholders) if reply else []
    pieces = pieces_of(view)
    transition = next((one for one in view.transitions if one.to == wording.to), None)
    replied = reply is not None
    due = _own_questions(wording, transition, replied=replied) | dict.fromkeys(blanks, True)
    if not pieces and "missing_documents" not in blanks:
        due.pop("missing_documents", None)
    either = wording.to == Status.AWAITING and not replied
    asked = [
        _control(name, wording, errors, pieces, today, required=required, either=either)
        for name, required in due.items()
    ]
    return asked if reply else [*asked, _text(wording, errors, either=either, required=either and not pieces)]


def lacking(asked: Iterable[Control], wording: Wording, reply: PreparedReply | None) -> list[Control]:
    """What has to be answered before the decision can be sent; of pieces and words one is enough."""
    neither = wording.to == Status.AWAITING and reply is None and not (wording.missing_documents or wording.text)
    return [one for one in asked if not one.value and (one.required or (neither and one.name == "missing_documents"))]


def beside(view: CaseView, wording: Wording, reply: PreparedReply | None) -> list[tuple[str, str]]:
    """What the person reads beside the message, in the order of the page; a prepared reply says all but the reason."""
    said = {"Motif": wording.reason}
    if reply is None:
        pieces = pieces_of(view)
        said = {
            "Transmise à": wording.other_administration,
            **said,
            "Pièces attendues": listed(pieces.get(one, one) for one in wording.missing_documents),
            "Attendu avant le": _day_in_words(wording.deadline),
        }
    return [(label, words) for label, words in said.items() if words]


def speaks_of_a_piece(text: str) -> bool:
    """Whether a letter says that something is joined to it."""
    return JOINED.search(text) is not None


def written(view: CaseView, wording: Wording) -> list[dict[str, str]]:
    """What the agent typed, to be read again where the decision itself is no longer possible."""
    said = wording.as_values(pieces_of(view)) | ({"text": wording.text} if wording.text else {})
    return [{"label": label_of(name), "value": value} for name, value in said.items()]


def preview(text: str, blanks: Collection[str]) -> list[tuple[str, bool]]:
    """The text cut at these blanks: (words, whether they stand for a blank)."""
    cut: list[tuple[str, bool]] = []
    at = 0
    for match in (found for found in PLACEHOLDER.finditer(text) if found[1].strip() in blanks):
        cut += [(text[at : match.start()], False), (label_of(match[1].strip()), True)]
        at = match.end()
    return [part for part in [*cut, (text[at:], False)] if part[0]]


def label_of(blank: str) -> str:
    """What a blank is called on screen; one of the town's own by its name."""
    return LABELS.get(blank, blank.replace("_", " ").capitalize())


def with_reply(typed: str, reply: str) -> str:
    """What was typed, then a prepared reply; each blank left in it by its name on screen."""
    named = in_words(reply, lambda blank: label_of(blank).lower())
    return "\n\n".join(part.strip() for part in (typed, named) if part.strip())


def errors_of(fields: Mapping[str, str]) -> dict[str, str]:
    """What the service found wrong, under the names of the form."""
    plain: dict[str, str] = {}
    for name, message in fields.items():
        blank = name.removeprefix("values.")
        plain[blank if blank in OF_THE_AGENT else name] = message
    return plain


def _own_questions(wording: Wording, transition: Offered | None, *, replied: bool) -> dict[str, bool]:
    """What the decision itself asks, and whether an answer is due."""
    if wording.to == Status.AWAITING:
        why = {"reason": False} if wording.reason else {}
        return {"missing_documents": False, **why, "deadline": True}
    if wording.to == Status.REDIRECTED:
        return {"other_administration": True, "reason": True}
    return {"reason": True} if transition and transition.needs_reason and not replied else {}


def _control(
    name: str,
    wording: Wording,
    errors: Mapping[str, str],
    pieces: Mapping[str, str],
    today: date,
    *,
    required: bool,
    either: bool,
) -> Control:
    label = label_of(name)
    if name == "deadline":
        asked_by = (
            "avant laquelle les pièces sont attendues" if wording.to == Status.AWAITING else "annoncée à la personne"
        )
        return Control(
            name=name, label="Date limite", kind="date", required=required, value=wording.deadline,
            error=errors.get(name, ""), help=f"La date {asked_by}.", width="w-12",
            minimum=(today + timedelta(days=1)).isoformat(),
        )  # fmt: skip
    if name == "missing_documents" and pieces:
        return Control(
            name=name, label=label, kind="checkboxes", required=required,
            value=wording.missing_documents, error=errors.get(name, ""), choices=tuple(pieces.items()),
            help=EITHER if either else "",
        )  # fmt: skip
    if name in ("reason", "other_administration"):
        help_text = {
            "reason": "La personne le lira dans son suivi : dites simplement pourquoi.",
            "other_administration": "Son nom en entier, et où la joindre si possible.",
        }[name]
        return Control(
            name=name, label=label, kind="longtext" if name == "reason" else "text", required=required,
            value=wording.reason if name == "reason" else wording.other_administration, error=errors.get(name, ""),
            help=help_text, max_length=LONGEST[name],
        )  # fmt: skip
    full = f"values.{name}"
    return Control(
        name=full, label=label, kind="longtext" if name == "missing_documents" else "text",
        required=required, value=wording.values.get(name, ""), error=errors.get(full, "") or errors.get(name, ""),
        max_length=500,
    )  # fmt: skip


def _text(wording: Wording, errors: Mapping[str, str], *, either: bool, required: bool) -> Control:
    """`either`: it may stand for the pieces that are asked for; `required`: there are none to choose."""
    return Control(
        name="text",
        label="Message à la personne",
        kind="longtext",
        required=required,
        value=wording.text,
        error=errors.get("text", ""),
        help="Il sera lu dans le suivi ; le courriel n’en donne pas le texte.",
        max_length=LONGEST_TEXT,
    )


def _day_in_words(typed: str) -> str:
    """The day as a letter writes it; "" for a text that is not a date, which is an error at its field."""
    day = day_or_none(typed)
    return day_in_words(day) if day else ""
