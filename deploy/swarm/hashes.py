"""The hashes by which a stack names secrets and configs, of which none may change."""

import hmac
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from deploy.swarm.engine import Stopped
from deploy.swarm.stack_file import Hashes

HASH_LENGTH = 12


def keyed_by(secret: str) -> Hashes:
    """Hashes by which no password can be tried without that secret, although whoever asks the engine sees them. They stay the same for
    as long as the content and the secret do."""
    key = hmac.digest(contents(secret)[""], b"names of secrets and configs", "sha256")

    @cache
    def hashes(place: str) -> Mapping[str, str]:
        found = contents(place).items()
        return {name: hmac.digest(key, content, "sha256").hex()[:HASH_LENGTH] for name, content in found}

    return hashes


def contents(place: str) -> Mapping[str, bytes]:
    """Of each file of a folder by its name, or of the file itself by ""."""
    try:
        path = Path(place)
        files = {"": path} if path.is_file() else {one.name: one for one in sorted(path.iterdir())}
        found = {name: file.read_bytes() for name, file in files.items()}
    except FileNotFoundError:
        raise Stopped(
            f"{place} n’existe pas : remettez-le de votre sauvegarde. Pour un portail qui n’a jamais tourné : deploy/make-secrets ; "
            "écrivez vous-même une clé de l’archive (archive_s3_…)."
        ) from None
    except PermissionError:
        raise Stopped(f"{place} n’est pas lisible par ce compte : relancez sous celui qui l’a créé.") from None
    except OSError:
        raise Stopped(f"{place} n’a pas pu être lu : vérifiez ce que c’est, et le disque.") from None
    if empty := [str(files[name]) for name, content in found.items() if not content]:
        raise Stopped(
            f"{empty[0]} est vide : remettez-le de votre sauvegarde. Pour un portail qui n’a jamais tourné, supprimez-le et relancez "
            "deploy/make-secrets."
        )
    return found
