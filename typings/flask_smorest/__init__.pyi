"""What we use of flask-smorest, which carries no types, and of the apispec document behind it."""

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

import flask
from marshmallow import fields
from werkzeug.routing import BaseConverter

V = TypeVar("V", bound=Callable[..., object])

class Components:
    def schema(self, component_id: str, component: Mapping[str, object]) -> Components: ...
    def response(self, component_id: str, component: Mapping[str, object]) -> Components: ...
    def parameter(self, component_id: str, location: str, component: Mapping[str, object]) -> Components: ...
    def security_scheme(self, component_id: str, component: Mapping[str, object]) -> Components: ...

class Spec:
    components: Components
    def to_dict(self) -> dict[str, object]: ...

class Converter:
    def add_attribute_function(self, func: Callable[[Converter, fields.Field[object]], dict[str, object]]) -> None: ...

class MarshmallowPlugin:
    converter: Converter

class Api:
    DEFAULT_ERROR_RESPONSE_NAME: ClassVar[str | None]
    spec: Spec
    ma_plugin: MarshmallowPlugin
    def __init__(self, app: flask.Flask, *, spec_kwargs: Mapping[str, object]) -> None: ...
    def register_converter(
        self, converter: type[BaseConverter], func: Callable[[BaseConverter], Mapping[str, object]]
    ) -> None: ...
    def register_blueprint(self, blp: Blueprint) -> None: ...

class Blueprint(flask.Blueprint):
    description: str
    def __init__(self, name: str, import_name: str, *, url_prefix: str, description: str) -> None: ...
    def doc(self, **described: object) -> Callable[[V], V]: ...
    def add_url_rule(
        self, rule: str, endpoint: str, view_func: Callable[..., object], *, methods: list[str], tags: list[str]
    ) -> None: ...
