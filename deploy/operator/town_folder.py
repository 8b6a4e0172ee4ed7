"""A town's folder of YAML files, read whole: all that cannot be read is listed at once, with file, line and reason. Imports nothing."""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.command.trouble import Trouble

REQUIRED = ("town", "service_areas", "procedures", "agendas")
PICTURED = ("home", "news", "activities", "practical_info", "polls")
"""The files that may name pictures."""
LARGEST_PICTURE_BYTES = 300_000
LARGEST_BYTES = 4_000_000  # some nine hundred procedures
LONGEST_NUMBER = 15  # digits that every reader of JSON keeps

TEXT = "tag:yaml.org,2002:str"
NUMBERS = {f"tag:yaml.org,2002:{kind}" for kind in ("int", "float")}
KINDS = {TEXT, *NUMBERS, *(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "null", "map", "seq"))}

Town = Mapping[str, Any]

FRENCH: Mapping[str, str] = {
    "mapping values are not allowed here": "deux-points de trop, ou texte à mettre entre guillemets",
    "could not find expected ':'": "il manque un deux-points",
    "found unexpected end of stream": "la fin manque, un guillemet n’est peut-être pas fermé",
    "expected a single document in the stream": "« --- » ne peut pas séparer deux documents",
    "found character '\\t' that cannot start any token": "une tabulation ; décalez par des espaces",
    "found character '%' that cannot start any token": "un texte qui commence par « % » se met entre guillemets",
    "found character '@' that cannot start any token": "un texte qui commence par « @ » se met entre guillemets",
    "found character '`' that cannot start any token": "un texte qui commence par « ` » se met entre guillemets",
}
"""What the reader says most often; of what is not here, the place alone is shown."""


class AliasRefused(yaml.MarkedYAMLError):
    """An alias (`*name`) stands for any amount of text, and for aliases in their turn."""


class _Loader(yaml.SafeLoader):
    """YAML without aliases: a bomb made of them is refused at the first one, before it is unfolded. A date is a text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own convention
        start: [(tag, shape) for tag, shape in known if tag != "tag:yaml.org,2002:timestamp"]
        for start, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise AliasRefused(problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)


class _Unreadable(Exception):
    """Why a file gives no document: a line each."""


def read_town(folder: Path) -> Town:
    """The documents of a town's folder by the names of their files; raises Trouble with all that cannot be read."""
    found: dict[str, Any] = {}
    wrong: list[str] = []
    files = _files(folder)
    for file in files:
        try:
            found[file.stem] = _document(file)
        except _Unreadable as faults:
            wrong += [str(fault) for fault in faults.args]
    try:
        found["images"] = _images(folder, found)
    except _Unreadable as faults:
        wrong += [str(fault) for fault in faults.args]
    missing = [f"{name}.yaml" for name in REQUIRED if name not in {file.stem for file in files}]
    if missing:
        wrong.append(f"Il manque dans {folder} : {', '.join(missing)}.")
    if wrong:
        raise Trouble("\n".join(wrong))
    return found


def _images(folder: Path, documents: Mapping[str, Any]) -> dict[str, str]:
    """The pictures that contents name, in base64, by their names in the folder `images`."""
    named = {name: kind for kind in reversed(PICTURED) for name in _pictures_of(documents.get(kind, {}).get(kind))}
    found: dict[str, str] = {}
    wrong: list[str] = []
    for name, kind in sorted(named.items()):
        file = folder / "images" / name
        try:
            if file.stat().st_size > LARGEST_PICTURE_BYTES:
                wrong.append(f"{file} est trop lourd : {LARGEST_PICTURE_BYTES // 1000} ko au plus.")
                continue
            found[name] = base64.b64encode(file.read_bytes()).decode()
        except OSError:
            wrong.append(f"{file} ne peut pas être lu : {kind}.yaml nomme cette image.")
    if wrong:
        raise _Unreadable(*wrong)
    return found


