"""« Autres espaces » in the form of a new space: optional, folded, checked for its form before the space is made and kept after it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace

from gateway.conversation import clients
from gateway.pages.account.partner_spaces import controls_of, name_of
from gateway.pages.components.controls import Control
from gateway.town import town_book
from services.accounts.schemas.partner_credentials import CheckPartnerForm, KeepPendingCredentials
from services.chassis.errors import Invalid, Refusal
from services.townhall.typography import NBSP

Given = dict[str, dict[str, str]]
"""By slug of the space, what was typed by name of field; only spaces of which something was typed."""


def controls(typed: Mapping[str, str], errors: Mapping[str, str]) -> list[Control]:
    """The fields of all spaces, each named with its space; none is mandatory."""
    return [
        replace(control, required=False, label=f"{space.title}{NBSP}: {control.label[0].lower()}{control.label[1:]}")
        for space in town_book().partner_spaces()
        for control in controls_of(space, typed, errors)
    ]


def given(form: Mapping[str, str]) -> Given:
    found = {
        space.slug: {one.name: form.get(name_of(space, one), "") for one in space.fields}
        for space in town_book().partner_spaces()
    }
    return {slug: values for slug, values in found.items() if any(map(str.strip, values.values()))}


def wrong(found: Given) -> dict[str, str]:
    """What is to be corrected, by control."""
    errors: dict[str, str] = {}
    for space in town_book().partner_spaces():
        if space.slug in found:
            try:
                clients().send(CheckPartnerForm(slug=space.slug, values=found[space.slug]))
            except Invalid as refusal:
                names = {one.name: name_of(space, one) for one in space.fields}
                errors |= {names[name]: said for name, said in refusal.fields.items() if name in names}
    return errors


def keep(pending: str, found: Given, once: Callable[[str], uuid.UUID]) -> bool:
    """With the space that waits. False where some could not be kept: the space is made all the same."""
    kept = True
    for slug, values in found.items():
        try:
            asked = KeepPendingCredentials(pending=pending, slug=slug, values=values)
            clients().send(asked, command_id=once(f"partner space {slug}"))
        except Refusal:
            kept = False
    return kept
