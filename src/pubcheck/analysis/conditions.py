"""A condition variable's ``L`` is another name of the mutex that it was made with."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.facts import DEREF, AccessPath

if TYPE_CHECKING:
    from pubcheck.model.package import Package

_MADE = re.compile(rb"\b(\w++)\s*+(?::=|=|:)\s*+sync\.NewCond\(\s*+&?(?:\w++\.)*+(\w++)(?!\s*+[{(])")
_MADE_FOR_READERS = re.compile(rb"\b(\w++)\s*+(?::=|=|:)\s*+sync\.NewCond\(\s*+\w++\.((?:\w++\.)*+)RLocker\(\)")
_EMBEDDED = "RWMutex"
_L = "sync.Cond.L"


class Conditions:
    """The condition variables of one package that are fields beside their mutex, told from the text of its files."""

    def __init__(self, package: Package) -> None:
        """Look at ``package`` when asked."""
        self._package = package

    @cached_property
    def _mutexes(self) -> dict[str, str]:
        """The mutex's name by the condition variable's; none where one name is given to several."""
        found: dict[str, set[str]] = {}
        for file in self._package.files:
            for condition, mutex in _MADE.findall(file.source.data):
                found.setdefault(condition.decode(), set()).add(mutex.decode())
            for condition, way in _MADE_FOR_READERS.findall(file.source.data):
                mutex = way.decode().rstrip(".").rpartition(".")[2] or _EMBEDDED
                found.setdefault(condition.decode(), set()).add(mutex)
        return {condition: mutexes.pop() for condition, mutexes in found.items() if len(mutexes) == 1}

    def mutex_of(self, path: AccessPath) -> AccessPath:
        """``s.mu`` for ``s.cond.L`` if both are fields of one type; ``path`` itself for anything else."""
        steps = [step for step in path.steps if step != DEREF]
        if len(steps) < 2 or steps[-1] != _L:
            return path
        owner, _, condition = steps[-2].rpartition(".")
        mutex = self._mutexes.get(condition)
        if mutex is None:
            return path
        before = path.steps[: len(path.steps) - 1 - path.steps[::-1].index(steps[-2])]
        return AccessPath(path.root, (*before, f"{owner}.{mutex}"))
