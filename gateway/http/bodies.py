"""The body of a request: never read beyond what its route takes, and never cut there."""

from typing import IO, cast

from flask import Request
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream, get_input_stream


class WholeStream(LimitedStream):
    """A body of unannounced size, refused where it goes beyond the limit: Werkzeug's own, read to its end, leaves out the rest."""

    def readall(self) -> bytes:
        body = super().readall()
        self.read(1)
        return body


class WholeRequest(Request):
    """A request of which all that was sent is read or nothing, whether its size was announced or not."""

    @cached_property
    def stream(self) -> IO[bytes]:
        if "wsgi.input_terminated" in self.environ and self.max_content_length is not None:
            return cast("IO[bytes]", WholeStream(self.input_stream, self.max_content_length, is_max=True))
        return get_input_stream(self.environ, max_content_length=self.max_content_length)
