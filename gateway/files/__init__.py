"""Files on their way between browser and object store."""
