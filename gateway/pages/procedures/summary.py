"""Le récapitulatif: everything that was typed, read again by step, each part with its way back; pure."""

from collections.abc import Iterable, Sequence

from gateway.dates import day_in_words
from gateway.pages.components.calendar_view import span
from gateway.pages.procedures import steps
from services.chassis.structs import Struct
from services.documents.schemas.pieces import Document
from services.procedures.schemas.definitions import procedures
from services.procedures.schemas.definitions.procedures import Procedure, Step
from services.requests.schemas.drafts import AnswerLine, DraftSlot, DraftView
from services.requests.schemas.own_data import Line
from services.townhall.names import full_name
from services.townhall.sentences import file_size


class Section(Struct):
    """One part of the summary."""

    title: str
    edit: str
    lines: Sequence[Line | AnswerLine]


def summary_sections(
    definition: Procedure, draft: DraftView, documents: Iterable[Document], slug: str, *, at_counter: bool = False
) -> list[Section]:
    """By step, in their order; then the pieces."""
    titles = steps.LABELS | (steps.AT_COUNTER if at_counter else {})
    sections: list[Section] = []
    if Step.APPOINTMENT in definition.steps:
        sections.append(
            Section(
                title=titles[Step.APPOINTMENT],
                edit=steps.edit_path(slug, Step.APPOINTMENT),
                lines=_appointment(definition, draft.slot),
            )
        )
    who: list[Line | AnswerLine] = [line for part in draft.labelled.applicant for line in part.lines]
    if draft.member:
        who.append(Line(label="Demande faite pour", value=full_name(draft.member)))
    sections.append(Section(title=titles[Step.APPLICANT], edit=steps.edit_path(slug, Step.APPLICANT), lines=who))
    sections.append(
        Section(title=titles[Step.REQUEST], edit=steps.edit_path(slug, Step.REQUEST), lines=draft.labelled.answers)
    )
    visible = {*draft.shown_fields, *draft.shown_documents}
    pieces = [item for item in (*definition.documents, *definition.uploads()) if item.slug in visible]
    return [*sections, _pieces(pieces, documents, slug)] if pieces else sections


def _pieces(pieces: Iterable[procedures.Document], documents: Iterable[Document], slug: str) -> Section:
    given = {document.piece: document.files for document in documents}
    lines = [
        Line(
            label=item.label,
            value="\n".join(f"{file.name} ({file_size(file.size)})" for file in given.get(item.slug, ()))
            or ("Pièce à ajouter" if item.required else "Aucun fichier"),
        )
        for item in pieces
    ]
    return Section(title="Pièces jointes", edit=f"{steps.edit_path(slug, Step.REQUEST)}#pieces", lines=lines)


def _appointment(definition: Procedure, slot: DraftSlot | None) -> list[Line]:
    if not slot:
        return [Line(label="Date", value="Aucun rendez-vous")]
    agenda = definition.agenda_details
    place = [agenda.room, agenda.address or agenda.site_name] if agenda else []
    words = day_in_words(slot.start)
    when = f"{words[:1].upper()}{words[1:]}, {span(slot.start, slot.end)}"
    lines = [Line(label="Date", value=f"{when} (créneau libéré)" if slot.expired else when)]
    if any(place):
        lines.append(Line(label="Lieu", value="\n".join(part for part in place if part)))
    return lines
