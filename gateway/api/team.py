"""The town hall's team, for administrators; and an agent's own recovery codes."""

import uuid

from gateway.api.operations import Operations
from gateway.api.schemas import team as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.http.rate_limits import SECOND_FACTOR
from gateway.permissions import STAFF, TEAM
from gateway.shared import team as shared
from services.accounts.schemas import team as calls
from services.accounts.schemas.agents import DisableAgent, EnableAgent, InviteAgent
from services.chassis.contracts import from_json, to_json

team = Operations("team", "L’équipe : les agents du portail, pour qui administre et gère les agents.")


@team.get("/agent/team", permission=TEAM, returns=schemas.Team)
def list_team() -> Json:
    """Tous les agents, par nom d’utilisateur."""
    return to_json(clients().send(calls.ListTeam()))


@team.post("/agent/team", permission=TEAM, body=schemas.InviteMember, returns=schemas.Invited, status=201, command=True)
def invite_member(body: Json, command_id: uuid.UUID) -> Json:
    """Invite un nouvel agent : un lien part vers son adresse, pour choisir un mot de passe et un second facteur."""
    left_out: Json = {"departments": [], "permissions": None}
    invited = shared.invite(**{**left_out, **body}, command_id=command_id)
    return to_json(invited)


@team.get("/agent/team/<uuid:agent_id>", permission=TEAM, returns=schemas.MemberRecord)
def member(agent_id: uuid.UUID) -> Json:
    """Un agent, et ce qui a été fait de son compte, le plus récent d’abord."""
    return to_json(clients().send(calls.FindMember(agent_id=agent_id)))


@team.put("/agent/team/<uuid:agent_id>", permission=TEAM, body=schemas.ChangeMember, status=204, command=True)
def change_member(agent_id: uuid.UUID, body: Json, command_id: uuid.UUID) -> None:
    """Modifie l’agent. Ses sessions se terminent si le rôle, les services ou les droits changent."""
    left_out: Json = {"email": "", "departments": [], "permissions": []}
    shared.change(agent_id, **{**left_out, **body}, command_id=command_id)


@team.post("/agent/team/<uuid:agent_id>/invitation", permission=TEAM, status=204, command=True)
def invite_again(agent_id: uuid.UUID, command_id: uuid.UUID) -> None:
    """Envoie un autre lien ; celui d’avant n’ouvre plus rien."""
    clients().send(InviteAgent(agent_id=agent_id), command_id=command_id)


@team.post("/agent/team/<uuid:agent_id>/disablement", permission=TEAM, status=204, command=True)
def disable_member(agent_id: uuid.UUID, command_id: uuid.UUID) -> None:
    """Désactive l’agent : ses sessions et ses liens sont terminés aussitôt. Refusé pour le dernier compte d’administration."""
    clients().send(DisableAgent(agent_id=agent_id), command_id=command_id)


@team.post("/agent/team/<uuid:agent_id>/enablement", permission=TEAM, returns=schemas.Enabled, command=True)
def enable_member(agent_id: uuid.UUID, command_id: uuid.UUID) -> Json:
    """Réactive l’agent."""
    return {"may_log_in": clients().send(EnableAgent(agent_id=agent_id), command_id=command_id).may_log_in}


@team.post("/agent/team/<uuid:agent_id>/second-factor", permission=TEAM, status=204, command=True)
def renew_second_factor(agent_id: uuid.UUID, command_id: uuid.UUID) -> None:
    """Met fin au second facteur, aux codes de secours et aux sessions ; un lien part pour en prendre un nouveau."""
    clients().send(calls.RenewSecondFactor(agent_id=agent_id), command_id=command_id)


@team.get("/agent/recovery-codes", permission=STAFF, returns=schemas.CodesLeft)
def recovery_codes_left() -> Json:
    """Combien de mes codes de secours servent encore."""
    return to_json(clients().send(calls.CountRecoveryCodes()))


@team.post(
    "/agent/recovery-codes",
    permission=STAFF,
    body=schemas.RenewCodes,
    returns=schemas.RecoveryCodes,
    status=201,
    command=True,
    limit=SECOND_FACTOR,
)
def renew_recovery_codes(body: Json, command_id: uuid.UUID) -> Json:
    """Crée dix nouveaux codes de secours ; ceux d’avant n’ouvrent plus rien."""
    return to_json(clients().send(from_json(calls.RenewRecoveryCodes, body), command_id=command_id))
