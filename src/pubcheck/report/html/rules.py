"""What a rule's document says, as HTML."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

from pubcheck.report.html.code import example
from pubcheck.report.ruletext import markdown

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from pubcheck.engine import BuiltinRule
    from pubcheck.spec import RuleSpec


def rule_text(rule: RuleSpec | BuiltinRule) -> str:
    """The document of ``rule``. HTML in it is shown as text: a project may have rules of its own."""
    html: str = _renderer().render(markdown(rule).replace("\n## ", "\n#### "))
    return html


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 a report without findings doesn't need it

    return MarkdownIt("commonmark", {"html": False, "highlight": _highlighted}).enable("table").disable("image")


def _highlighted(code: str, language: str, _: str) -> str:
    return example(code) if language == "go" else escape(code)
