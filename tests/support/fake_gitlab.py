"""A GitLab with one merge request: it remembers, and refuses what the real one refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from webserver import Answer, Request

from pubcheck.edits import unified_diff

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOKEN = "glpat-0123456789abcdefSECRET"  # noqa: S105 of nobody
_BOT = 7
_HUMAN = 8
_REQUEST = "/projects/gopher/cache/merge_requests/3"
_POSITION = {"position_type", "base_sha", "start_sha", "head_sha", "old_path", "new_path", "new_line", "old_line"}


class FakeGitLab:
    """The server's state, and its answers."""

    def __init__(self, base: Mapping[str, str]) -> None:
        """A merge request that changes nothing yet in the files of ``base``."""
        self.base = dict(base)
        self.files = dict(base)
        self.pushes = 0
        self.discussions: list[dict[str, Any]] = []
        self.requests: list[Request] = []
        self.may_write = True
        self.url = ""
        self._ids = 0

    def push(self, files: Mapping[str, str]) -> None:
        self.files = dict(files)
        self.pushes += 1

    def resolve(self, discussion: dict[str, Any]) -> None:
        discussion["notes"][0] |= {"resolved": True, "resolved_by": {"id": _HUMAN}}

    def threads(self) -> list[dict[str, Any]]:
        """The first notes of the discussions on code."""
        return [one["notes"][0] for one in self.discussions if one["notes"][0]["resolvable"]]

    def summaries(self) -> list[str]:
        return [one["notes"][0]["body"] for one in self.discussions if one["individual_note"]]

    def written(self) -> list[Request]:
        return [one for one in self.requests if one.method != "GET"]

    @property
    def refs(self) -> dict[str, str]:
        return {"base_sha": "b" * 40, "start_sha": "b" * 40, "head_sha": f"{self.pushes + 1:040x}"}

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer(401, {"message": "401 Unauthorized"})
        if request.method != "GET" and not self.may_write:
            return Answer(403, {"message": "403 Forbidden"})
        what = (request.method, request.path)
        if what == ("GET", "/user"):
            return Answer(200, {"id": _BOT})
        if what == ("GET", _REQUEST):
            return Answer(200, {"diff_refs": self.refs, "web_url": f"{self.url}/gopher/cache/-/merge_requests/3"})
        if what == ("GET", f"{_REQUEST}/diffs"):
            return self._paged(request, [*self._diffs()])
        if what == ("GET", f"{_REQUEST}/discussions"):
            return self._paged(request, self.discussions)
        if what == ("POST", f"{_REQUEST}/discussions"):
            return self._discuss(request.body)
        if what == ("POST", f"{_REQUEST}/notes"):
            self._begin(request.body["body"], None)
            return Answer(201, {})
        return self._change(request)

    def _paged(self, request: Request, items: list[Any]) -> Answer:
        size = min(int(request.query.get("per_page", 20)), 3)
        page = int(request.query.get("page", 1))
        headers = {}
        if page * size < len(items):
            path = request.path.replace("gopher/cache", "gopher%2Fcache")
            headers["Link"] = f'<{self.url}{path}?per_page={size}&page={page + 1}>; rel="next"'
        return Answer(200, items[(page - 1) * size : page * size], headers)

    def _diffs(self) -> Iterator[dict[str, Any]]:
        for path in sorted({*self.base, *self.files}):
            before, after = self.base.get(path, ""), self.files.get(path, "")
            if before != after:
                diff = unified_diff(path, before.encode(), after.encode()).split("\n", 2)[2]
                yield {"old_path": path, "new_path": path, "diff": diff, "deleted_file": path not in self.files}

    def _lines(self, path: str) -> dict[int, int | None]:
        """The lines of the new side in the diff, with their numbers on the old one."""
        lines: dict[int, int | None] = {}
        old = new = 0
        for diff in self._diffs():
            if diff["new_path"] != path:
                continue
            for line in diff["diff"].split("\n"):
                if header := re.match(r"@@ -(\d+)\S* \+(\d+)", line):
                    old, new = int(header[1]), int(header[2])
                elif line[:1] in {"+", " "}:
                    lines[new] = old if line[0] == " " else None
                    new += 1
                    old += line[0] == " "
                elif line[:1] == "-":
                    old += 1
        return lines

    def _discuss(self, body: dict[str, Any]) -> Answer:
        position = body["position"]
        lines = self._lines(position["new_path"])
        refs = {name: position.get(name) for name in self.refs}
        fits = position.get("new_line") in lines and lines[position["new_line"]] == position.get("old_line")
        if not {*position} <= _POSITION or position["position_type"] != "text" or refs != self.refs or not fits:
            return Answer(400, {"message": '400 Bad request - Note {:line_code=>["can\'t be blank"]}'})
        self._begin(body["body"], position)
        return Answer(201, {})

    def _begin(self, body: str, position: dict[str, Any] | None) -> None:
        self._ids += 1
        note = {"id": self._ids, "body": body, "author": {"id": _BOT}, "resolvable": position is not None}
        if position is not None:
            note |= {"resolved": False, "position": position}
        self.discussions.append({"id": f"{self._ids:040x}", "individual_note": position is None, "notes": [note]})

    def _change(self, request: Request) -> Answer:
        for discussion in self.discussions:
            first = discussion["notes"][0]
            resolve = f"{_REQUEST}/discussions/{discussion['id']}"
            if request.path in {f"{resolve}/notes/{first['id']}", f"{_REQUEST}/notes/{first['id']}"}:
                first["body"] = request.body["body"]
                return Answer(200, {})
            if request.path == resolve:
                first |= {"resolved": request.body["resolved"], "resolved_by": {"id": _BOT}}
                return Answer(200, {})
        return Answer(404, {"message": "404 Not found"})
