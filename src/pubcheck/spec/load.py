"""Where rule documents lie, and reading them all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.spec.document import read_rule
from pubcheck.spec.errors import SpecError
from pubcheck.spec.values import Module, RuleSpec

if TYPE_CHECKING:
    from collections.abc import Iterable


@cache
def rules_dir() -> Path:
    """The folder of pubcheck's own rules.

    A wheel carries the documents beside the rule modules; an editable install has none there, so the checkout's folder
    serves.
    """
    package = Path(__file__).resolve().parent.parent
    packaged = package / "rules"
    return packaged if any(packaged.glob("*.md")) else package.parent.parent / "rules"


def load_rules(directories: Iterable[Path]) -> tuple[RuleSpec, ...]:
    """Read every ``*.md`` of ``directories``, sorted by rule name. A directory that isn't there has no rules.

    Only pubcheck's own documents may be detected by a module: no code from a project that is checked ever runs.

    Raises:
        SpecError: a document is wrong, or two have one name.
    """
    rules: dict[str, RuleSpec] = {}
    own = rules_dir()
    for directory in directories:
        for path in sorted(directory.glob("*.md")):
            try:
                rule = read_rule(path.read_text("utf-8"), str(path))
            except (OSError, UnicodeDecodeError) as error:
                raise SpecError(str(path), 1, f"can't be read: {error}") from None
            if isinstance(rule.detection, Module) and directory.resolve() != own:
                reason = "a project's rule needs a ```query fence under `## Detection`: no other code is run"
                raise SpecError(rule.path, 1, reason)
            if other := rules.get(rule.name):
                raise SpecError(rule.path, 1, f"`{rule.name}` is a rule already, in {other.path}")
            rules[rule.name] = rule
    return tuple(rules[name] for name in sorted(rules))
