"""The body of a request: never read beyond what its route takes, and never cut there. JSON by orjson."""

from typing import IO, Any, cast

import orjson
from flask import Request, Response
from flask.json.provider import JSONProvider
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


class OrjsonProvider(JSONProvider):
    """Faster than the standard library, strict on what it reads, exact on dates and ids."""

    mimetype = "application/json"

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        options = orjson.OPT_INDENT_2 if kwargs.get("indent") else 0
        return orjson.dumps(obj, option=options).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        body = orjson.dumps(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype=self.mimetype)
