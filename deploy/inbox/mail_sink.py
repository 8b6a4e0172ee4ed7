"""The demonstration's mail server: takes every mail, delivers none, and shows them all on a page.

`python -m deploy.inbox.mail_sink --smtp-port N --http-port N --folder DIR [--token-file FILE]`. Mails are files, so that a
restart keeps them. The file holds the token that opens the pages, drawn at the first start; without it they are open.
"""

import argparse
import secrets
import signal
import threading
from pathlib import Path

from aiosmtpd.controller import Controller

from deploy.command.layout import write_private
from deploy.inbox.mailbox import Mailbox
from deploy.inbox.pages import serve

LARGEST_MAIL_BYTES = 20_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="deploy.inbox.mail_sink", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--token-file", type=Path)
    options = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    mailbox = Mailbox(options.folder)
    mailbox.open()
    controller = Controller(
        mailbox,
        hostname=options.host,
        port=options.smtp_port,
        enable_SMTPUTF8=True,
        data_size_limit=LARGEST_MAIL_BYTES,
    )
    controller.start()
    if options.token_file and not options.token_file.exists():
        write_private(options.token_file, secrets.token_urlsafe(24))
    serve(mailbox, options.host, options.http_port, options.token_file)
    ended.wait()
    controller.stop()


if __name__ == "__main__":
    main()
