"""The boundary of a unit of work: one package from bytes to findings, with nothing but values going in and out.

A task names a package and brings the facts of the packages below it; the bytes of files are read where the work is
done. An outcome holds everything that a run needs of a package ever after. Both can be written as MessagePack
(``msgspec.msgpack``), so they go to other processes, to other machines and to the disk; no tree and no symbol is in
them. Equal tasks on equal sources have equal outcomes, times apart, wherever they are run.
"""

from __future__ import annotations

import msgspec

from pubcheck.diagnostic import Ballot, Diagnostic
from pubcheck.engine.suppressions import Suppression
from pubcheck.model.project.problem import Problem

Exported = dict[str, bytes]
"""Summaries of a package's functions by full name, as ``facts.storage`` writes them: what is known, not all there is.

What is missing is worked out where it is asked for, from the package's source, and comes out the same.
"""

Asked = dict[str, dict[str, bytes]]
"""What a package asked of others: import path, full name of a function, digest of the summary that was the answer."""


class Task(msgspec.Struct, frozen=True, gc=False):
    """One package to be taken from bytes to findings.

    Attributes:
        package: its import path, unique in a project.
        facts: those of the packages below it (``ImportGraph.below``), by import path, as far as they are at hand: to
            leave some out costs time, and changes nothing else.
        questions: full names of functions that are known to be asked for: the package's exported facts will have them.
        exports: whether facts are to come out of it. Where all tasks are done by one, who remembers, nobody needs them.
    """

    package: str
    facts: dict[str, Exported] = {}
    questions: tuple[str, ...] = ()
    exports: bool = True


class Exports(msgspec.Struct, frozen=True, gc=False):
    """Facts that come out of the work on a package.

    Attributes:
        facts: for the packages above it.
        asked: what came from the packages below it and so went into all that is said of it.
        learned: of those below, what none had told and was worked out on the way.
    """

    facts: Exported = {}
    asked: Asked = {}
    learned: dict[str, Exported] = {}


class FileOutcome(msgspec.Struct, frozen=True, gc=False):
    """A file for which findings are wanted: what filters ask, and how long it is."""

    path: str
    generated: bool
    lines: int
    suppressions: tuple[Suppression, ...] = ()


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of a package.

    Attributes:
        package: its import path.
        findings: what the rules found, before any filter.
        crashes: what failed, as diagnostics.
        problems: what is wrong with its files.
        files: those of its files that findings are wanted for.
        exports: facts, for others and about others.
        phases: seconds of processor time by phase.
        rules: seconds of processor time by rule.
        measured: whether it was asked how large types are.
        ballots: what it says of memory that findings in other packages are about.
    """

    package: str
    findings: tuple[Diagnostic, ...] = ()
    crashes: tuple[Diagnostic, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: tuple[FileOutcome, ...] = ()
    exports: Exports = Exports()
    phases: dict[str, float] = {}
    rules: dict[str, float] = {}
    measured: bool = False
    ballots: tuple[Ballot, ...] = ()
