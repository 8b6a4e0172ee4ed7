"""« Rendez-vous »: a day at the counter. Who comes, who is there, who is called next, which slots are free."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from urllib.parse import urlencode

from flask import Response, render_template, request

from gateway.conversation import clients
from gateway.dates import day_or_none, instant, local
from gateway.errors import status_of
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent import day_lines, list_news
from gateway.pages.components.calendar_view import slot_named
from gateway.permissions import FILE_READER, PUBLIC
from gateway.routes import Answer, Pages, command_id, now, see_other, send_command
from gateway.shared.tracked import case_of
from gateway.town import town_book
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from services.requests.schemas.day_list import (
    LONGEST_NAME,
    AddWalkIn,
    CallNext,
    DayAgenda,
    ListDay,
    NotePresence,
    NoteWalkIn,
    Presence,
    ReadDayMark,
    SlotToGive,
)

page = Pages("agent_day", __name__)
DAY = "/agent/rendez-vous"
ADDED, NEXT = "ajoute", "suivant"
CALLS = (NEXT, Presence.CALLED.value)
DONE: Mapping[str, str] = {**day_lines.DONE, ADDED: "Sur la liste", NEXT: day_lines.DONE[Presence.CALLED]}
NOTHING_CHOSEN = "Cette page n’est plus à jour : relisez la liste, puis recommencez."


@page.get(DAY, permission=FILE_READER, limit=READ)
def day_list() -> str:
    """Agenda by agenda: of the day asked for; of today when none is, or when what was typed is no day."""
    return _page(_day(request.args))


@page.get(f"{DAY}/imprimer", permission=FILE_READER, limit=READ)
def print_day() -> str:
    """One page for the counter, with room to write; without telephone numbers unless they are asked for."""
    found = clients().send(ListDay(day=_day(request.args)))
    lists = [one for one in day_lines.shown(found) if one.agenda.appointments or one.agenda.walk_ins]
    with_phones = "telephones" in request.args
    return render_template("agent/day_print.html", found=found, lists=lists, with_phones=with_phones, at=now())


# the limit is spent in `reader`
@page.get(f"{DAY}/nouvelles", permission=PUBLIC)
def news() -> Response:
    """Whether the list looks otherwise by now. The session is not prolonged by it: of a reader whom this gateway does not know,
    nothing is said."""
    person, mark = list_news.reader(), ""
    if person is not None:
        with suppress(Refusal):
            mark = clients().send(ReadDayMark(day=_day(request.args)), actor=person.actor, brief=True).mark
    return list_news.answer_with(mark)


def list_again() -> str:
    """The list of that day, with the name that was typed, of a form that waited for a log-in."""
    return _page(_day(request.form), typed=_typed())


@page.post(f"{DAY}/presence", permission=FILE_READER, limit=WRITE, reopen=list_again)
def note() -> Answer:
    """Somebody came, is called, did not come; or what was noted is taken back."""
    value = request.form.get("noter", "")
    asked = day_lines.wanted(value)
    if asked is None:
        return _refused(Invalid(NOTHING_CHOSEN))
    # each button of the form is a command of its own
    each = uuid.uuid5(command_id(), value)
    try:
        if asked.walk_in:
            sent = NoteWalkIn(walk_in_id=asked.walk_in, presence=asked.presence, seen=asked.seen)
            clients().send(sent, command_id=each)
        else:
            begins = instant(asked.starts_at)
            noted = NotePresence(number=asked.number, starts_at=begins, presence=asked.presence, seen=asked.seen)
            clients().send(noted, command_id=each)
    except (Conflict, Forbidden, Invalid, NotFound) as refusal:
        return _refused(refusal)
    return _done(asked.presence.value, asked.line)


@page.post(f"{DAY}/suivant", permission=FILE_READER, limit=WRITE, reopen=list_again)
def call_next() -> Answer:
    """« Appeler le suivant »."""
    try:
        called = send_command(CallNext(agenda=request.form.get("agenda", "")))
    except (Conflict, Forbidden, Invalid) as refusal:
        return _refused(refusal)
    if called.walk_in_id is not None:
        return _done(NEXT, day_lines.of_walk_in(called.walk_in_id))
    return _done(NEXT, day_lines.of_appointment(called.number or "", called.starts_at or ""))


@page.post(f"{DAY}/sans-rendez-vous", permission=FILE_READER, limit=WRITE, reopen=list_again)
def add_walk_in() -> Answer:
    """A person has come without an appointment."""
    typed = _typed()
    if not typed["nom"]:
        return _refused(Invalid("Indiquez le nom de la personne, tel que vous l’appellerez."), typed)
    if len(typed["nom"]) > LONGEST_NAME:
        return _refused(Invalid(f"Écrivez un nom de {LONGEST_NAME} caractères au plus."), typed)
    asked = AddWalkIn(agenda=typed["agenda"], name=typed["nom"], procedure=typed["demarche"] or None)
    try:
        added = send_command(asked)
    except (Conflict, Forbidden, Invalid) as refusal:
        return _refused(refusal, typed)
    return _done(ADDED, day_lines.of_walk_in(added.walk_in_id))


@page.get(f"{DAY}/creneau", permission=FILE_READER, limit=READ)
def give_slot() -> Answer:
    """« Donner ce créneau »: to a person whose request is there already, or by filing one at the counter."""
    start, name = slot_named(request.args), request.args.get("agenda", "")
    found = clients().send(ListDay(day=local(start).date())) if start else None
    agenda = next((one for one in found.agendas if one.slug == name), None) if found else None
    slot = _free_slot(agenda, start) if agenda and start else None
    if agenda is None or slot is None or start is None:
        day = local(start).date() if start else None
        return _page(day, problem=NoLongerFree.message), status_of(NoLongerFree())
    number, problem = request.args.get("numero", "").strip(), ""
    if number:
        try:
            return _to_calendar(number, agenda, start)
        except (NotFound, Conflict) as refusal:
            problem = refusal.message
    shown = render_template("agent/give_slot.html", agenda=agenda, slot=slot, number=number, problem=problem)
    return shown, 422 if problem else 200


class NoLongerFree(Conflict):
    message = "Ce créneau vient d’être pris, ou ne peut plus être donné : choisissez-en un autre."


class AnotherAgenda(Conflict):
    message = "Cette demande ne prend pas de rendez-vous dans cet agenda."


def _to_calendar(number: str, agenda: DayAgenda, start: str) -> Answer:
    """The calendar of that request, with the slot chosen: who it is for is read there before it is taken."""
    view = case_of(number)
    definition = town_book().definition(view.procedure.slug, view.procedure.version)
    if definition.appointment.agenda != agenda.slug:
        raise AnotherAgenda
    chosen = {"semaine": f"{local(start):%G-W%V}", "jour": local(start).date().isoformat(), "creneau": start}
    return see_other(f"/agent/demandes/{view.number}/rendez-vous?{urlencode(chosen)}#creneaux")


def _free_slot(agenda: DayAgenda, start: str) -> SlotToGive | None:
    return next((slot for slot in agenda.free_slots if local(slot.start) == local(start)), None)


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in ("agenda", "nom", "demarche")}


def _day(values: Mapping[str, str]) -> date | None:
    return day_or_none(values.get("jour", ""))


def _done(what: str, line: str) -> Answer:
    """The list anew, at the line that was changed, with what was done."""
    day = _day(request.form)
    said = {"jour": day.isoformat()} if day else {}
    return see_other(f"{DAY}?{urlencode(said | {'fait': what, 'ligne': line})}#{line}")


def _refused(refusal: Refusal, typed: Mapping[str, str] | None = None) -> Answer:
    """The list as it stands now, with why nothing was done, and what was typed."""
    return _page(_day(request.form), problem=refusal.message, typed=typed), status_of(refusal)


def _page(day: date | None, *, problem: str = "", typed: Mapping[str, str] | None = None) -> str:
    found = clients().send(ListDay(day=day))
    lists = day_lines.shown(found, now())
    done, line = request.args.get("fait", ""), request.args.get("ligne", "")
    changed = next((one for shown in lists for one in (*shown.past, *shown.lines) if line and one.id == line), None)
    return render_template(
        "agent/day.html",
        found=found,
        lists=lists,
        quiet=day_lines.quiet_words(lists),
        done=DONE.get(done, ""),
        changed=changed,
        called=done in CALLS and changed is not None,
        problem=problem,
        typed=typed or {},
        longest=LONGEST_NAME,
    )
