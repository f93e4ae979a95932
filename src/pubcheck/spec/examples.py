"""Examples: fences of Go that are documentation and tests at once.

An info string is ``go`` and attributes: ``race`` (the race detector names a wanted line when the driver runs),
``go=1.21`` (the language version). A fence ``go test`` is the driver of the example above it. A line
``// file: name.go`` begins a further file of the example.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.spec.errors import SpecError, suggestion
from pubcheck.spec.values import Example, ExampleFile

if TYPE_CHECKING:
    from pubcheck.spec.markdown import Fence, Section

_PACKAGE = re.compile(r"^(?:[ \t]*(?://[^\n]*)?\n)*[ \t]*package\s+\w+")
_FILE = re.compile(r"^// file: (\S+)[ \t]*$")
_FILE_NAME = re.compile(r"(?:[\w.-]+/)*[\w-]+\.go")
_WANT = re.compile(r"//\s*want\s")
_GO_VERSION = re.compile(r"1\.\d+")
_ATTRIBUTES = ("race", "test", "go")
_CLAUSE = "package example; "
_FIRST_FILE = "example.go"
_DRIVER = "example_test.go"


def read_examples(section: Section, path: str, *, wanted: bool) -> tuple[Example, ...]:
    """The examples of ``## Bad`` (``wanted``) or ``## Good``.

    Raises:
        SpecError: there is none; an attribute is unknown; a Bad example expects nothing, or a Good one something.
    """
    examples: list[Example] = []
    for fence in section.fences:
        attributes = _attributes(fence, path)
        if "test" in attributes:
            if not examples or examples[-1].driver is not None or len(attributes) > 1:
                reason = "```go test is the driver of the example above it, one for each, with no other attribute"
                raise SpecError(path, fence.line - 1, reason)
            driver = ExampleFile(_DRIVER, _with_package(fence.text), fence.line)
            examples[-1] = _replace_driver(examples[-1], driver)
            continue
        example = Example(
            files=_files(fence, path),
            text=fence.text,
            line=fence.line,
            race="race" in attributes,
            go=attributes.get("go", ""),
            note=fence.before,
        )
        _check_wants(example, path, wanted=wanted)
        examples.append(example)
    if not examples:
        raise SpecError(path, section.line, f"`## {section.heading}` has no ```go fence")
    for example in examples:
        if wanted and example.race != (example.driver is not None):
            reason = "a Bad example is a `race` and has a ```go test fence after it to drive it, or neither"
            raise SpecError(path, example.line - 1, reason)
    return tuple(examples)


def _check_wants(example: Example, path: str, *, wanted: bool) -> None:
    if wanted and not _WANT.search(example.text):
        raise SpecError(path, example.line, 'a Bad example needs a line with `// want "..."`')
    if not wanted and _WANT.search(example.text):
        raise SpecError(path, example.line, "a Good example is silent: no `// want` in it")
    if not wanted and example.race:
        raise SpecError(path, example.line - 1, "only a Bad example is a `race`")


def _replace_driver(example: Example, driver: ExampleFile) -> Example:
    return Example(example.files, example.text, example.line, example.race, example.go, driver, example.note)


def _attributes(fence: Fence, path: str) -> dict[str, str]:
    words = fence.info.split()
    if words[:1] != ["go"]:
        raise SpecError(path, fence.line - 1, f"an example is a ```go fence, not ```{fence.info}")
    attributes: dict[str, str] = {}
    for word in words[1:]:
        key, has_value, value = word.partition("=")
        if key not in _ATTRIBUTES or bool(has_value) != (key == "go"):
            raise SpecError(path, fence.line - 1, f"unknown attribute `{word}`{suggestion(key, _ATTRIBUTES)}")
        if has_value and not _GO_VERSION.fullmatch(value):
            raise SpecError(path, fence.line - 1, f"`{word}` is no language version: `go=1.21`")
        attributes[key] = value
    return attributes


def _files(fence: Fence, path: str) -> tuple[ExampleFile, ...]:
    """The files of a fence; what stands above the first mark is a file as well, unless it is blank."""
    parts: list[tuple[str, int, list[str]]] = [(_FIRST_FILE, fence.line, [])]
    for number, line in enumerate(fence.text.removesuffix("\n").split("\n"), fence.line):
        if mark := _FILE.match(line):
            if not _FILE_NAME.fullmatch(mark[1]):
                raise SpecError(path, number, f"`{mark[1]}` is no name of a Go file")
            if any(mark[1] == name for name, _, _ in parts[1:]):
                raise SpecError(path, number, f"a second file `{mark[1]}` in one example")
            parts.append((mark[1], number + 1, []))
        else:
            parts[-1][2].append(line)
    texts = [(name, line, "\n".join(lines) + "\n") for name, line, lines in parts]
    return tuple(ExampleFile(name, _with_package(text), line) for name, line, text in texts if text.strip())


def _with_package(text: str) -> str:
    return text if _PACKAGE.match(text) else _CLAUSE + text
