"""What is kept of a User-Agent: the browser and the system, as people call them."""

import pytest

from gateway.sessions.devices import device_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sur Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sur Linux"),
        (f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36", "Chrome sur Windows"),
        (f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge sur Windows"),
        (f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36 OPR/120", "Opera sur Windows"),
        (f"{ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome sur Android"),
        (f"{ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet sur Android"),
        (f"{IPHONE} Version/18.0 Mobile/15E148 Safari/604.1", "Safari sur iPhone"),
        (f"{IPHONE} CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome sur iPhone"),
        (f"{IPHONE} FxiOS/140.0 Mobile/15E148 Safari/604.1", "Firefox sur iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari sur Mac"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140.0.0.0 Safari/537.36", "Chrome sur ChromeOS"),
        ("something on Android", "Android"),
        ("curl/8.9.1", ""),
        ("", ""),
        ("<script>alert(1)</script> é" * 1000, ""),
    ],
)
def test_a_user_agent_is_reduced_to_common_names_of_browser_and_system(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
