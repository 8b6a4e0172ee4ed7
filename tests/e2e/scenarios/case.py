"""An agent at one request, by its pages."""

from collections.abc import Mapping, Sequence

from playwright.sync_api import Page, expect

from tests.support.people import eventually


class Case:
    """The request of that number, at the desk of an agent who has logged in."""

    def __init__(self, page: Page, number: str) -> None:
        self.page = page
        self.number = number

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def take_charge(self) -> None:
        shown(self.page, f"/agent/demandes/{self.number}", self.number)
        self.page.get_by_role("button", name="Prendre en charge").click()
        self.sees("La demande est à vous")

    def reply(self, title: str, blanks: Mapping[str, str] | None = None, missing: Sequence[str] = ()) -> None:
        """Sends a prepared reply, its blanks filled and the missing pieces ticked; the decision that goes with it is taken."""
        shown(self.page, f"/agent/demandes/{self.number}", title)
        open_reply(self.page, title)
        for piece in missing:
            self.page.get_by_role("checkbox", name=piece).check()
        for label, words in (blanks or {}).items():
            self.page.get_by_label(label).fill(words)
        self.page.get_by_role("button", name="Envoyer et valider").click()
        self.sees("La demande est maintenant")

    def shown_to(self, page: Page, words: str, tab: str = "historique") -> None:
        """The person's own page of it, once it says so."""
        shown(page, f"/demande/{self.number}?onglet={tab}", words)

    def open_for(self, page: Page, tab: str) -> None:
        """A tab of the person's own page of it."""
        shown(page, f"/demande/{self.number}?onglet={tab}", self.number)


def open_reply(page: Page, title: str) -> None:
    """A prepared reply in the file: one that may leave as it stands unfolds, another one opens its form."""
    page.locator(".replies li", has_text=title).locator("summary, a").first.click()


def shown(page: Page, address: str, words: str) -> None:
    """The page, once what happened elsewhere has arrived."""
    eventually(lambda: words in _words_of(page, address), f"« {words} » on {address}")


def shown_no_more(page: Page, address: str, words: str) -> None:
    """The page, once what happened elsewhere has taken the words away."""
    eventually(lambda: words not in _words_of(page, address), f"the end of « {words} » on {address}")


def _words_of(page: Page, address: str) -> str:
    """With one space wherever the page has a break or a no-break space."""
    page.goto(address)
    return " ".join(page.locator("main").inner_text().split())
