"""A GitHub with one pull request: it remembers, and refuses what the real one refuses.

Diffs are made by git's own algorithm as far as difflib has it: what counts is that a line is in the diff or not. As on
the real one a comment hangs on a line's text: it moves with it, and is outdated when that is gone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from webserver import Answer, Request

from pubcheck.edits import unified_diff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

BOT = "github-actions[bot]"
TOKEN = "ghs_0123456789abcdefSECRET"  # noqa: S105 of nobody
_BODY = 65_536
_PULL = "/repos/gopher/cache/pulls/7"
_ISSUE = "/repos/gopher/cache/issues/7"


class FakeGitHub:
    """The server's state, and its answers."""

    def __init__(self, base: Mapping[str, str]) -> None:
        """A pull request that changes nothing yet in the files of ``base``."""
        self.base = dict(base)
        self.files = dict(base)
        self.pushes = 0
        self.threads: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.requests: list[Request] = []
        self.page = 3
        self.may_write = True
        self.may_resolve = True
        self.refuse_reviews = False
        self.troubles: list[Callable[[Request], Answer | None]] = []
        """Each is asked first, in order; one that has an answer is done."""
        self.url = ""
        self._ids = 0

    # What people do

    def push(self, files: Mapping[str, str]) -> None:
        """Another head, with all its files."""
        before, self.files = self.files, dict(files)
        self.pushes += 1
        for thread in self.threads:
            self._follow(thread, before)

    def reply(self, thread: dict[str, Any], text: str) -> None:
        thread["comments"].append({"id": self._id("C"), "body": text, "author": "human", "minimized": False})

    def resolve(self, thread: dict[str, Any]) -> None:
        thread["resolved"] = "human"

    def delete(self, thread: dict[str, Any]) -> None:
        self.threads.remove(thread)

    # What tests look at

    @property
    def head(self) -> str:
        return f"{self.pushes + 1:040x}"

    def said(self) -> list[dict[str, Any]]:
        """The first comments of all threads."""
        return [thread["comments"][0] for thread in self.threads]

    def written(self) -> list[Request]:
        """What was asked for beside reading."""
        return [
            one
            for one in self.requests
            if one.method != "GET" and not (one.path == "/graphql" and one.body["query"].startswith("query"))
        ]

    # The API

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer(401, {"message": "Bad credentials"})
        for trouble in [*self.troubles]:
            if (got := trouble(request)) is not None:
                self.troubles.remove(trouble)
                return got
        if request.path == "/graphql":
            return self._graphql(request.body["query"], request.body["variables"])
        return self._rest(request)

    def _rest(self, request: Request) -> Answer:
        what = (request.method, request.path)
        if what == ("GET", _PULL):
            return Answer(200, {"head": {"sha": self.head}, "html_url": f"{self.url}/gopher/cache/pull/7"})
        if what == ("GET", f"{_PULL}/files"):
            return self._paged(request, [*self._diffs()])
        if request.method == "POST" and not self.may_write:
            return Answer(403, {"message": "Resource not accessible by integration"})
        if what == ("POST", f"{_PULL}/reviews"):
            return self._review(request.body)
        if what == ("POST", f"{_PULL}/comments"):
            wrong = self._wrong(request.body, request.body.get("commit_id"))
            if wrong:
                return Answer(422, {"message": "Validation Failed", "errors": [wrong]})
            return Answer(201, {"id": self._begin(request.body)})
        if what == ("POST", f"{_ISSUE}/comments"):
            if not 0 < len(request.body["body"]) < _BODY:
                return Answer(422, {"message": "Validation Failed"})
            return Answer(201, {"id": self.comment(request.body["body"], BOT)})
        return Answer(404, {"message": "Not Found"})

    def comment(self, body: str, author: str) -> str:
        self.comments.append({"id": self._id("IC"), "body": body, "author": author})
        return str(self.comments[-1]["id"])

    def begin(self, path: str, line: int, body: str, author: str) -> dict[str, Any]:
        """A thread, whoever begins it."""
        comment = {"id": self._id("C"), "body": body, "author": author, "minimized": False}
        text = self.files[path].split("\n")[line - 1]
        self.threads.append(
            {"id": self._id("T"), "resolved": None, "path": path, "line": line, "text": text, "comments": [comment]}
        )
        return self.threads[-1]

    def _paged(self, request: Request, items: list[Any]) -> Answer:
        size = min(int(request.query.get("per_page", 30)), self.page)
        page = int(request.query.get("page", 1))
        headers = {}
        if page * size < len(items):
            headers["Link"] = f'<{self.url}{request.path}?per_page={size}&page={page + 1}>; rel="next"'
        return Answer(200, items[(page - 1) * size : page * size], headers)

    def _diffs(self) -> Iterator[dict[str, Any]]:
        for path in sorted({*self.base, *self.files}):
            before, after = self.base.get(path, ""), self.files.get(path, "")
            if before == after:
                continue
            status = "removed" if path not in self.files else "added" if path not in self.base else "modified"
            patch = unified_diff(path, before.encode(), after.encode()).split("\n", 2)[2].removesuffix("\n")
            yield {"filename": path, "status": status, "patch": patch}

    def shown(self, path: str) -> list[set[int]]:
        """The lines of the new side in the diff, by hunk."""
        hunks: list[set[int]] = []
        for diff in self._diffs():
            if diff["filename"] != path:
                continue
            for line in diff["patch"].split("\n"):
                if header := re.match(r"@@ -\S+ \+(\d+)", line):
                    hunks.append(set())
                    number = int(header[1])
                elif line[:1] in {"+", " "}:
                    hunks[-1].add(number)
                    number += 1
        return hunks

    def _review(self, review: dict[str, Any]) -> Answer:
        comments = review.get("comments") or []
        if self.refuse_reviews or review.get("event") != "COMMENT" or not (comments or review.get("body")):
            return Answer(422, {"message": "Unprocessable Entity"})
        wrong = [text for one in comments if (text := self._wrong(one, review.get("commit_id")))]
        if wrong:
            return Answer(422, {"message": "Unprocessable Entity", "errors": wrong})
        for one in comments:
            self._begin(one)
        return Answer(200, {"id": self._id("R")})

    def _wrong(self, one: dict[str, Any], commit: str | None) -> str:
        if commit != self.head:
            return "commit_id is not part of the pull request"
        if not 0 < len(one["body"]) < _BODY:
            return "body is too long (maximum is 65536 characters)"
        first = one.get("start_line", one["line"])
        if first > one["line"] or ("start_line" in one and first == one["line"]):
            return "start_line must precede the end line"
        if one["side"] != "RIGHT" or one.get("start_side", "RIGHT") != "RIGHT":
            return "side"
        if not any({first, one["line"]} <= hunk for hunk in self.shown(one["path"])):
            return "line must be part of the diff"
        return ""

    def _begin(self, one: dict[str, Any]) -> str:
        return str(self.begin(one["path"], one["line"], one["body"], BOT)["id"])

    def _follow(self, thread: dict[str, Any], before: Mapping[str, str]) -> None:
        """Let a thread move with its line, or lose it."""
        if thread["line"] is None:
            return
        old, new = before[thread["path"]].split("\n"), self.files.get(thread["path"], "").split("\n")
        nth = old[: thread["line"] - 1].count(thread["text"])
        places = [number for number, text in enumerate(new, 1) if text == thread["text"]]
        line = places[nth] if nth < len(places) else None
        thread["line"] = line if any(line in hunk for hunk in self.shown(thread["path"])) else None

    # GraphQL, by the names of the operations; the queries themselves are held against GitHub's schema elsewhere

    def _graphql(self, query: str, variables: dict[str, Any]) -> Answer:
        kind, _, rest = query.partition(" ")
        name = rest.partition("(")[0]
        if kind == "query":
            if variables["number"] != 7:
                return Answer(200, {"data": {"repository": {"pullRequest": None}}})
            items = [*map(self._thread, self.threads)] if name == "Threads" else [*map(self._comment, self.comments)]
            return Answer(
                200, {"data": {"repository": {"pullRequest": {"page": self._page(items, variables["after"])}}}}
            )
        forbidden = not self.may_write or (name in {"Resolve", "Unresolve"} and not self.may_resolve)
        if forbidden:
            error = {"type": "FORBIDDEN", "message": "Resource not accessible by integration"}
            return Answer(200, {"data": None, "errors": [error]})
        if not self._change(name, variables):
            error = {"type": "NOT_FOUND", "message": "Could not resolve to a node"}
            return Answer(200, {"data": None, "errors": [error]})
        return Answer(200, {"data": {}})

    def _page(self, items: list[Any], after: str | None) -> dict[str, Any]:
        start = int(after or 0)
        end = start + self.page
        return {
            "pageInfo": {"hasNextPage": end < len(items), "endCursor": str(end)},
            "nodes": items[start:end],
        }

    def _thread(self, thread: dict[str, Any]) -> dict[str, Any]:
        first = thread["comments"][0]
        node = {
            "id": first["id"],
            "body": first["body"],
            "url": f"{self.url}/gopher/cache/pull/7#{first['id']}",
            "isMinimized": first["minimized"],
            "viewerDidAuthor": first["author"] == BOT,
        }
        resolved = thread["resolved"] is not None
        return {"id": thread["id"], "isResolved": resolved, "line": thread["line"], "comments": {"nodes": [node]}}

    @staticmethod
    def _comment(comment: dict[str, Any]) -> dict[str, Any]:
        return {"id": comment["id"], "body": comment["body"], "viewerDidAuthor": comment["author"] == BOT}

    def _change(self, name: str, variables: dict[str, Any]) -> bool:
        wanted = variables["id"]
        threads = [one for one in self.threads if one["id"] == wanted]
        firsts = [one for one in self.said() if one["id"] == wanted]
        summaries = [one for one in self.comments if one["id"] == wanted]
        for thread in threads:
            thread["resolved"] = BOT if name == "Resolve" else None
        for first in firsts:
            if name == "Rewrite":
                first["body"] = variables["body"]
            else:
                first["minimized"] = name == "Minimize"
        for one in summaries:
            one["body"] = variables["body"]
        return bool(threads or firsts or summaries)

    def _id(self, kind: str) -> str:
        self._ids += 1
        return f"{kind}{self._ids}"
