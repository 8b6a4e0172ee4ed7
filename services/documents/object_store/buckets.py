"""`python -m services.documents.object_store.buckets`: makes both buckets, has the kept one keep versions, and empties the quarantine.

Asked again, changes nothing. A deployment runs it once before its services; those make missing buckets by themselves too.
"""

import sys

from services.chassis.settings import Settings, WrongSetting
from services.documents.object_store.objects import Objects, StoreUnavailable


def main() -> None:
    """Ends with one sentence when the store cannot be set up."""
    try:
        objects = Objects(Settings.load())
        objects.make_buckets()
        objects.protect()
    except WrongSetting as error:
        sys.exit(f"buckets : {error}")
    except StoreUnavailable as error:
        sys.exit(f"buckets : S3_ENDPOINT : le dépôt de fichiers ne peut pas être préparé ({error.__cause__}).")


if __name__ == "__main__":
    main()
