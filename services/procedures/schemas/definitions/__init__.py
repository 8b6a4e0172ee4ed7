"""What procedures publishes, as frozen dataclasses: the town, its service areas, its procedures and its agendas.

The stored form is the JSON of the town's files with their references written out; `published.py` reads it. What every version
that was ever published has is mandatory here; what came later, or may be left out, has the default that it had before. The
checks belong to the import (`procedures/files`): what is read here was checked when it was published.
"""
