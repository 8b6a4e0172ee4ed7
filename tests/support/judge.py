"""A client that reads each page as a strict browser and a screen reader would, and fails on what either would trip on."""

import re
from collections import Counter
from functools import lru_cache
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.builder._html5lib import HTML5TreeBuilder
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.http.security import CSRF_FIELD
from gateway.routes import COMMAND_FIELD

LOGGED_IN = {"Authorization": f"Bearer {'s' * 32}"}
LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = {"hidden", "submit", "button", "image"}
DRAWN_ANEW = re.compile(rf'name="(?:{CSRF_FIELD}|{COMMAND_FIELD})" value="[^"]*"')
"""What differs each time that the same page is shown."""
_right: set[int] = set()
"""Of pages that were judged, without that."""


class Client(FlaskClient):
    """Every HTML answer is judged before the test sees it; `page()` gives it parsed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            judge(response.get_data(as_text=True))
        return response

    def page(self, address: str, **kwargs: Any) -> BeautifulSoup:
        return parsed(self.get(address, **kwargs), 200)

    def submit(self, address: str, form: str = "form[method=post]", **values: Any) -> TestResponse:
        """Gets the page, fills the form as given over what it holds, sends it where it says."""
        return self.fill(self.page(address), form, **values)

    def fill(self, page: BeautifulSoup, form: str = "main form", /, **values: Any) -> TestResponse:
        """The same of a page that was got before."""
        found = page.select_one(form)
        assert found is not None, f"the page has no {form}"
        if found.name == "form":
            return self.post(str(found.get("action")), data={**held_values(found), **values})
        return self.press(page, f"{form} button[formaction]", **values)

    def press(self, page: BeautifulSoup, button: str, /, **values: Any) -> TestResponse:
        """Presses a button that sends the form it belongs to elsewhere, with all the fields of that form wherever they stand."""
        *_, pressed = page.select(button)
        owner = page.select_one(f"form#{pressed['form']}")
        assert owner is not None, f"{button} belongs to no form"
        named = {str(pressed["name"]): str(pressed.get("value", ""))} if pressed.has_attr("name") else {}
        held = held_values(owner) | held_values(page, f"[form={owner['id']}]")
        return self.post(str(pressed["formaction"]), data={**held, **named, **values})

    def log_in(self, address: str = "/connexion", user: str = "camille.exemple") -> TestResponse:
        """Gives a name and a password at that log-in page."""
        return self.submit(address, "main form", utilisateur=user, **{"mot-de-passe": "secret"})


def parsed(response: TestResponse, status: int | None = None) -> BeautifulSoup:
    """The page of an answer, which has that status where one is given."""
    assert status in (None, response.status_code), response.status
    return _tree(response.get_data(as_text=True))


class StrictReader(HTML5TreeBuilder):
    """Reads as browsers do, and fails on the first thing that they would have to guess."""

    def feed(self, markup: Any) -> None:
        parser = html5lib.HTMLParser(tree=self.create_treebuilder, strict=True)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.underlying_builder.parser = None


@lru_cache(maxsize=4)  # judged, then looked at: read once
def _tree(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, builder=StrictReader, store_line_numbers=False)


def held_values(form: Tag, which: str = "") -> dict[str, Any]:
    """What a browser would send if nothing were touched; `which`: of the fields that match."""
    values: dict[str, Any] = {}
    for field in form.select(f"input[name]{which}"):
        kind = field.get("type", "text")
        if kind in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        if kind not in ("submit", "file", "button"):
            values[str(field["name"])] = str(field.get("value", "on" if kind == "checkbox" else ""))
    for field in form.select(f"textarea[name]{which}"):
        values[str(field["name"])] = field.get_text()
    for field in form.select(f"select[name]{which}"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        values[str(field["name"])] = str(chosen.get("value", chosen.get_text())) if chosen else ""
    return values


def judge(html: str) -> None:
    """Fails with the list of what is wrong; a page that was right before is not read again."""
    same = hash(DRAWN_ANEW.sub("", html))
    if same in _right:
        return
    page = _tree(html)
    tags = page.find_all(True)  # all of them, once: a selector would look through the page each time
    faults = [*_frame(page, tags), *_ids(tags), *_forms(page, tags), *_words(tags)]
    assert not faults, "\n".join(faults)
    _right.add(same)


def _frame(page: BeautifulSoup, tags: list[Tag]) -> list[str]:
    faults = []
    for name in ("h1", "main"):
        count = sum(tag.name == name for tag in tags)
        if count != 1:
            faults.append(f"{count} {name} instead of one")
    if page.title is None or not page.title.get_text(strip=True):
        faults.append("no title")
    if page.html is None or page.html.get("lang") != "fr":
        faults.append("the page does not say that it is in French")
    for tag in tags:
        if tag.name == "style" or tag.has_attr("style") or (tag.name == "script" and not tag.has_attr("src")):
            faults.append("an inline script or style")
        faults += [f"<{tag.name}> has {name}" for name in tag.attrs if name.startswith("on")]
    return faults


NAMES_AN_ID = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


def _ids(tags: list[Tag]) -> list[str]:
    ids = Counter(str(tag["id"]) for tag in tags if tag.has_attr("id"))
    faults = [f"id {name!r} twice" for name, count in ids.items() if count > 1]
    for tag in tags:
        for attribute in NAMES_AN_ID:
            named = str(tag.get(attribute, "")).split()
            faults += [f"{attribute} names {name!r}, which is not there" for name in named if name not in ids]
        href = str(tag.get("href", ""))
        if tag.name == "a" and len(href) > 1 and href.startswith("#") and href[1:] not in ids:
            faults.append(f"link to {href}, which is not there")
    return faults


def _forms(page: BeautifulSoup, tags: list[Tag]) -> list[str]:
    faults = []
    for form in (tag for tag in tags if tag.name == "form"):
        if not form.get("action"):
            faults.append("a form without action")
        ours, token = str(form.get("action")).startswith("/"), form.select_one("input[name=csrf]")
        if str(form.get("method", "get")).lower() == "post" and ours and token is None:
            faults.append(f"the form to {form.get('action')} has no csrf")
        if not ours and token is not None:
            faults.append(f"the form to {form.get('action')} gives our csrf to another site")
        if form.select_one("button, input[type=submit]") is None:
            faults.append(f"the form to {form.get('action')} has no button")
    labelled = {tag.get("for") for tag in tags if tag.name == "label"}
    for field in (tag for tag in tags if tag.name in LABELLED):
        if str(field.get("type", "text")) in UNLABELLED_TYPES:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label")
        if not named and (not field.get("id") or field["id"] not in labelled):
            faults.append(f"the field {field.get('name')!r} has no label")
    starred = any("req" in tag.get_attribute_list("class") and tag.has_attr("aria-hidden") for tag in tags)
    if starred and "astérisque" not in page.get_text():
        faults.append("an asterisk that nothing explains")
    return faults


def _words(tags: list[Tag]) -> list[str]:
    faults = [
        f"an image without alt: {tag.get('src')}" for tag in tags if tag.name == "img" and not tag.has_attr("alt")
    ]
    for tag in (tag for tag in tags if tag.name in ("a", "button")):
        if tag.get_text(strip=True) or tag.get("aria-label") or tag.select_one("img[alt]:not([alt=''])"):
            continue
        faults.append(f"a {tag.name} without words: {tag.get('href', '')}")
    return faults
