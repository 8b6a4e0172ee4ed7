"""Adding files with scripts: a photograph is shown, a refusal leaves with the next choice, the frame takes what is dropped,
and the focus of the keyboard stays where it is.
"""

import re

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.e2e.journeys.keyboard import Keyboard
from tests.e2e.journeys.people import go_to_step
from tests.servers.portal import Portal
from tests.support.people import photograph

pytestmark = pytest.mark.e2e

PHOTOS: list[FilePayload] = [
    {"name": "pave.jpg", "mimeType": "image/jpeg", "buffer": photograph(words)} for words in ("un", "deux", "trois")
]


@pytest.fixture
def piece(page: Page, portal: Portal) -> Locator:
    go_to_step(page, portal, "signalement-voirie", "demande")
    return page.locator("#piece-photo")


def choose(piece: Locator, name: str, kind: str, content: bytes) -> None:
    piece.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def test_a_photograph_is_shown_once_it_is_there(piece: Locator) -> None:
    expect(piece.locator(".dropzone")).to_contain_text("déposer des fichiers dans ce cadre")
    choose(piece, "pave.jpg", "image/jpeg", photograph())

    line = piece.locator("[data-file]")
    expect(line).to_contain_text("pave.jpg")
    expect(line.locator("canvas")).to_be_visible()
    picture, name = line.locator("canvas").bounding_box(), line.locator(".file__name").bounding_box()
    assert picture is not None
    assert name is not None
    assert picture["x"] + picture["width"] < name["x"]


def test_a_refused_file_disappears_with_the_next_choice(piece: Locator) -> None:
    choose(piece, "notes.txt", "text/plain", b"du texte")
    expect(piece.locator(".file--error")).to_contain_text("notes.txt")

    choose(piece, "IMG_0042.HEIC", "image/heic", b"heic")

    expect(piece.locator(".file--error")).to_have_count(1)
    expect(piece.locator(".file--error")).to_contain_text("Le plus compatible")


def test_a_file_too_many_is_refused_in_a_line_that_stays(piece: Locator, page: Page) -> None:
    fourth = FilePayload(name="quatre.jpg", mimeType="image/jpeg", buffer=photograph("quatre"))

    piece.locator("input[type=file]").set_input_files([*PHOTOS, fourth])

    expect(piece.locator("[data-file]")).to_have_count(3)
    refused = piece.locator(".file--error")
    expect(refused).to_contain_text("quatre.jpg")
    expect(refused).to_contain_text("3 fichiers au plus pour cette pièce")
    refused.get_by_role("button", name="Retirer").click()
    expect(refused).to_have_count(0)


@pytest.mark.parametrize("chosen", [PHOTOS[:1], [*PHOTOS, PHOTOS[0]]], ids=["one file", "one too many"])
def test_going_on_waits_for_files_on_their_way_and_for_none_too_many(
    piece: Locator, page: Page, chosen: list[FilePayload]
) -> None:
    held: list[Route] = []
    released: list[bool] = []
    page.route("**/pieces", lambda route: route.continue_() if released else held.append(route))
    piece.locator("input[type=file]").set_input_files(chosen)
    expect(piece.locator("progress")).to_be_visible()

    page.get_by_role("button", name="Continuer").click()

    expect(page.locator("p.help", has_text="la page suivante s’ouvre dès qu’il est arrivé")).to_be_visible()
    assert "verifier" not in page.url
    released.append(True)
    held[0].continue_()
    expect(page).to_have_url(re.compile("verifier"))  # it left; other answers are still to come
    expect(piece.locator("[data-file]").first).to_contain_text("pave.jpg")


def test_files_are_kept_in_the_order_in_which_they_were_given(piece: Locator, page: Page) -> None:
    given = [
        photo | {"name": f"{words}.jpg"} for words, photo in zip(("recto", "verso", "détail"), PHOTOS, strict=True)
    ]
    steps: list[str] = []
    page.on("request", lambda sent: steps.append("sent") if sent.url.endswith("/pieces") else None)
    page.on("response", lambda answer: steps.append("arrived") if answer.url.endswith("/pieces") else None)

    piece.locator("input[type=file]").set_input_files(given)
    expect(piece.locator("[data-file]")).to_have_count(3)

    page.reload()
    expect(piece.locator("[data-file] .file__name")).to_have_count(3)
    names = [name.split()[0] for name in piece.locator(".file__name").all_inner_texts()]
    assert names == [photo["name"] for photo in given]
    assert steps[:5] == ["sent", "arrived", "sent", "arrived", "sent"]


