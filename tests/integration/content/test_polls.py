"""Polls: one answer a person, results when the town allows it, and nothing that links the one to the other."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.chassis.event_store.store import Store
from services.content.articles import rules as readers
from services.content.polls import use_cases as voting
from services.content.polls.rules import VOTES_OF_ADDRESS, AnswersRefused
from services.content.reading import views as queries
from services.content.schemas.polls import ListPolls, ReadPoll, Vote
from services.townhall.security_code import SecurityCodeRequired
from tests.integration.content.conftest import Calendar, facts, import_content, publish
from tests.support.asking import ask

CAMILLE = Actor(kind="citizen", id="camille")
TRACKING = Actor(kind="tracking", id="", tokens=("t",))
NAME = {"nom": "lavandieres", "usage": ["velo", "pied"]}


def visitor(number: int = 1) -> Actor:
    return Actor(kind="visitor", id=f"{number:064d}")


def vote(store: Store, slug: str, answers: dict[str, Any], actor: Actor, **origin: Any) -> None:
    with store.transaction(actor=actor) as tx:
        voting.vote(tx, replace(store.settings, rate_limits=1), Vote(slug=slug, answers=answers, **origin))


def poll(store: Store, slug: str, actor: Actor, browser: str = "") -> dict[str, Any]:
    return to_json(ask(store, queries.poll, ReadPoll(slug=slug, browser=browser), actor))


def listed(store: Store, actor: Actor) -> list[tuple[str, str, bool]]:
    return [(item.slug, item.state, item.answered) for item in ask(store, queries.polls, ListPolls(), actor).items]


def test_the_number_of_queries_of_the_list_does_not_grow_with_the_polls(imported: Store) -> None:
    asked: list[str] = []
    with imported.viewing(CAMILLE) as tx:
        conn = tx.conn

        class Counted:
            def execute(self, sql: str, *given: Any) -> Any:
                asked.append(sql)
                return conn.execute(sql, *given)

        tx.conn = Counted()  # type: ignore[assignment]
        listed = queries.polls(tx, imported.settings, ListPolls()).items
    assert len(listed) > 1
    assert len(asked) == 2


def test_visitors_see_public_polls_and_holders_all(imported: Store) -> None:
    assert listed(imported, visitor()) == [
        ("passerelle-nom", "open", False),
        ("place-du-marche", "closed", False),
    ]
    assert {slug for slug, _, _ in listed(imported, CAMILLE)} == {
        "passerelle-nom",
        "horaires-mediatheque",
        "place-du-marche",
    }
    with pytest.raises(readers.AccountRequired):
        poll(imported, "horaires-mediatheque", visitor())
    with pytest.raises(readers.AccountRequired):
        vote(imported, "horaires-mediatheque", {}, visitor())


def test_a_browser_answers_once(imported: Store) -> None:
    vote(imported, "passerelle-nom", NAME, visitor())

    with pytest.raises(voting.AlreadyAnswered):
        vote(imported, "passerelle-nom", NAME, visitor())
    assert poll(imported, "passerelle-nom", visitor())["answered"]
    assert not poll(imported, "passerelle-nom", visitor(2))["answered"]


def test_a_person_who_answered_as_a_visitor_does_not_answer_with_an_account(imported: Store) -> None:
    vote(imported, "passerelle-nom", NAME, visitor(), browser="b")

    with pytest.raises(voting.AnsweredFromHere):
        vote(imported, "passerelle-nom", NAME, CAMILLE, browser="b")
    assert poll(imported, "passerelle-nom", CAMILLE, "b")["answered_by"] == "browser"
    assert not poll(imported, "passerelle-nom", CAMILLE, "another")["answered"]
    assert facts(imported).count(("VoteCast", "passerelle-nom")) == 1


def test_a_person_who_answered_with_an_account_does_not_answer_as_a_visitor(imported: Store) -> None:
    vote(imported, "passerelle-nom", NAME, CAMILLE, browser="b")

    with pytest.raises(voting.AnsweredFromHere):
        vote(imported, "passerelle-nom", NAME, visitor(), browser="b")
    with pytest.raises(voting.AlreadyAnswered):
        vote(imported, "passerelle-nom", NAME, CAMILLE, browser="another")
    assert poll(imported, "passerelle-nom", CAMILLE, "another")["answered_by"] == "self"
    assert poll(imported, "passerelle-nom", visitor(), "b")["answered_by"] == "browser"


def test_two_accounts_of_one_family_each_answer_in_one_browser(imported: Store) -> None:
    vote(imported, "passerelle-nom", NAME, CAMILLE, browser="b")
    vote(imported, "passerelle-nom", NAME, Actor(kind="citizen", id="claude"), browser="b")

    assert facts(imported).count(("VoteCast", "passerelle-nom")) == 2


def answers_from(store: Store, address: str, numbers: range, **origin: Any) -> None:
    for number in numbers:
        vote(store, "passerelle-nom", NAME, visitor(number), browser=f"b{number}", address_seen=address, **origin)


def test_above_the_share_of_an_address_a_visitors_answer_takes_a_security_code(imported: Store) -> None:
    answers_from(imported, "192.0.2.7", range(VOTES_OF_ADDRESS))

    with pytest.raises(SecurityCodeRequired) as asked:
        answers_from(imported, "192.0.2.7", range(10, 11))
    assert list(asked.value.fields) == ["captcha.answer"]
    answers_from(imported, "192.0.2.7", range(10, 12), code_given=True)
    answers_from(imported, "192.0.2.8", range(20, 21))
    assert facts(imported).count(("VoteCast", "passerelle-nom")) == VOTES_OF_ADDRESS + 3


def test_an_account_answers_without_a_code_and_takes_nothing_of_the_share(imported: Store) -> None:
    for number in range(VOTES_OF_ADDRESS + 1):
        account = Actor(kind="citizen", id=f"c{number}")
        vote(imported, "passerelle-nom", NAME, account, browser=f"a{number}", address_seen="192.0.2.7")
    answers_from(imported, "192.0.2.7", range(VOTES_OF_ADDRESS))


def test_wrong_answers_are_refused_before_a_code_is_asked(imported: Store) -> None:
    answers_from(imported, "192.0.2.7", range(VOTES_OF_ADDRESS))

    with pytest.raises(AnswersRefused):
        vote(imported, "passerelle-nom", {}, visitor(99), browser="b99", address_seen="192.0.2.7")


def test_an_address_is_kept_as_a_hash_for_as_long_as_the_poll_is_open(imported: Store, calendar: Calendar) -> None:
    answers_from(imported, "192.0.2.7", range(2))

    def kept() -> list[dict[str, Any]]:
        publish(imported)
        with imported.read() as conn:
            return conn.execute("SELECT * FROM vote_shares").fetchall()

    (row,) = kept()
    assert row["votes"] == 2
    assert b"192.0.2.7" not in bytes(row["address"])
    calendar.pass_days(41)
    assert kept() == []


def test_answers_sent_at_the_same_time_count_once(imported: Store) -> None:
    outcomes: list[str] = []

    def answer() -> None:
        try:
            vote(imported, "passerelle-nom", NAME, visitor())
            outcomes.append("counted")
        except voting.AlreadyAnswered:
            outcomes.append("refused")

    threads = [threading.Thread(target=answer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["counted", *["refused"] * 5]
    assert facts(imported).count(("VoteCast", "passerelle-nom")) == 1


def test_nothing_stored_links_a_voter_to_answers(imported: Store) -> None:
    comment = "Merci d’ouvrir plus tôt"
    answers = {"frequence": "mois", "creneaux": ["midi"], "satisfaction": "4", "commentaire": comment}
    vote(imported, "horaires-mediatheque", answers, CAMILLE)

    with imported.read() as conn:
        ballot = conn.execute("SELECT * FROM ballots").fetchall()[0]
        tables = [str(conn.execute("SELECT * FROM events").fetchall()), str(ballot)]
    assert set(ballot) == {"poll", "voter"}
    assert not [table for table in tables if "camille" in table or comment in table or "midi" in table]


def test_results_show_after_the_answer_once_enough_have_answered(imported: Store) -> None:
    answers = {"frequence": "mois", "creneaux": ["midi", "soir"], "satisfaction": 4}
    for number in range(4):
        vote(imported, "horaires-mediatheque", answers, Actor(kind="citizen", id=f"c{number}"))
    assert poll(imported, "horaires-mediatheque", Actor(kind="citizen", id="c0"))["results"] is None

    vote(imported, "horaires-mediatheque", answers, CAMILLE)

    results = poll(imported, "horaires-mediatheque", CAMILLE)["results"]
    assert results["answers"] == 5
    assert results["questions"][0]["choices"][1] == {
        "value": "mois",
        "label": "Une fois par mois",
        "count": 5,
        "share": 100.0,
    }
    assert "commentaire" not in str(results)
    assert poll(imported, "horaires-mediatheque", Actor(kind="citizen", id="other"))["results"] is None


def test_a_closed_poll_shows_its_results_and_takes_no_answer(imported: Store) -> None:
    closed = poll(imported, "place-du-marche", visitor())

    assert closed["results"]["answers"] == 412
    assert [choice["count"] for choice in closed["results"]["questions"][0]["choices"]] == [197, 88, 64, 63]
    with pytest.raises(voting.PollIsClosed):
        vote(imported, "place-du-marche", {"priorite": "ombre"}, visitor())


def test_a_poll_closes_once_at_the_end_of_its_last_day(imported: Store, calendar: Calendar) -> None:
    vote(imported, "passerelle-nom", NAME, visitor())
    calendar.pass_days(41)

    for _ in range(2):
        publish(imported)

    assert facts(imported).count(("PollClosed", "passerelle-nom")) == 1
    assert poll(imported, "passerelle-nom", visitor())["results"] is None  # fewer than ten answers


def test_wrong_answers_are_refused_question_by_question(imported: Store) -> None:
    with pytest.raises(AnswersRefused) as refused:
        vote(imported, "passerelle-nom", {"usage": ["pied", "velo", "peu"], "autre": "x"}, visitor())

    assert refused.value.fields == {
        "nom": "Choisissez une réponse : « Votre nom préféré ».".replace(" :", " :"),
        "usage": "Choisissez 2 réponses au plus.",
        "autre": "Cette question n’existe pas.",
    }
    assert ("VoteCast", "passerelle-nom") not in facts(imported)


def test_a_holder_of_a_tracking_link_cannot_answer(imported: Store) -> None:
    with pytest.raises(readers.CannotAnswer):
        vote(imported, "passerelle-nom", NAME, TRACKING)


def test_a_poll_changed_by_an_import_keeps_its_answers(
    imported: Store, documents: dict[str, Any], calendar: Calendar
) -> None:
    for number in range(10):
        vote(imported, "passerelle-nom", NAME, visitor(number))
    documents["polls"]["polls"][0]["closes"] = "D"
    import_content(imported, documents)
    calendar.pass_days(1)

    assert poll(imported, "passerelle-nom", visitor())["results"]["answers"] == 10
