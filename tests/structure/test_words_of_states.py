"""A table of words or addresses names each member of its enum."""

from collections.abc import Collection
from enum import StrEnum

import pytest

from gateway.pages.agent.case import MAIL_STATES
from gateway.pages.agent.team_words import STATES as AGENT_STATES
from gateway.pages.procedures.steps import ADDRESS, LABELS
from services.accounts.schemas.agents import AgentState
from services.documents.archives.archive_pages import STATES as ARCHIVED_MAIL_STATES
from services.messaging.schemas.mails import State
from services.procedures.schemas.definitions.procedures import Step


@pytest.mark.parametrize(
    ("table", "members"),
    [(ADDRESS, Step), (LABELS, Step), (AGENT_STATES, AgentState), (MAIL_STATES, State), (ARCHIVED_MAIL_STATES, State)],
)
def test_each_member_has_its_words(table: Collection[str], members: type[StrEnum]) -> None:
    assert {*table} == {*members}
