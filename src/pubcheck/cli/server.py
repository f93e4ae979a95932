"""``pubcheck server``."""

from __future__ import annotations

import logging
import os
import socket
import sys
from typing import TYPE_CHECKING

from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import complain

if TYPE_CHECKING:
    from argparse import Namespace

_LOOPBACK = "127.0.0.1"


def run(arguments: Namespace) -> int:
    """Serve an editor until it hangs up."""
    try:
        from pubcheck.lsp.server import make_server  # noqa: PLC0415 what it needs may not be there
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "attrs", "cattrs"):
            raise
        complain("the language server needs more than is installed here: pip install 'pubcheck[server]'")
        return ExitCode.USAGE
    level = logging.DEBUG if arguments.verbose else logging.WARNING
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s")
    if not arguments.verbose:
        # It warns of each request that is cancelled while its answer is on the way, which is how editors ask again.
        logging.getLogger("pygls.protocol").setLevel(logging.ERROR)
    server = make_server()
    if arguments.tcp is None:
        # The library closes what it writes to; the rest of this program still has to do with stdout.
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
            server.start_io(stdout=out)
        return ExitCode.CLEAN
    try:
        client = _client(arguments.tcp)
    except OSError as error:
        complain(f"can't listen on port {arguments.tcp} of {_LOOPBACK}: {os.strerror(error.errno or 0)}")
        return ExitCode.USAGE
    with client, client.makefile("rb") as words, client.makefile("wb") as answers:
        server.start_io(stdin=words, stdout=answers)
    return ExitCode.CLEAN


def _client(port: int) -> socket.socket:
    """Whoever comes first to a port of this machine; nobody else is let in.

    Raises:
        OSError: the port is not to be had.
    """
    with socket.create_server((_LOOPBACK, port)) as listening:
        client, _ = listening.accept()
    return client
