"""Processes that are measured from outside, as the system counts: processor time and memory at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Usage(NamedTuple):
    """``seconds`` of processor time and ``elapsed`` ones, ``memory`` in bytes, and what was written."""

    seconds: float
    elapsed: float
    memory: int
    stdout: str
    stderr: str


class Children:
    """Starts this interpreter on modules, whose bytecode it finds as an installed program does."""

    def __init__(self, bytecode: Path) -> None:
        """Keep compiled modules in the folder ``bytecode``; what runs first fills it."""
        self._environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._environment["PYTHONPYCACHEPREFIX"] = str(bytecode)

    def run(self, *arguments: str) -> Usage:
        """Run ``python -m`` with ``arguments`` to its end.

        Raises:
            RuntimeError: it failed; exit code 1 stands for findings.
        """
        return self.start([sys.executable, "-m", *arguments])

    def start(
        self, command: list[str], *, folder: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> Usage:
        """Run any program to its end, in ``folder`` and with ``environment`` added to this process's.

        Raises:
            RuntimeError: it failed; exit code 1 stands for findings.
        """
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            started = perf_counter()
            child = subprocess.Popen(
                command, cwd=folder, env={**self._environment, **(environment or {})}, stdout=out, stderr=err
            )
            _, status, used = os.wait4(child.pid, 0)
            elapsed = perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode("utf-8", "replace"))
        if child.returncode not in (0, 1):
            raise RuntimeError(texts[1])
        return Usage(used.ru_utime + used.ru_stime, elapsed, used.ru_maxrss * 1024, *texts)
