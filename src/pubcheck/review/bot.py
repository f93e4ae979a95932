"""Reads a pull request, plans, and does what is planned: as often as it takes to find nothing left to do.

That is what makes a lost answer harmless: nobody knows whether the comment was written, so the bot looks.
"""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from pubcheck.review.comment import Writer
from pubcheck.review.errors import DeniedError, MissingError, RefusedError, UncertainError
from pubcheck.review.plan import Limits, Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pubcheck.review.finding import Finding
    from pubcheck.review.forge import Forge
    from pubcheck.review.tree import Tree

_ROUNDS = 4
_SETTLING = 2.0
"""Seconds for the forge to make up its mind, after an answer was lost."""


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What a review did.

    Attributes:
        done: how much of what, by its word: ``commented``, ``rewritten``, ``closed``, ``opened``, ``summed up``.
        plan: what was planned last.
        denied: why the forge doesn't let the bot write; empty where it does.
    """

    done: dict[str, int]
    plan: Plan
    denied: str = ""


class Bot:
    """Brings one pull request in line with one report."""

    def __init__(
        self,
        forge: Forge,
        findings: Sequence[Finding],
        tree: Tree | None,
        limits: Limits,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Work on ``forge`` within ``limits``; ``tree`` is the checkout, if there is one."""
        self._forge = forge
        self._findings = findings
        self._tree = tree
        self._limits = limits
        self._pause = pause
        self._done: Counter[str] = Counter()

    def planned(self) -> Plan:
        """What would be done now.

        Raises:
            ReviewError: the pull request can't be read.
        """
        return self._look()[0]

    def review(self) -> Outcome:
        """Do it.

        Raises:
            ReviewError: the forge can't be reached, or doesn't do what it should.
        """
        planned, head = self._look()
        try:
            for _ in range(_ROUNDS):
                if not planned.touches_threads:
                    break
                self._threads(planned, head)
                planned, head = self._look()
            if planned.summary is not None:
                self._forge.sum_up(planned.sticky, planned.summary)
                self._done["summed up"] += 1
        except DeniedError as error:
            return Outcome(dict(self._done), planned, str(error))
        return Outcome(dict(self._done), planned)

    def _look(self) -> tuple[Plan, str]:
        conversation = self._forge.read()
        writer = Writer(conversation, self._tree, self._forge.fence)
        return plan(self._findings, conversation, writer, self._limits), conversation.head

    def _threads(self, planned: Plan, head: str) -> None:
        for thread in planned.opened:
            self._try("opened", partial(self._forge.open, thread))
        for rewrite in planned.rewrites:
            self._try("rewritten", partial(self._forge.rewrite, rewrite.thread, rewrite.body))
        for thread in planned.closed:
            self._try("closed", partial(self._forge.close, thread))
        if planned.comments:
            self._comment(planned, head)

    def _comment(self, planned: Plan, head: str) -> None:
        """Write the comments. None of them is written again in this run: a forge may be slow to show what it has."""
        names = {one.fingerprint for one in planned.comments}
        try:
            refused = {one.fingerprint for one in self._forge.comment(planned.comments, head)}
        except UncertainError:
            self._pause(_SETTLING)
            return
        self._done["commented"] += len(names - refused)
        self._limits = msgspec.structs.replace(
            self._limits, refused=self._limits.refused | refused, written=self._limits.written | (names - refused)
        )

    def _try(self, word: str, action: Callable[[], None]) -> None:
        """What is gone in the meantime, or can't be changed any more, needs no change."""
        try:
            action()
        except (MissingError, RefusedError):
            return
        except UncertainError:
            self._pause(_SETTLING)
            return
        self._done[word] += 1
