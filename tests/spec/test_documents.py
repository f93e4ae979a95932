from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.diagnostic import Confidence, Severity
from pubcheck.spec import (
    Category,
    FixEdit,
    FixTemplate,
    Module,
    Query,
    RuleSpec,
    Safety,
    SpecError,
    load_rules,
    rules_dir,
)
from pubcheck.spec.document import read_rule

DOCUMENT = """\
# A title
```toml
category = "atomics"
severity = "error"
confidence = "high"
default = true
since = "0.1.0"
message = "`{location}` is bad"
```
Why.
## Bad
```go
f() // want "bad"
```
## Good
```go
g()
```
## Known limits
Some.
"""

QUERY = """\
## Detection
```query
((identifier) @report @location (#eq? @location "x")) ; not @this
```
"""


def _read(text: str, name: str = "some-rule") -> RuleSpec:
    return read_rule(text, f"rules/{name}.md")


def _refused(text: str, name: str = "some-rule") -> str:
    with pytest.raises(SpecError) as raised:
        _read(text, name)
    return str(raised.value).removeprefix(f"rules/{name}.md:")


def test_a_document_says_all_about_a_rule() -> None:
    rule = _read(DOCUMENT)
    assert (rule.name, rule.title, rule.path) == ("some-rule", "A title", "rules/some-rule.md")
    assert (rule.category, rule.severity, rule.confidence) == (Category.ATOMICS, Severity.ERROR, Confidence.HIGH)
    assert (rule.default, rule.since, rule.message, rule.help) == (True, "0.1.0", "`{location}` is bad", "")
    assert (rule.prose, rule.known_limits) == ("Why.", "Some.")
    assert rule.detection == Module("some_rule")
    assert rule.fix is None


def test_examples_keep_their_lines() -> None:
    (bad,) = _read(DOCUMENT).bad
    assert bad.files[0].text == 'package example; f() // want "bad"\n'
    assert (bad.line, bad.files[0].line) == (13, 13)
    assert DOCUMENT.splitlines()[bad.line - 1] == 'f() // want "bad"'


def test_a_query_detects() -> None:
    detection = _read(DOCUMENT + QUERY).detection
    assert isinstance(detection, Query)
    assert detection.line == 23
    assert detection.text.startswith("((identifier) @report")


def test_a_fix_is_made_of_edits() -> None:
    fix = (
        "## Fix\nMake it good.\n```go unsafe replace=report\ngood({location})\n```\n```go unsafe delete=location\n```\n"
    )
    assert _read(DOCUMENT + QUERY + fix).fix == FixTemplate(
        "Make it good",
        (FixEdit("replace", "report", "good({location})"), FixEdit("delete", "location", "")),
        safe=False,
    )


def _changed(old: str, new: str) -> str:
    assert old in DOCUMENT
    return DOCUMENT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "1: the first line is the title: `# Title`"),
        ("## Bad\n", "1: the first line is the title: `# Title`"),
        (_changed("A title", "A" * 71), "1: the title has 71 characters; 70 is the limit"),
        (_changed("```toml", "```yaml"), "1: the title is followed by one ```toml fence with the metadata"),
        (_changed("default = true", "default = yes"), "6: Invalid value (at line 4, column 11)"),
        (_changed('"atomics"', '"atomic"'), "3: unknown category `atomic` (did you mean `atomics`?)"),
        (_changed('"error"', '"fatal"'), "4: unknown severity `fatal` (known: error, warning, info, hint)"),
        (_changed('"high"', '"hihg"'), "5: unknown confidence `hihg` (did you mean `high`?)"),
        (_changed("default = true", 'default = "true"'), "6: `default` is a boolean"),
        (_changed('since = "0.1.0"', "since = 1"), "7: `since` is a string"),
        (_changed('"0.1.0"', '"next"'), '7: `since` is a version such as "0.1.0", not "next"'),
        (_changed("since", "sicne"), "7: unknown key `sicne` (did you mean `since`?)"),
        (_changed('since = "0.1.0"\n', ""), "3: the metadata lacks `since`"),
        (_changed("{location}", "{}"), "8: `{}` is no placeholder: a plain name stands between the braces"),
        (_changed("{location}", "{"), "8: ``{` is bad` is no template: expected '}' before end of string"),
        (_changed("Why.\n", ""), "1: no prose: say after the metadata why it is a bug and what to do instead"),
        (_changed("## Good", "## Godo"), "15: unknown section `Godo` (did you mean `Good`?)"),
        (_changed("## Good", "## Bad"), "15: a second section `Bad`"),
        (_changed("## Good\n", ""), "1: no section `## Good`"),
        (_changed('// want "bad"', ""), '13: a Bad example needs a line with `// want "..."`'),
        (_changed("g()", 'g() // want "x"'), "17: a Good example is silent: no `// want` in it"),
        (_changed("```go\ng()\n```\n", ""), "15: `## Good` has no ```go fence"),
        (_changed("```go\nf", "```c\nf"), "12: an example is a ```go fence, not ```c"),
        (_changed("```go\nf", "```go rcae\nf"), "12: unknown attribute `rcae` (did you mean `race`?)"),
        (_changed("```go\nf", "```go go=new\nf"), "12: `go=new` is no language version: `go=1.21`"),
        (_changed("```go\nf", "```go race\nf"), "12: a Bad example is a `race` and has a ```go test fence after it"),
        (_changed("```go\nf", "```go test\nf"), "12: ```go test is the driver of the example above it"),
        (DOCUMENT + "## Detection\nin words\n", "21: `## Detection` holds one ```query fence"),
        (DOCUMENT + QUERY.replace("@report", "@here"), "23: the query captures no `@report`"),
        (_changed("{location}", "{this}") + QUERY, "8: `{this}` is no capture of the query"),
        (DOCUMENT + "## Fix\nIt.\n```go safe delete=x\n```\n", "21: `## Fix` is for a query rule"),
        (DOCUMENT + QUERY + "## Fix\nIt.\n", "25: `## Fix` holds one line"),
        (DOCUMENT + QUERY + "## Fix\nIt.\n```go safe\n```\n", "27: a fix's fence is ```go safe|unsafe"),
        (DOCUMENT + QUERY + "## Fix\nIt.\n```go safe delete=z\n```\n", "27: `z` is no capture of the query"),
    ],
)
def test_a_mistake_is_told_by_file_and_line(text: str, error: str) -> None:
    assert _refused(text).startswith(error)


