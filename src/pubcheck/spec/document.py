"""Reads one rule document and refuses what is wrong with it, by line.

Titles, metadata, sections and fences are checked here. What needs Go or a query compiled is not: the examples' code,
their expectations' regular expressions, and the query's syntax are tried by those who run them.
"""

from __future__ import annotations

import re
import string
import tomllib
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeVar

from pubcheck.diagnostic import Confidence, Severity
from pubcheck.spec.errors import SpecError, suggestion
from pubcheck.spec.examples import read_examples
from pubcheck.spec.markdown import read_sections
from pubcheck.spec.values import Category, FixEdit, FixTemplate, Module, Query, RuleSpec, Safety

if TYPE_CHECKING:
    from pubcheck.spec.markdown import Fence, Section

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WORD = re.compile(r"[a-z][a-z0-9-]*")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_CAPTURE = re.compile(r"@([A-Za-z_][\w.-]*)")
_QUERY_NOISE = re.compile(r'"(?:[^"\\]|\\.)*"|;[^\n]*')
_TITLE_LIMIT = 70
_SECTIONS = ("Bad", "Good", "Known limits", "Detection", "Fix")
_REQUIRED = {"category": str, "severity": str, "confidence": str, "default": bool, "since": str, "message": str}
_OPTIONAL = {"help": str, "fixes": list, "peers": list}
_WORDS = {str: "string", bool: "boolean", list: "list"}
_ACTIONS = ("replace", "delete", "before")
_Choice = TypeVar("_Choice", bound=StrEnum)


def read_rule(text: str, path: str) -> RuleSpec:
    """Read the document ``text`` of the file ``path``, whose stem names the rule.

    Raises:
        SpecError: the document breaks a rule for documents.
    """
    name = PurePath(path).stem
    if not _NAME.fullmatch(name):
        raise SpecError(path, 1, f"`{name}` is no rule name: words in lower case, joined by hyphens")
    head, sections = _split(read_sections(text, path), path)
    meta = _Metadata(head, path)
    detection = _detection(name, sections.get("Detection"), path)
    message = meta.text("message")
    _check_placeholders(message, detection, meta.line("message"), path)
    if not head.after:
        raise SpecError(path, head.line, "no prose: say after the metadata why it is a bug and what to do instead")
    limits = sections.get("Known limits")
    fix = _fix(sections.get("Fix"), detection, path)
    return RuleSpec(
        name=name,
        title=head.heading,
        category=meta.choice("category", Category),
        severity=meta.choice("severity", Severity),
        confidence=meta.choice("confidence", Confidence),
        default=meta.flag("default"),
        since=meta.version("since"),
        message=message,
        help=meta.text("help"),
        prose=head.after,
        bad=read_examples(sections["Bad"], path, wanted=True),
        good=read_examples(sections["Good"], path, wanted=False),
        known_limits=limits.prose if limits else "",
        detection=detection,
        fix=fix,
        fixes=_fixes(meta, fix, detection, path),
        peers=meta.words("peers"),
        path=path,
    )


def _split(sections: list[Section], path: str) -> tuple[Section, dict[str, Section]]:
    """The title's section, and the others by their heading."""
    if not sections or sections[0].level != 1:
        raise SpecError(path, 1, "the first line is the title: `# Title`")
    head = sections[0]
    if len(head.heading) > _TITLE_LIMIT:
        raise SpecError(path, head.line, f"the title has {len(head.heading)} characters; {_TITLE_LIMIT} is the limit")
    named: dict[str, Section] = {}
    for section in sections[1:]:
        if section.level != 2 or section.heading not in _SECTIONS:
            raise SpecError(path, section.line, f"unknown section `{section.heading}`{_hint(section.heading)}")
        if section.heading in named:
            raise SpecError(path, section.line, f"a second section `{section.heading}`")
        named[section.heading] = section
    for required in ("Bad", "Good"):
        if required not in named:
            raise SpecError(path, head.line, f"no section `## {required}`")
    return head, named


def _hint(heading: str) -> str:
    return suggestion(heading, _SECTIONS)


