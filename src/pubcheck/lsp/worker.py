"""The process that analyses: it takes orders on its standard input and replies on its standard output."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, BinaryIO

from pubcheck.engine.memory import tidy
from pubcheck.lsp.messages import Answer, Ask, Begin, Cancel, Closed, Failure, Order, Reply, StopIndexing, Text, Touched
from pubcheck.lsp.wire import Wire, read
from pubcheck.lsp.workspace import Cancelled, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable


_PAUSES = (1.0, 30.0, None)
"""Seconds without an order or anything else to do, until there is time to tidy up, to do it well, and no more.

To look at all there is takes a second in a large project, in which an edit would wait.
"""


class Inbox:
    """The orders that wait, in order. A thread of its own reads them, so that an order can stop what is going on."""

    def __init__(self, stream: BinaryIO, gone: Callable[[], None]) -> None:
        """Read orders from ``stream``; ``gone`` is called when nobody is at its other end any more."""
        self._stream = stream
        self._gone = gone
        self._orders: deque[Order] = deque()
        self._cancelled: set[int] = set()
        self._changed = threading.Condition()
        self.edits = 0
        """How many orders came so far that change a text."""

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    def _read(self) -> None:
        while (order := read(self._stream, Order)) is not None:
            with self._changed:
                if isinstance(order, Cancel):
                    self._cancelled.add(order.id)
                else:
                    self._orders.append(order)
                if isinstance(order, (Text, Begin, StopIndexing)):
                    self.edits += 1
                self._changed.notify()
        self._gone()

    def next(self, patience: float | None) -> Order | None:
        """The order that came first; None where none comes within ``patience`` seconds, which None makes endless."""
        with self._changed:
            self._changed.wait_for(lambda: self._orders, patience)
            return self._orders.popleft() if self._orders else None

    def is_cancelled(self, number: int) -> bool:
        """Whether nobody waits for the answer to that question any more."""
        return number in self._cancelled

    def forget(self, number: int) -> None:
        """The question is dealt with."""
        self._cancelled.discard(number)


class Worker:
    """Takes one order after the other, and goes on with its work where there is none."""

    def __init__(self, inbox: Inbox, post: Callable[[Reply], None]) -> None:
        """Take orders from ``inbox`` and send what there is to say by ``post``."""
        self._inbox = inbox
        self._post = post
        self._workspace = Workspace(post, self._checkpoint)
        self._question = 0
        self._edits = 0

    def _checkpoint(self) -> None:
        """Stop what is going on if it is for nothing: a text has changed since, or nobody waits for the answer.

        Raises:
            Cancelled: it is.
        """
        if self._question:
            if self._inbox.is_cancelled(self._question):
                raise Cancelled
        elif self._inbox.edits != self._edits:
            raise Cancelled

    def run(self) -> None:
        """Work until the server is gone."""
        busy, times = False, 0
        while True:
            order = self._inbox.next(0 if busy else _PAUSES[times])
            if order is not None:
                self._take(order)
                busy, times = True, 0
                continue
            if not busy:
                tidy(thorough=times > 0)  # what was held before has circles
                times += 1
                continue
            self._edits = self._inbox.edits
            try:
                busy = self._workspace.work()
            except Cancelled:
                busy = True

    def _take(self, order: Order) -> None:
        workspace = self._workspace
        match order:
            case Ask():
                self._answer(order)
            case Begin():
                workspace.begin(order)
            case Text():
                workspace.edit(order.path, order.version, order.data)
            case Closed():
                workspace.edit(order.path, None, None)
            case Touched():
                workspace.touch(order.paths)
            case StopIndexing():
                workspace.stop_indexing()

    def _answer(self, ask: Ask) -> None:
        self._question = ask.id
        try:
            self._checkpoint()
            self._post(Answer(ask.id, self._workspace.answer(ask.question)))
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 one question's failure must not end the worker
            self._post(Failure(ask.id, f"{type(error).__name__}: {error}"))
        finally:
            self._question = 0
            self._inbox.forget(ask.id)


def main() -> None:
    """Serve the process that holds the other ends of the pipes."""
    # What is printed by mistake must not get between the replies.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    gc.disable()
    inbox = Inbox(sys.stdin.buffer, gone=lambda: os._exit(0))
    inbox.start()
    Worker(inbox, Wire(replies).send).run()


if __name__ == "__main__":
    main()
