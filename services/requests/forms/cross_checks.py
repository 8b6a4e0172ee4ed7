"""Checks across the fields of a form, as the definition lists them; pure.

A rule is checked once every field that it compares has a valid answer, `at_least_one_of` unless one of its fields has an answer
that is wrong.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import assert_never

from services.procedures.schemas.definitions.forms import Rule, RuleKind
from services.requests.forms import french
from services.townhall.untyped import text

Values = Mapping[str, object]


def broken(rules: Sequence[Rule], values: Values, already: Mapping[str, str]) -> dict[str, str]:
    """The message of each broken rule, at the field where the person can mend it; a field with an error keeps its own."""
    errors: dict[str, str] = {}
    for rule in rules:
        field = _field_at_fault(rule)
        if field not in already and field not in errors and not (_kept(rule, values) or _is_tried(rule, already)):
            errors[field] = rule.message
    return errors


def _is_tried(rule: Rule, already: Mapping[str, str]) -> bool:
    """Whether one of the answers was given, and is to be corrected."""
    wrong = {name.partition(".")[0] for name in already}
    return rule.kind is RuleKind.AT_LEAST_ONE_OF and not wrong.isdisjoint(rule.fields)


def next_day(rules: Sequence[Rule], values: Values) -> set[str]:
    """The times that are of the day after: an evening that ends past midnight, as far as its rule lets it."""
    ordered = [rule for rule in rules if rule.kind is RuleKind.TIME_ORDER]
    return {rule.fields[-1] for rule in ordered if _past_midnight(rule, *map(values.get, rule.fields))}


def _past_midnight(rule: Rule, start: object, end: object) -> bool:
    begins, ends, latest = _hour(start), _hour(end), _hour(rule.next_day_until)
    if begins is None or ends is None or latest is None:
        return False
    return ends <= latest < begins


def _hour(value: object) -> time | None:
    return french.read_hour(text(value))


def _field_at_fault(rule: Rule) -> str:
    match rule.kind:
        case RuleKind.MAX_BY_CHOICE:
            return rule.field
        case RuleKind.AT_LEAST_ONE_OF | RuleKind.LESS_OR_EQUAL:
            return rule.fields[0]
        case RuleKind.SAME_VALUE | RuleKind.DATE_ORDER | RuleKind.TIME_ORDER | RuleKind.MAX_DAYS_BETWEEN:
            return rule.fields[-1]
        case _:
            assert_never(rule.kind)


def _kept(rule: Rule, values: Values) -> bool:
    if rule.kind is RuleKind.AT_LEAST_ONE_OF:
        return any(values.get(name) for name in rule.fields)
    if rule.kind is RuleKind.MAX_BY_CHOICE:
        limit = rule.limits.get(text(values.get(rule.by)))
        return limit is None or _in_order(values.get(rule.field, limit), limit)
    first, second = (values.get(name) for name in rule.fields)
    if first is None or second is None:
        return True
    match rule.kind:
        case RuleKind.SAME_VALUE:
            return first == second
        case RuleKind.LESS_OR_EQUAL | RuleKind.DATE_ORDER:
            return _in_order(first, second)
        case RuleKind.TIME_ORDER:
            begins, ends = _hour(first), _hour(second)
            return begins is None or ends is None or begins < ends or _past_midnight(rule, first, second)
        case RuleKind.MAX_DAYS_BETWEEN:
            return (date.fromisoformat(text(second)) - date.fromisoformat(text(first))).days <= rule.days
        case _:
            assert_never(rule.kind)


def _in_order(first: object, second: object) -> bool:
    """Of two numbers, or of two days."""
    if isinstance(first, int | float) and isinstance(second, int | float):
        return first <= second
    return text(first) <= text(second)
