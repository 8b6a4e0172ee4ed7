"""Fields and formulas of office documents by which the program that opens them would start another one (DDE).

Of a field the first word says what it does, however many runs it is written in. Of a spreadsheet's formula a bar outside
quotation marks names a program and what it is asked for.
"""

import re
from xml.etree.ElementTree import Element

FIELD = re.compile(r"\s*DDE(AUTO)?\b", re.IGNORECASE)
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
DDE_FUNCTION = re.compile(r"\bDDE\s*\(", re.IGNORECASE)
STARTS_IN = (b"instrText", b"delInstrText", b"fldSimple", b"ddeLink", b"|")
"""OOXML: a part without any of these, in an encoding that has them as they are, starts nothing."""


class FieldCodes:
    """Reads the elements of one OOXML part in their order."""

    def __init__(self) -> None:
        self._code = ""

    def starts_a_program(self, element: Element) -> bool:
        name = element.tag.rpartition("}")[2]
        if name == "ddeLink":
            return True
        if name == "fldChar":
            self._code = ""
        elif name in ("instrText", "delInstrText"):
            self._code += element.text or ""
            return FIELD.match(self._code) is not None
        elif name == "fldSimple":
            return any(FIELD.match(value) for key, value in element.items() if key.rpartition("}")[2] == "instr")
        elif name in ("f", "definedName"):
            return "|" in QUOTED.sub("", element.text or "")
        return False


def formula_starts_a_program(formula: str) -> bool:
    """The same of a formula of ODF."""
    bare = QUOTED.sub("", formula)
    return "|" in bare or DDE_FUNCTION.search(bare) is not None
