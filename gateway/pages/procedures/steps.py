"""The steps of a procedure on their way through the pages: addresses, order, what a form sent; pure."""

from collections.abc import Mapping
from typing import assert_never

from werkzeug.datastructures import MultiDict

from gateway.pages.components import birth_dates
from gateway.pages.components.controls import Typed
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.forms import FieldType
from services.procedures.schemas.definitions.procedures import APPLICANT_NAMES, Procedure, SilenceEffect, Step
from services.requests.schemas.drafts import DraftLine, DraftView
from services.townhall.typography import NBSP

ADDRESS = {
    Step.PROCEDURE: "demarche",
    Step.APPOINTMENT: "rendez-vous",
    Step.APPLICANT: "informations",
    Step.REQUEST: "demande",
    Step.SUMMARY: "recapitulatif",
}
TYPED = frozenset({Step.APPLICANT, Step.REQUEST})
"""The steps at which something is typed."""
CHANGED = "changee"
"""What the address of a step says when the procedure was published anew since its form was opened."""
RETURN = "retour-a"
"""Of a form: the step to which it leads, where that is not the following one. No question has a hyphen in its name."""
CARD = "sur-fiche"
"""Of a form: it shows the applicant on a card, and asks nothing of it."""
OPENED = "a-modifier"
"""Of a form, or of the address of its page: the fields of the card are opened, and stay so."""
STEP = {address: step for step, address in ADDRESS.items()}
WITH_APPLICANT = "avec-informations"
"""Of a form sent to « Ma demande »: it brings « Mes informations » along."""
SEEN_APPLICANT = "vue-informations"
"""Of such a form: the mark of what it showed of the applicant, beside that of the request."""
MOST_TOGETHER = 8
"""Questions asked of everybody, with which two neighbouring steps share a page."""
FRAME_FIELDS = frozenset(
    {
        *("csrf", "command_id", "draft_id", "version", "page_id", "page_seen", "compte", "action"),
        *("semaine", "creneau", "dupliquer", "identite", RETURN, CARD, OPENED),
        *(WITH_APPLICANT, SEEN_APPLICANT),
    }
)


class StepLine(Struct):
    """A step in the list of steps; `address`: where it can be gone to."""

    slug: Step
    label: str
    done: bool
    to_complete: bool
    address: str | None


def path(slug: str, step: Step) -> str:
    """The address of a step; La démarche is the procedure's own page."""
    return f"/demarches/{slug}" if step is Step.PROCEDURE else f"/demarches/{slug}/etape/{ADDRESS[step]}"


def edit_path(slug: str, step: Step) -> str:
    """The address of a step opened from the summary: its form leads back there."""
    return f"{path(slug, step)}?{RETURN}={ADDRESS[Step.SUMMARY]}"


def from_summary(values: Mapping[str, str]) -> bool:
    """Whether a form, or the address of its page, leads back to the summary."""
    return values.get(RETURN) == ADDRESS[Step.SUMMARY]


def line(
    definition: Procedure, draft: DraftView | None, slug: str, *, pieces_lack: bool = False, at_counter: bool = False
) -> list[StepLine]:
    to_complete = _to_complete(draft, pieces_lack) if draft else set[str]()
    labels = {step.slug: step.label for step in draft.steps} if draft else {}
    labels |= AT_COUNTER if at_counter else {}
    states = {step.slug: step.state for step in draft.steps} if draft else {}
    return [
        StepLine(
            slug=step,
            label=labels.get(step) or LABELS[step],
            done=step not in to_complete
            and (states.get(step) == "done" or (draft is not None and step is Step.PROCEDURE)),
            to_complete=step in to_complete,
            address=path(slug, step) if draft or step is Step.PROCEDURE else None,
        )
        for step in definition.steps
    ]


def _to_complete(draft: DraftView, pieces_lack: bool) -> set[str]:
    """The steps that the person has been through and that are not right: a slot that was given up is missing too."""
    wrong = {step for step, errors in draft.errors.items() if errors}
    wrong |= {Step.PROCEDURE} if draft.unready.get(Step.PROCEDURE) else set()
    wrong |= {Step.APPOINTMENT} if draft.slot and draft.slot.expired else set()
    return wrong | ({Step.REQUEST} if pieces_lack else set())


def waiting(draft: DraftView | DraftLine) -> Step:
    """Where a draft goes on: the first step after La démarche that is not done."""
    return next((step.slug for step in draft.steps[1:] if step.state != "done"), Step.SUMMARY)


