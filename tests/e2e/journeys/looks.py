"""What every page must be for every visitor: accessible, light, silent, and at home."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, Response

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]
PAGE_BYTES = 100_000  # without its font and the town's pictures
PICTURE_BYTES = 160_000
FONT_BYTES = 80_000
STYLE_BYTES = {"portal": 40_000, "agent": 15_000}
SCRIPT_BYTES = 20_000
# axe parses the same few colours again for each text and all that lies behind it: a fifth of its work on a page.
EACH_COLOUR_PARSED_ONCE = """(() => {
    const colour = axe.commons.color.Color.prototype, parse = colour.parseString, known = new Map();
    colour.parseString = function (text) {
        if (known.has(text)) [this.r, this.g, this.b, this.alpha] = known.get(text);
        else {
            parse.call(this, text);
            known.set(text, [this.r, this.g, this.b, this.alpha]);
        }
        return this;
    };
})();"""
# What is wrong is reported whole; what is right, which is most of the report, is left out.
JUDGE = """([where, asked]) => axe.run(where, {...asked, resultTypes: ["violations"]})
    .then(found => found.violations)"""


@dataclass
class Watched:
    """A page and all that it asked for and said since the last look."""

    pictures: ClassVar[bool] = False
    """Whether `keep` keeps anything: with the option --pictures."""

    page: Page
    answers: list[Response] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    asked: set[Request] = field(default_factory=set)
    """The requests that have no end yet; not what a page sends as it is left, whose end a browser does not report."""

    def __post_init__(self) -> None:
        self.page.emulate_media(reduced_motion="reduce")  # colours are judged where they have come to rest
        # half a megabyte, sent to the browser once instead of for each page
        self.page.add_init_script(script=AXE_SCRIPT + EACH_COLOUR_PARSED_ONCE)
        self.page.on("request", lambda one: self.asked.add(one) if one.resource_type != "ping" else None)
        self.page.on("requestfinished", lambda one: self.asked.discard(one))
        self.page.on("requestfailed", lambda one: self.asked.discard(one))
        self.page.on("response", lambda answer: self.answers.append(answer))
        self.page.on("console", self._keep)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _keep(self, message: ConsoleMessage) -> None:
        # The browser itself reports a page that answers 404 or 409, which is what is looked at, and that what judges
        # pages is not let into the frame of a mail, where no script runs.
        of_the_browser = ("Failed to load resource", "Blocked script execution in")
        if message.type == "error" and not message.text.startswith(of_the_browser):
            self.said.append(message.text)

    def open(self, address: str, width: int) -> None:
        self.answers.clear()
        self.said.clear()
        self.asked.clear()
        self.resize(width)
        self.page.goto(address)
        while self.asked:  # "networkidle" would wait for half a second of silence at each page
            self.page.wait_for_timeout(20)

    def resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})

    def behaviour(self, host: str) -> list[str]:
        """All that is wrong with what the page has asked for and said since it was opened."""
        return [*self._of_the_network(host), *[f"console: {words}" for words in self.said]]

    def looks(self, *, colours: bool = True, where: str = "html") -> list[str]:
        """All that is wrong with what the window shows at its present width, or with the part of it that the selector `where` names;
        its colours, half of the work, if wanted."""
        asked = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"color-contrast": {"enabled": colours}}}
        return self._judged(asked, where) + self.overflow()

    def is_right_at_both_widths(self, name: str) -> None:
        """A telephone's and a desk's: nothing is wrong with what the window shows, which is kept under that name."""
        for width in (390, 1280):
            self.resize(width)
            assert self.looks() == []
            self.keep(f"{name}-{width}")

    def contrast(self) -> list[str]:
        """What cannot be read in the present colours."""
        return self._judged({"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}})

    def _judged(self, asked: dict[str, object], where: str = "html") -> list[str]:
        return [
            f"{broken['id']}: {broken['help']}: {[node['html'][:160] for node in broken['nodes'][:3]]}"
            for broken in self.page.evaluate(JUDGE, [where, asked])
        ]

    def overflow(self) -> list[str]:
        """Whether one would have to scroll sideways."""
        wider = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return ["the page is wider than the screen"] if wider else []

    def keep(self, name: str) -> None:
        """A screenshot, for people to look at, where they are wanted."""
        if not self.pictures:
            return
        SCREENSHOTS.mkdir(exist_ok=True)
        # drawn in half the time of a PNG
        self.page.screenshot(path=SCREENSHOTS / f"{name}.jpg", quality=85, full_page=True)

    def _of_the_network(self, host: str) -> list[str]:
        faults = [f"asks another host: {one.url}" for one in self.answers if urlsplit(one.url).netloc != host]
        faults += [f"{one.status} {one.url}" for one in self.answers if one.status >= 400 and not _is_page(one)]
        fonts = {one.url: _weight(one) for one in self.answers if one.request.resource_type == "font"}
        if sum(fonts.values()) > FONT_BYTES:
            faults.append(f"its fonts weigh {sum(fonts.values())} bytes: {fonts}")
        pictures = {one.url: _weight(one) for one in self.answers if urlsplit(one.url).path.endswith("/image")}
        if sum(pictures.values()) > PICTURE_BYTES:
            faults.append(f"its pictures weigh {sum(pictures.values())} bytes: {pictures}")
        sizes = {
            one.url: _weight(one)
            for one in self.answers
            if not _is_photograph(one) and not _is_data(one) and one.url not in {*fonts, *pictures}
        }
        if sum(sizes.values()) > PAGE_BYTES:
            faults.append(f"weighs {sum(sizes.values())} bytes: {sizes}")
        for url, size in sizes.items():
            path = urlsplit(url).path
            limit = SCRIPT_BYTES if path.endswith(".js") else STYLE_BYTES["agent" if "agent" in path else "portal"]
            if path.endswith((".js", ".css")) and size > limit:
                faults.append(f"{path} weighs {size} bytes")
        return faults


def _weight(answer: Response) -> int:
    """Bytes as served, compressed."""
    return int(answer.header_value("content-length") or 0)


def _is_page(answer: Response) -> bool:
    return answer.request.resource_type == "document"


def _is_data(answer: Response) -> bool:
    """What a page exists to show to programmers: the API's own document."""
    return urlsplit(answer.url).path == "/api/v1/openapi.json"


def _is_photograph(answer: Response) -> bool:
    """What a person handed in is as heavy as they made it."""
    return "/pieces/" in answer.url
