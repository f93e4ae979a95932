"""A GitLab with one merge request: it remembers, and refuses what the real one refuses.

What it takes is what the parameters of GitLab's own endpoints say (``_ASKED``): required keys, types, and one of two
where they exclude each other; keys that they don't know are refused, too, which the real one passes over. A note on a
line follows the line's text to the diff of the next push, and keeps its old place where that is gone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from webserver import Answer, Request

from pubcheck.edits import unified_diff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TOKEN = "glpat-0123456789abcdefSECRET"  # noqa: S105 of nobody
BOT, HUMAN = 7, 8
PROJECT = "/projects/gopher/cache"
_REQUEST = f"{PROJECT}/merge_requests/3"
_BODY = 1_000_000
_Keys = dict[str, type]
_SHA: _Keys = {"base_sha": str, "start_sha": str, "head_sha": str}
_POSITION: _Keys = {**_SHA, "position_type": str, "old_path": str, "new_path": str}
_ASKED: dict[str, tuple[_Keys, _Keys]] = {
    "begin": ({"body": str, "position": dict}, {}),
    "position": (_POSITION, {"new_line": int, "old_line": int}),
    "note": ({"body": str}, {}),
    "resolve": ({"resolved": bool}, {}),
}
"""The keys that a request must have, and those that it may have besides."""


class FakeGitLab:
    """The server's state, and its answers."""

    def __init__(self, base: Mapping[str, str]) -> None:
        """A merge request that changes nothing yet in the files of ``base``."""
        self.base = dict(base)
        self.files = dict(base)
        self.pushes = 0
        self.discussions: list[dict[str, Any]] = []
        self.requests: list[Request] = []
        self.page = 3
        self.may_write = True
        self.may_resolve = True
        self.troubles: list[Callable[[Request], Answer | None]] = []
        """Each is asked first, in order; one that has an answer is done."""
        self.url = ""
        self._ids = 0

    # What people do

    def push(self, files: Mapping[str, str]) -> None:
        """Another head, with all its files, and a note of the system that says so."""
        before, self.files = self.files, dict(files)
        self.pushes += 1
        for note in self.threads():
            self._follow(note, before)
        self.begin("added 1 commit", HUMAN, system=True)

    def reply(self, discussion: dict[str, Any], text: str) -> None:
        discussion["notes"].append(self._note(text, HUMAN))

    def resolve(self, discussion: dict[str, Any], by: int = HUMAN) -> None:
        discussion["notes"][0] |= {"resolved": True, "resolved_by": {"id": by}}

    def delete(self, discussion: dict[str, Any]) -> None:
        """Its first note, and with the last one it is gone."""
        del discussion["notes"][0]
        if not discussion["notes"]:
            self.discussions.remove(discussion)

    # What tests look at

    def on_code(self) -> list[dict[str, Any]]:
        """The discussions on lines."""
        return [one for one in self.discussions if "position" in one["notes"][0]]

    def threads(self) -> list[dict[str, Any]]:
        """The first notes of the discussions on lines."""
        return [one["notes"][0] for one in self.on_code()]

    def summaries(self) -> list[str]:
        first = (one["notes"][0] for one in self.discussions if one["individual_note"])
        return [note["body"] for note in first if "pubcheck summary" in note["body"]]

    def written(self) -> list[Request]:
        return [one for one in self.requests if one.method != "GET"]

    @property
    def refs(self) -> dict[str, str]:
        return {"base_sha": "b" * 40, "start_sha": "b" * 40, "head_sha": f"{self.pushes + 1:040x}"}

    # The API

    def answer(self, request: Request) -> Answer:
        request = msgspec.structs.replace(request, path=request.path.removeprefix("/api/v4"))
        self.requests.append(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer(401, {"message": "401 Unauthorized"})
        for trouble in [*self.troubles]:
            if (got := trouble(request)) is not None:
                self.troubles.remove(trouble)
                return got
        if request.method != "GET" and not self.may_write:
            return Answer(403, {"message": "403 Forbidden"})
        return self._read(request) if request.method == "GET" else self._write(request)

    def _read(self, request: Request) -> Answer:
        if request.path == "/user":
            return Answer(200, {"id": BOT, "username": "project_1_bot"})
        if request.path == _REQUEST:
            return Answer(
                200, {"diff_refs": self.refs, "iid": 3, "web_url": f"{self.url}/gopher/cache/-/merge_requests/3"}
            )
        if request.path == f"{_REQUEST}/diffs":
            return self._paged(request, [*self._diffs()])
        if request.path == f"{_REQUEST}/discussions":
            return self._paged(request, self.discussions)
        return Answer(404, {"message": "404 Not found"})

    def _write(self, request: Request) -> Answer:
        what = (request.method, request.path)
        if what == ("POST", f"{_REQUEST}/discussions"):
            return _wrong("begin", request.body) or self._discuss(request.body)
        if what == ("POST", f"{_REQUEST}/notes"):
            return _wrong("note", request.body) or Answer(201, self.begin(request.body["body"])["notes"][0])
        for discussion in self.discussions:
            at = f"{_REQUEST}/discussions/{discussion['id']}"
            for note in discussion["notes"]:
                places = {f"{at}/notes/{note['id']}", f"{_REQUEST}/notes/{note['id']}"}
                if request.method == "PUT" and request.path in places:
                    return _wrong("note", request.body) or self._edit(note, request.body["body"])
            if what == ("PUT", at):
                return _wrong("resolve", request.body) or self._resolve(discussion, resolved=request.body["resolved"])
        return Answer(404, {"message": "404 Not found"})

    def _paged(self, request: Request, items: list[Any]) -> Answer:
        size = min(int(request.query.get("per_page", 20)), self.page)
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
        if wrong := _wrong("position", position):
            return wrong
        lines = self._lines(position["new_path"])
        refs = {name: position[name] for name in self.refs}
        fits = position.get("new_line") in lines and lines[position["new_line"]] == position.get("old_line")
        if position["position_type"] != "text" or refs != self.refs or not fits:
            text = '400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"]}'
            return Answer(400, {"message": text})
        return Answer(201, self.begin(body["body"], position=position))

    def begin(
        self, body: str, author: int = BOT, *, position: dict[str, Any] | None = None, system: bool = False
    ) -> dict[str, Any]:
        """A discussion, whoever begins it."""
        note = {**self._note(body, author), "system": system, "resolvable": position is not None}
        if position is not None:
            text = self.files[position["new_path"]].split("\n")[position["new_line"] - 1]
            note |= {"resolved": False, "resolved_by": None, "position": position, "text": text}
        self.discussions.append({"id": f"{self._id():040x}", "individual_note": position is None, "notes": [note]})
        return self.discussions[-1]

    def _note(self, body: str, author: int) -> dict[str, Any]:
        return {"id": self._id(), "body": body, "author": {"id": author}}

    def _follow(self, note: dict[str, Any], before: Mapping[str, str]) -> None:
        """Let a note move with its line; it stays at the diff that had it where that is gone."""
        position = note["position"]
        if position["head_sha"] != f"{self.pushes:040x}":
            return
        path = position["new_path"]
        old, new = before[path].split("\n"), self.files.get(path, "").split("\n")
        nth = old[: position["new_line"] - 1].count(note["text"])
        places = [number for number, text in enumerate(new, 1) if text == note["text"]]
        lines = self._lines(path)
        if nth < len(places) and places[nth] in lines:
            moved = {**position, **self.refs, "new_line": places[nth]}
            moved.pop("old_line", None)
            if (other := lines[places[nth]]) is not None:
                moved["old_line"] = other
            note["position"] = moved

    @staticmethod
    def _edit(note: dict[str, Any], body: str) -> Answer:
        if note["author"]["id"] != BOT:
            return Answer(403, {"message": "403 Forbidden"})
        note["body"] = body
        return Answer(200, note)

    def _resolve(self, discussion: dict[str, Any], *, resolved: bool) -> Answer:
        if not self.may_resolve:
            return Answer(403, {"message": "403 Forbidden"})
        if not discussion["notes"][0]["resolvable"]:
            return Answer(400, {"message": "400 Bad request"})
        discussion["notes"][0] |= {"resolved": resolved, "resolved_by": {"id": BOT} if resolved else None}
        return Answer(200, discussion)

    def _id(self) -> int:
        self._ids += 1
        return self._ids


def _wrong(what: str, given: object) -> Answer | None:
    """What the real one says of a request that lacks something, has something of another type, or too much."""
    required, optional = _ASKED[what]
    if not isinstance(given, dict):
        return Answer(400, {"error": f"{what} is invalid"})
    known = {**required, **optional}
    faults = [f"{name} is missing" for name in required if name not in given]
    faults += [f"{name} is invalid" for name in given if name not in known or type(given[name]) is not known[name]]
    faults += ["body is too long"] if len(str(given.get("body", ""))) > _BODY else []
    faults += ["body is empty"] if "body" in given and not str(given["body"]).strip() else []
    return Answer(400, {"error": ", ".join(faults)}) if faults else None
