"""Which browser on which system asks, in words short enough for a list of sessions; all that is kept of a User-Agent. Pure."""

# In this order: a browser names those that it resembles after itself.
BROWSERS = (
    (("Edg/", "EdgA/", "EdgiOS/"), "Edge"),
    (("OPR/",), "Opera"),
    (("SamsungBrowser/",), "Samsung Internet"),
    (("Firefox/", "FxiOS/"), "Firefox"),
    (("Chrome/", "CriOS/", "Chromium/"), "Chrome"),
    (("Safari/",), "Safari"),
)
SYSTEMS = (
    (("iPhone",), "iPhone"),
    (("iPad",), "iPad"),
    (("Android",), "Android"),
    (("Windows",), "Windows"),
    (("Macintosh", "Mac OS X"), "Mac"),
    (("CrOS",), "ChromeOS"),
    (("Linux", "X11"), "Linux"),
)


def device_of(user_agent: str) -> str:
    """« Firefox sur Windows », or the half of it that is known; "" for any other user agent."""
    known = [_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)]
    return " sur ".join(filter(None, known))


def _first(names: tuple[tuple[tuple[str, ...], str], ...], user_agent: str) -> str:
    return next((name for marks, name in names if any(mark in user_agent for mark in marks)), "")
