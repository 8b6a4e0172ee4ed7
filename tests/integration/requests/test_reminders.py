"""What is due is reminded of once, whatever else happens meanwhile; the mail is given what it may say, or refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from services.requests.appointments import use_cases as appointments
from services.requests.following import use_cases as following
from services.requests.lifecycle import use_cases as timers
from services.requests.request import events as e
from services.requests.schemas.refusals import ReminderOutdated
from services.townhall import french_dates
from tests.integration.requests.conftest import AGENT, CAMILLE, Desk
from tests.integration.requests.test_filing import VISIT
from tests.integration.requests.test_following import asked, hall


def reminders(desk: Desk, receipt: dict[str, Any]) -> list[str]:
    return [name for name in desk.events(f"request-{receipt['request_id']}") if name.endswith("ReminderDue")]


def announced(desk: Desk, receipt: dict[str, Any]) -> str:
    return desk.view(receipt["number"], CAMILLE)["appointments"][0]["reminder_message"].replace("\u00a0", " ")


def awaited(desk: Desk, deadline: date) -> dict[str, Any]:
    receipt = desk.take(hall(desk))
    desk.decide(receipt, "awaiting_documents", missing_documents=["assurance-rc"], deadline=deadline)
    return receipt


def test_each_hour_of_the_agenda_reminds_once_however_many_replicas_look(desk: Desk) -> None:
    receipt = hall(desk)  # the agenda reminds 48 and 24 hours before
    assert announced(desk, receipt) == "Un courriel vous le rappelle 2 jours et 1 jour avant."
    desk.clock.moment = VISIT - timedelta(hours=48, minutes=1)
    assert timers.remind_of_appointments(desk.store) == 0

    desk.clock.moment = VISIT - timedelta(hours=48)
    with ThreadPoolExecutor(4) as replicas:
        looked = [replicas.submit(timers.remind_of_appointments, desk.store) for _ in range(4)]
    assert sum(one.result() for one in looked) == 1
    desk.check_rebuild(receipt)
    assert timers.remind_of_appointments(desk.store) == 0, "the same hour reminds once, also after a rebuild"

    assert announced(desk, receipt) == "Un courriel vous le rappelle 1 jour avant."
    desk.clock.moment = VISIT - timedelta(hours=23)
    assert timers.remind_of_appointments(desk.store) == 1
    desk.clock.moment = VISIT
    assert timers.remind_of_appointments(desk.store) == 0
    assert reminders(desk, receipt) == ["AppointmentReminderDue"] * 2
    titles = [line["title"] for line in desk.view(receipt["number"], CAMILLE)["history"]]
    assert titles[0].replace("\u00a0", " ") == "Rappel du rendez-vous du lundi 30 novembre 2026 à 14 h"


def test_the_mail_of_a_reminder_is_refused_once_the_appointment_changed_or_began(desk: Desk) -> None:
    receipt = hall(desk)
    desk.clock.moment = VISIT - timedelta(hours=47)
    timers.remind_of_appointments(desk.store)
    assert "BEGIN:VEVENT" in desk.details(receipt, e.AppointmentReminderDue).ics

    desk.clock.moment = VISIT
    with pytest.raises(ReminderOutdated):
        desk.details(receipt, e.AppointmentReminderDue)
    desk.clock.moment = VISIT - timedelta(hours=46)
    present = desk.view(receipt["number"], CAMILLE)["appointments"][0]["id"]
    later = VISIT + timedelta(days=2)
    desk.do(AGENT, appointments.move_appointment, asked(receipt, desk, AGENT, appointment_id=present, start=later))
    with pytest.raises(ReminderOutdated):
        desk.details(receipt, e.AppointmentReminderDue)

    desk.clock.moment = later - timedelta(hours=48)
    assert timers.remind_of_appointments(desk.store) == 1, "of the new hour"
    desk.do(CAMILLE, following.cancel, receipt["number"], desk.view(receipt["number"], CAMILLE)["version"])
    with pytest.raises(ReminderOutdated):
        desk.details(receipt, e.AppointmentReminderDue)


def test_missing_pieces_are_reminded_of_once_in_the_morning_three_days_before(desk: Desk) -> None:
    deadline = date(2026, 12, 10)
    receipt = awaited(desk, deadline)
    desk.clock.moment = desk.clock.moment.replace(year=2026, month=12, day=7, hour=6, minute=59)  # 7 h 59 in the town
    assert timers.remind_of_documents(desk.store) == 0

    desk.clock.move(minutes=1)
    assert timers.remind_of_documents(desk.store) == 1
    assert timers.remind_of_documents(desk.store) == 0
    assert desk.details(receipt, e.DocumentsReminderDue).values["deadline"] == french_dates.long_day(deadline)
    desk.decide(receipt, "in_review")
    with pytest.raises(ReminderOutdated):
        desk.details(receipt, e.DocumentsReminderDue)
