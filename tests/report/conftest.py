from __future__ import annotations

from pathlib import Path

import pytest

from pubcheck.diagnostic import Confidence, Diagnostic, Edit, Fix, Related, Severity, Trace, fingerprint
from pubcheck.engine import BUILTIN_RULES, Problem, Report, Sources, Stats
from pubcheck.report import View
from pubcheck.source import SourceFile, Span
from pubcheck.spec import RuleSpec
from pubcheck.spec.document import read_rule

ROOT = Path("/home/gopher/project")

RESETS, ADDS = "the goroutine that resets", "the one that adds"
COUNTER = """\
package counter

import "sync/atomic"

type Counter struct {
\tn atomic.Int64
}

func (c *Counter) Add() { c.n.Add(1) }

func (c *Counter) Reset() int64 {
\tgesamtgröße := c.n.Load() // 计数器 the total so far
\tc.n.Store(0)
\treturn gesamtgröße
}
"""
WINDOWS = (
    'package wide\r\n\r\nvar 世界 = map[string]int{}\r\n\r\nfunc set() {\r\n\tgo\tfunc() { 世界["a"]++ }()\r\n}\r\n'
)

DOCUMENT = """\
# Atomic reset by Load then Store
```toml
category = "atomics"
severity = "error"
confidence = "high"
default = true
since = "0.1.0"
message = "`{location}` is loaded and then stored"
help = "Take and reset in one step"
```
Another goroutine may add between the two.

A second paragraph.
## Bad
```go
func bad() { n.Store(n.Load()) } // want "stored"
```
## Good
```go
func good() { n.Swap(0) }
```
## Known limits
None.
"""


class Code:
    """Files of a project that exists in memory only."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.files: dict[str, SourceFile] = {}

    def add(self, name: str, text: str | bytes) -> None:
        path = (self._root / name).as_posix()
        self.files[path] = SourceFile(path, text.encode() if isinstance(text, str) else text)

    def span(self, name: str, text: str, *, nth: int = 0) -> Span:
        path = (self._root / name).as_posix()
        start = -1
        for _ in range(nth + 1):
            start = self.files[path].data.index(text.encode(), start + 1)
        return Span(path, start, start + len(text.encode()))

    def report(self, *diagnostics: Diagnostic, problems: tuple[Problem, ...] = ()) -> Report:
        stats = Stats(packages=2, files=len(self.files), lines=23, seconds=1.5)
        return Report(diagnostics, problems, stats, Sources(self.files), self._root, ("load-then-store", "map-race"))


@pytest.fixture
def code() -> Code:
    code = Code(ROOT)
    code.add("counter/counter.go", COUNTER)
    code.add("wide/wide.go", WINDOWS)
    return code


@pytest.fixture
def reset(code: Code) -> Diagnostic:
    """A finding with all there can be."""
    store = code.span("counter/counter.go", "c.n.Store(0)")
    load = code.span("counter/counter.go", "c.n.Load()")
    add = code.span("counter/counter.go", "c.n.Add(1)")
    return Diagnostic(
        rule="load-then-store",
        span=store,
        message="`Counter.n` is loaded and then stored: what others add in between is lost",
        severity=Severity.ERROR,
        confidence=Confidence.HIGH,
        package="example.com/project/counter",
        symbol="(*Counter).Reset",
        location="Counter.n",
        because=("`(*Counter).Add` adds to it", "`Reset` runs in a goroutine that `main` starts for every client"),
        related=(Related(load, "loaded here", RESETS), Related(add, "the other side adds here", ADDS)),
        traces=(Trace(ADDS, (Related(load, "`Reset` calls `Add`"), Related(add, "`Add` adds"))),),
        goroutine=RESETS,
        fixes=(
            Fix("Use `Swap(0)`", (Edit(load, "c.n.Swap(0)"), Edit(store, "")), safe=True),
            Fix("Take a lock", (Edit(store, "c.mu.Lock()"),), safe=False),
        ),
        help="Take and reset in one step",
        fingerprint=fingerprint("load-then-store", "counter", "Reset", "n", 0),
    )


@pytest.fixture
def race(code: Code) -> Diagnostic:
    """A finding in a file with wide characters, tabs and carriage returns."""
    return Diagnostic(
        rule="map-race",
        span=code.span("wide/wide.go", '世界["a"]'),
        message="`世界` is written by a goroutine without a lock",
        severity=Severity.WARNING,
        confidence=Confidence.MEDIUM,
        related=(Related(code.span("wide/wide.go", "世界"), "declared here"),),
        fingerprint=fingerprint("map-race", "wide", "set", "世界", 0),
    )


@pytest.fixture
def crash(code: Code) -> Diagnostic:
    return Diagnostic(
        rule="internal-error",
        span=Span((ROOT / "wide/wide.go").as_posix(), 0, 0),
        message="rule `map-race` failed on package wide: KeyError",
        severity=Severity.ERROR,
        confidence=Confidence.HIGH,
        fingerprint="",
    )


@pytest.fixture
def problem() -> Problem:
    return Problem((ROOT / "go.mod").as_posix(), 3, "unknown directive `goo`")


@pytest.fixture
def document() -> RuleSpec:
    return read_rule(DOCUMENT, "rules/load-then-store.md")


@pytest.fixture
def view(document: RuleSpec) -> View:
    return View(cwd=ROOT, rules={document.name: document, **BUILTIN_RULES}, width=80)
