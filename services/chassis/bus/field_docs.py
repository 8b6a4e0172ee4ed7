"""What is documented of an event, and of a field beyond its type: what it means, an example, the values that it may have. Pure."""

from dataclasses import dataclass
from typing import Annotated, Any

from services.chassis.structs import Struct


@dataclass(frozen=True)
class FieldDoc:
    """Stands in `Annotated[str, FieldDoc(…)]` of a public event's field; for storage the field is what it was.

    `values` are all that there can be; `known` those that there are, where a town may add others.
    """

    example: Any = None
    values: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    form: str = ""
    means: str = ""

    def shape(self) -> tuple[dict[str, Any], Any]:
        """JSON Schema and example."""
        schema: dict[str, Any] = {"type": "string"}
        if self.means:
            schema["description"] = self.means
        if self.form:
            schema["format"] = self.form
        if self.values:
            schema["enum"] = list(self.values)
        if self.known:
            schema["examples"] = list(self.known)
        return schema, self.example or next(iter(self.values or self.known))


class EventDoc(Struct):
    """A public event type as partners read of it: the JSON Schema of its data, and an example."""

    type: str
    source: str
    summary: str
    schema: dict[str, Any]
    example: dict[str, Any]


Id = Annotated[str, FieldDoc("0199f3a2-8e10-7b7d-8f0a-3d5c6b7a8e91", form="uuid")]
