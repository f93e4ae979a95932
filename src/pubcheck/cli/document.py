"""Markdown on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markdown import CodeBlock, Markdown
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text
from rich.theme import Theme

from pubcheck.cli.terminal import console
from pubcheck.report.ruletext import MARK

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

_WIDTH = 100
_STYLES = Theme(
    {
        "markdown.code": "bold cyan",  # on the terminal's own background, whatever that is
        "markdown.h2": "bold",
        "markdown.item.bullet": "none",
    }
)


class _Code(CodeBlock):
    """Code that is indented like a quotation, with what is wrong in it in red."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = str(self.text).expandtabs(4).rstrip().split("\n")
        code = Syntax("\n".join(lines), self.lexer_name, theme=self.theme, word_wrap=True)
        for number, line in enumerate(lines, 1):
            if line.endswith(MARK):
                code.stylize_range("not dim bold red", (number, len(line) - len(MARK)), (number, len(line)))
        yield Padding(code, (0, 0, 0, 4))


class _Document(Markdown):
    elements = {**Markdown.elements, "fence": _Code, "code_block": _Code}  # noqa: RUF012 as its base has it


def show(title: str, text: str, color: str) -> None:
    """Print Markdown under a title, in lines that are short enough to read."""
    out = console(color)
    out.push_theme(_STYLES)
    out.width = min(out.width, _WIDTH)
    out.print(Text(title, style="bold underline"), end="\n\n")
    out.print(_Document(text, code_theme="ansi_dark"))