class _Metadata:
    """The TOML fence under the title, read with types."""

    def __init__(self, head: Section, path: str) -> None:
        self._path = path
        if len(head.fences) != 1 or head.fences[0].info != "toml" or head.fences[0].before:
            raise SpecError(path, head.line, "the title is followed by one ```toml fence with the metadata")
        self._fence = head.fences[0]
        try:
            self._table = tomllib.loads(self._fence.text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            raise SpecError(path, self._fence.line + int(found[1]) - 1 if found else head.line, str(error)) from None
        known = _REQUIRED | _OPTIONAL
        for key, value in self._table.items():
            if key not in known:
                raise SpecError(path, self.line(key), f"unknown key `{key}`{suggestion(key, known)}")
            if type(value) is not known[key]:
                raise SpecError(path, self.line(key), f"`{key}` is a {_WORDS[known[key]]}")
        for key in _REQUIRED:
            if key not in self._table:
                raise SpecError(path, self._fence.line, f"the metadata lacks `{key}`")

    def line(self, key: str) -> int:
        """Line of ``key`` in the document."""
        for offset, line in enumerate(self._fence.text.split("\n")):
            if line.partition("=")[0].strip().strip("\"'") == key:
                return self._fence.line + offset
        return self._fence.line

    def text(self, key: str) -> str:
        """A string; empty where an optional key is missing."""
        return str(self._table.get(key, ""))

    def words(self, key: str) -> tuple[str, ...]:
        """A list of single words in lower case; empty where the key is missing."""
        found = self._table.get(key, [])
        for word in found:
            if not isinstance(word, str) or not _WORD.fullmatch(word):
                raise SpecError(self._path, self.line(key), f'`{key}` are words such as "govet" or "sa2001"')
        return tuple(found)

    def flag(self, key: str) -> bool:
        """A boolean."""
        return bool(self._table[key])

    def choice(self, key: str, of: type[_Choice]) -> _Choice:
        """A member of an enumeration."""
        return self._member(key, self.text(key), of)

    def choices(self, key: str, of: type[_Choice]) -> tuple[_Choice, ...]:
        """Members of an enumeration, in its order; none where an optional key is missing."""
        named = {self._member(key, str(value), of) for value in self._table.get(key, ())}
        return tuple(member for member in of if member in named)

    def _member(self, key: str, value: str, of: type[_Choice]) -> _Choice:
        try:
            return of(value)
        except ValueError:
            reason = f"unknown {key} `{value}`{suggestion(value, of)}"
            raise SpecError(self._path, self.line(key), reason) from None

    def version(self, key: str) -> str:
        """A version of pubcheck."""
        value = self.text(key)
        if not _VERSION.fullmatch(value):
            raise SpecError(self._path, self.line(key), f'`{key}` is a version such as "0.1.0", not "{value}"')
        return value


def _detection(name: str, section: Section | None, path: str) -> Query | Module:
    """The query under ``## Detection``; without that section, the module of the rule's name."""
    if section is None:
        return Module(name.replace("-", "_"))
    if len(section.fences) != 1 or section.fences[0].info != "query":
        raise SpecError(path, section.line, "`## Detection` holds one ```query fence; without it a module detects")
    fence = section.fences[0]
    if "report" not in _captures(fence.text):
        raise SpecError(path, fence.line, "the query captures no `@report`, which is where the finding is shown")
    return Query(fence.text, fence.line)


def _captures(query: str) -> set[str]:
    return set(_CAPTURE.findall(_QUERY_NOISE.sub("", query)))


def _check_placeholders(message: str, detection: Query | Module, line: int, path: str) -> None:
    """A template must parse; a query's can only name what the query captures."""
    names = _placeholders(message, line, path)
    if isinstance(detection, Query):
        captures = _captures(detection.text)
        for name in names:
            if name not in captures:
                raise SpecError(path, line, f"`{{{name}}}` is no capture of the query{suggestion(name, captures)}")


def _placeholders(template: str, line: int, path: str) -> list[str]:
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise SpecError(path, line, f"`{template}` is no template: {error}") from None
    for name in names:
        if not name.isidentifier():
            raise SpecError(path, line, f"`{{{name}}}` is no placeholder: a plain name stands between the braces")
    return names


def _fix(section: Section | None, detection: Query | Module, path: str) -> FixTemplate | None:
    """``## Fix``: a title, then a fence for each edit: ```` ```go safe replace=capture ````."""
    if section is None:
        return None
    if isinstance(detection, Module):
        raise SpecError(path, section.line, "`## Fix` is for a query rule: a module makes its own fixes")
    title = section.prose.rstrip(".")
    if not section.fences or not title or "\n" in title:
        raise SpecError(path, section.line, "`## Fix` holds one line that says what it does, and a fence for each edit")
    edits = []
    safety = set()
    for fence in section.fences:
        safe, edit = _edit(fence, detection, path)
        safety.add(safe)
        edits.append(edit)
    if len(safety) > 1:
        raise SpecError(path, section.line, "the edits of one fix are all `safe` or all `unsafe`")
    return FixTemplate(title, tuple(edits), safety.pop())


def _fixes(meta: _Metadata, fix: FixTemplate | None, detection: Query | Module, path: str) -> tuple[Safety, ...]:
    """What a module offers its document says; what a query rule offers is its ``## Fix``."""
    if isinstance(detection, Module):
        return meta.choices("fixes", Safety)
    if meta.choices("fixes", Safety):
        raise SpecError(path, meta.line("fixes"), "`fixes` is for a module: `## Fix` says what a query rule offers")
    return (Safety.SAFE if fix.safe else Safety.UNSAFE,) if fix else ()


def _edit(fence: Fence, detection: Query, path: str) -> tuple[bool, FixEdit]:
    line = fence.line - 1
    words = fence.info.split()
    action, _, capture = words[2].partition("=") if len(words) == 3 else ("", "", "")
    if words[:1] != ["go"] or action not in _ACTIONS or words[1] not in ("safe", "unsafe"):
        reason = f"a fix's fence is ```go safe|unsafe {'|'.join(_ACTIONS)}=capture"
        raise SpecError(path, line, reason)
    captures = _captures(detection.text)
    text = fence.text.removesuffix("\n")
    for name in (capture, *_placeholders(text, fence.line, path)):
        if name not in captures:
            raise SpecError(path, line, f"`{name}` is no capture of the query{suggestion(name, captures)}")
    return words[1] == "safe", FixEdit(action, capture, text)