def _pictures_of(entries: Any) -> Iterator[str]:
    """The file names that these entries give; the services refuse what is none."""
    for one in entries if isinstance(entries, list) else [entries]:
        name = one.get("image") if isinstance(one, Mapping) else None
        if isinstance(name, str) and "/" not in name:
            yield name


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".yaml")
    except FileNotFoundError:
        raise Trouble(f"Le dossier {folder} n’existe pas.") from None
    except NotADirectoryError:
        raise Trouble(
            f"{folder} n’est pas un dossier : donnez celui qui contient town.yaml et les autres fichiers de la commune."
        ) from None
    except PermissionError:
        raise Trouble(
            f"Le dossier {folder} n’est pas lisible par ce compte : donnez-lui le droit de le lire."
        ) from None


def _document(file: Path) -> dict[Any, Any]:
    text = _text(file)
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise _Unreadable(
                f"{file} doit commencer par des rubriques (« nom : … ») ; deploy/demo-town montre lesquelles."
            )
        if faults := [f"{file}, {fault}" for fault in _faults(node)]:
            raise _Unreadable(*faults)
        document: dict[Any, Any] = loader.construct_document(node)
        return document
    except AliasRefused as error:
        raise _Unreadable(
            f"{file}{_place(error)} : les renvois (« *nom ») ne sont pas acceptés, car quelques-uns suffisent à cacher un fichier "
            "immense ; écrivez le texte à chaque endroit."
        ) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _Unreadable(f"{file}, ligne {line} : un caractère invisible n’est pas accepté ; retirez-le.") from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a tag says number, its text is not one
        raise _Unreadable(f"{file}{_place(error)} : ce n’est pas du YAML valable{_said(error)}.") from error
    except RecursionError:
        raise _Unreadable(f"{file} : les rubriques y sont imbriquées trop profondément.") from None
    finally:
        if loader is not None:
            loader.dispose()


def _text(file: Path) -> str:
    try:
        if not file.is_file() and file.exists():
            raise _Unreadable(f"{file} n’est pas un fichier.")
        if file.stat().st_size > LARGEST_BYTES:
            raise _Unreadable(f"{file} est trop grand : {LARGEST_BYTES // 1_000_000} Mo au plus.")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _Unreadable(
            f"{file}, ligne {line} : le fichier n’est pas en UTF-8 ; enregistrez-le dans ce codage."
        ) from None
    except PermissionError:
        raise _Unreadable(f"{file} n’est pas lisible par ce compte : donnez-lui le droit de le lire.") from None
    except OSError as error:
        raise _Unreadable(
            f"{file} n’a pas pu être lu : vérifiez qu’il existe encore, ses droits et le disque."
        ) from error


def _faults(node: yaml.Node) -> Iterator[str]:
    """What YAML accepts and a town does not mean, with its line: a key that stands twice (the last would silently win), a name
    that is read as a number or as true, a value of a kind that no field takes."""
    line = node.start_mark.line + 1
    if node.tag not in KINDS:
        yield f"ligne {line} : seuls des textes, des nombres, true, false, des listes et des rubriques sont acceptés ici."
    elif isinstance(node, yaml.MappingNode):
        yield from _names(node)
        for _, value in node.value:
            yield from _faults(value)
    elif isinstance(node, yaml.SequenceNode):
        for element in node.value:
            yield from _faults(element)
    elif node.tag in NUMBERS and (len(node.value) > LONGEST_NUMBER or node.value.lower().endswith((".nan", ".inf"))):
        yield f"ligne {line} : « {node.value[:LONGEST_NUMBER]} » n’est pas un nombre acceptable ; un texte se met entre guillemets."


def _names(node: yaml.MappingNode) -> Iterator[str]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if key.tag != TEXT:
            shown = f"« {key.value} » " if isinstance(key, yaml.ScalarNode) else ""
            yield f"ligne {line} : le nom {shown}doit être un texte, entre guillemets."
        elif key.value in first:
            yield f"ligne {line} : « {key.value} » est déjà écrit ligne {first[key.value]} ; gardez l’un des deux."
        else:
            first[key.value] = line


def _place(error: Exception) -> str:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    return f", ligne {mark.line + 1}, colonne {mark.column + 1}" if mark else ""


def _said(error: Exception) -> str:
    known = (error.problem, error.context) if isinstance(error, yaml.MarkedYAMLError) else ()
    said = next((FRENCH[words] for words in known if words and words in FRENCH), None)
    return f" ({said})" if said else ""
