"""What is analysed as one: a function with its literals, and what is known of it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pubcheck.analysis.frame import Frame
    from pubcheck.facts import Contract, Summary
    from pubcheck.flow import ir
    from pubcheck.model.symbols import Func


class InternalProblem(msgspec.Struct, frozen=True, gc=False):
    """The analysis of one function failed; the run goes on without it. ``error`` is the exception's text."""

    function: str
    path: str
    error: str


class Unit:
    """A declared function (or a file's initialisers) with the literals in it."""

    __slots__ = ("callees", "contract", "frames", "func", "name", "root", "summary")

    def __init__(self, name: str, func: Func | None, root: ir.Function | None) -> None:
        """Nothing is known yet of the function ``root``, which is None where it couldn't be lowered."""
        self.name = name
        self.func = func
        self.root = root
        self.frames: list[tuple[Frame, str]] = []  # each with the name of the function around it
        self.summary: Summary | None = None
        self.contract: Contract | None = None
        self.callees: list[Func] | None = None

    @property
    def path(self) -> str:
        """The file that it is in; empty where there is nothing of it."""
        if self.func is not None:
            return self.func.path
        return self.root.path if self.root is not None else ""
