"""What a process counts of itself, in Prometheus's form at /metrics. Labels are names of ours, never of persons."""

from functools import cache
from threading import Lock

_making = Lock()


class _Instruments:
    def __init__(self) -> None:
        from prometheus_client import Counter, Gauge, Histogram

        steps = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
        of_call, of_http, of_source = ["service", "method", "outcome"], ["door", "status"], ["source", "audience"]
        self.calls = Histogram("parvis_call_seconds", "Calls answered", of_call, buckets=steps)
        self.http = Histogram("parvis_http_seconds", "HTTP requests answered", of_http, buckets=steps)
        self.published = Counter("parvis_published_events", "Events published", of_source)
        self.unpublished = Gauge("parvis_untold_events", "Events committed and not yet published", of_source)
        self.unpublished_age = Gauge("parvis_untold_oldest_seconds", "Age of the oldest of them", of_source)
        self.consumed = Counter("parvis_heard_events", "Events received, by what became of them", ["source", "outcome"])
        self.parked = Gauge(
            "parvis_parked_events", "Heard events that wait to be tried again, and dead ones", ["state"]
        )
        self.pause = Gauge("parvis_hub_pause_seconds", "The longest pause of the hub in five seconds")
        self.own_pause = Gauge(
            "parvis_hub_own_pause_seconds", "How much of them was at most our own work: the rest, no processor was free"
        )


_made = cache(_Instruments)


def _instruments() -> _Instruments:
    with _making:  # the threads of the relay count from the first moment on, all at once
        return _made()


def answered(service: str, method: str, outcome: str, seconds: float) -> None:
    _instruments().calls.labels(service, method, outcome).observe(seconds)


def served(door: str, status: int, seconds: float) -> None:
    """`door`, as the label is called: "pages" or "api"."""
    _instruments().http.labels(door, status).observe(seconds)


def published(source: str, audience: str, events: int) -> None:
    _instruments().published.labels(source, audience).inc(events)


def unpublished(source: str, audience: str, events: int, seconds: float) -> None:
    _instruments().unpublished.labels(source, audience).set(events)
    _instruments().unpublished_age.labels(source, audience).set(seconds)


def consumed(source: str, outcome: str) -> None:
    _instruments().consumed.labels(source, outcome).inc()


def parked(waiting: int, dead: int) -> None:
    _instruments().parked.labels("waiting").set(waiting)
    _instruments().parked.labels("dead").set(dead)


def hub_pause(seconds: float, own: float) -> None:
    _instruments().pause.set(seconds)
    _instruments().own_pause.set(own)


def page() -> bytes:
    """All of it, as Prometheus reads it."""
    from prometheus_client import generate_latest

    _instruments()
    return generate_latest()
