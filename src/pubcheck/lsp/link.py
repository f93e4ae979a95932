"""The server's end of the pipes: it starts the worker, keeps it alive, and awaits its answers."""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from pubcheck.lsp.messages import (
    Answer,
    Ask,
    Begin,
    Cancel,
    Closed,
    Failure,
    Note,
    Order,
    Question,
    Reply,
    Result,
    Text,
)
from pubcheck.lsp.wire import packed, receive

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE = 5
"""Workers that may die before they answered anything, one after the other, until no other one is started."""

_log = logging.getLogger(__name__)


class WorkerError(Exception):
    """A question has no answer, and why."""


class Link:
    """A worker that is there whenever something is asked, or a sentence that says why there is none."""

    def __init__(self, heard: Callable[[Reply], None]) -> None:
        """Hand news, which are no answers, to ``heard``."""
        self._heard = heard
        self._process: asyncio.subprocess.Process | None = None
        self._retired: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._begin: Begin | None = None
        self._texts: dict[str, Text] = {}
        self._waiting: dict[int, tuple[Ask, asyncio.Future[Result]]] = {}
        self._number = 0
        self._deaths = 0
        self._closed = False

    async def start(self) -> None:
        """Start the worker, and tell it all that another one before it knew."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "pubcheck.lsp.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 26,
        )
        self._reader = asyncio.create_task(self._listen(self._process))
        if self._begin is not None:
            self._send(self._begin)
        for text in self._texts.values():
            self._send(text)
        for ask, _ in self._waiting.values():
            self._send(ask)

    def tell(self, order: Order) -> None:
        """Give an order that wants no answer."""
        match order:
            case Begin():
                self._begin = order
            case Text():
                self._texts[order.path] = order
            case Closed():
                self._texts.pop(order.path, None)
            case _:
                pass
        self._send(order)

    async def ask(self, question: Question) -> Result:
        """The answer to a question. To cancel this is to stop the work for it.

        Raises:
            WorkerError: there is none.
        """
        if self._closed or self._deaths > _PATIENCE:
            raise WorkerError("the worker is gone")
        self._number += 1
        ask = Ask(self._number, question)
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting[ask.id] = (ask, future)
        self._send(ask)
        try:
            return await future
        except asyncio.CancelledError:
            self._send(Cancel(ask.id))
            raise
        finally:
            self._waiting.pop(ask.id, None)

    def _send(self, order: Order) -> None:
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            # Whoever reads is a thread that does nothing else, so that the pipe doesn't fill up.
            with suppress(ConnectionError):
                process.stdin.write(packed(order))

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 it was asked for
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                self._take(await receive(process.stdout, Reply))
        code = await process.wait()
        if self._closed:
            return
        if process is self._retired:
            await self.start()
        else:
            await self._again(code)

    def _take(self, reply: Reply) -> None:
        match reply:
            case Answer(number, result):
                self._deaths = 0
                future = self._waiting[number][1] if number in self._waiting else None
                if future is not None and not future.done():
                    future.set_result(result)
            case Failure(number, reason):
                self._fail(number, reason)
            case _:
                self._heard(reply)

    def _fail(self, number: int, reason: str) -> None:
        future = self._waiting[number][1] if number in self._waiting else None
        if future is not None and not future.done():
            future.set_exception(WorkerError(reason))

    async def _again(self, code: int) -> None:
        self._deaths += 1
        _log.error("the worker ended with %s", code)
        if self._deaths > _PATIENCE:
            for number in list(self._waiting):
                self._fail(number, "the worker died")
            self._heard(Note("error", "pubcheck's worker dies again and again: restart the server to try once more"))
            return
        if self._deaths > 1:
            # What it was asked when it died for the second time is likely to be what kills it.
            for number in list(self._waiting):
                self._fail(number, "the worker died over it")
        self._heard(Note("log", f"the worker ended with {code}; another one is started"))
        await asyncio.sleep(0.1 * 2**self._deaths)
        await self.start()

    async def restart(self) -> None:
        """Put another worker in the place of this one, which forgets what it knew."""
        self._deaths = 0
        if self._process is not None and self._process.returncode is None:
            self._retired = self._process
            self._process.kill()  # the listener starts the next one
        else:
            await self.start()

    async def close(self) -> None:
        """End the worker; nothing is answered any more."""
        self._closed = True
        for number in list(self._waiting):
            self._fail(number, "the server shuts down")
        process = self._process
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