@pytest.mark.parametrize("name", ["Some-rule", "some_rule", "some--rule", "-rule", "1rule"])
def test_a_name_is_in_kebab_case(name: str) -> None:
    assert "is no rule name" in _refused(DOCUMENT, name)


def test_a_driver_belongs_to_the_example_above() -> None:
    driven = '```go race\nf() // want "bad"\n```\n```go test\nfunc TestF(t *testing.T) {}\n```\n'
    rule = _read(_changed('```go\nf() // want "bad"\n```\n', driven))
    (bad,) = rule.bad
    assert bad.race
    assert bad.driver is not None
    assert (bad.driver.name, bad.driver.line) == ("example_test.go", 16)


def test_an_example_of_several_files() -> None:
    body = '// file: a.go\nf() // want "bad"\n// file: sub/b.go\n\n//go:build linux\n\npackage sub\n'
    (bad,) = _read(_changed('f() // want "bad"\n', body)).bad
    assert [(file.name, file.line) for file in bad.files] == [("a.go", 14), ("sub/b.go", 16)]
    assert bad.files[0].text == 'package example; f() // want "bad"\n'
    assert bad.files[1].text == "\n//go:build linux\n\npackage sub\n"


def test_a_language_version() -> None:
    assert _read(_changed("```go\ng", "```go go=1.21\ng")).good[0].go == "1.21"


@given(st.text(), st.integers(0, len(DOCUMENT)), st.integers(0, 40))
def test_reading_raises_nothing_but_its_own_error(junk: str, at: int, cut: int) -> None:
    text = DOCUMENT[:at] + junk + DOCUMENT[at + cut :]
    failure = None
    try:
        _read(text)
    except SpecError as error:
        failure = error
    if failure is not None:
        assert str(failure) == f"rules/some-rule.md:{failure.line}: {failure.reason}"
        assert 1 <= failure.line <= text.count("\n") + 1


def test_rules_come_by_name_from_all_directories(tmp_path: Path) -> None:
    for name in ("b-rule", "a-rule"):
        (tmp_path / f"{name}.md").write_text(DOCUMENT + QUERY)
    assert [rule.name for rule in load_rules([tmp_path, tmp_path / "missing"])] == ["a-rule", "b-rule"]


def test_one_name_is_one_rule(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.md").write_text(DOCUMENT + QUERY)
    with pytest.raises(SpecError, match=r"`x` is a rule already, in .*one"):
        load_rules([tmp_path / "one", tmp_path / "two"])


def test_a_projects_rule_is_a_query(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text(DOCUMENT)
    with pytest.raises(SpecError, match="needs a ```query fence under `## Detection`: no other code is run"):
        load_rules([tmp_path])


def test_an_unreadable_document_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(b"\xff\xfe")
    with pytest.raises(SpecError, match="can't be read"):
        load_rules([tmp_path])


def test_the_projects_own_rules_load() -> None:
    rules = load_rules([rules_dir()])
    assert {
        "load-then-store",
        "mutation-after-publish",
        "mixed-atomic-access",
        "misaligned-atomic",
        "io-under-lock",
    } <= {rule.name for rule in rules}
    assert all(rule.known_limits for rule in rules)


def test_a_module_says_which_fixes_it_offers() -> None:
    key = 'message = "`{location}` is bad"\n'
    assert _read(DOCUMENT).fixes == ()
    assert _read(DOCUMENT.replace(key, f'{key}fixes = ["unsafe", "safe"]\n')).fixes == (Safety.SAFE, Safety.UNSAFE)
    assert "unknown fixes `saef` (did you mean `safe`?)" in _refused(DOCUMENT.replace(key, f'{key}fixes = ["saef"]\n'))
    assert "`fixes` is a list" in _refused(DOCUMENT.replace(key, f'{key}fixes = "safe"\n'))


def test_a_query_rules_fixes_are_what_its_fix_is() -> None:
    fix = "## Fix\nDrop it\n```go unsafe delete=report\n```\n"
    assert _read(DOCUMENT + QUERY + fix).fixes == (Safety.UNSAFE,)
    said = DOCUMENT.replace('since = "0.1.0"\n', 'since = "0.1.0"\nfixes = ["safe"]\n')
    assert "`## Fix` says what a query rule offers" in _refused(said + QUERY)
