"""What procedures publishes, kept version by version: definitions, agendas, the town; and how they are read."""
