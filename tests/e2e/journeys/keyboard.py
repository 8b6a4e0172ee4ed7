"""Somebody who uses no mouse: Tab, arrows, Space and Enter, and nothing else; and somebody who does."""

from datetime import date

from playwright.sync_api import FileChooser, Locator, Page

MOST_STOPS = 120
# The ring is around the element, what holds it (a tile), or the words beside it (a slot).
FOCUS_IS_SEEN = """element => {
  const ringed = (one) => one !== null && getComputedStyle(one).outlineStyle !== "none";
  let around = element;
  while (around !== null && !ringed(around)) around = around.parentElement;
  return around !== null || ringed(element.nextElementSibling);
}"""


class Mouse:
    """The same gestures, by who uses a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def enter(self) -> None:
        """Sends the form of the field that was filled in."""
        self.page.locator(":focus").press("Enter")

    def type(self, target: Locator, words: str) -> None:
        target.fill(words)

    def type_day(self, target: Locator, day: date) -> None:
        target.fill(day.isoformat())


class Keyboard:
    """Each method leaves the focus where a person's would be. Reaching what cannot be focused fails."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Tab until the target, or one of several, has the focus, which must then be seen.

        The page is there first, with its scripts: they move the focus as it opens.
        """
        target.first.wait_for(state="attached")
        self.page.wait_for_load_state()
        reached = target.and_(self.page.locator(":focus"))
        for _ in range(MOST_STOPS):
            if reached.count():
                assert reached.evaluate(FOCUS_IS_SEEN), f"nothing shows that {target} has the focus"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        """A link or a button. Where it leads to another page, that one has begun."""
        self.reach(target)
        self.enter(key)

    def enter(self, key: str = "Enter") -> None:
        """Where the focus is. `page.keyboard` would not wait for the page that the key leads to, as a click does."""
        self.page.locator(":focus").press(key)

    def follow(self, link: Locator) -> None:
        """A link, until the page that it leads to is there."""
        address = link.get_attribute("href") or ""
        self.press(link)
        self.page.wait_for_url(lambda reached: reached.endswith(address))

    def type(self, target: Locator, words: str) -> None:
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(words)

    def type_day(self, target: Locator, day: date) -> None:
        """A day of the month's own number, such as 12 December: whether day or month comes first is the browser's language."""
        assert day.day == day.month
        self.type(target, f"{day:%d%m%Y}")

    def choose(self, choices: Locator, value: str) -> None:
        """One of several radio buttons: Tab to their group, then arrows. A browser stops once a group, not always at the same button."""
        group = self.page.locator(f'[type="radio"][name="{choices.first.get_attribute("name")}"]')
        self.reach(group)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if choices.and_(self.page.locator(f'[value="{value}"]')).is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {value}")

    def select(self, field: Locator, value: str) -> None:
        """An entry of a list that drops down: arrows, until it is the one."""
        self.reach(field)
        for _ in range(field.locator("option").count()):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {value}")

    def open_chooser(self, field: Locator) -> FileChooser:
        """The window of a file field."""
        with self.page.expect_file_chooser() as opened:  # from the way there on: the browser has to expect it first
            self.press(field)
        return opened.value
