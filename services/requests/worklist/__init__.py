"""The side of the agents: work list, decisions along the flow, replies, notes, how a refusal is contested."""
