"""When an agent may be absent, and who may replace that agent."""

from dataclasses import replace
from datetime import date

import pytest

from services.chassis.errors import Refusal
from services.requests.team import rules
from services.requests.team.rules import Absent

TODAY = date(2026, 11, 30)


def absent(agent: str, substitute: str, first: int, last: int, month: int = 12) -> Absent:
    return Absent(
        absence_id=f"{agent}-{first}",
        agent_id=agent,
        agent_name=f"Agent {agent}",
        departments=("population",),
        substitute_id=substitute,
        substitute_name=f"Agent {substitute}",
        first_day=date(2026, month, first),
        last_day=date(2026, month, last),
    )


KNOWN = (absent("ana", "bea", 7, 11), absent("cid", "dan", 7, 11))


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (absent("eve", "bea", 12, 10), rules.AbsenceEnds),
        (absent("eve", "bea", 2, 10, month=11), rules.AbsenceOver),
        (absent("eve", "eve", 7, 11), rules.SubstituteUnknown),
        (absent("ana", "dan", 11, 12), rules.AbsenceOverlaps),
        (absent("eve", "ana", 1, 7), rules.SubstituteAbsent),
        (absent("bea", "ana", 7, 11), rules.SubstituteAbsent),
        (absent("bea", "dan", 1, 7), rules.SubstituteOfAnother),
    ],
    ids=["ends before", "is over", "oneself", "overlaps", "a chain", "a circle", "a chain from its end"],
)
def test_an_absence_is_refused_where_no_agent_would_be_there(wanted: Absent, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        rules.check(wanted, KNOWN, TODAY)


def test_one_substitute_may_replace_several_agents_on_the_same_days() -> None:
    rules.check(absent("eve", "bea", 7, 11), KNOWN, TODAY)
    rules.check(absent("bea", "ana", 12, 18), KNOWN, TODAY)
    with pytest.raises(rules.AbsenceTooLong):
        rules.check(replace(absent("eve", "bea", 7, 11), last_day=date(2028, 1, 1)), KNOWN, TODAY)
