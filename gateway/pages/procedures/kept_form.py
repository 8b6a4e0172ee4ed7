"""What a form brings is kept, step by step: the applicant first, from which « Ma demande » takes over what it lacks."""

import uuid
from collections.abc import Mapping

from flask import request

from gateway.conversation import clients
from gateway.pages.components import edit_conflicts
from gateway.pages.components.controls import Typed
from gateway.pages.procedures import steps
from gateway.routes import command_id, send_command
from services.procedures.schemas.definitions.procedures import Step
from services.requests.schemas.drafts import DraftView, SaveStep
from services.requests.schemas.refusals import WrittenElsewhere


def keep_form(draft: DraftView, data: Mapping[Step, Typed]) -> DraftView | None:
    """The draft once the form was kept; None where that would overwrite what another page wrote meanwhile.

    The last step is kept under the form's own id, so that the page that waits for that save finds all of them.
    """
    *before, last = data
    try:
        for step in before:
            clients().send(_saving(draft, step, data[step]), command_id=uuid.uuid5(command_id(), step))
        return send_command(_saving(draft, last, data[last]))
    except WrittenElsewhere:
        return None


def _saving(draft: DraftView, step: Step, data: Typed) -> SaveStep:
    alone = steps.WITH_APPLICANT not in request.form
    seen = edit_conflicts.SEEN if alone or step is not Step.APPLICANT else steps.SEEN_APPLICANT
    return SaveStep(
        draft_id=draft.id,
        step=step,
        data=dict(data),
        page=request.form.get(edit_conflicts.PAGE) or None,
        seen=request.form.get(seen),
    )
