from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence, Severity
from pubcheck.engine import Config, ConfigError
from pubcheck.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.engine import Report
    from pubcheck.model.project import PackageSource
    from tests.engine.conftest import Bench, WordRule


def places(report: Report) -> list[tuple[str, str, int]]:
    found = []
    for one in report.diagnostics:
        source = report.sources[one.span.path]
        assert source is not None
        found.append((one.rule, one.span.path.rpartition("/")[2], source.lines.line(one.span.start)))
    return found


def test_a_finding_becomes_a_diagnostic_with_what_the_document_says(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\ntype C struct{}\n\nfunc (c *C) Get() { bug() }\n")
    (one,) = bench.run(rule("some-rule")).diagnostics
    assert (one.rule, one.message, one.help) == ("some-rule", "`bug` is there", "Write another word")
    assert (one.severity, one.confidence) == (Severity.WARNING, Confidence.HIGH)
    assert (one.package, one.symbol, one.location) == ("example.com/m", "(*C).Get", "bug")
    assert len(one.fingerprint) == 32


def test_diagnostics_come_in_order_of_file_and_place(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("b/b.go", "package b\n\nvar bug int\n")
    bench.write("a/a.go", 'package a\n\nimport _ "example.com/m/b"\n\nvar x = bug\nvar bug int\n')
    report = bench.run(rule("z-rule"), rule("a-rule"))
    assert places(report) == [
        ("a-rule", "a.go", 5),
        ("z-rule", "a.go", 5),
        ("a-rule", "a.go", 6),
        ("z-rule", "a.go", 6),
        ("a-rule", "b.go", 3),
        ("z-rule", "b.go", 3),
    ]
    assert bench.frontend is not None
    assert bench.frontend.analysed == ["example.com/m/b", "example.com/m/a"]


def test_what_is_imported_is_not_reported(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("b/b.go", "package b\n\nvar bug int\n")
    bench.write("a/a.go", 'package a\n\nimport _ "example.com/m/b"\n\nvar bug int\n')
    report = bench.run(rule("some-rule"), patterns=["./a"])
    assert places(report) == [("some-rule", "a.go", 5)]
    assert bench.frontend is not None
    assert bench.frontend.analysed == ["example.com/m/a"]
    assert report.stats.packages == 1


def test_a_failing_rule_loses_only_its_own_findings(bench: Bench, rule: type[WordRule]) -> None:
    def fail(_: PackageSource) -> Iterator[Finding]:
        yield from ()
        raise KeyError("location")

    bench.write("a.go", "package m\n\nvar bug int\n")
    report = bench.run(rule("broken-rule", find=fail), rule("some-rule"))
    assert [one.rule for one in report.diagnostics] == ["some-rule", "internal-error"]
    crash = report.diagnostics[-1]
    assert "rule `broken-rule` failed on package example.com/m: KeyError" in crash.message
    assert "in conftest.WordRule" not in crash.because[0]
    assert "fail, line" in crash.because[0]
    assert report.crashed


def test_a_template_that_isnt_filled_is_a_failure_of_the_rule(bench: Bench, rule: type[WordRule]) -> None:
    def unfilled(source: PackageSource) -> Iterator[Finding]:
        yield Finding(span=source.files[0].source.span(0, 1))

    bench.write("a.go", "package m\n")
    report = bench.run(rule("some-rule", find=unfilled))
    assert [one.rule for one in report.diagnostics] == ["internal-error"]


def test_a_package_whose_analysis_fails_leaves_the_others(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a/a.go", "package a // crash the analysis\n\nvar bug int\n")
    bench.write("b/b.go", "package b\n\nvar bug int\n")
    report = bench.run(rule("some-rule"))
    assert [(one.rule, one.package) for one in report.diagnostics] == [
        ("some-rule", "example.com/m/b"),
        ("internal-error", "example.com/m/a"),
    ]
    assert "RecursionError: too deep" in report.diagnostics[-1].message


def test_like_findings_are_told_apart_by_their_number(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\nfunc f() { bug(); bug() }\n")
    before = [one.fingerprint for one in bench.run(rule("some-rule")).diagnostics]
    bench.write("a.go", "package m\n\n// f moved.\n\nfunc f() {\n\tbug()\n\n\tbug()\n}\n")
    after = [one.fingerprint for one in bench.run(rule("some-rule")).diagnostics]
    assert before == after
    assert len(set(before)) == 2


def test_a_silenced_finding_still_counts_among_its_like(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\nfunc f() {\n\tbug()\n\tbug()\n}\n")
    second = bench.run(rule("some-rule")).diagnostics[1].fingerprint
    bench.write("a.go", "package m\n\nfunc f() {\n\tbug() //pubcheck:ignore some-rule known\n\tbug()\n}\n")
    assert [one.fingerprint for one in bench.run(rule("some-rule")).diagnostics] == [second]


def test_generated_files_are_left_alone_unless_wanted(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "// Code generated by hand. DO NOT EDIT.\n\npackage m\n\nvar bug int\n")
    assert bench.run(rule("some-rule")).diagnostics == ()
    assert len(bench.run(rule("some-rule"), config=Config(generated=True)).diagnostics) == 1


def test_excluded_files_are_analysed_but_not_reported(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a/a.go", "package a\n\nvar bug int\n")
    bench.write("a/b.pb.go", "package a\n\nvar bug2 int //pubcheck:ignore other-rule gone\n")
    bench.write("third/x/x.go", "package x\n\nvar bug int\n")
    config = Config(exclude=("*.pb.go", "/third/"))
    report = bench.run(rule("some-rule"), rule("other-rule", word="none"), config=config)
    assert places(report) == [("some-rule", "a.go", 3)]


def test_exclude_is_relative_to_the_configuration(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a/a.go", "package a\n\nvar bug int\n")
    inside = Config(exclude=("/a.go",), folder=bench.root / "a")
    outside = Config(exclude=("/a.go",), folder=bench.root)
    assert bench.run(rule("some-rule"), config=inside).diagnostics == ()
    assert len(bench.run(rule("some-rule"), config=outside).diagnostics) == 1


def test_only_the_files_that_were_named_are_reported(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\nvar bug int\n")
    bench.write("b.go", "package m\n\nvar bug2 int\n")
    assert places(bench.run(rule("some-rule"), patterns=["b.go"])) == [("some-rule", "b.go", 3)]


@pytest.mark.parametrize(
    ("config", "shown"),
    [
        (Config(), ["high", "medium"]),
        (Config(min_confidence=Confidence.HIGH), ["high"]),
        (Config(min_confidence=Confidence.LOW), ["high", "low", "medium"]),
        (Config(select=("default", "low")), ["high", "low", "medium"]),
        (Config(select=("low", "medium"), min_confidence=Confidence.MEDIUM), ["medium"]),
        (Config(select=("all",), ignore=("high",)), ["medium"]),
        (Config(select=("locks",)), ["high", "medium"]),
        (Config(select=("atomics",)), []),
    ],
)
def test_rules_and_confidence_decide_what_is_shown(
    bench: Bench, rule: type[WordRule], config: Config, shown: list[str]
) -> None:
    bench.write("a.go", "package m\n\nvar bug int\n")
    rules = [rule(level, confidence=level) for level in ("high", "medium", "low")]
    assert [one.rule for one in bench.run(*rules, config=config).diagnostics] == shown


def test_a_rule_that_is_off_by_default_runs_when_asked_for(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\nvar bug int\n")
    off = rule("some-rule", default=False)
    assert bench.run(off).diagnostics == ()
    for word in ("some-rule", "locks", "all"):
        assert len(bench.run(off, config=Config(select=(word,))).diagnostics) == 1


def test_severity_can_be_set(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\nvar bug int\n")
    report = bench.run(rule("some-rule"), config=Config(severity={"some-rule": Severity.HINT}))
    assert [one.severity for one in report.diagnostics] == [Severity.HINT]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (Config(select=("some-rle",)), 'unknown rule or category "some-rle" in select; did you mean "some-rule"?'),
        (Config(ignore=("xyzzy",)), 'unknown rule or category "xyzzy" in ignore'),
        (Config(severity={"other": Severity.HINT}), 'unknown rule "other" in severity'),
        (Config(rules={"some-rle": {}}), 'unknown rule "some-rle" in rules; did you mean "some-rule"?'),
    ],
)
def test_unknown_names_are_refused(bench: Bench, rule: type[WordRule], config: Config, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        bench.run(rule("some-rule"), config=config)
    assert str(caught.value) == message


def test_of_a_group_the_first_rule_that_fits_speaks(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\nfunc f() {\n\tbug()\n\tother()\n}\n")
    report = bench.run(rule("lazy-init-race", word="bug|other"), rule("double-checked-locking"))
    assert places(report) == [("double-checked-locking", "a.go", 4), ("lazy-init-race", "a.go", 5)]


def test_silencing_the_speaker_doesnt_wake_the_group(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\nfunc f() {\n\tbug() //pubcheck:ignore double-checked-locking known\n}\n")
    assert bench.run(rule("lazy-init-race"), rule("double-checked-locking")).diagnostics == ()


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("some-rule known", []),
        ("some-rule", [("bad-suppression", "the comment gives no reason for silencing `some-rule`")]),
        ("", [("some-rule", "`bug` is there"), ("bad-suppression", "the comment names no rule")]),
        (
            "some-rle known",
            [
                ("some-rule", "`bug` is there"),
                ("bad-suppression", 'there is no rule `some-rle`; did you mean "some-rule"?'),
            ],
        ),
        (
            "some-rule,other-rule known",
            [("unused-suppression", "the comment silences nothing: `other-rule` finds nothing here")],
        ),
    ],
)
def test_comments_answer_for_themselves(
    bench: Bench, rule: type[WordRule], comment: str, expected: list[tuple[str, str]]
) -> None:
    bench.write("a.go", f"package m\n\nvar bug int //pubcheck:ignore {comment}\n")
    report = bench.run(rule("some-rule"), rule("other-rule", word="nothing"))
    assert [(one.rule, one.message) for one in report.diagnostics] == expected


def test_a_comment_for_a_rule_that_didnt_run_isnt_unused(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\nvar x int //pubcheck:ignore some-rule known\n")
    rules = (rule("some-rule"), rule("other-rule"))
    assert bench.run(*rules, config=Config(select=("other-rule",))).diagnostics == ()
    assert [one.rule for one in bench.run(*rules).diagnostics] == ["unused-suppression"]
    assert bench.run(*rules, config=Config(ignore=("unused-suppression",))).diagnostics == ()


def test_a_finding_that_isnt_sure_enough_uses_its_comment(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\nvar bug int //pubcheck:ignore some-rule known\n")
    assert bench.run(rule("some-rule", confidence="low")).diagnostics == ()


def test_a_file_that_isnt_go_is_a_problem_and_no_finding(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a.go", "package m\n\nfunc f() {\n\tx := := 1\n}\n\nvar bug int\n")
    report = bench.run(rule("some-rule"))
    assert [one.rule for one in report.diagnostics] == ["some-rule"]
    assert [(problem.path.rpartition("/")[2], problem.line) for problem in report.problems] == [("a.go", 4)]


def test_progress_is_told_before_each_package(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a/a.go", "package a\n")
    bench.write("b/b.go", "package b\n")
    told: list[tuple[int, int, str]] = []
    bench.run(rule("some-rule"), progress=lambda *step: told.append(step))
    assert told == [(0, 2, "example.com/m/a"), (1, 2, "example.com/m/b")]


def test_the_collector_is_as_it_was_afterwards(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a/a.go", "package a\n")
    assert gc.isenabled()
    bench.run(rule("some-rule"))
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_stats_count_what_was_asked_for(bench: Bench, rule: type[WordRule]) -> None:
    bench.write("a/a.go", "package a\n")
    bench.write("b/b.go", "package b\n\nvar x int\n")
    stats = bench.run(rule("some-rule")).stats
    assert (stats.packages, stats.files, stats.lines) == (2, 2, 4)
    assert set(stats.phases) == {"load", "parse", "analysis", "rules", "facts", "filters"}
    assert set(stats.rules) == {"some-rule"}
