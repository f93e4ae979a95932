"""Blanks around operators, against gofmt."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from snippet import load_text

from pubcheck.analysis import analyse
from pubcheck.rules.fixes.body import body_of
from pubcheck.rules.fixes.operators import ALONE, AMONG_OTHERS, spliced
from pubcheck.source import Span
from pubcheck.syntax import ast, walk

if TYPE_CHECKING:
    from pathlib import Path

EXPRESSIONS = [
    "a + b",
    "a*b + c",
    "a * b",
    "(a + b) * c",
    "a + b*(c-d)",
    "a<<b | c",
    "a == b && c+d > e",
    "g(a + b)",
    "g(a, b+c) + d",
    "a + g(b*c)",
    "-a + b",
    "a[i+1] + b",
    "a - (b + c*d)",
    "s.x + s.y - 1",
]


@pytest.mark.go
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_argument_is_spaced_as_gofmt_does(expression: str, goroot: Path) -> None:
    def formatted(call: str) -> str:
        text = f"package p\n\nfunc f() {{\n\t{call}\n}}\n"
        gofmt = str(goroot / "bin" / "gofmt")
        return subprocess.run([gofmt], input=text, capture_output=True, text=True, check=True).stdout

    alone, among = formatted(f"h({expression})"), formatted(f"h(zz, {expression})")
    for text in (alone, among):
        facts = analyse(load_text(text), {}, ())
        start = text.index("h(")
        body = body_of(facts, Span("p/p.go", start, start))
        assert body is not None
        call = next(node for node in walk(body.block) if isinstance(node, ast.Call))
        for depth, wanted in ((ALONE, alone), (AMONG_OTHERS, among)):
            argument = re.search(r"\th\((?:zz, )?(.*)\)\n", wanted)
            assert argument is not None
            assert spliced(body, call.args[-1], depth, {}) == argument[1]
