"""Where rule documents lie, and reading them all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.spec.errors import SpecError
from pubcheck.spec.values import Module

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.spec.values import RuleSpec


@cache
def rules_dir() -> Path:
    """The folder of pubcheck's own rules.

    A wheel carries the documents beside the rule modules; an editable install has none there, so the checkout's folder
    serves.
    """
    package = Path(__file__).resolve().parent.parent
    packaged = package / "rules"
    return packaged if any(packaged.glob("*.md")) else package.parent.parent / "rules"


class Document(NamedTuple):
    """A rule document before anybody has read it. ``own`` says that it is pubcheck's."""

    path: str
    text: str
    own: bool


def documents(directories: Iterable[Path]) -> tuple[Document, ...]:
    """Every ``*.md`` of ``directories``. A directory that isn't there has none.

    Raises:
        SpecError: one can't be read.
    """
    found: list[Document] = []
    own = rules_dir()
    for directory in directories:
        ours = directory.resolve() == own
        for path in sorted(directory.glob("*.md")):
            try:
                found.append(Document(str(path), path.read_text("utf-8"), ours))
            except (OSError, UnicodeDecodeError) as error:
                raise SpecError(str(path), 1, f"can't be read: {error}") from None
    return tuple(found)


def read_rules(read: Iterable[Document]) -> tuple[RuleSpec, ...]:
    """The rules of documents, sorted by name.

    Only pubcheck's own documents may be detected by a module: no code from a project that is checked ever runs.

    Raises:
        SpecError: a document is wrong, or two have one name.
    """
    from pubcheck.spec.document import read_rule  # noqa: PLC0415 most runs know what the documents say

    rules: dict[str, RuleSpec] = {}
    for document in read:
        rule = read_rule(document.text, document.path)
        if isinstance(rule.detection, Module) and not document.own:
            reason = "a project's rule needs a ```query fence under `## Detection`: no other code is run"
            raise SpecError(rule.path, 1, reason)
        if other := rules.get(rule.name):
            raise SpecError(rule.path, 1, f"`{rule.name}` is a rule already, in {other.path}")
        rules[rule.name] = rule
    return tuple(rules[name] for name in sorted(rules))


def load_rules(directories: Iterable[Path]) -> tuple[RuleSpec, ...]:
    """The rules whose documents are in ``directories``, sorted by name.

    Raises:
        SpecError: a document is wrong, or two have one name.
    """
    return read_rules(documents(directories))