LABELS = {
    Step.PROCEDURE: "La démarche",
    Step.APPOINTMENT: "Mon rendez-vous",
    Step.APPLICANT: "Mes informations",
    Step.REQUEST: "Ma demande",
    Step.SUMMARY: "Le récapitulatif",
}
AT_COUNTER = {Step.APPOINTMENT: "Le rendez-vous", Step.APPLICANT: "La personne", Step.REQUEST: "La demande"}
"""The steps that an agent goes through for another person, as they are called then."""


def following(definition: Procedure, step: Step) -> Step:
    """The step after this one."""
    order = definition.steps
    return order[min(order.index(step) + 1, len(order) - 1)]


def preceding(definition: Procedure, step: Step) -> Step:
    """The step before this one."""
    order = definition.steps
    return order[max(order.index(step) - 1, 0)]


def share_a_page(definition: Procedure, of_applicant: int) -> bool:
    """Whether « Mes informations » and « Ma demande » are short enough; a question with a condition is not counted, nor
    one that is asked first. `of_applicant`: how many questions the first one asks of everybody, on a card none."""
    names, first = {field.name for field in definition.fields}, definition.asked_first()
    asked = sum(field.shown_when is None and field not in first for field in definition.fields)
    both = {Step.APPLICANT, Step.REQUEST} <= set(definition.steps)
    return both and not names & APPLICANT_NAMES and asked + of_applicant <= MOST_TOGETHER


def sent(
    form: MultiDict[str, str], definition: Procedure, step: Step, draft: DraftView
) -> dict[Step, dict[str, object]]:
    """What a form sent to that step says, by step: of a card, what the draft holds."""
    found = brought(form, definition, step)
    return found | {Step.APPLICANT: dict(draft.applicant)} if CARD in form and Step.APPLICANT in found else found


def brought(form: MultiDict[str, str], definition: Procedure, step: Step) -> dict[Step, dict[str, object]]:
    """What was typed in a form sent to that step, by step, in their order."""
    given = typed(form, definition)
    if step is not Step.REQUEST or WITH_APPLICANT not in form:
        return {step: given}
    own = {name: value for name, value in given.items() if name.partition(".")[0] in APPLICANT_NAMES}
    return {Step.APPLICANT: own, Step.REQUEST: {name: given[name] for name in given if name not in own}}


def typed(form: MultiDict[str, str], definition: Procedure) -> dict[str, object]:
    """What the person typed, question by question; a question with several answers gives a list."""
    several = {field.name for field in definition.fields if field.type is FieldType.MULTICHOICE}
    names = [name for name in form if name not in FRAME_FIELDS and not name.startswith("piece:")]
    given: dict[str, object] = {name: form.getlist(name) if name in several else form[name] for name in names}
    kept = {name: value for name, value in given.items() if not birth_dates.is_part(name)}
    return {**kept, **birth_dates.whole(given)}


def still_asked(data: Typed, definition: Procedure, step: Step) -> dict[str, object]:
    """Of what was typed in a form of an older version, what the present one asks."""
    asked = {field.name for field in definition.fields}
    return {name: value for name, value in data.items() if step is not Step.REQUEST or name.partition(".")[0] in asked}


def silence(definition: Procedure, *, at_counter: bool = False) -> str:
    """What the town's silence will mean, in words that a person understands, "" where it means nothing; `at_counter`: of
    another person's request."""
    whose, who = ("la", "La personne peut") if at_counter else ("votre", "Vous pouvez")
    months = definition.silence.months
    match definition.silence.effect:
        case SilenceEffect.ACCEPTANCE:
            return f"Si le dossier est complet et que la mairie ne répond pas en {months}{NBSP}mois, {whose} demande est acceptée."
        case SilenceEffect.REJECTION:
            return f"Si la mairie ne répond pas en {months}{NBSP}mois, {whose} demande est refusée. {who} alors contester ce refus.{_answered_later(definition)}"
        case SilenceEffect.NONE:
            return ""
        case _:
            assert_never(definition.silence.effect)


MOST_WORKING_DAYS = 23
"""Of a month."""


def _answered_later(definition: Procedure) -> str:
    """What is true where the town aims, on any day of filing, at a day after the one from which silence is a refusal."""
    if definition.processing_target_days <= MOST_WORKING_DAYS * (definition.silence.months or 0):
        return ""
    return f" Le service peut encore répondre ensuite{NBSP}: sa décision remplacera ce refus."
