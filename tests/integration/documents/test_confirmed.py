"""The end of an upload where a database waits for a standby: what no standby has is not acknowledged, and the upload stays."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from threading import Event, Thread

import pytest

from services.chassis.event_store import db
from services.chassis.event_store.store import DatabaseDown
from services.chassis.process.migrate import migrate
from services.chassis.settings import Settings
from services.documents.inspection.rejection import Rejected, Rejection
from tests.integration.documents.conftest import Desk
from tests.integration.documents.test_taken_over import Meanwhile, sent
from tests.servers.standby import Pair, started


@pytest.fixture(scope="module")
def pair(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with started(environment, tmp_path_factory.mktemp("confirmed"), "documents") as servers:
        migrate(servers.settings, "documents")
        yield servers


@pytest.fixture(scope="module")
def settings(pair: Pair) -> Settings:
    return pair.settings


@pytest.mark.parametrize("decided", ["ready", "refused"])
def test_what_was_decided_of_a_file_is_answered_only_once_a_standby_has_it(
    pair: Pair, desk: Desk, decided: str
) -> None:
    draft = desk.draft()
    file_id = sent(desk, draft)
    key = str(desk.row(file_id).object_key)
    answers: list[object] = []
    alone = Event()

    def ask(at: Desk) -> None:
        try:
            answers.append(at.finish(draft, file_id).state)
        except DatabaseDown as down:
            answers.append(type(down.__cause__))

    def is_uploaded() -> bool:
        return key in [found for found, _ in desk.objects.uploads()]

    with ExitStack() as meanwhile:

        def no_standby_is_there_any_more() -> None:
            meanwhile.enter_context(pair.no_standby())
            alone.set()
            if decided == "refused":
                raise Rejected(Rejection.INFECTED)

        examining = replace(desk, scanner=Meanwhile(no_standby_is_there_any_more))
        for at in (examining, desk):  # decided on this server alone; found decided
            asking = Thread(target=ask, args=(at,))
            asking.start()
            alone.wait()  # what commits before waits for a moment too, for the standby that is still there
            pair.cut_short("parvis-documents")
            asking.join()
        assert desk.row(file_id).state == decided
        assert is_uploaded()
    ask(desk)

    assert answers == [db.NotReplicated, db.NotReplicated, decided]
    assert not is_uploaded()
