"""What may be asked: the town, its service areas, versioned procedures with their forms, agendas, the catalogue and its search."""
