"""The town hall's team, for administrators; and an agent's own recovery codes."""

import uuid

from gateway.api.operations import Operations
from gateway.api.schemas import team as schemas
from gateway.clients import Json
from gateway.http.rate_limits import SECOND_FACTOR
from gateway.permissions import STAFF, TEAM
from gateway.shared import team as shared
from services.accounts.schemas import team as calls
from services.accounts.schemas.agents import DisableAgent, EnableAgent, InviteAgent
from services.chassis.contracts import from_json

team = Operations("team", "L’équipe : les agents du portail, pour qui administre et gère les agents.")
CODES, MEMBER = "/agent/recovery-codes", "/agent/team/<uuid:agent_id>"

team.get("/agent/team", permission=TEAM).sends(calls.ListTeam, "Tous les agents, par nom d’utilisateur.")


@team.post("/agent/team", permission=TEAM, body=schemas.InviteMember, returns=calls.Invited, status=201, command=True)
def invite_member(body: Json, command_id: uuid.UUID) -> calls.Invited:
    """Invite un nouvel agent : un lien part vers son adresse, pour choisir un mot de passe et un second facteur."""
    asked = from_json(calls.InviteMember, body)
    return shared.send(asked, asked.departments, command_id)


team.get(MEMBER, permission=TEAM).sends(
    calls.FindMember, "Un agent, et ce qui a été fait de son compte, le plus récent d’abord.", name="member"
)


@team.put(MEMBER, permission=TEAM, body=schemas.ChangeMember, status=204, command=True)
def change_member(agent_id: uuid.UUID, body: Json, command_id: uuid.UUID) -> None:
    """Modifie l’agent. Ses sessions se terminent si le rôle, les services ou les droits changent."""
    asked = from_json(calls.ChangeMember, {**body, "agent_id": agent_id})
    shared.send(asked, asked.departments, command_id)


team.post(f"{MEMBER}/invitation", permission=TEAM, status=204).sends(
    InviteAgent, "Envoie un autre lien ; celui d’avant n’ouvre plus rien.", name="invite_again"
)
team.post(f"{MEMBER}/disablement", permission=TEAM, status=204).sends(
    DisableAgent,
    "Désactive l’agent : ses sessions et ses liens sont terminés aussitôt. Refusé pour le dernier compte d’administration.",
    name="disable_member",
)
team.post(f"{MEMBER}/enablement", permission=TEAM, returns=schemas.Enabled).sends(
    EnableAgent, "Réactive l’agent.", name="enable_member", shown=lambda enabled: {"may_log_in": enabled.may_log_in}
)
team.post(f"{MEMBER}/second-factor", permission=TEAM).sends(
    calls.RenewSecondFactor,
    "Met fin au second facteur, aux codes de secours et aux sessions ; un lien part pour en prendre un nouveau.",
)
team.get(CODES, permission=STAFF).sends(
    calls.CountRecoveryCodes, "Combien de mes codes de secours servent encore.", name="recovery_codes_left"
)
team.post(CODES, permission=STAFF, body=schemas.RenewCodes, status=201, limit=SECOND_FACTOR).sends(
    calls.RenewRecoveryCodes, "Crée dix nouveaux codes de secours ; ceux d’avant n’ouvrent plus rien."
)
