"""`deploy/swarm/stack`: a stage after the other, jobs before what needs them, and what runs already one service after another."""

import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from deploy.swarm.engine import NO_SUCH, ROOT, Stopped, docker, errors, inspected, tasks
from deploy.swarm.hashes import keyed_by
from deploy.swarm.machines import crowded, differences
from deploy.swarm.members import check_labels, members_away, services
from deploy.swarm.names import make_known
from deploy.swarm.networks import OF_STACK, check_encrypted
from deploy.swarm.stack_file import (
    MADE_OF,
    RESTORE,
    NotForAStack,
    Tree,
    checks,
    is_job,
    is_member,
    part,
    stack,
    stages,
)
from deploy.swarm.waiting import JobFailed, counts, start_anew, update, wait_for_job, wait_for_service

LATELY = ("second", "about a minute")
"""In Swarm's words: less than two minutes ago."""


def main(arguments: Sequence[str]) -> int:
    if arguments not in ([], ["--print"]):
        print("Usage : deploy/swarm/stack [--print]", file=sys.stderr)
        return 2
    try:
        compose = json.loads(docker("compose", "--profile", "*", "config", "--format", "json"))
        hashes = keyed_by(compose["secrets"]["master_key"]["file"])
        made = stack(compose, docker("compose", "config", "--services").split(), hashes)
        if arguments:
            print(json.dumps(made, indent=2, ensure_ascii=False))
        elif not bring_up(compose["name"], made, stages(compose, made), checks(compose, made)):
            return 1
        elif any(one.get("environment", {}).get(RESTORE) for one in made["services"].values()):
            print(f"{RESTORE} : une fois tout vérifié, retirez-le de .env, puis relancez.", file=sys.stderr)
    except NotForAStack as why:
        print(f"stack : {why}", file=sys.stderr)
        return 1
    except Stopped as why:
        print(f"stack : {why}\nLa suite n’a pas été lancée.", file=sys.stderr)
        return 1
    return 0


def bring_up(name: str, made: Tree, order: Sequence[Sequence[str]], checked: Mapping[str, Collection[str]]) -> bool:
    """`checked`: the members that each check is about. False where all is up to date but a cluster is not whole, which it says. Raises
    Stopped at the first other job that fails, and the first service that never gets ready."""
    check_engine()
    for sentence in differences():
        print(sentence, file=sys.stderr)
    check_labels(made)
    check_kept(name, made)
    check_encrypted(name, made)
    away = members_away(name, made)
    whole = make_known(name, made, away) and not away
    changed: set[str] = set()
    for stage in order:
        there = services(name)
        jobs = [one for one in stage if is_job(made["services"][one])]
        members = [one for one in stage if is_member(made["services"][one]) and f"{name}_{one}" in there]
        new = [one for one in stage if f"{name}_{one}" not in there and one not in jobs]
        changed |= {*new, *replace_members(name, made, members, checked, away)}
        unsure = [job for job in jobs if job in checked and not changed & set(checked[job])]
        deploy(name, made, [*new, *(one for one in jobs if one not in unsure)])
        for job in (one for one in unsure if not away & set(checked[one])):  # else it would wait in vain
            try:
                deploy(name, made, [job])
            except JobFailed as why:  # a machine that is dead keeps nothing else from being changed
                print(f"{why}\nOn continue : rien de ce qu’elle vérifie n’a changé.", file=sys.stderr)
                whole = False
        for one in stage:
            if one not in {*jobs, *members, *new}:
                deploy(name, made, [one])
    clear_away(name, made)
    lasting = {one for one, service in made["services"].items() if not is_job(service)}
    spread(name, sorted(lasting))
    for sentence in lacking(name, lasting - away):
        print(sentence, file=sys.stderr)
        whole = False
    if whole:
        print("Le portail est à jour.")
    else:
        print("Le portail est à jour, sauf ce qui est dit plus haut.", file=sys.stderr)
    return whole


def replace_members(
    name: str, made: Tree, members: Sequence[str], checked: Mapping[str, Collection[str]], away: Collection[str]
) -> Iterator[str]:
    """Those that changed or were scaled to nothing, which it yields once they serve: first what does not run; of what runs, one when all of
    its cluster are there. One that is `away` changes when its machine is back; until then those of its cluster that run stay as they are,
    which it says."""
    for member in sorted(to_replace(name, made, members), key=lambda one: runs(f"{name}_{one}")):
        if member in away:
            deploy(name, made, [member], waits=False)
            continue
        if runs(f"{name}_{member}"):
            whether_whole = [job for job, about in checked.items() if member in about]
            if absent := sorted({one for job in whether_whole for one in checked[job]} & set(away)):
                print(
                    f"{member} garde sa version d’avant jusqu’à un prochain lancement : il manque {', '.join(absent)}.",
                    file=sys.stderr,
                )
                continue
            deploy(name, made, whether_whole)
        deploy(name, made, [member])
        yield member


