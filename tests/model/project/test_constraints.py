"""Build constraints and the targets that satisfy them."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.model.project import Target, read_header
from pubcheck.model.project.constraints import ConstraintError, evaluate, parse_expression, read_constraint

TAGS = ("linux", "amd64", "cgo", "race", "go1.21")


def expressions() -> st.SearchStrategy[str]:
    """Constraint expressions, with and without parentheses and space."""
    tags = st.sampled_from(TAGS)
    return st.recursive(
        tags,
        lambda inner: st.one_of(
            st.builds("!({})".format, inner),
            st.builds("({})".format, inner),
            st.builds("{} && {}".format, inner, inner),
            st.builds("{}||{}".format, inner, inner),
            st.builds("!{}".format, tags),
        ),
        max_leaves=12,
    )


def reference(expression: str, true: frozenset[str]) -> bool:
    """Python's operators have the same precedence as the constraints'."""
    python = re.sub(r"[\w.]+", lambda tag: str(tag[0] in true), expression)
    python = python.replace("&&", " and ").replace("||", " or ").replace("!", " not ")
    return bool(eval(python))  # noqa: S307 made of True, False and operators


@given(expressions(), st.frozensets(st.sampled_from(TAGS)))
def test_expressions_mean_what_they_mean_elsewhere(expression: str, true: frozenset[str]) -> None:
    assert evaluate(parse_expression(expression), true.__contains__) is reference(expression, true)


@given(st.one_of(st.text(), st.text(alphabet="()!&| a.1")))
def test_any_text_is_an_expression_or_an_error(text: str) -> None:
    with suppress(ConstraintError):
        assert evaluate(parse_expression(text), lambda _: True) in {True, False}


@pytest.mark.parametrize("text", ["", "a b", "a &&", "(a", "a)", "!!a", "a & b", "a,b", "(" * 5000 + "a" + ")" * 5000])
def test_what_is_no_expression_is_refused(text: str) -> None:
    constraint = read_constraint((f"//go:build {text}",))

    assert constraint.error
    assert not Target().admits(constraint)


@pytest.mark.parametrize(
    ("expression", "version"),
    [
        ("go1.22", 22),
        ("linux && go1.18", 18),
        ("go1.18 && go1.22", 22),
        ("go1.18 || go1.22", 18),
        ("linux || go1.22", None),
        ("!go1.22", None),
        ("!(linux || !go1.22)", 22),
        ("go1", 0),
        ("go1.x", None),
        ("linux", None),
    ],
)
def test_the_language_version_that_is_implied(expression: str, version: int | None) -> None:
    assert read_constraint((f"//go:build {expression}",)).version == version


@pytest.mark.parametrize(
    ("lines", "admitted"),
    [
        (["// +build linux darwin"], True),
        (["// +build darwin windows"], False),
        (["// +build linux,!cgo"], False),
        (["// +build linux,cgo darwin"], True),
        (["// +build linux", "// +build arm"], False),
        (["//+build !windows"], True),
        (["// +build"], False),
        (["// +build !!linux"], False),
        (["// +build linux$"], False),
    ],
)
def test_older_constraint_lines(lines: list[str], admitted: bool) -> None:
    header = read_header(("\n".join(lines) + "\n\npackage p\n").encode())

    assert Target().admits(read_constraint(header.build_lines)) is admitted


@pytest.mark.parametrize(
    ("tag", "target", "holds"),
    [
        ("unix", Target(), True),
        ("unix", Target(goos="windows"), False),
        ("unix", Target(goos="js", goarch="wasm"), False),
        ("linux", Target(goos="android", goarch="arm64"), True),
        ("solaris", Target(goos="illumos"), True),
        ("darwin", Target(goos="ios"), True),
        ("gc", Target(), True),
        ("gccgo", Target(), False),
        ("go1.27", Target(), True),
        ("go1.28", Target(), False),
        ("cgo", Target(), True),
        ("cgo", Target(cgo=False), False),
        ("integration", Target(), False),
        ("integration", Target(tags=frozenset({"integration"})), True),
        ("ignore", Target(), False),
        ("amd64.v1", Target(), True),
        ("amd64.v2", Target(), False),
        ("boringcrypto", Target(tags=frozenset({"goexperiment.boringcrypto"})), True),
    ],
)
def test_tags_of_a_target(tag: str, target: Target, holds: bool) -> None:
    assert target.satisfies(tag) is holds


@pytest.mark.parametrize(
    ("name", "admitted"),
    [
        ("a.go", True),
        ("linux.go", True),
        ("windows.go", True),
        ("a_linux.go", True),
        ("a_windows.go", False),
        ("a_amd64.go", True),
        ("a_arm64.go", False),
        ("a_linux_amd64.go", True),
        ("a_linux_arm64.go", False),
        ("a_windows_amd64.go", False),
        ("a_windows_test.go", False),
        ("a_linux_amd64_test.go", True),
        ("a_test.go", True),
        ("windows_test.go", True),
        ("a_unix.go", True),
        ("a_windows_x.go", True),
        ("_windows.go", False),
        ("a_windows.pb.go", False),
        ("a.b_windows.go", True),
    ],
)
def test_names_of_files_constrain_them(name: str, admitted: bool) -> None:
    assert Target().admits_name(name) is admitted


def test_the_environment_names_a_target() -> None:
    target = Target.from_environment({"GOOS": "plan9", "GOARCH": "386", "CGO_ENABLED": "0"}, tags=["x"], tests=False)

    assert target == Target(goos="plan9", goarch="386", tags=frozenset({"x"}), tests=False, cgo=False)
    assert Target.from_environment({}) == Target()
