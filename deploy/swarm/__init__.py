"""The portal on several machines, as a stack of Docker Swarm."""
