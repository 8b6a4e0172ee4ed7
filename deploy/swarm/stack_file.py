"""What `docker stack deploy` is given, made of what `docker compose config --format json` prints: there is no second copy.

A stack refuses some keys of Compose and drops others without a word. Each is translated here; one that is not known is refused.

A store is either elsewhere or a cluster that a file of deploy/swarm adds. The store of docker-compose.yml then has scale 0 and depends
on the cluster, so that what waits for the one waits for the other. A member of a cluster is a service with `deploy.placement.constraints`:
one task, on one machine, where its volumes are. A job that depends on members is their check: it ends well when their cluster is whole.
"""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from graphlib import TopologicalSorter
from pathlib import PurePosixPath
from typing import Any

Tree = dict[str, Any]
Hashes = Callable[[str], Mapping[str, str]]
"""The hash of each file of a folder by its name, or of the file itself by ""."""

STORES = {"postgres": "OWN_POSTGRES", "rabbitmq": "OWN_RABBITMQ", "object-store": "OWN_OBJECT_STORE"}
"""Those of the Compose file, with the setting that says that it is not to run: its volume is on one machine."""
TOOLS = "tools"
REFUSED = {"demo": "est celui d’une seule machine, dont il garde les courriels"}
"""Profiles that a stack cannot have, and why."""
REFUSED_WITHOUT = {
    "partners": ("rabbitmq", "mène au RabbitMQ de la pile : les partenaires atteignent celui de la mairie")
}
"""Profiles that a stack cannot have while that store is elsewhere, and why."""
ALONE = "alone"
"""The network of what Compose gives none: a stack gives every container one, and this one leads nowhere."""
COPIED = {
    "cap_add",
    "cap_drop",
    "command",
    "entrypoint",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "logging",
    "read_only",
    "stop_grace_period",
    "sysctls",
    "user",
}
TRANSLATED = {
    "cpus",
    "deploy",
    "environment",
    "mem_limit",
    "network_mode",
    "networks",
    "pids_limit",
    "ports",
    "restart",
    "scale",
    "secrets",
    "shm_size",
    "tmpfs",
    "volumes",
}
ELSEWHERE = {"build", "depends_on", "profiles", "security_opt"}
"""Each machine has the image; `stages` has the order, `stack` the profiles, each engine has the one option."""
NO_NEW_PRIVILEGES = ["no-new-privileges:true"]
IS_READY = "deploy/image/ready.py"
PROXY_PORT = "/dev/tcp/127.0.0.1/8404"
PROXY_LIVES = ["CMD", "bash", "-c", f"exec 3<>{PROXY_PORT}"]
REPLICAS = 2
ONCE = {"condition": "none"}
"""The restart policy of a job. Swarm's own mode for jobs runs one for each manager that ever led, again and again (moby/moby#53632)."""
HOW_MANY = "GATEWAYS"
"""What a process reads of how many there are of it."""
ARCHIVE, RESTORE = "POSTGRES_ARCHIVE", "POSTGRES_RESTORE"
OUT: Tree = {"outside": None}
"""The network by which the archive is reached: no store that holds one is in the stack."""
MADE_OF = "parvis.made-of"
"""The label of a member: the hash of all that it is made of. One that did not change is not touched."""
ON_A_MANAGER = {"constraints": ["node.role == manager"]}
"""A machine that is added is a worker, and may not have the images yet."""
IN_A_STACK = {"RES_OPTIONS": "timeout:1 attempts:2", "PARVIS_ENGINE": "swarm"}
"""C's library gives up a silent name server, asked for a name that no task has, after 2 s. By the other a container says what to type."""
ENCRYPTED = "encrypted"
"""The option of a network that deploy/swarm/encrypted.yml gives."""
SHARED_MEMORY = "/dev/shm"  # noqa: S108 (a mount of the container's own) # nosec B108
UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}


class NotForAStack(Exception):
    """The message says, in French, what the settings or the Compose file hold that a stack cannot."""


