"""The mails to citizens speak plainly, but for the sentences that a procedure or the law puts into them."""

import re
from pathlib import Path

import pytest

from services.messaging import mails
from tests.support.plain_words import heavy

TEMPLATES = Path(mails.__file__).parent / "templates"
FOR_AGENTS = {"agent_invitation.txt.j2", "delivery_failed.txt.j2", "new_request.txt.j2"}
SAID = re.compile(r"\{\{.*?\}\}")
DONE = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)


@pytest.mark.parametrize("name", sorted({path.name for path in TEMPLATES.glob("*.txt.j2")} - FOR_AGENTS))
def test_a_mail_speaks_plainly(name: str) -> None:
    words = DONE.sub("\n", SAID.sub("mot", (TEMPLATES / name).read_text("utf-8")))

    assert heavy(words) == []
