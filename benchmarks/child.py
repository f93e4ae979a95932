"""Processes that are measured from outside, as the system counts: processor time and memory at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Usage(NamedTuple):
    """``seconds`` of processor time, ``memory`` in bytes, and what was written."""

    seconds: float
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
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen([sys.executable, "-m", *arguments], env=self._environment, stdout=out, stderr=err)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode())
        if child.returncode not in (0, 1):
            raise RuntimeError(texts[1])
        return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, *texts)
