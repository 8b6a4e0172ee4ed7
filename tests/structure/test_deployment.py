"""What an operator may set is on the page for operators, as it is; what the page has them type is tried."""

import ast
import re
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import yaml

from deploy.local.programs import OF_ITS_OWN

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "deploy" / "README.md").read_text("utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
ROW = re.compile(r"^\| (`[^|]+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
SEVERAL = (ROOT / "docs" / "clustering.md").read_text("utf-8")
NOT_TYPED = {
    ("PostgreSQL sur trois machines", 0): "of the two the change of leader is typed (tests/swarm/leaders.py)",
    (
        "PostgreSQL sur trois machines",
        1,
    ): "these settings are typed for the store of the tests (tests/swarm/test_restored_portal.py)",
    ("PostgreSQL sur trois machines", 3): "the same question is asked of processes (tests/cluster)",
    ("PostgreSQL sur trois machines", 4): "the same steps are done with processes (tests/cluster)",
    ("PostgreSQL sur trois machines", 5): "the same steps are done with processes (tests/cluster)",
    ("PostgreSQL sur trois machines", 6): "the same steps are done with processes (tests/cluster)",
    (
        "Mettre à jour, changer un réglage ou un secret",
        0,
    ): "the same three steps are typed on one machine (tests/compose)",
    ("Chiffrer entre les machines", 0): "the kernel has no ESP here, as the page says",
}
"""The blocks of the page on several machines that no test types as they are, and why."""
NONE = "–"


def test_every_setting_of_the_deployment_is_explained() -> None:
    taken = set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE))
    explained = set(re.findall(r"`([A-Z0-9_]+)`", PAGE))

    assert taken
    assert taken <= explained


def test_every_setting_of_a_store_on_several_machines_is_explained() -> None:
    page = PAGE + SEVERAL
    taken = {
        name
        for file in (ROOT / "deploy" / "swarm").glob("*.yml")
        for name in re.findall(r"\$\{([A-Z0-9_]+)", file.read_text("utf-8"))
    }

    assert taken
    assert taken <= set(re.findall(r"`([A-Z0-9_]+)`", page))


def test_the_defaults_of_the_page_are_those_of_the_compose_file() -> None:
    taken = set(re.findall(r"\$\{([A-Z0-9_]+):-([^}]*)\}", COMPOSE))
    page: set[tuple[str, str]] = set()
    for cell, shown in ROW.findall(PAGE):
        names, defaults = re.findall(r"`([A-Z0-9_]+)`", cell), shown.replace("`", "").split(", ")
        if "docker-compose.yml" not in shown:
            page |= set(zip(names, defaults * len(names) if len(defaults) == 1 else defaults, strict=True))

    assert {name for name, _ in page} >= {"HTTPS_PORT", "PROXY_CONNECTIONS", "OWN_POSTGRES", "INSIDE_ONLY"}
    assert {(name, default) for name, default in page if default != NONE} <= taken
    assert {name for name, default in page if default == NONE} & {name for name, default in taken if default} == set()


def test_a_service_has_the_same_own_settings_in_a_container_and_here() -> None:
    services = yaml.safe_load(COMPOSE)["services"]

    for name, own in OF_ITS_OWN.items():
        assert own.items() <= services[name]["environment"].items()


def test_every_block_of_commands_of_the_page_is_tried_on_a_deployment() -> None:
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    written = {(one.partition("\n")[0], block) for one in sections for block in range(one.count("```sh\n"))}
    tried: set[tuple[str, int]] = set()
    for file in (ROOT / "tests" / "compose").glob("*.py"):
        text = file.read_text("utf-8")
        recipe = dict(re.findall(r'^(RECIPE) = ("[^"]+")$', text, re.MULTILINE))
        for name, block in re.findall(r'commands\((RECIPE|"[^"]+")(?:, block=(\d))?\)', text):
            tried.add((recipe.get(name, name).strip('"'), int(block or 0)))

    assert written == tried


def test_every_block_of_commands_on_several_machines_is_typed_or_it_is_known_why_not() -> None:
    sections = re.split(r"^## ", SEVERAL, flags=re.MULTILINE)[1:]
    written = {(one.partition("\n")[0], block) for one in sections for block in range(one.count("```sh\n"))}
    typed = {block for file in (ROOT / "tests" / "swarm").glob("*.py") for block in typed_in(file)}

    assert written - NOT_TYPED.keys() == typed
    assert NOT_TYPED.keys() <= written


def typed_in(file: Path) -> Iterator[tuple[str, int]]:
    """Section and number of each block that a test gets from the page under a name of its own: `_first, second = written("Section")`
    is the second one."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Assign(
                targets=[ast.Tuple(names) | ast.List(names)],
                value=ast.Call(func=ast.Name("written"), args=[ast.Constant(str(section))]),
            ):
                for number, name in enumerate(names):
                    if isinstance(name, ast.Name) and not name.id.startswith("_"):
                        yield section, number
            case _:
                pass


def test_the_image_of_postgresql_has_every_file_that_its_archive_imports() -> None:
    dockerfile = (ROOT / "deploy" / "patroni" / "Dockerfile").read_text("utf-8")
    copied = set(re.findall(r"(?:deploy|services)/\S+\.py", dockerfile))

    assert copied == imported_by("deploy/operator/wal_archive.py", set())


def test_what_the_image_leaves_out_is_of_packages_that_it_installs() -> None:
    """`find` and `rm` end the build where the folder of a package is not there any more."""
    dockerfile = (ROOT / "deploy" / "image" / "Dockerfile").read_text("utf-8")
    entered = set(re.findall(r"site-packages/([a-zA-Z_]\w*)", dockerfile))
    locked = set(re.findall(r"^([a-z][\w.-]*)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    of = packages_distributions()

    assert entered
    assert {name for name in entered if not locked & {one.lower() for one in of.get(name, ())}} == set()


def imported_by(file: str, known: set[str]) -> set[str]:
    """That file and all of the product's own that are imported with it, however far away."""
    if file not in known:
        known.add(file)
        for node in ast.parse((ROOT / file).read_text("utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
                for part in parts:
                    module = f"{part.replace('.', '/')}.py"
                    if (ROOT / module).is_file():
                        imported_by(module, known)
    return known
