"""From findings and what stands on a pull request to what is to be done there: a pure function.

What it plans it finds done the next time, so planning again plans nothing. Of a finding there is one comment at most,
ever: if the finding moves, its comment stays where the forge moves it; if it is gone, the comment is closed; if it
comes back, the same one is opened again. What a person resolved or deleted is left so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.review.comment import Comment, Writer, gone
from pubcheck.review.conversation import Conversation, State, Sticky, Thread, remembered, short
from pubcheck.review.summary import Standing, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.review.diff import FileDiff
    from pubcheck.review.finding import Finding


class Rewrite(msgspec.Struct, frozen=True, gc=False):
    """Another text for the comment of a thread."""

    thread: Thread
    body: str


class Plan(msgspec.Struct, frozen=True, gc=False):
    """What is to be done, in this order.

    A thread is opened before it loses the mark of what is gone, and gets that mark before it is closed: if only the
    first of the two is done, nobody takes it for resolved by a person.
    """

    opened: tuple[Thread, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    closed: tuple[Thread, ...] = ()
    comments: tuple[Comment, ...] = ()
    summary: str | None = None
    """The text of the summary, or None if it is to stay as it is."""
    sticky: Sticky | None = None
    """The summary that is to be rewritten; None for a new one."""
    concerned: frozenset[str] = frozenset()
    """Fingerprints of what the pull request has to do with, without what people resolved."""

    @property
    def touches_threads(self) -> bool:
        """Whether there is more to do than the summary."""
        return bool(self.comments or self.rewrites or self.closed or self.opened)


class Limits(msgspec.Struct, frozen=True, gc=False):
    """What bounds a plan.

    Attributes:
        comments: threads that may stand open at one time.
        closing: whether what isn't in the report counts as gone: not if a part of pubcheck failed.
        refused: fingerprints that can't be commented, because the forge didn't want it.
        written: fingerprints that have a comment since just now, even if the forge is slow to show it.
    """

    comments: int = 20
    closing: bool = True
    refused: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()


def plan(findings: Sequence[Finding], conversation: Conversation, writer: Writer, limits: Limits) -> Plan:
    """What makes the pull request say what ``findings`` say.

    Args:
        findings: the most urgent first, each fingerprint once.
        conversation: what stands there.
        writer: for the texts.
        limits: how much of it.
    """
    return _Planner(findings, conversation, writer, limits).plan()


class _Planner:
    def __init__(self, findings: Sequence[Finding], conversation: Conversation, writer: Writer, limits: Limits) -> None:
        self._findings = {one.fingerprint: one for one in findings}
        self._conversation = conversation
        self._writer = writer
        self._limits = limits
        self._threads: dict[str, Thread] = {}
        self._copies: list[Thread] = []
        for thread in conversation.threads:
            if self._threads.setdefault(thread.mark.fingerprint, thread) is not thread:
                self._copies.append(thread)
        sticky = conversation.sticky
        self._said = frozenset(sticky.memory.said) if sticky else frozenset()

    def plan(self) -> Plan:
        comments, waiting = self._commented()
        rewrites, opened = [*self._rewritten()], [*self._opened()]
        closed = [thread for thread in (*self._copies, *self._abandoned()) if thread.mark.state is State.OPEN]
        closed = [thread for thread in closed if not thread.resolved]
        rewrites += [Rewrite(thread, gone(thread, self._conversation.head)) for thread in closed]
        standing = [*self._standing(comments, waiting)]
        said = remembered(
            self._conversation.sticky.memory.said if self._conversation.sticky else (),
            (
                short(name)
                for name in (*self._threads, *sorted(self._limits.written), *(one.fingerprint for one in comments))
            ),
        )
        sticky = self._conversation.sticky
        text, memory = summary(standing, self._conversation, said, whole=self._limits.closing)
        wanted = sticky is not None or any(one.concerned for one in standing)
        stays = sticky is not None and sticky.memory == memory
        return Plan(
            opened=tuple(opened),
            rewrites=tuple(rewrites),
            closed=tuple(closed),
            comments=tuple(comments),
            summary=text if wanted and not stays else None,
            sticky=sticky,
            concerned=frozenset(one.finding.fingerprint for one in standing if one.concerned and not one.settled),
        )

    def _commented(self) -> tuple[list[Comment], frozenset[str]]:
        """The new comments, and the fingerprints for which there is no room now."""
        fresh = [(one, file) for one in self._findings.values() if (file := self._unsaid(one)) is not None]
        room = max(self._limits.comments - sum(1 for _ in self._alive()), 0)
        comments = [self._writer.comment(one, file) for one, file in fresh[:room]]
        return comments, frozenset(one.fingerprint for one, _ in fresh[room:])

    def _unsaid(self, one: Finding) -> FileDiff | None:
        """The file on whose lines a comment is to be written, unless there is one, or was one that is deleted."""
        name = one.fingerprint
        told = name in self._threads or short(name) in self._said or name in self._limits.written
        if told or name in self._limits.refused:
            return None
        return self._writer.shows(one)

    def _alive(self) -> Iterator[Thread]:
        """Threads of what is found that people still have before them, or will."""
        for name, thread in self._threads.items():
            if name in self._findings and (not thread.resolved or thread.mark.state is State.GONE):
                yield thread

    def _rewritten(self) -> Iterator[Rewrite]:
        """What says something else now. A comment that a person resolved is history and isn't touched."""
        for thread in self._alive():
            finding = self._findings[thread.mark.fingerprint]
            comment = self._writer.rewritten(finding, thread, self._writer.shows(finding))
            if comment.mark != thread.mark:
                yield Rewrite(thread, comment.body)

    def _opened(self) -> Iterator[Thread]:
        """What the bot itself had closed, and is found again."""
        for thread in self._alive():
            if thread.resolved or (thread.hidden and thread.mark.state is State.GONE):
                yield thread

    def _abandoned(self) -> Iterator[Thread]:
        if self._limits.closing:
            yield from (thread for name, thread in self._threads.items() if name not in self._findings)

    def _standing(self, comments: Sequence[Comment], waiting: frozenset[str]) -> Iterator[Standing]:
        new = self._limits.written.union(one.fingerprint for one in comments)
        for name, finding in self._findings.items():
            thread = self._threads.get(name)
            settled = thread is not None and thread.settled
            deleted = thread is None and short(name) in self._said
            yield Standing(
                finding=finding,
                on_line=name in new or (thread is not None and not settled),
                settled=settled or deleted,
                waiting=name in waiting,
                concerned=self._concerned(finding) or thread is not None,
                url=thread.url if thread else "",
            )

    def _concerned(self, finding: Finding) -> bool:
        """Whether the pull request has to do with it: by its own line, or by another place that it hangs on."""
        files = self._conversation.files
        places = [(finding.path, finding.line), *((one.path, one.range.start.line) for one in finding.related)]
        return any(path in files and files[path].lines(line, line) is not None for path, line in places)
