"""French punctuation takes a space that no line breaks at: `python -m tests.structure.typography` sets them all."""

import re
import tokenize
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from services.townhall.typography import typeset as typeset_text

ROOT = Path(__file__).parent.parent.parent
QUOTED = re.compile(r'"[^"\n]*"')
PRINTS = re.compile(r"^(?! *#).*\b(?:say|fail|alive|because|echo|printf?|why=|usage=).*", re.MULTILINE)
"""A line of a shell script that prints something, or keeps it to be printed."""
PRINTED = re.compile(r'"[^"\n]*"' + r"|'[^'\n]*(?:'|$)")  # to its end, or to that of the line
GUIDES = (
    "deploy/README.md",
    *(
        f"docs/{name}.md"
        for name in ("accessibility", "agents", "clustering", "erasing", "operating", "rebuilding", "settings")
    ),
)
PYTHON = "#!/usr/bin/env python3\n"
NO_SCRIPTS = {"Dockerfile", "README"}
NOT_OURS = "gateway/pages/static/leaflet"
"""Kept as its makers publish it."""
PASSED_OVER = {tokenize.NL, tokenize.COMMENT}


def texts() -> Iterator[Path]:
    """The files whose words people read: guides, shell scripts, code, scripts of the browser and templates of pages and of mails."""
    yield from (ROOT / name for name in ("parvis", "docker-compose.yml", *GUIDES))
    yield from (path for path in sorted((ROOT / "deploy").rglob("*")) if _is_script(path))
    for folder in ("services", "gateway", "deploy"):
        for ending in ("py", "js", "html", "j2"):
            found = sorted((ROOT / folder).rglob(f"*.{ending}"))
            yield from (path for path in found if ROOT / NOT_OURS not in path.parents)


def typeset(path: Path) -> str:
    """The file as it should be: a template whole; of code only the strings, for its docstrings are read by programmers."""
    text = path.read_text("utf-8")
    match ".py" if text.startswith(PYTHON) else path.suffix:
        case ".py":
            return _code(text)
        case ".js":
            return QUOTED.sub(lambda string: typeset_text(string[0]), text)
        case "" | ".yml":
            return PRINTS.sub(lambda line: PRINTED.sub(lambda said: typeset_text(said[0]), line[0]), text)
        case _:
            return typeset_text(text)


def _is_script(path: Path) -> bool:
    return not path.suffix and path.name not in NO_SCRIPTS and path.is_file()


def _code(text: str) -> str:
    lines = text.splitlines(keepends=True)
    for token in reversed(list(_strings(tokenize.generate_tokens(StringIO(text).readline)))):
        (first, start), (last, end) = token.start, token.end
        string = lines[first - 1][:start] + typeset_text(token.string) + lines[last - 1][end:]
        lines[first - 1 : last] = string.splitlines(keepends=True)
    return "".join(lines)


def _strings(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    """The strings that are part of a statement; one that stands alone is a docstring."""
    statement: list[tokenize.TokenInfo] = []
    for token in tokens:
        if token.type == tokenize.NEWLINE:
            if len(statement) > 1:
                yield from (part for part in statement if part.type == tokenize.STRING)
            statement = []
        elif token.type not in PASSED_OVER and token.string.strip():
            statement.append(token)


if __name__ == "__main__":
    for source in texts():
        source.write_text(typeset(source), encoding="utf-8")
