"""The command line: reads arguments, calls the engine, writes a report.

Importing this costs next to nothing, and ``--help`` little more: each command imports what it needs when it runs.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from pubcheck.cli.exit_code import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130


def program() -> NoReturn:
    """The process that a user starts: ``main``, and out at once.

    What a run over a large project holds would take the interpreter seconds to search for cycles and to take apart
    piece by piece, only for the system to take it all back.
    """
    gc.disable()
    code = main()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in ``argv`` (``sys.argv`` by default) and return the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    _speak_utf8()
    try:
        code = _vet(argv) if _speaks_go(argv) else _command(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return ExitCode.CLEAN
    except KeyboardInterrupt:
        print("pubcheck: interrupted", file=sys.stderr)
        return _INTERRUPTED
    return code


def _speaks_go(argv: Sequence[str]) -> bool:
    """Whether the go command is calling: ``go vet -vettool`` asks for these two, and hands over units."""
    return bool(argv) and (argv[0] in ("-V=full", "-flags") or argv[-1].endswith(".cfg"))


def _vet(argv: Sequence[str]) -> int:
    from pubcheck.cli.vettool import run  # noqa: PLC0415 see above

    return run(argv)


def _command(argv: Sequence[str]) -> int:
    from pubcheck.cli.parser import parse  # noqa: PLC0415 argparse takes a third of the start

    arguments = parse(argv)
    return _run(arguments.command, arguments)


def _run(command: str, arguments: object) -> int:
    from importlib import import_module  # noqa: PLC0415 see above

    code: int = import_module(f"pubcheck.cli.{command}").run(arguments)
    return code


def _speak_utf8() -> None:
    """Whatever the locale: source text and names in it are UTF-8, and a report is no place to fail on one."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """The reader has gone; keep the interpreter from failing on the rest of the buffer at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
