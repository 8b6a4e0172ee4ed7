"""Asks a partner's site, once, whether it knows a pair of credentials: its own log-in form, and the marks of the page it answers.

Only addresses of the town's file are asked, redirects among them too. TLS is verified against the host's name, so that another
address behind the name gains nothing. No connection to the database is held meanwhile.
"""

import html
import time
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3
from eventlet import Timeout as GreenTimeout
from eventlet.semaphore import Semaphore

from services.chassis.errors import Unavailable
from services.content.schemas.partner_spaces import PartnerConnection

SECONDS = 3.0
"""For all of it: the caller of this service waits for four, and a page for six."""
CONNECT_SECONDS = 2.0
MOST_REDIRECTS = 4
MOST_BYTES = 512 * 1024
"""How much of a page is searched for the marks."""
AT_ONCE = 4
"""A partner that hangs keeps no more workers than these."""
REDIRECTS = (301, 302, 303, 307, 308)
SAME_AGAIN = (307, 308)

_slots = Semaphore(AT_ONCE)


class Verdict(Enum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SILENT = "silent"
    ELSEWHERE = "elsewhere"
    UNCLEAR = "unclear"


class _Late(Exception):
    """The time for the whole check is over."""


class _Elsewhere(Exception):
    """A redirect leads to an origin that is not the partner's."""


class PartnerSites:
    """One per process; made after monkey patching, safe for any number of greenlets. `proxy`: the way to sites by TLS, "" where
    there is none; the stand-ins of a demonstration, which have no TLS, are asked directly."""

    def __init__(self, proxy: str = "") -> None:
        self._direct = urllib3.PoolManager(retries=False, maxsize=AT_ONCE)
        self._secure = urllib3.ProxyManager(proxy, retries=False, maxsize=AT_ONCE) if proxy else self._direct

    def check(self, partner: PartnerConnection, values: Mapping[str, str]) -> Verdict:
        """Raises Unavailable where as many are asked already as may be; never what the site does wrong."""
        if not _slots.acquire(blocking=False):  # pyright: ignore[reportUnknownMemberType] eventlet has no types
            raise Unavailable
        try:
            with GreenTimeout(SECONDS, _Late):  # a site that answers drop by drop passes each time-out of its socket
                status, page = self._log_in(partner, values, time.monotonic() + SECONDS)
        except _Elsewhere:
            return Verdict.ELSEWHERE
        except (_Late, urllib3.exceptions.HTTPError, OSError):
            return Verdict.SILENT
        except ValueError:  # an address or a character set that is malformed
            return Verdict.UNCLEAR
        finally:
            _slots.release()
        return _verdict(partner, status, page)

    def _log_in(self, partner: PartnerConnection, values: Mapping[str, str], ends: float) -> tuple[int, str]:
        """The status and the text of the page at the end of the redirects."""
        url, form = partner.check_url, urlencode({**partner.hidden, **values})
        cookies: dict[str, dict[str, str]] = {}
        method = "POST"
        for _ in range(MOST_REDIRECTS + 1):
            origin = _origin(url)
            if origin not in partner.check_origins:
                raise _Elsewhere
            response = self._ask(method, url, form, cookies.setdefault(origin, {}), ends)
            try:
                _take_cookies(response, cookies[origin])
                target = response.headers.get("Location")
                if response.status not in REDIRECTS or not target:
                    return response.status, _text(response, ends)
            finally:
                response.close()  # what was not read is not waited for
            url = urljoin(url, target)
            method = method if response.status in SAME_AGAIN else "GET"
        raise _Late

    def _ask(
        self, method: str, url: str, form: str, cookies: Mapping[str, str], ends: float
    ) -> urllib3.BaseHTTPResponse:
        left = ends - time.monotonic()
        if left <= 0:
            raise _Late
        headers = {"User-Agent": "Parvis", "Accept": "text/html", "Accept-Encoding": "identity"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        http = self._secure if url.startswith("https:") else self._direct
        return http.request(
            method,
            url,
            body=form if method == "POST" else None,
            headers=headers,
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=left),
        )


def _take_cookies(response: urllib3.BaseHTTPResponse, kept: dict[str, str]) -> None:
    for header in response.headers.getlist("Set-Cookie"):
        with suppress(CookieError):
            kept |= {name: one.coded_value for name, one in SimpleCookie(header).items()}


def _text(response: urllib3.BaseHTTPResponse, ends: float) -> str:
    page = b""
    while len(page) < MOST_BYTES and (piece := response.read1(MOST_BYTES - len(page))):  # type: ignore[attr-defined]
        page += piece
        if time.monotonic() > ends:
            raise _Late
    _, _, charset = response.headers.get("Content-Type", "").partition("charset=")
    try:
        text = page.decode(charset.split(";")[0].strip(" \"'") or "utf-8", "replace")
    except LookupError:
        text = page.decode("utf-8", "replace")
    return _plain(html.unescape(text))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _verdict(partner: PartnerConnection, status: int, page: str) -> Verdict:
    """A page that bears both marks is a refusal."""
    if status >= 500:
        return Verdict.SILENT
    if partner.failure_marker and _plain(partner.failure_marker) in page:
        return Verdict.REFUSED
    if status < 400 and partner.success_marker and _plain(partner.success_marker) in page:
        return Verdict.ACCEPTED
    return Verdict.UNCLEAR


def _origin(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))
