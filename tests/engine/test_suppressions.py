from __future__ import annotations

import pytest

from pubcheck.diagnostic import Confidence, Diagnostic, Severity
from pubcheck.engine.suppressions import FileSuppressions, find_suppressions
from pubcheck.source import SourceFile
from pubcheck.syntax import parse


def suppressions_of(text: str) -> tuple[SourceFile, FileSuppressions]:
    source = SourceFile("/m/a.go", text.encode())
    return source, FileSuppressions(source, find_suppressions(parse(source)))


def finding(source: SourceFile, marker: str, rule: str = "load-then-store") -> Diagnostic:
    start = source.data.index(marker.encode())
    span = source.span(start, start + len(marker))
    return Diagnostic(rule, span, "lost", Severity.ERROR, Confidence.HIGH)


def silenced(text: str, marker: str = "n.Store(0)", rule: str = "load-then-store") -> bool:
    source, found = suppressions_of(text)
    return found.silencing(finding(source, marker, rule)) is not None


WHY = "only the collector resets"


@pytest.mark.parametrize(
    "body",
    [
        f"\tn.Store(0) //pubcheck:ignore load-then-store {WHY}",
        f"\t//pubcheck:ignore load-then-store {WHY}\n\tn.Store(0)",
        f"\t//pubcheck:ignore load-then-store {WHY}\n\t// a remark between\n\tn.Store(0)",
        f"\t// pubcheck:ignore load-then-store {WHY}\n\tn.Store(0)",
        f"\t/*pubcheck:ignore load-then-store {WHY}*/\n\tn.Store(0)",
        f"\tn.Store(0) //pubcheck:ignore map-race,load-then-store {WHY}",
        f"\tn.Store(0) //pubcheck:ignore map-race, load-then-store {WHY}",
        f"\tn.Store(0) //pubcheck:ignore all {WHY}",
        "\tn.Store(0) //nolint",
        "\tn.Store(0) //nolint:pubcheck // the collector",
        "\tn.Store(0) //nolint:errcheck,pubcheck",
        "\tn.Store(0) // nolint: all",
        f"\t//lint:ignore pubcheck/load-then-store {WHY}\n\tn.Store(0)",
        f"\t//lint:ignore SA4000,pubcheck/load-then-store {WHY}\n\tn.Store(0)",
    ],
)
def test_a_comment_silences_its_line_or_the_next(body: str) -> None:
    assert silenced(f"package p\n\nfunc f() {{\n{body}\n}}\n")


@pytest.mark.parametrize(
    "body",
    [
        f"\tn.Store(0) //pubcheck:ignore map-race {WHY}",
        f"\t//pubcheck:ignore load-then-store {WHY}\n\n\tn.Store(0)",
        f"\tn.Store(0)\n\t//pubcheck:ignore load-then-store {WHY}",
        f"\tg() //pubcheck:ignore load-then-store {WHY}\n\tn.Store(0)",
        f'\tn.Store(0); g("//pubcheck:ignore load-then-store {WHY}")',
        "\tn.Store(0) //nolint:errcheck",
        "\tn.Store(0) // nolintish",
        f"\t//lint:ignore SA4000 {WHY}\n\tn.Store(0)",
        f"\tn.Store(0) //pubcheck:ignored load-then-store {WHY}",
    ],
)
def test_a_comment_silences_nothing_else(body: str) -> None:
    assert not silenced(f"package p\n\nfunc f() {{\n{body}\n}}\n")


@pytest.mark.parametrize(
    "text",
    [
        f"package p\n\n//pubcheck:ignore load-then-store {WHY}\nfunc f() {{\n\tg()\n\tn.Store(0)\n}}\n",
        f"package p\n\n// f resets.\n//\n//pubcheck:ignore load-then-store {WHY}\nfunc f() {{\n\n\tn.Store(0)\n}}\n",
        f"package p\n\n//pubcheck:ignore load-then-store {WHY}\n// f resets.\nfunc f() {{\n\tg()\n\tn.Store(0)\n}}\n",
        f"package p\n\nfunc f() {{ //pubcheck:ignore load-then-store {WHY}\n\tg()\n\tn.Store(0)\n}}\n",
        f"//pubcheck:ignore load-then-store {WHY}\n\n// Package p is.\npackage p\n\nfunc f() {{\n\tn.Store(0)\n}}\n",
        f"package p\n\n//lint:file-ignore pubcheck/load-then-store {WHY}\n\nfunc f() {{\n\tn.Store(0)\n}}\n",
    ],
)
def test_a_comment_above_a_declaration_or_the_package_silences_all_of_it(text: str) -> None:
    assert silenced(text)


def test_a_declarations_comment_ends_with_it() -> None:
    text = f"package p\n\n//pubcheck:ignore load-then-store {WHY}\nfunc g() {{\n}}\n\nfunc f() {{\n\tn.Store(0)\n}}\n"
    assert not silenced(text)


def test_the_last_line_of_a_statement_counts() -> None:
    text = f"package p\n\nfunc f() {{\n\tn.Store(\n\t\t0) //pubcheck:ignore load-then-store {WHY}\n}}\n"
    assert silenced(text, marker="n.Store(\n\t\t0)")


def test_carriage_returns_are_no_part_of_the_reason() -> None:
    _, found = suppressions_of("package p\r\n\r\nvar x = 1 //pubcheck:ignore map-race\r\n")
    assert len(found.suppressions) == 1
    assert [one.reason for one in found.suppressions] == [""]


def test_a_file_without_such_comments_has_none() -> None:
    assert suppressions_of("package p\n\n// pubcheck is a linter\nvar x = 1\n")[1].suppressions == ()


PEERS = ("govet", "copylocks", "sa2001")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("\tn.Store(0) //nolint:govet", True),
        ("\t// nolint: errcheck, govet // it is new\n\tn.Store(0)", True),
        ("\t//lint:ignore SA2001 it is new\n\tn.Store(0)", True),
        ("\tn.Store(0) //nolint:errcheck", False),
        ("\t//lint:ignore SA2002 it is new\n\tn.Store(0)", False),
        ("\tn.Store(0) //pubcheck:ignore govet it is new", False),
    ],
)
def test_what_silences_a_peer_silences_the_rules_that_tell_of_the_same(body: str, said: bool) -> None:
    source, found = suppressions_of(f"package p\n\nfunc f() {{\n{body}\n}}\n")
    one = found.silencing(finding(source, "n.Store(0)"), PEERS)
    assert (one is not None) is said
    if one is not None:
        assert not one.accountable
