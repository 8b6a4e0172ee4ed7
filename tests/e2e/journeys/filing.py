"""One person filing one procedure through its pages, from La démarche to the number."""

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.journeys.forms import fill
from tests.support import published
from tests.support.filled import asked_documents, today, valid_answers, valid_applicant
from tests.support.people import may_be_moved, one_page, photograph

NUMBER = re.compile(r"\d{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


class Filing:
    """The steps of a procedure, in the words of its pages. With `scripts=False`, files leave with the form."""

    def __init__(self, page: Page, slug: str, *, scripts: bool = True) -> None:
        self.page = page
        self.slug = slug
        self.definition = published.definition(slug)
        self.scripts = scripts

    # --- what a person does at each step

    def begin(self, *, member: int | None = None) -> None:
        """La démarche: opens a draft, for a family member where the procedure is about one."""
        self.page.goto(f"/demarches/{self.slug}")
        again = self.page.get_by_role("link", name="recommencer depuis le début")
        if again.count():
            again.click()
            self.page.wait_for_load_state()
        start = re.compile("^(Commencer la démarche|Choisir un rendez-vous|Effacer et recommencer)")
        if member is not None:
            self.page.locator('main [name="member"]').nth(member).check()
        if self.page.locator('main [name="questions-posees"]').count():
            first = (field.name for field in published.procedure(self.slug).asked_first())
            given = valid_answers(self.definition, today())
            fill(self.page, {name: given[name] for name in first})
        self.page.get_by_role("button", name=start).click()
        self.page.wait_for_load_state()

    def choose_slot(self, rank: int = 0) -> str:
        """Mon rendez-vous: the free slot of that rank among those of its day that may be moved later, on the first day
        that has so many; gives its beginning."""
        expect(self.page.locator("#semaine")).to_be_visible()
        self.page.wait_for_load_state()
        while len(starts := self._movable()) <= rank:
            self._open_next_day()
        start = starts[rank]
        slot = self.page.locator(f'[name="creneau"][value="{start}"]')
        half = self.page.locator("details:not([open])", has=slot)
        if half.count():
            half.locator("summary").click()
        self.tick(slot)
        self.page.get_by_role("button", name="Valider").click()
        return start

    def _movable(self) -> list[str]:
        starts = self.page.locator("[name=creneau]").evaluate_all("all => all.map(one => one.value)")
        return [start for start in starts if may_be_moved(start)]

    def _open_next_day(self) -> None:
        days = self.page.locator(".strip li:has([aria-current]) ~ li a")
        week = self.page.get_by_role("link", name="Semaine suivante", exact=True)
        with self.page.expect_navigation():
            (days.first if days.count() else week).click()

    def tick(self, choice: Locator) -> None:
        """Chooses as a hand does: by the words beside the dot, which may hide it."""
        choice.check(force=True)

    def introduce(self, applicant: Mapping[str, Any]) -> None:
        """Mes informations, then onwards; what a space knows is opened first."""
        step = re.compile("^(Mes informations|La personne)$")
        expect(self.page.get_by_role("heading", level=2, name=step)).to_be_visible()
        self.page.wait_for_load_state()
        if self._known.count():
            self.change_what_is_known()
        given = dict(applicant)
        if len(self.definition["applicant"]["kinds"]) == 1:
            given.pop("kind", None)
        fill(self.page, given)
        self._leave()

    @property
    def _known(self) -> Locator:
        """« Modifier », on the card of what the space knows."""
        return self.page.locator("#fiche").get_by_role("button", name="Modifier")

    def change_what_is_known(self) -> None:
        """« Modifier »: the boxes of Mes informations in place of the card, with what the space knows."""
        self._known.click()
        expect(self.page.locator("#fiche")).to_have_count(0)

    def confirm(self) -> None:
        """Mes informations as the space knows them, then onwards."""
        expect(self.page.locator("#fiche")).to_be_visible()
        self.page.wait_for_load_state()
        self._leave()

    def _leave(self) -> None:
        """Onwards, unless Ma demande stands below on the same page."""
        if not self.page.get_by_role("heading", level=2, name="Ma demande", exact=True).count():
            self.onward()

    def answer(self, given: Mapping[str, Any]) -> None:
        """Ma demande."""
        fill(self.page, given)

    def attach(self, piece: str, name: str, content: bytes) -> None:
        """Adds a file to a piece; with scripts it leaves at once, and its line says that it has arrived."""
        self.page.wait_for_load_state()
        kind = "application/pdf" if name.endswith(".pdf") else "image/jpeg"
        box = self.page.locator(f"#piece-{piece}")
        box.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})
        if self.scripts:
            expect(box.locator("[data-file]", has_text=name)).to_be_visible()

    def onward(self) -> None:
        """« Continuer »."""
        self.page.get_by_role("button", name=re.compile("^Continuer vers")).click()

    def back_to_summary(self) -> None:
        """« Revenir au récapitulatif », of a step that was opened from there."""
        self.page.get_by_role("button", name="Revenir au récapitulatif").click()

    def validate(self) -> str:
        """« Valider ma demande »: returns the number that the page shows."""
        self.page.get_by_role("button", name="Valider ma demande").click()
        expect(self.page.get_by_role("status").first).to_contain_text("Votre demande est prise en compte")
        return self.page.locator(".number").inner_text()

    # --- the shortest way

    def reach_summary(self, email: str, **changed: Any) -> None:
        """Everything that the procedure asks and no more, up to Le récapitulatif."""
        self.begin(member=0 if self.definition["about"] == "member" else None)
        mode = self.definition["appointment"]["mode"]
        if mode == "required":
            self.choose_slot()
        elif mode == "optional":
            self.page.get_by_role("button", name="Continuer sans rendez-vous").click()
        self.introduce(valid_applicant(self.definition, email))
        self.complete(**changed)

    def complete(self, **changed: Any) -> None:
        """Ma demande, with its pieces: all that it asks and no more, up to Le récapitulatif."""
        given = valid_answers(self.definition, today()) | changed
        self.answer(given)
        for piece in asked_documents(self.definition, given):
            if piece.required:
                pdf = "pdf" in piece.formats
                self.attach(piece.slug, "piece.pdf" if pdf else "piece.jpg", one_page() if pdf else photograph())
        self.onward()
        expect(self.page.get_by_role("heading", level=2, name="Le récapitulatif")).to_be_visible()

    def file(self, email: str, **changed: Any) -> str:
        """The whole of it; gives the number."""
        self.reach_summary(email, **changed)
        return self.validate()