def to_replace(name: str, made: Tree, members: Collection[str]) -> list[str]:
    """Those that changed or were scaled to nothing."""
    there = counts([f"{name}_{one}" for one in members])
    return [
        one
        for one in members
        if not there[f"{name}_{one}"].wanted
        or made_of(f"{name}_{one}") != made["services"][one]["deploy"]["labels"][MADE_OF]
    ]


def check_engine() -> None:
    manager, options = docker("info", "--format", "{{.Swarm.ControlAvailable}} {{json .SecurityOptions}}").split(" ", 1)
    if manager != "true":
        raise Stopped("cette machine n’est pas un manager d’un Swarm : docker swarm init, ou docker swarm join.")
    if "no-new-privileges" not in options:
        raise Stopped(
            'donnez "no-new-privileges": true dans /etc/docker/daemon.json de chaque machine, puis relancez Docker.'
        )


def check_kept(name: str, made: Tree) -> None:
    """Each member that is there is in the stack: one whose file is no longer named would be taken away, its data out of reach."""
    for service in sorted(gone(name, made)):
        if made_of(service) is not None:
            raise Stopped(
                f"{service} tourne, mais n’est plus dans la pile : redonnez {file_of(service.removeprefix(f'{name}_'))} à COMPOSE_FILE dans "
                f".env. Pour vous en passer, retirez-le d’abord vous-même : docker service rm {service}"
            )


def file_of(member: str) -> str:
    """The file of this folder that adds it."""
    files = (one for one in sorted(ROOT.glob("deploy/swarm/*.yml")) if f"\n  {member}:\n" in one.read_text("utf-8"))
    return next((str(one.relative_to(ROOT)) for one in files), "le fichier qui l’ajoute")


def deploy(name: str, made: Tree, names: Sequence[str], *, waits: bool = True) -> None:
    """Returns once the jobs among these are done and the services serve, unless it is not to wait."""
    if not names:
        return
    there = services(name)
    for job in (one for one in names if is_job(made["services"][one]) and f"{name}_{one}" in there):
        docker("service", "rm", f"{name}_{job}")  # it would not run again
    print(f"{', '.join(names)} : en cours", flush=True)
    before = {one: inspected(f"{name}_{one}") for one in names}
    docker("stack", "deploy", "--with-registry-auth", "--compose-file", "-", name, given=json.dumps(part(made, names)))
    if not waits:
        return
    for one, was in before.items():
        if is_job(made["services"][one]):
            wait_for_job(f"{name}_{one}")
        else:
            wait_for_service(f"{name}_{one}", was)


def lacking(name: str, names: Iterable[str]) -> Iterator[str]:
    """A sentence for each of these services of which a task does not run."""
    for service, (running, wanted, refused) in counts([f"{name}_{one}" for one in sorted(names)]).items():
        if running != wanted or refused:
            yield f"{service.removeprefix(f'{name}_')} ne tourne pas{' partout' if running else ''} :\n{errors(service)}"


def spread(name: str, names: Iterable[str]) -> None:
    """Starts anew the tasks of those that are all on one machine, as after a change while another was dead: Swarm moves none when it is back."""
    for service in crowded([f"{name}_{one}" for one in names]):
        print(f"{service} : tout est sur une seule machine, on le répartit", flush=True)
        start_anew(service)


def runs(service: str) -> bool:
    """Of a member. One that failed twice within two minutes, or whose last change was given up for its failures, ends and starts again:
    now and then it is there."""
    running, wanted, _ = counts([service])[service]
    if running != wanted or not wanted:
        return False
    states = [one.state for one in tasks([service])[service]]
    failed = [one for one in states if one.startswith("Failed") and any(words in one for words in LATELY)]
    gives_up = len(failed) > 1 or update(inspected(service) or {}).get("State") == "paused"
    return not gives_up


def clear_away(name: str, made: Tree) -> None:
    """Services that the stack has no more, and the secrets and configs that nothing uses any more."""
    for one in gone(name, made):
        docker("service", "rm", one)
    for kind in ("secret", "config"):
        listed = docker(kind, "ls", "--filter", f"label={OF_STACK}={name}", "--format", "{{.Name}}").split()
        for old in set(listed) - {one["name"] for one in made[f"{kind}s"].values()}:
            docker(kind, "rm", old, allowed=(*NO_SUCH, "in use"))  # then it goes with the next run


def gone(name: str, made: Tree) -> set[str]:
    """The services that are there and that the stack has no more."""
    return services(name) - {f"{name}_{one}" for one in made["services"]}


def made_of(service: str) -> str | None:
    """What a member that is there is made of; None for what is no member."""
    return (inspected(service) or {"Spec": {"Labels": {}}})["Spec"]["Labels"].get(MADE_OF)
