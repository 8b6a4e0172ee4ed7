"""What a journey costs a person: pages, answers, clicks and screens of scroll, counted in the pages themselves."""

from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

COUNT = """
addEventListener("load", () => counted({
    pages: 1,
    screens: document.documentElement.scrollHeight / innerHeight,
}));
addEventListener("pointerdown", event => event.isTrusted && counted({clicks: 1}), true);
addEventListener("submit", event => {
    const boxes = [...event.target.querySelectorAll("input:not([type=hidden], [type=submit]), select, textarea")];
    const shown = boxes.filter(one => one.name && one.labels?.[0]?.checkVisibility());
    counted({answers: new Set(shown.map(one => one.name)).size});
}, true);
"""
"""A label that is pressed clicks its box as well: presses are counted, not clicks. What is folded away is not shown."""


@dataclass
class Tally:
    """`answers`: the boxes that are shown when a form is sent, filled in before or not, an address line by line;
    `screens`: of the height of the window, of each page as it opens."""

    pages: int = 0
    answers: int = 0
    clicks: int = 0
    screens: float = 0.0

    def __str__(self) -> str:
        return f"{self.pages} pages, {self.answers} answers, {self.clicks} clicks, {self.screens:.1f} screens"


def tally_of(context: BrowserContext) -> Tally:
    """Counts from now on what the pages of this browser ask for and get; `settled` before it is read."""
    tally = Tally()

    def count(_: object, seen: dict[str, float]) -> None:
        for name, value in seen.items():
            setattr(tally, name, getattr(tally, name) + value)

    context.expose_binding("counted", count)
    context.add_init_script(COUNT)
    return tally


def settled(page: Page) -> None:
    """Until the page is there and all that it has counted has come."""
    page.wait_for_load_state("load")
    page.evaluate("() => new Promise(seen => requestAnimationFrame(seen))")
