"""What patterns name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.model.project import PatternError, Project, Target

if TYPE_CHECKING:
    from tests.model.project.conftest import Shape, Tree

MODULE = {
    "go.mod": "module example.com/m\n\ngo 1.24\n",
    "root.go": "package m\n",
    "a/a.go": "package a\n",
    "a/b/b.go": "package b\n",
    "ab/ab.go": "package ab\n",
    "a/testdata/t.go": "package t\n",
    "a/_skipped/s.go": "package s\n",
    "a/.hidden/h.go": "package h\n",
    "vendor/example.com/v/v.go": "package v\n",
    "empty/readme.txt": "",
    "nested/go.mod": "module example.com/nested\n",
    "nested/n.go": "package nested\n",
}


def paths(project: Project) -> list[str]:
    return [package.import_path for package in project.packages]


@pytest.mark.parametrize(
    ("patterns", "cwd", "expected"),
    [
        (["./..."], ".", ["example.com/m", "example.com/m/a", "example.com/m/a/b", "example.com/m/ab"]),
        ([], ".", ["example.com/m"]),
        (["."], "a", ["example.com/m/a"]),
        (["./a"], ".", ["example.com/m/a"]),
        (["a"], ".", ["example.com/m/a"]),
        (["a/"], ".", ["example.com/m/a"]),
        (["a/..."], ".", ["example.com/m/a", "example.com/m/a/b"]),
        (["./a..."], ".", ["example.com/m/a", "example.com/m/a/b", "example.com/m/ab"]),
        (["./.../b"], ".", ["example.com/m/a/b"]),
        (["../..."], "a", ["example.com/m", "example.com/m/a", "example.com/m/a/b", "example.com/m/ab"]),
        (["../ab"], "a", ["example.com/m/ab"]),
        (["./a", "a", "example.com/m/a"], ".", ["example.com/m/a"]),
        (["example.com/m"], "a", ["example.com/m"]),
        (["example.com/m/a/b"], ".", ["example.com/m/a/b"]),
        (["example.com/m/a/..."], ".", ["example.com/m/a", "example.com/m/a/b"]),
        (["example.com/..."], ".", ["example.com/m", "example.com/m/a", "example.com/m/a/b", "example.com/m/ab"]),
        (["work"], "a", ["example.com/m", "example.com/m/a", "example.com/m/a/b", "example.com/m/ab"]),
        (["..."], "a", ["example.com/m", "example.com/m/a", "example.com/m/a/b", "example.com/m/ab"]),
        (["./a/testdata"], ".", ["example.com/m/a/testdata"]),
        (["./a/testdata/..."], ".", ["example.com/m/a/testdata"]),
        (["./a/_skipped", "./a/.hidden"], ".", ["example.com/m/a/.hidden", "example.com/m/a/_skipped"]),
        (["./nested/..."], ".", ["example.com/nested"]),
        (["./vendor/..."], ".", ["example.com/v"]),
    ],
)
def test_patterns(tree: Tree, patterns: list[str], cwd: str, expected: list[str]) -> None:
    project = tree.write(MODULE).load(*patterns, cwd=cwd)

    assert paths(project) == expected
    assert project.problems == ()


def test_a_pattern_outside_of_the_current_folder(tree: Tree) -> None:
    tree.write(MODULE).write({"elsewhere/x.txt": ""})

    assert paths(tree.load(f"{tree.root}/a/...", cwd="elsewhere")) == ["example.com/m/a", "example.com/m/a/b"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("./none", "there is no directory ./none"),
        ("./none/...", "there is no directory ./none/"),
        ("none.go", "there is no file none.go"),
        ("example.com/m/none", "there is no directory or package example.com/m/none"),
        ("./empty", "there are no Go files in ./empty"),
        ("std", "needs a GOROOT"),
        ("all", "isn't supported"),
        ("", "names no package"),
        ("a\0b", "NUL"),
    ],
)
def test_what_does_not_exist_is_wrong_usage(tree: Tree, pattern: str, message: str) -> None:
    tree.write(MODULE)

    with pytest.raises(PatternError, match=message):
        tree.load(pattern)


@pytest.mark.parametrize("pattern", ["./empty/...", "./none...", "example.org/..."])
def test_a_wildcard_that_matches_nothing_is_a_problem(tree: Tree, pattern: str) -> None:
    project = tree.write(MODULE).load(pattern, "./a")

    assert paths(project) == ["example.com/m/a"]
    assert [problem.message for problem in project.problems] == [f"the pattern `{pattern}` matches no packages"]


def test_a_wildcard_that_matches_nothing_points_at_nested_modules(tree: Tree) -> None:
    project = tree.write({"go.mod": "module m\n", "sub/go.mod": "module sub\n", "sub/s.go": "package sub\n"}).load(
        "./..."
    )

    assert project.packages == ()
    assert "the module in sub is one of its own" in project.problems[0].message


def test_a_wildcard_goes_into_the_nested_modules_of_its_workspace(tree: Tree) -> None:
    tree.write(
        {
            "go.work": "go 1.25\nuse (\n\t.\n\t./used\n)\n",
            "go.mod": "module m\n",
            "a.go": "package m\n",
            "used/go.mod": "module example.com/used\n",
            "used/b.go": "package used\n",
            "other/go.mod": "module example.com/other\n",
            "other/c.go": "package other\n",
        }
    )

    assert paths(tree.load("./...")) == ["example.com/used", "m"]


def test_ignore_directives_end_a_wildcard(tree: Tree) -> None:
    tree.write(
        {
            "go.mod": "module m\nignore ./web\nignore gen\n",
            "web/w.go": "package w\n",
            "a/web/w.go": "package w\n",
            "a/gen/g.go": "package g\n",
            "a/generic/g.go": "package g\n",
        }
    )

    assert paths(tree.load("./...")) == ["m/a/generic", "m/a/web"]
    assert paths(tree.load("./web")) == ["m/web"]


def test_a_directory_named_vendor_may_be_a_package(tree: Tree) -> None:
    tree.write({"go.mod": "module m\n", "cmd/vendor/main.go": "package main\n", "cmd/vendor/x/x.go": "package x\n"})

    assert paths(tree.load("./...")) == ["m/cmd/vendor"]


def test_a_tree_without_go_mod(tree: Tree) -> None:
    tree.write(
        {"proj/a/a.go": 'package a\nimport "proj/b"\n', "proj/b/b.go": "package b\n", "proj/m/go.mod": "module m\n"}
    )
    tree.write({"proj/m/m.go": "package m\n"})

    project = tree.load("./...", cwd="proj")

    assert paths(project) == ["m", "proj/a", "proj/b"]
    assert project.find("proj/b", project.packages[1]) is project.packages[2]
    assert project.packages[1].module.root == tree.root / "proj"
    assert project.packages[1].go_version == (1, 27)


def test_code_from_before_modules_has_their_language_version(tree: Tree) -> None:
    tree.write({"proj/a.go": 'package a\nimport "example.com/other"\n', "proj/b.go": 'package a\nimport "sync"\n'})

    package = tree.load("./...", cwd="proj").packages[0]

    assert {file.path.name: file.go_version for file in package.files} == {"a.go": (1, 16), "b.go": (1, 27)}


def test_a_tree_without_go_mod_that_is_pointed_at(tree: Tree) -> None:
    tree.write({"proj/a/a.go": "package a\n", "else/x.txt": ""})

    assert paths(tree.load("../proj/...", cwd="else")) == ["proj/a"]


def test_a_gopath_tree(tree: Tree) -> None:
    tree.write(
        {"src/example.com/a/a.go": 'package a\nimport "example.com/b"\n', "src/example.com/b/b.go": "package b\n"}
    )

    project = tree.load(".", cwd="src/example.com/a", environ={"GOPATH": str(tree.root)})

    assert paths(project) == ["example.com/a"]
    assert project.find("example.com/b", project.packages[0]) is not None


FILES = {
    "go.mod": "module m\n",
    "p/a.go": "package p\n",
    "p/b.go": "package p\n",
    "p/in_test.go": "package p\n",
    "p/out_test.go": "package p_test\n",
    "p/gen.go": "//go:build ignore\n\npackage main\n",
    "p/other_windows.go": "package p\n",
}


def wanted(project: Project) -> dict[str, list[str] | None]:
    return {
        package.import_path: None if package.wanted is None else sorted(path.name for path in package.wanted)
        for package in project.packages
    }


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["p/a.go"], {"m/p": ["a.go"]}),
        (["./p/a.go", "p/b.go"], {"m/p": ["a.go", "b.go"]}),
        (["p/out_test.go"], {"m/p_test": ["out_test.go"]}),
        (["p/a.go", "p/out_test.go"], {"m/p": ["a.go"], "m/p_test": ["out_test.go"]}),
        (["p/a.go", "./p"], {"m/p": None, "m/p_test": None}),
        (["p/gen.go"], {"command-line-arguments [m/p]": None}),
        (["p/a.go", "p/gen.go"], {"command-line-arguments [m/p]": None, "m/p": ["a.go"]}),
    ],
)
def test_named_files_are_seen_with_their_package(
    tree: Tree, patterns: list[str], expected: dict[str, list[str] | None]
) -> None:
    assert wanted(tree.write(FILES).load(*patterns)) == expected


def test_named_files_that_no_package_has_make_up_their_own(tree: Tree, shape: Shape) -> None:
    project = tree.write(FILES).load("gen.go", cwd="p")

    assert shape(project) == {"command-line-arguments": ["gen.go"]}
    assert project.packages[0].name == "main"


def test_a_named_test_file_counts_even_without_tests(tree: Tree, shape: Shape) -> None:
    project = tree.write(FILES).load("p/in_test.go", target=Target(tests=False))

    assert shape(project) == {"m/p": ["a.go", "b.go", "in_test.go"]}


def test_a_directory_named_like_a_file(tree: Tree, shape: Shape) -> None:
    tree.write({"go.mod": "module m\n", "x.go/x.go": "package x\n", "y.go": "package m\n"})

    assert shape(tree.load("./...")) == {"m": ["y.go"], "m/x.go": ["x.go"]}
    assert shape(tree.load("./x.go")) == {"m/x.go": ["x.go"]}
