"""How a refusal is described to programs."""

PROBLEM_SCHEMA: dict[str, object] = {
    "type": "object",
    "description": "Un refus (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "correlation_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Ce qui se passe et quoi faire, en français."},
        "code": {"type": "string", "description": "Stable, pour les programmes."},
        "correlation_id": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "details": {"type": "object"},
    },
}
