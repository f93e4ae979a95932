"""Pull requests of GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pubcheck.review import queries
from pubcheck.review.comment import suggestion_fence
from pubcheck.review.conversation import Conversation, Sticky, Thread, mark_in, memory_in
from pubcheck.review.diff import file_diff
from pubcheck.review.errors import DeniedError, MissingError, RefusedError, ReviewError
from pubcheck.review.http import Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pubcheck.review.comment import Comment
    from pubcheck.review.diff import FileDiff
    from pubcheck.review.secret import Secret
    from pubcheck.review.suggestion import Suggestion

PUBLIC = "https://api.github.com"
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_AT_ONCE = 30
"""Comments in one review, which is one notification."""
_SIDE = "RIGHT"


class GitHub:
    """One pull request."""

    def __init__(self, api: str, repository: str, number: int, token: Secret, **service: Callable[..., None]) -> None:
        """Speak of pull request ``number`` of ``repository`` (``owner/name``) with the API at ``api``.

        Args:
            api: an address.
            repository: as said.
            number: as said.
            token: as said.
            **service: what ``Service`` takes beside that.

        Raises:
            ReviewError: the API's address or the repository's name is none.
        """
        owner, slash, name = repository.partition("/")
        if not (owner and slash and name) or "/" in name:
            raise ReviewError(f"{repository!r} is no repository of GitHub: that is owner/name")
        api = api.rstrip("/")
        self._which: dict[str, str | int] = {"owner": owner, "name": name, "number": number}
        self._folder = f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}"
        self._pull = f"{self._folder}/pulls/{number}"
        self._number = number
        self._rest = Service(api, token, _HEADERS, **service)
        graph = f"{api.removesuffix('/v3')}/graphql"
        self._graph = Service(graph, token, _HEADERS, **service)
        self._may_resolve = True

    def read(self) -> Conversation:
        """The pull request as it is now."""
        pull = self._rest.get(self._pull)
        head = pull["head"]["sha"]
        repository = pull["html_url"].rpartition("/pull/")[0]
        files = (_file(one) for one in self._rest.pages(f"{self._pull}/files"))
        return Conversation(
            head=head,
            blob=f"{repository}/blob/{head}",
            files={file.path: file for file in files},
            threads=tuple(self._threads()),
            sticky=self._sticky(),
        )

    def fence(self, fix: Suggestion) -> str:
        """A suggestion in a comment on its lines."""
        return suggestion_fence(fix)

    def comment(self, comments: Sequence[Comment], head: str) -> Sequence[Comment]:
        """Write new comments as reviews; one that is refused takes its review with it, so then each goes alone."""
        refused: list[Comment] = []
        for at in range(0, len(comments), _AT_ONCE):
            group = comments[at : at + _AT_ONCE]
            review = {"commit_id": head, "event": "COMMENT", "comments": [_draft(one) for one in group]}
            try:
                self._rest.send("POST", f"{self._pull}/reviews", review, repeatable=False)
            except RefusedError:
                refused += [one for one in group if not self._alone(one, head)]
        return refused

    def rewrite(self, thread: Thread, body: str) -> None:
        """Give the first comment of a thread another text."""
        self._asked(queries.REWRITE, id=thread.comment, body=body)

    def close(self, thread: Thread) -> None:
        """Resolve a thread, or minimise its comment: to resolve takes the right to write contents, too."""
        if self._may_resolve:
            try:
                self._asked(queries.RESOLVE, id=thread.id)
            except DeniedError:
                self._may_resolve = False
            else:
                return
        self._asked(queries.MINIMIZE, id=thread.comment)

    def open(self, thread: Thread) -> None:
        """Undo ``close``."""
        if thread.resolved:
            self._asked(queries.UNRESOLVE, id=thread.id)
        if thread.hidden:
            self._asked(queries.UNMINIMIZE, id=thread.comment)

    def sum_up(self, sticky: Sticky | None, body: str) -> None:
        """Write the summary, over ``sticky`` if there is one."""
        if sticky is None:
            self._rest.send("POST", f"{self._folder}/issues/{self._number}/comments", {"body": body}, repeatable=False)
        else:
            self._asked(queries.SUM_UP, id=sticky.id, body=body)

    def disconnect(self) -> None:
        """Close what is open."""
        self._rest.close()
        self._graph.close()

    def _alone(self, one: Comment, head: str) -> bool:
        try:
            self._rest.send("POST", f"{self._pull}/comments", {"commit_id": head, **_draft(one)}, repeatable=False)
        except RefusedError:
            return False
        return True

    def _threads(self) -> Iterator[Thread]:
        for node in self._pages(queries.THREADS):
            first: dict[str, Any] = next(iter(node["comments"]["nodes"]), {})
            mark = mark_in(first["body"]) if first.get("viewerDidAuthor") else None
            if mark is None:
                continue
            yield Thread(
                id=node["id"],
                comment=first["id"],
                mark=mark,
                resolved=node["isResolved"],
                hidden=first["isMinimized"],
                url=first["url"],
                last=node["line"] or 0,
                body=first["body"],
            )

    def _sticky(self) -> Sticky | None:
        for node in self._pages(queries.COMMENTS):
            memory = memory_in(node["body"]) if node["viewerDidAuthor"] else None
            if memory is not None:
                return Sticky(node["id"], memory)
        return None

    def _pages(self, query: str) -> Iterator[dict[str, Any]]:
        after = None
        while True:
            data = self._asked(query, **self._which, after=after)
            pull = (data.get("repository") or {}).get("pullRequest")
            if pull is None:
                raise MissingError("GitHub knows no such pull request")
            yield from pull["page"]["nodes"]
            info = pull["page"]["pageInfo"]
            after = info["endCursor"]
            if not info["hasNextPage"]:
                return

    def _asked(self, query: str, **variables: str | int | None) -> dict[str, Any]:
        answer = self._graph.send("POST", "", {"query": query, "variables": variables}, repeatable=True)
        errors = answer.get("errors") or ()
        if not errors:
            return answer.get("data") or {}
        kinds = {error.get("type") for error in errors}
        text = "GitHub: " + "; ".join(self._graph.shown(str(error.get("message"))) for error in errors)
        if "FORBIDDEN" in kinds:
            raise DeniedError(text)
        if "NOT_FOUND" in kinds:
            raise MissingError(text)
        if "UNPROCESSABLE" in kinds:
            raise RefusedError(text)
        raise ReviewError(text)


def _file(one: dict[str, Any]) -> FileDiff:
    shown = "" if one["status"] == "removed" else one.get("patch") or ""
    return file_diff(one["filename"], one.get("previous_filename") or "", shown)


def _draft(one: Comment) -> dict[str, Any]:
    draft: dict[str, Any] = {"path": one.path, "body": one.body, "line": one.last, "side": _SIDE}
    if one.first < one.last:
        draft |= {"start_line": one.first, "start_side": _SIDE}
    return draft
