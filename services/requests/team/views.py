"""How many requests each agent follows, who is absent, and what asks for an agent's attention."""

from services.chassis.actors import Actor
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.chassis.structs import made_of
from services.requests import refusals
from services.requests.access import rows as journal, rules as access
from services.requests.access.use_cases import actor_of, reach
from services.requests.schemas import team as calls
from services.requests.team import rows
from services.requests.team.rules import Absent
from services.townhall.town_time import local_day

MOST_MENTIONS = 50


def manages_team(actor: Actor) -> bool:
    return access.is_staff(actor) and "administrator" in actor.roles and access.may(actor, "manage_agents")


def team_load(tx: Transaction, _: Settings, __: calls.ReadTeamLoad) -> calls.TeamLoad:
    actor, today = actor_of(tx), local_day(tx.now)
    everywhere = manages_team(actor)
    if not everywhere and not (access.is_staff(actor) and access.may(actor, "read_requests")):
        raise refusals.NotAllowed
    known = rows.absences(tx, today)
    shown = [one for one in known if everywhere or set(one.departments) & set(actor.departments)]
    return calls.TeamLoad(
        lines=tuple(rows.load(tx, reach(tx), today, everywhere=everywhere)),
        absences=tuple(made_of(calls.Absence, one, now=one.first_day <= today) for one in shown),
    )


def may_change(actor: Actor, absent: Absent) -> bool:
    return absent.agent_id == actor.id or manages_team(actor)


def mentions(tx: Transaction, _: Settings, __: calls.ListMentions) -> calls.Mentions:
    """Reading the list is a look at each request that it names."""
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    seen = reach(tx)
    found = rows.mentions(tx, actor.id, seen, MOST_MENTIONS)
    if found:
        journal.record_list(tx, "mentions", {}, (one.row.request_id for one in found))
    return calls.Mentions(
        items=tuple(
            calls.Mention(
                number=one.row.number, procedure_title=one.row.definition.title, by=one.by_name, at=one.noted_at
            )
            for one in found
        ),
        total=rows.mentions_unread(tx, actor.id, seen),
    )


def count_mentions(tx: Transaction, _: Settings, __: calls.CountMentions) -> calls.MentionsCount:
    actor = actor_of(tx)
    access.require_agent(actor, "read_requests")
    return calls.MentionsCount(unread=rows.mentions_unread(tx, actor.id, reach(tx)))