def stack(compose: Tree, chosen: Collection[str], hashes: Hashes) -> Tree:
    """The whole of it. `chosen`: the services that `.env` chooses. Raises NotForAStack."""
    services: Tree = compose["services"]
    for name, setting in STORES.items():
        if services[name].get("scale") != 0:
            raise NotForAStack(
                f"{name} : une pile n’a pas celui de docker-compose.yml. Donnez {setting}=0 et l’adresse du vôtre, ou sa grappe dans "
                "COMPOSE_FILE."
            )
    elsewhere = {name for name in STORES if not any(_is_member(services[one]) for one in _before(services, name))}
    if elsewhere and compose["networks"]["inside"].get("internal"):
        raise NotForAStack(
            f"{', '.join(sorted(elsewhere))} : là où un stockage est ailleurs, donnez INSIDE_ONLY=false dans .env."
        )
    archives = [one["environment"]["S3_ENDPOINT"] for one in services.values() if _uses_archive(one)]
    if "object-store" not in elsewhere and any(one.partition(":")[0].lower() in services for one in archives):
        raise NotForAStack(
            f"{ARCHIVE}, {RESTORE} : l’archive des bases ne peut pas être dans un stockage S3 qui a lui-même besoin de ces bases. Donnez-lui, par "
            f"ARCHIVE_S3_ENDPOINT, l’adresse d’un stockage S3 qui est ailleurs, ou retirez ces réglages."
        )
    if "object-store" not in elsewhere and any(one.get("environment", {}).get(RESTORE) for one in services.values()):
        raise NotForAStack(
            f"{RESTORE} : les fichiers sont dans la pile, où rien ne les ramène à ce moment ; les bases nommeraient des fichiers effacés depuis."
        )
    wanted = {name: one for name, one in services.items() if name == TOOLS or name in {*chosen} - {*STORES}}
    configs: Tree = {}
    made: Tree = {}
    for name, one in wanted.items():
        _check(name, one, elsewhere)
        files = _files(one, hashes)
        configs |= {source: _by_hash(compose["name"], source, place, sha) for source, (place, sha, _) in files.items()}
        made[name] = _service(name, one) | _given(files)
    volumes = {one["source"] for service in made.values() for one in service["volumes"] if one["type"] == "volume"}
    whole = {
        "services": made,
        "networks": {
            name: _overlay(name, one) for name, one in (compose["networks"] | {ALONE: {"internal": True}}).items()
        },
        "volumes": {name: {"name": compose["volumes"][name]["name"]} for name in volumes},
        "configs": configs,
        "secrets": {
            name: _by_hash(compose["name"], name, one["file"], hashes(one["file"])[""])
            for name, one in compose["secrets"].items()
        },
    }
    for name in (name for name, one in wanted.items() if _is_member(one)):
        made[name]["deploy"]["labels"] = {MADE_OF: _made_of(whole, name)}
    return whole


def part(whole: Tree, names: Collection[str]) -> Tree:
    """A stack of these services alone, with what it takes."""
    services = {name: whole["services"][name] for name in names}
    taken: Tree = {
        kind: {one["source"] for each in services.values() for one in each[kind]} for kind in ("configs", "secrets")
    }
    taken["networks"] = {name for each in services.values() for name in each["networks"]}
    taken["volumes"] = {one.get("source") for each in services.values() for one in each["volumes"]}
    return {"services": services} | {
        kind: {name: one for name, one in whole[kind].items() if name in names_taken}
        for kind, names_taken in taken.items()
    }


def _made_of(whole: Tree, name: str) -> str:
    """The hash of a member. Where its files are on this machine is left out: another manager has them in another folder."""
    found = part(whole, [name])
    named = {kind: sorted(one["name"] for one in found[kind].values()) for kind in ("configs", "secrets")}
    return hashlib.sha256(json.dumps(found | named, sort_keys=True).encode()).hexdigest()


def stages(compose: Tree, whole: Tree) -> list[list[str]]:
    """The services of the stack in the order of the Compose file's `depends_on`: each stage when the one before it is there."""
    names = set(whole["services"])
    order = TopologicalSorter({name: names & _before(compose["services"], name) for name in names})
    order.prepare()
    found: list[list[str]] = []
    while order.is_active():
        found.append(sorted(order.get_ready()))
        order.done(*found[-1])
    return found


