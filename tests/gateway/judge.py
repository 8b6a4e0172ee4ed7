"""A client that reads each page as a strict browser and a screen reader would, and fails on what either would trip on."""

from functools import lru_cache
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = {"hidden", "submit", "button", "image"}


class JudgingClient(FlaskClient):
    """Every HTML answer is judged before the test sees it; `page()` gives it parsed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            judge(response.get_data(as_text=True))
        return response

    def page(self, address: str, **kwargs: Any) -> BeautifulSoup:
        response = self.get(address, **kwargs)
        assert response.status_code == 200, response.status
        return parsed(response)

    def submit(self, address: str, form: str = "form[method=post]", **values: Any) -> TestResponse:
        """Gets the page, fills the form as given over what it holds, sends it where it says."""
        found = self.page(address).select_one(form)
        assert found is not None, f"{address} has no {form}"
        data = {**held_values(found), **values}
        return self.post(str(found.get("action")), data=data)


def parsed(response: TestResponse) -> BeautifulSoup:
    return _tree(response.get_data(as_text=True))


@lru_cache(maxsize=4)  # judged, then looked at: read once
def _tree(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib")


def held_values(form: Tag) -> dict[str, Any]:
    """What a browser would send if nothing were touched."""
    values: dict[str, Any] = {}
    for field in form.select("input[name]"):
        kind = field.get("type", "text")
        if kind in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        if kind not in ("submit", "file", "button"):
            values[str(field["name"])] = str(field.get("value", "on" if kind == "checkbox" else ""))
    for field in form.select("textarea[name]"):
        values[str(field["name"])] = field.get_text()
    for field in form.select("select[name]"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        values[str(field["name"])] = str(chosen.get("value", chosen.get_text())) if chosen else ""
    return values


def judge(html: str) -> None:
    """Fails with the list of what is wrong."""
    html5lib.HTMLParser(strict=True).parse(html)
    page = _tree(html)
    faults = [*_frame(page), *_ids(page), *_forms(page), *_words(page)]
    assert not faults, "\n".join(faults)


def _frame(page: BeautifulSoup) -> list[str]:
    faults = []
    if len(page.find_all("h1")) != 1:
        faults.append(f"{len(page.find_all('h1'))} h1 instead of one")
    if page.title is None or not page.title.get_text(strip=True):
        faults.append("no title")
    if page.html is None or page.html.get("lang") != "fr":
        faults.append("the page does not say that it is in French")
    if len(page.find_all("main")) != 1:
        faults.append("not exactly one main")
    if page.select("script:not([src]), style, [style]"):
        faults.append("an inline script or style")
    faults += [f"<{tag.name}> has {name}" for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    return faults


def _ids(page: BeautifulSoup) -> list[str]:
    ids = [str(tag["id"]) for tag in page.select("[id]")]
    faults = [f"id {name!r} twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for tag in page.select(f"[{attribute}]"):
            faults += [
                f"{attribute} names {name!r}, which is not there"
                for name in str(tag[attribute]).split()
                if name not in ids
            ]
    faults += [
        f"link to #{href[1:]}, which is not there"
        for href in (str(link["href"]) for link in page.select("a[href^='#']"))
        if href != "#" and href[1:] not in ids
    ]
    return faults


def _forms(page: BeautifulSoup) -> list[str]:
    faults = []
    for form in page.find_all("form"):
        if not form.get("action"):
            faults.append("a form without action")
        if str(form.get("method", "get")).lower() == "post" and form.select_one("input[name=csrf]") is None:
            faults.append(f"the form to {form.get('action')} has no csrf")
        if form.select_one("button, input[type=submit]") is None:
            faults.append(f"the form to {form.get('action')} has no button")
    for field in page.find_all(LABELLED):
        if str(field.get("type", "text")) in UNLABELLED_TYPES:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label")
        if not named and (not field.get("id") or page.select_one(f'label[for="{field["id"]}"]') is None):
            faults.append(f"the field {field.get('name')!r} has no label")
    if page.select_one(".req[aria-hidden]") and "astérisque" not in page.get_text():
        faults.append("an asterisk that nothing explains")
    return faults


def _words(page: BeautifulSoup) -> list[str]:
    faults = [f"an image without alt: {image.get('src')}" for image in page.select("img:not([alt])")]
    for tag in page.find_all(["a", "button"]):
        if tag.get_text(strip=True) or tag.get("aria-label") or tag.select_one("img[alt]:not([alt=''])"):
            continue
        faults.append(f"a {tag.name} without words: {tag.get('href', '')}")
    return faults
