"""Where imports lead."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from pubcheck.model.project import PackageSource, Project

if TYPE_CHECKING:
    from tests.model.project.conftest import Tree


def package(project: Project, import_path: str) -> PackageSource:
    return next(package for package in project.packages if package.import_path == import_path)


def found(project: Project, import_path: str) -> str | None:
    """Directory of an import of the first package, relative to the tree, or None."""
    source = project.find(import_path, project.packages[0])
    return str(source.directory) if source else None


def test_packages_of_the_module(tree: Tree) -> None:
    tree.write(
        {
            "go.mod": "module example.com/m\ngo 1.21\n",
            "a/a.go": 'package a\nimport ("example.com/m/b"; "example.com/m/none"; "fmt"; "C"; "unsafe")\n',
            "b/b.go": "package b\n",
            "b/b_test.go": "package b\n",
            "tests/only_test.go": "package tests\n",
            "nested/go.mod": "module example.com/m/nested\n",
            "nested/n.go": "package nested\n",
        }
    )
    project = tree.load("./a")
    a = project.packages[0]

    b = project.find("example.com/m/b", a)

    assert a.imports == ("C", "example.com/m/b", "example.com/m/none", "fmt", "unsafe")
    assert b is not None
    assert [file.path.name for file in b.files] == ["b.go"]
    assert b is project.find("example.com/m/b", a)
    assert b.go_version == (1, 21)
    for path in (
        "example.com/m/none",
        "example.com/m/tests",
        "example.com/m/nested",
        "fmt",
        "C",
        "unsafe",
        "../../x",
        "",
    ):
        assert project.find(path, a) is None
    assert project.imports(a) == (b,)


def test_a_package_that_was_asked_for_comes_with_its_tests(tree: Tree) -> None:
    tree.write(
        {
            "go.mod": "module m\n",
            "a/a.go": 'package a\nimport "m/b"\n',
            "b/b.go": "package b\n",
            "b/b_test.go": 'package b\nimport "m/a"\n',
            "b/x_test.go": 'package b_test\nimport ("m/b"; "m/a")\n',
        }
    )
    project = tree.load("./...")
    a, b, external = project.packages

    assert project.find("m/b", a) is b
    assert external.kind == "external-test"
    assert external.tested is b
    assert project.find("m/b", external) is b
    assert project.imports(external) == (a, b)
    assert project.imports(b) == ()
    assert project.imports(b, tests=True) == (a,)
    assert [file.test for file in b.files] == [False, True]


def test_replaced_by_a_directory(tree: Tree) -> None:
    tree.write(
        {
            "main/go.mod": "module m\nrequire example.com/dep v1.0.0\nreplace example.com/dep => ../dep\n",
            "main/m.go": 'package m\nimport "example.com/dep/sub"\n',
            "dep/go.mod": "module example.com/other-name\ngo 1.20\n",
            "dep/sub/s.go": "package sub\n",
        }
    )
    project = tree.load(cwd="main")
    source = project.find("example.com/dep/sub", project.packages[0])

    assert source is not None
    assert source.directory == tree.root / "dep/sub"
    assert source.import_path == "example.com/dep/sub"
    assert source.module.path == "example.com/dep"
    assert source.go_version == (1, 20)
    assert not source.module.main


CACHE = {
    "cache/example.com/!big@v1.2.0/go.mod": "module example.com/Big\ngo 1.19\nrequire example.com/far v0.1.0\n",
    "cache/example.com/!big@v1.2.0/p/p.go": 'package p\nimport "example.com/far"\n',
    "cache/example.com/!big@v1.1.0/p/p.go": "package p\n",
    "cache/example.com/!big/sub@v0.9.0/s.go": "package sub\n",
    "cache/example.com/far@v0.1.0/far.go": "package far\n",
    "cache/example.com/fork@v3.0.0/f.go": "package fork\n",
}


def test_the_module_cache(tree: Tree) -> None:
    tree.write(CACHE).write(
        {
            "go.mod": "module m\nrequire (\nexample.com/Big v1.2.0\nexample.com/Big/sub v0.9.0\n"
            "example.com/gone v1.0.0\nexample.com/old v1.0.0\n)\n"
            "replace example.com/old v1.0.0 => example.com/fork v3.0.0\n",
            "m.go": "package m\n",
        }
    )
    project = tree.load(environ={"GOMODCACHE": str(tree.root / "cache")})
    main = project.packages[0]

    big = project.find("example.com/Big/p", main)
    assert big is not None
    assert big.directory == tree.root / "cache/example.com/!big@v1.2.0/p"
    assert (big.module.version, big.go_version) == ("v1.2.0", (1, 19))
    assert found(project, "example.com/Big/sub") == str(tree.root / "cache/example.com/!big/sub@v0.9.0")
    assert found(project, "example.com/old") == str(tree.root / "cache/example.com/fork@v3.0.0")
    assert found(project, "example.com/gone") is None
    assert found(project, "example.com/far") is None
    far = project.find("example.com/far", big)
    assert far is not None
    assert far.module.version == "v0.1.0"
    assert project.problems == ()


@pytest.mark.parametrize(("variable", "cache"), [("GOPATH", "pkg/mod"), ("HOME", "go/pkg/mod")])
def test_where_the_module_cache_is(tree: Tree, variable: str, cache: str) -> None:
    tree.write({"m/go.mod": "module m\nrequire example.com/d v1.0.0\n", "m/m.go": "package m\n"})
    tree.write({f"{cache}/example.com/d@v1.0.0/d.go": "package d\n"})

    project = tree.load(cwd="m", environ={variable: str(tree.root)})

    assert found(project, "example.com/d") is not None


def test_vendor(tree: Tree) -> None:
    tree.write(CACHE).write(
        {
            "go.mod": "module m\ngo 1.22\nrequire example.com/Big v1.2.0\n",
            "sub/m.go": "package m\n",
            "vendor/modules.txt": "# example.com/Big v1.2.0\n## explicit; go 1.18\nexample.com/Big/p\n# x => ./y\n",
            "vendor/example.com/Big/p/p.go": "package p\n",
            "vendor/example.com/unlisted/u.go": "package u\n",
        }
    )
    project = tree.load("./sub", environ={"GOMODCACHE": str(tree.root / "cache")})
    source = project.find("example.com/Big/p", project.packages[0])

    assert source is not None
    assert source.directory == tree.root / "vendor/example.com/Big/p"
    assert (source.module.path, source.module.version, source.go_version) == ("example.com/Big", "v1.2.0", (1, 18))
    assert found(project, "example.com/unlisted") == str(tree.root / "vendor/example.com/unlisted")


WORKSPACE = {
    "go.work": "go 1.22\nuse (\n./one\n./two\n./gone\n)\nreplace example.com/dep => ./three\n",
    "one/go.mod": "module example.com/one\nrequire example.com/dep v1.0.0\nreplace example.com/dep => ../nowhere\n",
    "one/one.go": 'package one\nimport "example.com/two"\n',
    "two/go.mod": "module example.com/two\n",
    "two/two.go": "package two\n",
    "three/three.go": "package three\n",
    "apart/go.mod": "module example.com/apart\n",
    "apart/apart.go": 'package apart\nimport "example.com/two"\n',
}


def test_go_work(tree: Tree) -> None:
    project = tree.write(WORKSPACE).load(cwd="one")

    assert found(project, "example.com/two") == str(tree.root / "two")
    assert found(project, "example.com/dep") == str(tree.root / "three")
    assert {package.import_path for package in tree.load("work", cwd="one").packages} == {
        "example.com/one",
        "example.com/two",
    }
    assert {package.import_path for package in tree.load("work").packages} == {"example.com/one", "example.com/two"}


def test_a_module_that_go_work_does_not_use(tree: Tree) -> None:
    tree.write(WORKSPACE)

    assert found(tree.load(cwd="apart"), "example.com/two") is None
    assert found(tree.load(cwd="one", environ={"GOWORK": "off"}), "example.com/two") is None
    assert found(tree.load(cwd="one", environ={"GOWORK": str(tree.root / "go.work")}), "example.com/two") is not None


GOROOT = {
    "goroot/src/go.mod": "module std\ngo 1.27\n",
    "goroot/src/fmt/print.go": 'package fmt\nimport ("io"; "golang.org/x/net/idna")\n',
    "goroot/src/fmt/print_test.go": "package fmt\n",
    "goroot/src/io/io.go": "package io\n",
    "goroot/src/builtin/builtin.go": "package builtin\n",
    "goroot/src/vendor/golang.org/x/net/idna/idna.go": "package idna\n",
    "goroot/src/cmd/go.mod": "module cmd\ngo 1.27\n",
    "goroot/src/cmd/tool/main.go": 'package main\nimport ("io"; "example.com/v"; "cmd/lib")\n',
    "goroot/src/cmd/lib/lib.go": "package lib\n",
    "goroot/src/cmd/vendor/example.com/v/v.go": "package v\n",
}


def test_goroot(tree: Tree) -> None:
    tree.write(GOROOT).write({"m/go.mod": "module m\ngo 1.20\n", "m/m.go": 'package m\nimport "fmt"\n'})
    project = tree.load(cwd="m", goroot="goroot")
    main = project.packages[0]

    fmt = project.find("fmt", main)
    assert fmt is not None
    assert fmt.import_path == "fmt"
    assert fmt.module.path == "std"
    assert fmt.go_version == (1, 27)
    assert [file.path.name for file in fmt.files] == ["print.go"]
    idna = project.find("golang.org/x/net/idna", fmt)
    assert idna is not None
    assert idna.import_path == "vendor/golang.org/x/net/idna"
    assert project.find("golang.org/x/net/idna", main) is None
    assert tree.load(cwd="m", environ={"GOROOT": str(tree.root / "goroot")}).imports(main) != ()
    assert found(tree.load(cwd="m", environ={"GOROOT": str(tree.root / "m")}), "fmt") is None


def test_goroot_itself(tree: Tree) -> None:
    project = tree.write(GOROOT).load("./...", cwd="goroot/src")

    assert [package.import_path for package in project.packages] == ["fmt", "io"]
    assert project.imports(project.packages[0])[1] is project.packages[1]
    assert found(project, "golang.org/x/net/idna") is not None


def test_the_tools_of_goroot(tree: Tree) -> None:
    project = tree.write(GOROOT).load("./tool", cwd="goroot/src/cmd")

    imports = {source.import_path for source in project.imports(project.packages[0])}

    assert imports == {"io", "cmd/lib", "cmd/vendor/example.com/v"}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("std", ["fmt", "io", "vendor/golang.org/x/net/idna"]),
        ("cmd", ["cmd/lib", "cmd/tool", "cmd/vendor/example.com/v"]),
        ("fmt", ["fmt"]),
        ("f...", ["fmt"]),
    ],
)
def test_patterns_in_goroot(tree: Tree, pattern: str, expected: list[str]) -> None:
    tree.write(GOROOT).write({"m/go.mod": "module m\n", "m/m.go": "package m\n"})

    assert [source.import_path for source in tree.load(pattern, cwd="m", goroot="goroot").packages] == expected


def test_relative_imports(tree: Tree) -> None:
    project = tree.write({"a/a.go": 'package a\nimport "../b"\n', "b/b.go": "package b\n"}).load("./a")

    assert found(project, "../b") == str(tree.root / "b")


def test_order_is_bottom_up(tree: Tree) -> None:
    tree.write(
        {
            "go.mod": "module m\n",
            "top/t.go": 'package top\nimport ("m/mid"; "m/low")\n',
            "mid/m.go": 'package mid\nimport "m/low"\n',
            "low/l.go": "package low\n",
            "low/l_test.go": 'package low\nimport "m/top"\n',
            "low/x_test.go": 'package low_test\nimport "m/top"\n',
            "apart/a.go": "package apart\n",
        }
    )

    def order(project: Project, *, dependencies: bool = False) -> list[list[str]]:
        return [[source.import_path for source in level] for level in project.order(dependencies=dependencies)]

    assert order(tree.load("./...")) == [["m/apart", "m/low"], ["m/mid"], ["m/top"], ["m/low_test"]]
    assert order(tree.load("./top")) == [["m/top"]]
    assert order(tree.load("./top"), dependencies=True) == [["m/low"], ["m/mid"], ["m/top"]]


def test_import_cycles_share_a_level(tree: Tree) -> None:
    tree.write(
        {
            "go.mod": "module m\n",
            "a/a.go": 'package a\nimport ("m/b"; "m/a")\n',
            "b/b.go": 'package b\nimport ("m/a"; "m/c")\n',
            "c/c.go": "package c\n",
            "d/d.go": 'package d\nimport "m/b"\n',
        }
    )

    levels = tree.load("./...").order()

    assert [[source.name for source in level] for level in levels] == [["c"], ["a", "b"], ["d"]]


def test_a_project_travels_between_processes(tree: Tree) -> None:
    tree.write(WORKSPACE)
    project = tree.load(cwd="one")
    assert project.packages[0].files[0].tree.file.package.name == "one"

    copy = pickle.loads(pickle.dumps(project))  # noqa: S301 what was just written

    assert found(copy, "example.com/two") == str(tree.root / "two")
    assert copy.packages[0].files[0].source.data == b'package one\nimport "example.com/two"\n'
