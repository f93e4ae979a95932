"""Tells the client how far the first look at each of its folders has come."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from uuid import uuid4

from lsprotocol import types

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

    from pubcheck.lsp.messages import Indexing

_log = logging.getLogger(__name__)


class Progress:
    """The progress that is shown, by folder."""

    def __init__(self, server: LanguageServer) -> None:
        """Show it to the client of ``server``."""
        self._server = server
        self._tokens: dict[str, asyncio.Task[str | None]] = {}

    def tell(self, news: Indexing) -> None:
        """Show ``news``, if the client shows such things."""
        window = self._server.client_capabilities.window
        if window is None or not window.work_done_progress:
            return
        token = self._tokens.get(news.folder)
        if token is None:
            token = self._tokens[news.folder] = asyncio.ensure_future(self._begin())
        if news.done >= news.total:
            del self._tokens[news.folder]
        token.add_done_callback(lambda task: self._report(task.result(), news))

    async def _begin(self) -> str | None:
        token = f"pubcheck-{uuid4()}"
        progress = self._server.work_done_progress
        try:
            await progress.create_async(token)
        except Exception as error:  # noqa: BLE001 a client that wants no progress gets none
            _log.info("no progress: %s", error)
            return None
        begin = types.WorkDoneProgressBegin(title="pubcheck", message="looking at all packages", cancellable=True)
        progress.begin(token, begin)
        return token

    def _report(self, token: str | None, news: Indexing) -> None:
        if token is None:
            return
        progress = self._server.work_done_progress
        if news.done >= news.total:
            progress.end(token, types.WorkDoneProgressEnd())
            progress.tokens.pop(token, None)
        else:
            percentage = 100 * news.done // news.total
            progress.report(
                token, types.WorkDoneProgressReport(message=news.package, percentage=percentage, cancellable=True)
            )
