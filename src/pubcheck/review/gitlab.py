"""Merge requests of GitLab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pubcheck.report.markup import fenced
from pubcheck.review.conversation import Conversation, Sticky, Thread, mark_in, memory_in
from pubcheck.review.diff import FileDiff, file_diff
from pubcheck.review.errors import RefusedError
from pubcheck.review.http import Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pubcheck.review.comment import Comment
    from pubcheck.review.secret import Secret
    from pubcheck.review.suggestion import Suggestion

PUBLIC = "https://gitlab.com/api/v4"


class GitLab:
    """One merge request."""

    def __init__(self, api: str, project: str, number: int, token: Secret, **service: Callable[..., None]) -> None:
        """Speak of merge request ``number`` of ``project`` (its path or its number) with the API at ``api``.

        Args:
            api: an address.
            project: as said.
            number: as said.
            token: as said.
            **service: what ``Service`` takes beside that.

        Raises:
            ReviewError: the API's address is none that a token may be sent to.
        """
        self._request = f"/projects/{quote(project, safe='')}/merge_requests/{number}"
        self._service = Service(api, token, {}, **service)
        self._refs: dict[str, str] = {}
        self._files: dict[str, FileDiff] = {}

    def read(self) -> Conversation:
        """The merge request as it is now."""
        request = self._service.get(self._request)
        me = self._service.get("/user")["id"]
        self._refs = request["diff_refs"]
        self._files = {file.path: file for file in self._diffs()}
        url = request["web_url"]
        discussions = [*self._service.pages(f"{self._request}/discussions")]
        return Conversation(
            head=self._refs["head_sha"],
            blob=f"{url.partition('/-/')[0]}/-/blob/{self._refs['head_sha']}",
            files=self._files,
            threads=tuple(_threads(discussions, me, url, self._refs["head_sha"])),
            sticky=_sticky(discussions, me),
        )

    def fence(self, fix: Suggestion) -> str:
        """A suggestion in a comment on the last of its lines, which tells how many there are above."""
        return fenced(fix.text, f"suggestion:-{fix.last - fix.first}+0")

    def comment(self, comments: Sequence[Comment], head: str) -> Sequence[Comment]:
        """Begin a discussion for each comment."""
        refused = []
        for one in comments:
            body = {"body": one.body, "position": self._position(one, head)}
            try:
                self._service.send("POST", f"{self._request}/discussions", body, repeatable=False)
            except RefusedError:
                refused.append(one)
        return refused

    def rewrite(self, thread: Thread, body: str) -> None:
        """Give the first note of a discussion another text."""
        path = f"{self._request}/discussions/{thread.id}/notes/{thread.comment}"
        self._service.send("PUT", path, {"body": body}, repeatable=True)

    def close(self, thread: Thread) -> None:
        """Resolve a discussion."""
        self._resolve(thread, resolved=True)

    def open(self, thread: Thread) -> None:
        """Unresolve it."""
        self._resolve(thread, resolved=False)

    def sum_up(self, sticky: Sticky | None, body: str) -> None:
        """Write the summary, over ``sticky`` if there is one."""
        if sticky is None:
            self._service.send("POST", f"{self._request}/notes", {"body": body}, repeatable=False)
        else:
            self._service.send("PUT", f"{self._request}/notes/{sticky.id}", {"body": body}, repeatable=True)

    def disconnect(self) -> None:
        """Close what is open."""
        self._service.close()

    def _resolve(self, thread: Thread, *, resolved: bool) -> None:
        path = f"{self._request}/discussions/{thread.id}"
        self._service.send("PUT", path, {"resolved": resolved}, repeatable=True)

    def _diffs(self) -> Iterator[FileDiff]:
        for one in self._service.pages(f"{self._request}/diffs"):
            shown = "" if one["deleted_file"] else one.get("diff") or ""
            yield file_diff(one["new_path"], one["old_path"], shown)

    def _position(self, one: Comment, head: str) -> dict[str, Any]:
        """Where a comment stands. A line that was there before is named by both of its numbers."""
        file = self._files[one.path]
        old = next((line.old for line in file.lines(one.last, one.last) or ()), None)
        return {
            "position_type": "text",
            "base_sha": self._refs["base_sha"],
            "start_sha": self._refs["start_sha"],
            "head_sha": head,
            "old_path": file.old_path,
            "new_path": file.path,
            "new_line": one.last,
            **({} if old is None else {"old_line": old}),
        }


def _threads(discussions: Iterable[dict[str, Any]], me: int, url: str, head: str) -> Iterator[Thread]:
    """The discussions that the bot began. One whose line is gone keeps its place in the diff that had it."""
    for one in discussions:
        first = one["notes"][0]
        mark = mark_in(first["body"]) if first["author"]["id"] == me else None
        if mark is None:
            continue
        position = first.get("position") or {}
        yield Thread(
            id=str(one["id"]),
            comment=str(first["id"]),
            mark=mark,
            resolved=bool(first.get("resolved")),
            url=f"{url}#note_{first['id']}",
            last=(position.get("new_line") or 0) if position.get("head_sha") == head else 0,
            body=first["body"],
        )


def _sticky(discussions: Iterable[dict[str, Any]], me: int) -> Sticky | None:
    for one in discussions:
        first = one["notes"][0]
        memory = memory_in(first["body"]) if first["author"]["id"] == me else None
        if memory is not None:
            return Sticky(str(first["id"]), memory)
    return None