def checks(compose: Tree, whole: Tree) -> dict[str, set[str]]:
    """The members of which each job that checks a cluster says whether they are whole, by its name."""
    members = {name for name, one in whole["services"].items() if is_member(one)}
    needs = {name: set(compose["services"][name].get("depends_on", {})) for name in whole["services"]}
    return {name: needs[name] & members for name in needs if is_job(whole["services"][name]) and needs[name] & members}


def is_job(service: Tree) -> bool:
    return service["deploy"].get("restart_policy") == ONCE


def is_member(service: Tree) -> bool:
    """Of a cluster; for a service of the stack."""
    return MADE_OF in service["deploy"].get("labels", {})


def _uses_archive(service: Tree) -> bool:
    """Whether it writes there, or begins with what is there."""
    environment = service.get("environment", {})
    return environment.get(ARCHIVE) == "1" or bool(environment.get(RESTORE))


def _is_member(service: Tree) -> bool:
    return bool(_constraints(service))


def _constraints(service: Tree) -> list[str]:
    return service.get("deploy", {}).get("placement", {}).get("constraints", [])


def _before(services: Tree, name: str) -> set[str]:
    """What has to be there before it, however many others are between."""
    direct = set(services[name].get("depends_on", {})) & set(services)
    return direct.union(*(_before(services, one) for one in direct))


def _check(name: str, service: Tree, elsewhere: Collection[str]) -> None:
    if unknown := sorted(set(service) - COPIED - TRANSLATED - ELSEWHERE):
        raise NotForAStack(f"{name} : une pile ne connaît pas {', '.join(unknown)}.")
    if service.get("security_opt") != NO_NEW_PRIVILEGES:
        raise NotForAStack(f"{name} : une pile n’a pas d’autre security_opt que {NO_NEW_PRIVILEGES[0]}.")
    refused = REFUSED | {profile: why for profile, (store, why) in REFUSED_WITHOUT.items() if store in elsewhere}
    for profile in service.get("profiles", []):
        if profile in refused:
            raise NotForAStack(f"{name} : le profil « {profile} » {refused[profile]}.")


def _service(name: str, service: Tree) -> Tree:
    made: Tree = {key: service[key] for key in COPIED & set(service) if service[key] is not None}
    if name == TOOLS:
        made |= {"entrypoint": ["sleep", "infinity"], "command": []}
    elif "healthcheck" in made:
        made["healthcheck"] = _lives(made["healthcheck"])
    deploy = _deploy(name, service)
    environment = IN_A_STACK | service.get("environment", {})
    if HOW_MANY in environment:
        environment |= {HOW_MANY: str(deploy["replicas"])}
    networks: Tree = service.get("networks", {ALONE: None}) | (OUT if _uses_archive(service) else {})
    return made | {
        "environment": environment,
        "networks": {network: _aliases(one) for network, one in networks.items()},
        "volumes": [*_in_memory(service), *_volumes(service)],
        "secrets": [one | _mode(one) for one in service.get("secrets", [])],
        "ports": [_port(one) for one in service.get("ports", [])],
        "deploy": deploy,
    }


def _lives(healthcheck: Tree) -> Tree:
    """Swarm ends what is unhealthy: a process that waits for its database must not be."""
    if healthcheck.get("disable"):
        return {"disable": True}
    test = healthcheck["test"]
    if IS_READY in test:
        test = [*test, "--first"]
    elif any(PROXY_PORT in word for word in test):
        test = PROXY_LIVES
    return healthcheck | {"test": test}