def test_the_keyboard_stays_on_the_line_of_a_file_that_leaves_comes_back_and_arrives(
    piece: Locator, page: Page
) -> None:
    keyboard = Keyboard(page)
    field, line = piece.locator("input[type=file]"), piece.locator(".file").nth(2)
    field.set_input_files(PHOTOS[:2])
    expect(piece.locator("[data-file]")).to_have_count(2)

    # The last that is allowed: nothing more can be chosen, and it does not arrive
    page.route("**/pieces", lambda _: None)
    keyboard.open_chooser(field).set_files(PHOTOS[2])
    expect(line.locator("progress")).to_be_visible()
    expect(line).to_be_focused()
    keyboard.press(line.get_by_role("button", name="Interrompre l’envoi"))
    expect(line.get_by_role("button", name="Réessayer")).to_be_focused()

    page.unroute("**/pieces")
    page.keyboard.press("Enter")
    expect(piece.locator("[data-file]")).to_have_count(3)
    expect(piece.locator(".dropzone")).to_be_hidden()
    expect(line.get_by_role("button", name="Retirer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()

    keyboard.open_chooser(field).set_files(PHOTOS[2])
    expect(piece.locator("[data-file]")).to_have_count(3)
    expect(line).to_be_focused()


def test_a_piece_that_came_full_has_room_again_once_a_file_is_removed(piece: Locator, page: Page) -> None:
    piece.locator("input[type=file]").set_input_files(PHOTOS)
    expect(piece.locator("[data-file]")).to_have_count(3)
    page.reload()
    expect(piece.locator(".dropzone")).to_have_count(0)

    piece.get_by_role("button", name="Retirer").first.click()

    expect(piece.locator("[data-file]")).to_have_count(2)
    expect(piece.locator(".dropzone")).to_be_visible()


def test_a_file_whose_answer_was_lost_is_there_once_when_it_is_sent_again(piece: Locator, page: Page) -> None:
    def lost(route: Route) -> None:
        assert route.fetch().status == 201
        route.abort()

    page.route("**/pieces", lost, times=1)
    choose(piece, "pave.jpg", "image/jpeg", photograph())
    piece.get_by_role("button", name="Réessayer").click()
    expect(piece.locator("[data-file]")).to_have_count(1)

    page.reload()

    expect(piece.locator("[data-file]")).to_have_count(1)


def test_a_file_chosen_twice_is_kept_once_and_another_beside_it(piece: Locator, page: Page) -> None:
    for photo, count in ((PHOTOS[0], 1), (PHOTOS[0], 1), (PHOTOS[1], 2)):
        with page.expect_response("**/pieces"):
            piece.locator("input[type=file]").set_input_files(photo)
        expect(piece.locator(".file")).to_have_count(count)
        expect(piece.locator("[data-file]")).to_have_count(count)

    page.reload()

    expect(piece.locator("[data-file]")).to_have_count(2)


# --- a file that does not get through

LAST_CALL = "() => { const send = XMLHttpRequest.prototype.send; XMLHttpRequest.prototype.send = function (data) { window.lastCall = this; send.call(this, data); }; }"
SOME_MORE_HAS_LEFT = "() => window.lastCall.upload.dispatchEvent(new ProgressEvent('progress'))"


def three_of_which_the_first_stalls(piece: Locator, page: Page) -> Locator:
    """The line of that one, on its way; no time passes but by the page's clock and that of the test."""
    page.clock.install()
    page.evaluate(LAST_CALL)
    page.route("**/pieces", lambda _: None, times=1)
    named = [photo | {"name": f"{words}.jpg"} for words, photo in zip(("un", "deux", "trois"), PHOTOS, strict=True)]
    piece.locator("input[type=file]").set_input_files(named)
    first = piece.locator(".file").first
    expect(first.locator("progress")).to_be_visible()
    return first


def test_a_stalled_upload_is_given_up_and_the_next_begins(piece: Locator, page: Page) -> None:
    stalled = three_of_which_the_first_stalls(piece, page)

    page.clock.fast_forward(30_000)

    expect(stalled).to_contain_text("L’envoi n’avance plus. Vérifiez votre connexion, puis réessayez.")
    expect(stalled.get_by_role("button", name="Retirer un.jpg")).to_be_visible()
    expect(piece.locator("[data-file]")).to_have_count(2)
    stalled.get_by_role("button", name="Réessayer l’envoi de un.jpg").click()
    expect(piece.locator("[data-file]")).to_have_count(3)


def test_an_abandoned_upload_is_announced_and_its_retry_has_the_focus(piece: Locator, page: Page) -> None:
    stalled = three_of_which_the_first_stalls(piece, page)
    page.route("**/pieces", lambda _: None)  # those behind it say nothing over it
    Keyboard(page).reach(stalled.get_by_role("button", name="Interrompre l’envoi"))

    page.clock.fast_forward(30_000)

    expect(page.locator("form [data-said]")).to_contain_text("un.jpg : L’envoi n’avance plus.")
    expect(stalled.get_by_role("button", name="Réessayer")).to_be_focused()


def test_an_upload_that_is_slow_and_moves_goes_on(piece: Locator, page: Page) -> None:
    slow = three_of_which_the_first_stalls(piece, page)

    page.clock.fast_forward(20_000)
    page.evaluate(SOME_MORE_HAS_LEFT)
    page.clock.fast_forward(20_000)

    expect(slow.locator("progress")).to_be_visible()
    page.clock.fast_forward(20_000)
    expect(slow).to_contain_text("L’envoi n’avance plus.")


def test_a_file_that_waits_can_be_removed(piece: Locator, page: Page) -> None:
    keyboard = Keyboard(page)
    stalled = three_of_which_the_first_stalls(piece, page)

    keyboard.press(piece.get_by_role("button", name="Retirer deux.jpg"))

    expect(page.locator("form [data-said]")).to_have_text("deux.jpg est retiré.")
    expect(piece.locator("input[type=file]")).to_be_focused()
    keyboard.press(stalled.get_by_role("button", name="Interrompre l’envoi"))
    expect(piece.locator("[data-file] .file__name")).to_have_count(1)
    expect(piece.locator("[data-file] .file__name")).to_contain_text("trois.jpg")
    expect(piece.locator(".file")).to_have_count(2)
