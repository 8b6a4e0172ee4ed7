"""Where the holder of a new space goes on after its activation: a page of the portal. Pure."""

NOT_LOCAL = "Cette adresse n’est pas celle d’une page du portail."


def is_local(path: str) -> bool:
    """Whether that is nothing, or the path of a page of this portal. Browsers read a backslash as a slash, and leave out
    signs that are not seen."""
    plain = path.isprintable() and not set(path) & {" ", "\\"}
    return not path or (plain and path.startswith("/") and not path.startswith("//"))
