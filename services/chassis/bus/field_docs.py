"""What is documented of a field beyond its type: what it means, an example, the values that it may have. Pure."""

from dataclasses import dataclass
from typing import Annotated, Any


@dataclass(frozen=True)
class FieldDoc:
    """Stands in `Annotated[str, FieldDoc(…)]` of a public event's field; for storage the field is what it was.

    `values` are all that there can be; `known` those that there are, where a town may add others. `parts` are those of an
    object.
    """

    example: Any = None
    values: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    form: str = ""
    means: str = ""
    parts: tuple[tuple[str, "FieldDoc"], ...] = ()

    def shape(self) -> tuple[dict[str, Any], Any]:
        """JSON Schema and example."""
        if self.parts:
            shapes = {name: part.shape() for name, part in self.parts}
            properties = {name: schema for name, (schema, _) in shapes.items()}
            schema = {"type": "object", "required": list(shapes), "properties": properties}
            return schema, {name: example for name, (_, example) in shapes.items()}
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


Id = Annotated[str, FieldDoc("0199f3a2-8e10-7b7d-8f0a-3d5c6b7a8e91", form="uuid")]