def _deploy(name: str, service: Tree) -> Tree:
    limits = {"cpus": str(service["cpus"]), "memory": service["mem_limit"], "pids": service["pids_limit"]}
    made: Tree = {"endpoint_mode": "dnsrr", "resources": {"limits": limits}}
    if name != TOOLS and service["restart"] == "no":
        return made | {"replicas": 1, "restart_policy": ONCE, "placement": ON_A_MANAGER}
    if _is_member(service):
        return made | {
            "restart_policy": {"condition": "any", "delay": "2s"},
            # Never back by itself: what the new one wrote, the old one may not read. Of one without a health check,
            # only that it ends within this time shows that it fails.
            "update_config": _change("stop-first") | {"failure_action": "pause", "monitor": "30s"},
            "replicas": 1,
            "placement": {"constraints": _constraints(service)},
        }
    # Two cannot have one port of a machine.
    alone = name == TOOLS or bool(service.get("ports"))
    order = "stop-first" if alone else "start-first"
    made |= {
        "restart_policy": {"condition": "any", "delay": "2s"},
        "update_config": _change(order) | {"failure_action": "rollback", "delay": "2s"},
        "rollback_config": _change(order),
    }
    if not alone:
        # First over places, which machines bear as a label; where none does, over machines.
        spread = {"preferences": [{"spread": "node.labels.place"}]}
        return made | {"replicas": max(REPLICAS, service.get("scale", 1)), "placement": spread}
    if name == TOOLS:  # on each manager, where commands are typed; no request waits for it: all are replaced at once
        made |= {"placement": ON_A_MANAGER, "update_config": made["update_config"] | {"parallelism": 0}}
    return made | {"mode": "global"}


def _change(order: str) -> Tree:
    return {"parallelism": 1, "order": order}


def _port(port: Tree) -> Tree:
    return {"target": port["target"], "published": int(port["published"]), "protocol": port["protocol"], "mode": "host"}


def _aliases(network: Tree | None) -> Tree:
    return {"aliases": network["aliases"]} if network and network.get("aliases") else {}


def _mode(secret: Tree) -> Tree:
    """As a number, where a later Compose writes its octal digits."""
    return {"mode": int(secret["mode"], 8)} if isinstance(secret.get("mode"), str) else {}


def _in_memory(service: Tree) -> list[Tree]:
    sizes: dict[str, int] = {}
    for tmpfs in service.get("tmpfs", []):
        found = re.fullmatch(r"(/[^:]+):size=(\d+)([kmg]),mode=1777", tmpfs)
        if found is None:
            raise NotForAStack(f"tmpfs : {tmpfs} n’est pas de la forme /CHEMIN:size=TAILLE,mode=1777.")
        sizes[found[1]] = int(found[2]) * UNITS[found[3]]
    if "shm_size" in service:
        sizes[SHARED_MEMORY] = int(service["shm_size"])
    return [{"type": "tmpfs", "target": place, "tmpfs": {"size": size}} for place, size in sizes.items()]


def _volumes(service: Tree) -> list[Tree]:
    return [
        {key: one[key] for key in ("type", "source", "target", "read_only") if key in one}
        for one in service.get("volumes", [])
        if one["type"] == "volume"
    ]


def _files(service: Tree, hashes: Hashes) -> dict[str, tuple[str, str, str]]:
    """What is mounted from this machine: place here, hash and place there of each file, by the name of its config."""
    found: dict[str, tuple[str, str, str]] = {}
    for one in service.get("volumes", []):
        if one["type"] == "bind":
            for name, sha in hashes(one["source"]).items():
                here, there = PurePosixPath(one["source"]) / name, PurePosixPath(one["target"]) / name
                found["-".join(here.parts[-2:]).lstrip(".")] = (str(here), sha, str(there))
    return found


def _given(files: Mapping[str, tuple[str, str, str]]) -> Tree:
    return {"configs": [{"source": source, "target": there} for source, (_, _, there) in files.items()]}


def _by_hash(project: str, name: str, place: str, sha: str) -> Tree:
    """What a stack has under one name can never change: what changes gets another one."""
    return {"name": f"{project}_{name.lstrip('.')}_{sha}", "file": place}


def _overlay(name: str, network: Tree) -> Tree:
    if network.get("enable_ipv6"):
        raise NotForAStack(f"{name} : les réseaux d’une pile n’ont pas IPv6. Retirez deploy/ipv6.yml de COMPOSE_FILE.")
    if unknown := sorted(set(network.get("driver_opts") or {}) - {ENCRYPTED}):
        raise NotForAStack(f"{name} : une pile ne connaît pas {', '.join(unknown)}.")
    return {"driver": "overlay"} | {key: network[key] for key in ("internal", "driver_opts") if network.get(key)}
