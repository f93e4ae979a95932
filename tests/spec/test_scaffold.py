from __future__ import annotations

import ast

import pytest

from pubcheck.spec import Module, Query
from pubcheck.spec.document import read_rule
from pubcheck.spec.scaffold import scaffold


def test_a_new_rule_is_one_document() -> None:
    ((path, text),) = scaffold("some-rule").items()
    assert path == "rules/some-rule.md"
    assert isinstance(read_rule(text, path).detection, Query)


def test_a_rule_in_python_has_a_module_too() -> None:
    document, module = scaffold("some-rule", python=True).items()
    assert read_rule(document[1], document[0]).detection == Module("some_rule")
    assert module[0] == "src/pubcheck/rules/some_rule.py"
    names = [node.name for node in ast.parse(module[1]).body if isinstance(node, ast.FunctionDef)]
    assert names == ["check"]


def test_a_projects_rule_lies_in_the_project() -> None:
    assert list(scaffold("some-rule", project=True)) == [".pubcheck/rules/some-rule.md"]


def test_a_projects_rule_is_no_python() -> None:
    with pytest.raises(ValueError, match="a project's own rules are queries"):
        scaffold("some-rule", python=True, project=True)


def test_a_name_is_in_kebab_case() -> None:
    with pytest.raises(ValueError, match="is no rule name"):
        scaffold("SomeRule")
