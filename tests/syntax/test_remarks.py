"""What comments say to people."""

from __future__ import annotations

import pytest

from pubcheck.syntax import ast, remark


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("// guarded by mu", "// guarded by mu"),
        ('// want "accessed without holding mu"', ""),
        ("// want `field is accessed without mu`", ""),
        ('// guarded by mu // want "written without mu"', "// guarded by mu "),
        ("// want x:`fact`", ""),
        ("// want the lock held here", "// want the lock held here"),
        ("// callers want mu held", "// callers want mu held"),
    ],
)
def test_what_an_analysers_test_expects_is_no_remark(text: str, said: str) -> None:
    assert said == remark(ast.Comment(0, len(text), text))
