"""The second factor of agents, and the recovery codes that stand in for it."""
